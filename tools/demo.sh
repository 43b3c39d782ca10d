#!/usr/bin/env bash
# The main road, without AWS: a sandbox with three Regions behind HTTPS, signatures verified, and
# the real program against it. What it leaves to look at lies in build/demo.
set -euo pipefail
cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.."

readonly BUILD=${SSM_BACKUP_BUILD:-$PWD/build/release}
readonly PROGRAM=$BUILD/ssm-backup SANDBOX=$BUILD/ssm-sandbox
readonly PLACE=build/demo
readonly REGIONS=(ap-northeast-1 us-west-2 us-east-1)
readonly HOME_REGION=${REGIONS[0]} REFUGE=eu-west-1  # where copies lie, and where we go
readonly COPIES=s3://jenkins-infra-ssm-backup-copies-123456789012-$REFUGE,region=$REFUGE
readonly KEY=1234abcd-12ab-34cd-56ef-1234567890ab
begun=$SECONDS

bold='' faint='' plain=''
if [[ -t 1 ]]; then bold=$'\033[1m' faint=$'\033[2m' plain=$'\033[0m'; fi

say() { printf '\n%s== %s%s\n' "$bold" "$*" "$plain"; }
die() {
  printf 'demo: %s\n' "$*" >&2
  exit 1
}
run() {
  printf '%s$ ssm-backup %s%s\n' "$faint" "$*" "$plain"
  (cd "$PLACE" && "$PROGRAM" "$@")
}

[[ -x $PROGRAM && -x $SANDBOX ]] || die "build first: ./dev build"
rm -rf "$PLACE"
mkdir -p "$PLACE/tls"

# Keys of this demo only.
cat >"$PLACE/accounts.yaml" <<EOF
accounts:
  - id: "123456789012"
    keys:
      - access_key_id: AKIDDEMO
        secret_access_key: demo-secret
        user: backup
    kms_keys:
      - id: $KEY
        aliases: [alias/app]
EOF
cat >"$PLACE/Pulumi.dev.yaml" <<EOF
config:
  jenkins-ssm-backup-s3:projectName: jenkins-infra
  jenkins-ssm-backup-s3:environment: dev
  jenkins-ssm-backup-s3:regions: [ap-northeast-1, us-west-2, us-east-1]
  jenkins-ssm-backup-s3:defaultRegion: ap-northeast-1
EOF

cat >"$PLACE/Pulumi.copies.yaml" <<EOF
config:
  jenkins-ssm-backup-s3:projectName: jenkins-infra
  jenkins-ssm-backup-s3:environment: copies
  jenkins-ssm-backup-s3:regions: [$REFUGE]
  jenkins-ssm-backup-s3:defaultRegion: $REFUGE
EOF
# Nothing of the home Region answers: SSM, S3, STS and tagging.
cat >"$PLACE/lost.json" <<EOF
{"rules": [{"fault": "reset-before", "operation": "*", "region": "$HOME_REGION"}]}
EOF
# Where we go, somebody else draws on the same quotas.
cat >"$PLACE/quota.json" <<EOF
{"groups": [
  {"name": "PutParameter", "operations": ["ssm:PutParameter"], "rate": 12, "burst": 5,
   "regions": ["$REFUGE"], "others": [{"rate": 3, "from": 0, "to": 3600}]},
  {"name": "reads", "operations": ["ssm:GetParameterHistory", "ssm:ListTagsForResource"],
   "rate": 200, "burst": 200, "regions": ["$REFUGE"]}
]}
EOF

say "a sandbox of AWS: SSM, S3, STS and tagging over HTTPS"
: >"$PLACE/sandbox.log"
"$SANDBOX" --listen 127.0.0.1:0 --tls "$PLACE/tls" --auth "$PLACE/accounts.yaml" \
  >"$PLACE/sandbox.log" 2>&1 &
sandbox=$!
trap 'kill "$sandbox" 2>/dev/null || true; wait "$sandbox" 2>/dev/null || true' EXIT
url=
for _ in {1..100}; do
  url=$(sed -n 's/^listening on //p' "$PLACE/sandbox.log")
  [[ -n $url ]] && break
  kill -0 "$sandbox" 2>/dev/null || die "the sandbox ended: $(cat "$PLACE/sandbox.log")"
  sleep 0.05
done
[[ -n $url ]] || die "the sandbox does not answer"
echo "$url"
python3 tools/demo/seed.py "$url" "$PLACE/tls/ca.pem" "$KEY" "$HOME_REGION=60" "${REGIONS[@]:1}"

# Nothing of the caller's own AWS configuration comes near the demo.
unset "${!AWS_@}"
export AWS_ENDPOINT_URL=$url AWS_CA_BUNDLE=$PWD/$PLACE/tls/ca.pem AWS_REGION=${REGIONS[0]}
export AWS_ACCESS_KEY_ID=AKIDDEMO AWS_SECRET_ACCESS_KEY=demo-secret
export AWS_EC2_METADATA_DISABLED=true AWS_CONFIG_FILE=/dev/null AWS_SHARED_CREDENTIALS_FILE=/dev/null

