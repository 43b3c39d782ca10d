"""Metrics of real runs against the sandbox: a file before promtool, and pushes to a Pushgateway."""

import json
import os
import stat
import subprocess
import time

import prometheus_text
import pytest
import yaml
from conftest import BUILD
from notice_sinks import Web, free_port
from parties import RealPushgateway, promtool
from prometheus_text import value

HOME, FAR = "ap-northeast-1", "us-west-2"
SECRET = "s3cret-of-a-parameter"
LOGIN = "pusher:s3cret-login"


class World:
    def __init__(self, directory):
        self.directory = directory
        self.process = subprocess.Popen([BUILD / "ssm-sandbox", "--listen", "127.0.0.1:0"],
                                        stdout=subprocess.PIPE, text=True)
        self.url = self.process.stdout.readline().split()[-1]
        (directory / "empty").write_text("")
        (directory / "metrics").mkdir()
        stack = {"projectName": "jnk", "environment": "dev", "regions": [HOME, FAR],
                 "defaultRegion": HOME}
        (directory / "Pulumi.dev.yaml").write_text(
            yaml.safe_dump({"config": {f"jenkins-ssm-backup-s3:{key}": each
                                       for key, each in stack.items()}}))
        assert self.run("infra", "apply", "-f", "Pulumi.dev.yaml").returncode == 0
        for region in (HOME, FAR):
            self.control("POST", "seed", {"region": region, "parameters": [
                {"Name": f"/app/dev/p{i}", "Value": SECRET, "Type": "SecureString"}
                for i in range(12)]})

    def control(self, method, what, body):
        import urllib.request

        asked = urllib.request.Request(f"{self.url}/_sandbox/{what}", json.dumps(body).encode(),
                                       method=method)
        urllib.request.urlopen(asked).close()

    def faults(self, *rules):
        self.control("PUT", "faults", {"rules": list(rules)})

    def run(self, *words, **environment):
        empty = str(self.directory / "empty")
        done = subprocess.run(
            [BUILD / "ssm-backup", *words], cwd=self.directory, text=True, capture_output=True,
            timeout=120, check=False,
            env={"HOME": str(self.directory), "PATH": os.environ["PATH"],
                 "AWS_CONFIG_FILE": empty, "AWS_SHARED_CREDENTIALS_FILE": empty,
                 "AWS_EC2_METADATA_DISABLED": "true", "AWS_REGION": HOME,
                 "AWS_ENDPOINT_URL": self.url, "AWS_ACCESS_KEY_ID": "a",
                 "AWS_SECRET_ACCESS_KEY": "b", **environment})
        for secret in (SECRET, LOGIN, LOGIN.split(":")[1]):
            assert secret not in done.stdout + done.stderr
        return done

    def backup(self, *words, **environment):
        return self.run("backup", "--env", "dev", *words, **environment)

    @property
    def file(self):
        return self.directory / "metrics" / "ssm_backup.prom"

    def to_file(self):
        return "--metrics-file", str(self.file)

    def stop(self):
        self.process.terminate()
        self.process.wait(timeout=10)


@pytest.fixture
def world(tmp_path):
    made = World(tmp_path)
    yield made
    made.stop()


@pytest.fixture
def web():
    made = Web()
    made.body = b""
    yield made
    made.stop()


@pytest.fixture
def gateway():
    made = RealPushgateway()
    yield made
    made.stop()


def judged(text: str) -> str:
    """promtool has nothing to say of it, lint included."""
    assert promtool("check", "metrics", read=text) == ""
    return text


