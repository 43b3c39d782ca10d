"""deploy/cron: the lines as Debian's cron reads them, run as it runs them."""

import fcntl
import json
import re
import subprocess

import crontab
import pytest
from deploy_world import BUILD, world  # noqa: F401  (a fixture)

VARIABLES, JOBS = crontab.read(crontab.FILE.read_text())
BACKUP, DRILL = JOBS
HOME = "/var/lib/ssm-backup"


def test_cron_takes_the_file():
    assert re.fullmatch(r"[A-Za-z0-9_-]+", crontab.FILE.name)  # of others cron says nothing
    assert not crontab.FILE.stat().st_mode & 0o022
    # Debian's cron expands no variable in these, and has no zone but the machine's.
    assert not any("$" in value for value in VARIABLES.values())
    assert set(VARIABLES) == {"SHELL", "PATH", "MAILTO", "AWS_REGION"}
    assert {job.user for job in JOBS} == {"ssm-backup"}


def test_when_they_run():
    """13:00 UTC is 22:00 in Japan; Sunday 17:00 UTC is Monday 02:00."""
    assert BACKUP.when == ("0", "13", "*", "*", "*")
    assert DRILL.when == ("0", "17", "*", "*", "0")


@pytest.mark.parametrize("line", [
    "0 24 * * * user true\n", "0 1 * * * user date +%F\n", "0 1 * * user true\n", "0 1 * * * user true"])
def test_a_line_that_cron_would_not_take_is_found(line):
    with pytest.raises((AssertionError, ValueError)):
        crontab.read(line)


def mailed(world, job: crontab.Job) -> str:  # noqa: F811
    """What cron would mail: all that the command prints."""
    home = world.directory / "home"
    home.mkdir(exist_ok=True)
    assert f"cd {HOME} " in job.command
    variables = VARIABLES | {"PATH": f"{BUILD}:{VARIABLES['PATH']}", "HOME": str(home), "LOGNAME": job.user}
    of_aws = {name: value for name, value in world.of_aws().items() if name.startswith("AWS_")}
    done = subprocess.run(
        [VARIABLES["SHELL"], "-c", job.command.replace(f"cd {HOME} ", f"cd {home} ")],
        env=of_aws | variables, cwd="/", stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True, timeout=120, check=False)
    return done.stdout


def test_nothing_is_mailed_of_what_went_well(world):  # noqa: F811
    home = world.directory / "home"
    assert mailed(world, BACKUP) == ""
    assert "done and complete: 24 parameters of 3 Regions" in (home / "dev.log").read_text()
    assert len(json.loads((home / "dev" / "region_summaries.json").read_text())) == 3
    assert mailed(world, DRILL) == ""
    assert json.loads((home / "dev-drill" / "drill.json").read_text())["proven"] is True


def test_an_incomplete_backup_is_mailed_with_its_exit_code_and_all_that_was_said(world):  # noqa: F811
    world.deny_key("us-west-2", "/app/dev/db/password")
    mail = mailed(world, BACKUP)
    assert mail.startswith("backup of dev: exit code 3\n")
    assert "/app/dev/db/password" in mail
    assert "next:" in mail


def test_a_failed_backup_is_mailed(world):  # noqa: F811
    world.lose("ap-northeast-1")
    mail = mailed(world, DRILL)
    assert mail.startswith("drill of dev: exit code ")
    assert "exit code 0" not in mail
    assert "ap-northeast-1" in mail


def test_a_home_that_is_not_there_is_mailed(world):  # noqa: F811
    missing = crontab.Job(BACKUP.when, BACKUP.user, BACKUP.command.replace(HOME, "/nowhere"))
    done = subprocess.run(["/bin/sh", "-c", missing.command], capture_output=True, text=True, check=False)
    assert "exit code" in done.stdout


def test_one_at_a_time(world):  # noqa: F811
    """Another one that is still at work is left alone, and so is its log."""
    home = world.directory / "home"
    home.mkdir()
    (home / "dev.log").write_text("still at work\n")
    with (home / "dev.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert mailed(world, BACKUP) == "backup of dev: exit code 75\nstill at work\n"
    assert mailed(world, BACKUP) == ""
