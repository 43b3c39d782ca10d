"""backup --notify: how a run came out is told, whatever became of it."""

import json
import signal
import subprocess
import urllib.request

import pytest
import yaml
from conftest import BUILD
from notice_world import HOME, TOKEN, until, world  # noqa: F401: fixtures


@pytest.fixture
def sandbox(world):
    process = subprocess.Popen([BUILD / "ssm-sandbox", "--listen", "127.0.0.1:0"],
                               stdout=subprocess.PIPE, text=True)
    url = process.stdout.readline().split()[-1]
    stack = {"projectName": "jnk", "environment": "dev", "regions": [HOME],
             "defaultRegion": HOME}
    (world.directory / "Pulumi.dev.yaml").write_text(
        yaml.safe_dump({"config": {f"jenkins-ssm-backup-s3:{key}": value
                                   for key, value in stack.items()}}))
    yield {"AWS_ENDPOINT_URL": url, "AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b"}
    process.terminate()
    process.wait(timeout=10)


def silence(sandbox):
    """The Region goes on listening, and answers nothing."""
    rules = {"rules": [{"fault": "silent", "operation": "ssm:DescribeParameters", "region": HOME}]}
    urllib.request.urlopen(urllib.request.Request(
        sandbox["AWS_ENDPOINT_URL"] + "/_sandbox/faults", json.dumps(rules).encode(), method="PUT")).close()


@pytest.mark.parametrize("status", [200, 500], ids=["told", "not told"])
def test_a_backup_tells_how_it_came_out_and_is_what_it_is(world, sandbox, status):
    world.web.status = status
    world.config(**world.slack())
    backup = ["backup", "--env", "dev", "--notify", "notify.yaml"]
    early = world.run(*backup, **sandbox)  # nothing is there yet
    assert early.returncode == 2
    assert world.run("infra", "apply", "-f", "Pulumi.dev.yaml", **sandbox).returncode == 0
    done = world.run(*backup, BUILD_NUMBER="7", **sandbox)
    assert done.returncode == 0, done.stderr
    said = "told Slack" if status == 200 else "warning: notice not sent: Slack"
    assert said in done.stderr and said in early.stderr
    texts = [body["text"] for _, _, body in world.web.posts]
    assert texts[0] == "[SSM Backup] [FAIL] dev"
    assert texts[-1] == "[SSM Backup] [SUCCESS] dev #7"


def test_a_backup_that_is_killed_is_told_as_one(world, sandbox):
    """"NOT RUN: a Region before it failed", said the notice, and "the run ended before its first Region"."""
    assert world.run("infra", "apply", "-f", "Pulumi.dev.yaml", **sandbox).returncode == 0
    silence(sandbox)
    process = world.start("backup", "--env", "dev", **sandbox)
    summaries = world.directory / "backup-work" / "region_summaries.json"
    until(lambda: summaries.exists() and HOME in json.loads(summaries.read_text()))
    process.kill()
    process.communicate(timeout=20)
    done = world.run("notify", "--env", "dev", "--print", "--region", HOME, "--region", "us-west-2")
    assert f"{HOME}: FAILED, message=did not end (killed, or its machine is gone)\n" in done.stdout
    assert f"NOT RUN: the run broke off while {HOME} was at work.\n" in done.stdout


@pytest.mark.parametrize("code", [143, 1], ids=["a signal", "no room for the summaries"])
def test_what_ends_a_backup_does_not_hide_its_regions(world, sandbox, code):
    """The notice of a backup that had begun said that it ended before its first Region."""
    assert world.run("infra", "apply", "-f", "Pulumi.dev.yaml", **sandbox).returncode == 0
    world.config(**world.slack())
    silence(sandbox)
    process = world.start("backup", "--env", "dev", "--notify", "notify.yaml", "--deadline", "6s", **sandbox)
    work = world.directory / "backup-work"
    until(lambda: (work / "region_summaries.json").exists()
          and HOME in json.loads((work / "region_summaries.json").read_text()))
    if code == 143:
        process.send_signal(signal.SIGTERM)
    else:
        (work / "region_summaries.json").unlink()
        (work / "region_summaries.json").mkdir()
    said = process.communicate(timeout=60)[1]
    assert process.returncode == code, said
    texts = json.dumps(world.web.posts[-1][2])
    assert f"{HOME}: FAILED, message=" in texts and "before its first Region" not in texts


def test_a_credential_process_is_not_told_whom_we_tell(world):
    """It is anybody's program, and has no business with the bot's token."""
    out = world.directory / "its-environment"
    (world.directory / "give").write_text(f"#!/bin/sh\nenv >{out}\nexit 1\n")
    (world.directory / "give").chmod(0o755)
    (world.directory / "config").write_text(f"[default]\ncredential_process = {world.directory}/give\n")
    done = world.run("backup", "--env", "dev", AWS_CONFIG_FILE=str(world.directory / "config"),
                     SSM_BACKUP_SLACK=TOKEN, SSM_BACKUP_MAIL="s3cret-too", ITS_OWN="kept")
    assert done.returncode == 2
    held = out.read_text()
    assert "ITS_OWN=kept" in held and TOKEN not in held and "s3cret-too" not in held


def test_a_notify_file_that_is_wrong_is_told_before_any_work(world, sandbox):
    assert world.run("infra", "apply", "-f", "Pulumi.dev.yaml", **sandbox).returncode == 0
    done = world.run("backup", "--env", "dev", "--notify", "nowhere.yaml", **sandbox)
    assert done.returncode == 2 and "there is no file nowhere.yaml" in done.stderr
    assert not (world.directory / "backup-work").exists()