def test_promtool_takes_what_a_backup_and_a_drill_leave(world):
    before = time.time()
    copy = world.directory / "copy"
    done = world.backup("--copy-to", str(copy), *world.to_file())
    assert done.returncode == 0, done.stderr
    assert f"wrote metrics to {world.file}\n" in done.stderr
    assert world.run("drill", "--env", "dev", *world.to_file()).returncode == 0
    assert stat.S_IMODE(world.file.stat().st_mode) == 0o644
    assert [each.name for each in world.file.parent.iterdir() if not each.name.startswith(".")] == [
        world.file.name]
    text = judged(world.file.read_text())
    summaries = json.loads((world.directory / "backup-work" / "region_summaries.json").read_text())
    drill = json.loads((world.directory / "backup-work" / "drill.json").read_text())
    for region in (HOME, FAR):
        entry = summaries[region]
        assert before - 2 <= value(text, "last_success_timestamp_seconds", region=region) <= time.time()
        assert value(text, "parameters", region=region) == entry["parameterCount"] >= 12
        assert value(text, "document_bytes", region=region) == entry["bytes"]
        assert value(text, "complete", region=region) == value(text, "success", region=region) == 1
        assert abs(value(text, "duration_seconds", region=region) - entry["durationSeconds"]) <= 0.5
        assert value(text, "copies", region=region, state="copied") == 1
        for quota, used in entry["quotas"].items():
            assert value(text, "calls", region=region, quota=quota) == used["calls"]
            assert value(text, "throttled_calls", region=region, quota=quota) == used["throttled"]
    for entry in drill["regions"]:
        region = entry["region"]
        assert value(text, "drill_proven", region=region) == 1
        assert value(text, "drill_parameters", region=region, result="proven") == entry["provenCount"]
        assert abs(value(text, "drill_rpo_seconds", region=region) - entry["rpoSeconds"]) <= 1
        assert abs(value(text, "drill_rto_seconds", region=region) - entry["rtoSeconds"]) <= 1
    version = world.run("--version").stdout.split()[-1]
    assert value(text, "build_info", command="backup", version=version) == 1
    assert "/app/" not in text and SECRET not in text


def test_every_metric_of_the_golden_text_is_exported_and_no_other(world):
    assert world.backup(*world.to_file()).returncode == 0
    assert world.run("drill", "--env", "dev", *world.to_file()).returncode == 0
    golden = (BUILD.parents[1] / "tests" / "golden" / "metrics.prom").read_text()
    here = prometheus_text.families(world.file.read_text())
    there = prometheus_text.families(golden)
    assert list(here) == list(there)
    for name, family in there.items():
        assert (here[name]["help"], here[name]["type"]) == (family["help"], family["type"])
    judged(golden)


def test_a_run_that_fails_leaves_the_last_success(world):
    assert world.backup(*world.to_file()).returncode == 0
    good = world.file.read_text()
    world.faults({"fault": "access-denied", "operation": "ssm:DescribeParameters", "region": FAR})
    assert world.backup(*world.to_file()).returncode == 1
    text = judged(world.file.read_text())
    for name, same in [("last_success_timestamp_seconds", True), ("parameters", True),
                       ("end_timestamp_seconds", False), ("success", False)]:
        assert (value(text, name, region=FAR) == value(good, name, region=FAR)) == same, name
    assert value(text, "success", region=FAR) == value(text, "complete", region=FAR) == 0
    assert value(text, "run_exit_code", command="backup") == 1


def test_an_incomplete_backup_says_how_much_it_lacks(world):
    world.control("POST", "options", {"deny_decrypt": [
        {"region": FAR, "of": "/app/dev/p1"}, {"region": FAR, "of": "/app/dev/p2"}]})
    done = world.backup("--accept-unreadable", "/app/dev/p2", *world.to_file())
    assert done.returncode == 3, done.stderr
    text = judged(world.file.read_text())
    assert value(text, "run_exit_code", command="backup") == 3
    assert value(text, "success", region=FAR) == 1 and value(text, "complete", region=FAR) == 0
    entry = json.loads((world.directory / "backup-work" / "region_summaries.json").read_text())[FAR]
    assert value(text, "unreadable_parameters", region=FAR, accepted="no") == entry["failedCount"] > 0
    accepted = [each["name"] for each in entry["unreadable"] if each["accepted"]]
    assert accepted == ["/app/dev/p2"]
    assert value(text, "unreadable_parameters", region=FAR, accepted="yes") == len(accepted)
    assert value(text, "last_success_timestamp_seconds", region=FAR) is None
    assert "/app/dev/p1" not in text


def test_a_process_for_each_region_shares_the_file(world):
    """As Jenkins runs them; and at once, as somebody may."""
    both = [subprocess.Popen(
        [BUILD / "ssm-backup", "backup", "--env", "dev", "--region", region, "--run-id", "r",
         *world.to_file()], cwd=world.directory, stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE, text=True,
        env={"HOME": str(world.directory), "PATH": os.environ["PATH"], "AWS_REGION": HOME,
             "AWS_EC2_METADATA_DISABLED": "true", "AWS_ENDPOINT_URL": world.url,
             "AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b"}) for region in (HOME, FAR)]
    for process in both:
        _, said = process.communicate(timeout=120)
        assert process.returncode == 0, said
    text = judged(world.file.read_text())
    for region in (HOME, FAR):
        assert value(text, "complete", region=region) == 1


