module ssm-backup/bench/neutral

go 1.21