say "buckets and metadata parameters, as the Pulumi stack makes them"
run infra apply -f Pulumi.dev.yaml --progress none | sed -n '1,2p;$p'
run infra apply -f Pulumi.copies.yaml --progress none | sed -n '$p'
run regions --env dev

say "back up every Region, and copy it where the loss of one does not reach"
run backup --env dev --copy-to "$COPIES"

say "what lies in the buckets; every byte of it read back and re-hashed"
run list --env dev
run verify --env dev

say "one parameter, with all that SSM tells of it"
run show /app/dev/db/password --env dev --region us-west-2 --reveal --force

say "one Region into a directory: no metadata, no S3"
run backup --env dev --region us-west-2 --repository ./repository --progress none | tail -n 1
latest=$(cat "$PLACE/repository/latest-us-west-2.txt")
python3 - "$PLACE/repository/$latest" <<'EOF'
import json, sys
document = json.load(open(sys.argv[1]))
names = {parameter["Name"] for parameter in document["parameters"]}
assert "/app/dev/a/b" in names and "/app/dev/a_b" in names, names
assert not any("devices" in name or "/prod/" in name for name in names), names
print(f"a reader of the old format finds {document['parameter_count']} parameters, "
      "/app/devices/x not among them")
EOF

control() { python3 tools/demo/control.py "$url" "$PLACE/tls/ca.pem" "$@"; }
member() { python3 -c 'import json, sys; print(json.load(open(sys.argv[1]))[sys.argv[2]])' "$@"; }

say "$HOME_REGION is lost: SSM, S3 and STS of it answer nothing any more"
control set faults "$PLACE/lost.json"
echo "the quotas of $REFUGE, $PLACE/quota.json:"
cat "$PLACE/quota.json"
unset AWS_REGION  # a URL and credentials are all that is left
restore=(restore --env dev --region "$HOME_REGION" --repository "$COPIES" --to-region "$REFUGE")
run "${restore[@]}"

say "restored from the copy into $REFUGE, under throttling, and killed half way"
control set quota "$PLACE/quota.json"
lost_at=$(date +%s.%N)
printf '%s$ ssm-backup %s --apply%s\n' "$faint" "${restore[*]}" "$plain"
(cd "$PLACE" && exec "$PROGRAM" "${restore[@]}" --apply) >"$PLACE/killed.log" 2>&1 &
half=$!
control wait-puts "$REFUGE" 40
kill -KILL "$half"
wait "$half" 2>/dev/null || true
echo "killed after $(control puts "$REFUGE") puts; its journal: $(wc -l <"$PLACE/backup-work/restore-journal-$REFUGE.jsonl") lines"

say "the same command again: it goes on where it ended"
run "${restore[@]}" --apply
control throttled "$REFUGE"
rto=$(python3 -c "import sys, time; print(f'{time.time() - float(sys.argv[1]):.1f}')" "$lost_at")
[[ $(member "$PLACE/backup-work/restore_result.json" complete) == True ]] || die "not all is back"

say "is it the same? the lost Region's snapshot against what is in $REFUGE now"
run backup --env dev --region "$REFUGE" --repository ./restored --include '/app/dev/*' --progress none \
  --quota-share off | tail -n 1
copied=$(member "$PLACE/backup-work/analysis.json" snapshot | sed "s/.*'key': '\([^']*\)'.*/\1/")
back=$(cd "$PLACE" && find restored -name 'partial-*.json')
run diff "$copied" "$back" --env dev --repository "$COPIES"

say "and the Regions that are left: would they come back, too?"
run drill --env dev --region us-west-2 --repository "${COPIES}" --record --progress none
echo
echo "RTO: $rto s from the first try to everything written and read back, killed in between"

say "what the one who was asleep gets to see: both pages"
run report --env dev --region us-west-2 --region us-east-1 --repository "${COPIES}"
echo
echo "a month of another environment like this one, in virtual time, with days that went wrong:"
"$BUILD/tests/ssm-backup-month" "$PLACE/month" "$(date -u -d '3 hours ago' +%FT%TZ)" amiss
run report --env dev --region "${REGIONS[0]}" --region us-west-2 --region us-east-1 \
  --repository ./month/repository --copy-to ./month/copy --work-dir ./month

say "done in $((SECONDS - begun)) s"
cat <<EOF
Three Regions, 676 parameters whose names hold /dev/, were backed up over HTTPS with verified
signatures, listed, read back and shown; one was lost with all that was in it, and is back elsewhere.
Look at:
  $PLACE/backup-work/region_summaries.json   what Jenkins and notices get
  $PLACE/repository/$latest
                                             a snapshot: one record a line
  $PLACE/backup-work/analysis.json           the plan of the restore
  $PLACE/backup-work/restore_result.json     what it did
  ssm-backup --help                          what else there is
  $PLACE/month/report.html                   a month, as its report tells it
EOF
echo "the reports: $PWD/$PLACE/month/report.html"
echo "             $PWD/$PLACE/backup-work/report.html"