def test_a_real_pushgateway_holds_what_the_file_does(world, gateway):
    push = ("--metrics-push", gateway.url)
    assert world.backup(*push, *world.to_file()).returncode == 0
    assert world.run("drill", "--env", "dev", *push, *world.to_file()).returncode == 0
    assert prometheus_text.ours(gateway.text()) == prometheus_text.ours(world.file.read_text())
    # One Region fails, another run does only the other: both semantics stay the same.
    world.faults({"fault": "access-denied", "operation": "ssm:DescribeParameters", "region": FAR})
    assert world.backup(*push, *world.to_file()).returncode == 1
    world.faults()
    done = world.backup("--region", HOME, *push, *world.to_file())
    assert done.returncode == 0, done.stderr
    assert "pushed metrics to the Pushgateway\n" in done.stderr
    text = gateway.text()
    assert prometheus_text.ours(text) == prometheus_text.ours(world.file.read_text())
    assert value(text, "success", region=FAR) == 0
    assert value(text, "last_success_timestamp_seconds", region=FAR) > 1e9
    failures = prometheus_text.families(text)["push_failure_time_seconds"]["samples"]
    assert set(failures.values()) == {0.0}
    assert len(failures) == 6


PUSH_TROUBLES = [
    # name, how the gateway answers, its seconds, posts, what is said
    ("500 for ever", 500, 0, 3, "127.0.0.1 answered 500 (after 3 tries)"),
    ("500 once", [500, 200, 200, 200], 0, 4, None),
    ("a login that it does not take", 401, 0, 1, "127.0.0.1 answered 401"),
    ("metrics that it does not take", 400, 0, 1, "127.0.0.1 answered 400"),
    ("slow", 200, 3, 3, None),
]


@pytest.mark.parametrize("row", PUSH_TROUBLES, ids=lambda row: row[0])
def test_a_pushgateway_in_trouble_changes_no_backup(world, web, row):
    _, web.status, web.delay, posts, says = row
    web.body = b"refused: " + LOGIN.encode()
    done = world.backup("--metrics-push", web.url, "--metrics-auth", "env:LOGIN", LOGIN=LOGIN)
    assert done.returncode == 0, done.stderr
    assert len(web.posts) == posts
    if says:
        assert f"warning: metrics not pushed: {says}\n" in done.stderr, done.stderr
        assert done.stderr.count("warning:") == 1
    else:
        assert "pushed metrics to the Pushgateway\n" in done.stderr


def test_a_pushgateway_that_never_answers_is_given_up(world, web):
    web.delay = 60
    begun = time.monotonic()
    done = world.backup("--metrics-push", web.url)
    assert done.returncode == 0
    assert "warning: metrics not pushed: 127.0.0.1: " in done.stderr, done.stderr
    assert time.monotonic() - begun < 45


def test_a_pushgateway_that_is_down(world):
    done = world.backup("--metrics-push", f"http://127.0.0.1:{free_port()}")
    assert done.returncode == 0
    assert "warning: metrics not pushed: 127.0.0.1" in done.stderr, done.stderr


def test_the_login_goes_along_from_a_file(world, web):
    (world.directory / "login").write_text(LOGIN + "\n")
    done = world.backup("--metrics-push", web.url + "/base/",
                        SSM_BACKUP_METRICS_AUTH=f"file:{world.directory / 'login'}")
    assert done.returncode == 0, done.stderr
    paths = [path for path, _, _ in web.posts]
    group = "/base/metrics/job/ssm_backup/env/dev/command/backup"
    assert paths == [group, f"{group}/region/{HOME}", f"{group}/region/{FAR}"]
    assert {headers["Authorization"] for _, headers, _ in web.posts} == {
        "Basic cHVzaGVyOnMzY3JldC1sb2dpbg=="}


def test_a_file_that_cannot_be_written_changes_no_backup(world):
    done = world.backup("--metrics-file", str(world.directory / "nowhere" / "x.prom"))
    assert done.returncode == 0
    assert "warning: metrics not written: there is no directory " in done.stderr
    world.file.write_text("node_load1 0.5\n")
    done = world.backup(*world.to_file())
    assert done.returncode == 0
    assert "it holds something else than metrics of ssm-backup\n" in done.stderr
    assert world.file.read_text() == "node_load1 0.5\n"


def test_a_relative_name_and_a_rehearsal(world):
    done = world.backup("--dry-run", "--metrics-file", "here.prom")
    assert done.returncode == 0 and "note: a dry run leaves no metrics\n" in done.stderr
    assert not (world.directory / "here.prom").exists()
    assert world.backup("--metrics-file", "here.prom").returncode == 0
    judged((world.directory / "here.prom").read_text())
