"""The sandbox as a process, and AWS's own clients as its callers.

Clients get a clean environment: no configuration files, no metadata service, no proxy.
"""

import json
import os
import pathlib
import re
import subprocess
import sys

import boto3
import botocore.config
import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("SSM_BACKUP_BUILD", ROOT / "build" / "release"))
ACCOUNT = "111122223333"
OTHER_ACCOUNT = "999988887777"

# Who may call: two long-lived keys of two accounts, a session, and one that is over.
KEYS = {
    "backup": {"access_key_id": "AKIDBACKUP", "secret_access_key": "s3cret/of+backup"},
    "other": {"access_key_id": "AKIDOTHER", "secret_access_key": "s3cret/of+other"},
    "session": {
        "access_key_id": "ASIASESSION",
        "secret_access_key": "s3cret/of+session",
        "session_token": "t0ken/of+session==",
    },
    "expired": {
        "access_key_id": "ASIAEXPIRED",
        "secret_access_key": "s3cret/of+expired",
        "session_token": "t0ken/of+expired==",
    },
}
ACCOUNTS = {
    "accounts": [
        {"id": ACCOUNT, "keys": [
            {**KEYS["backup"], "user": "backup"},
            KEYS["session"],
            {**KEYS["expired"], "expires": "2020-01-01T00:00:00Z"},
        ]},
        {"id": OTHER_ACCOUNT, "keys": [KEYS["other"]]},
    ]
}


# What a test counts for whoever reads the result: lines behind the last test, also under -q, and from
# whichever of pytest-xdist's workers ran it.
TOLD: list[str] = []


def pytest_sessionfinish(session):
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["told"] = TOLD


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node, error):
    TOLD.extend(getattr(node, "workeroutput", {}).get("told", []))


def pytest_terminal_summary(terminalreporter):
    if TOLD:
        terminalreporter.section("what was counted")
        for line in TOLD:
            terminalreporter.line(line)


class Sandbox:
    """A running ssm-sandbox; `scheme` is http or https, `options` are more of its flags."""

    def __init__(
        self, directory: pathlib.Path, scheme: str, *options, who_may_call: dict = ACCOUNTS
    ):
        accounts = directory / "accounts.json"
        accounts.write_text(json.dumps(who_may_call))
        self.empty = directory / "empty"
        self.empty.write_text("")
        self.ca = directory / "ca.pem" if scheme == "https" else None
        command = [BUILD / "ssm-sandbox", "--listen", "127.0.0.1:0", "--auth", accounts,
                   *options]
        if self.ca:
            command += ["--tls", directory]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        line = self.process.stdout.readline()
        match = re.fullmatch(r"listening on (\S+)\n", line)
        assert match, f"the sandbox said {line!r}"
        self.url = match[1]
        self.session = boto3.session.Session()
        self.clients = {}

    def stop(self) -> int:
        """Ends it by its own pid; returns its exit code."""
        self.process.terminate()
        return self.process.wait(timeout=10)

    def environment(self, region: str, key: dict) -> dict:
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(self.empty.parent),
            "AWS_CONFIG_FILE": str(self.empty),
            "AWS_SHARED_CREDENTIALS_FILE": str(self.empty),
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_ENDPOINT_URL": self.url,
            "AWS_REGION": region,
            "AWS_DEFAULT_REGION": region,
            "AWS_ACCESS_KEY_ID": key["access_key_id"],
            "AWS_SECRET_ACCESS_KEY": key["secret_access_key"],
            "AWS_MAX_ATTEMPTS": "1",
            "AWS_PAGER": "",
        }
        if "session_token" in key:
            environment["AWS_SESSION_TOKEN"] = key["session_token"]
        if self.ca:
            environment["AWS_CA_BUNDLE"] = str(self.ca)
        return environment

    def cli(self, *arguments: str, region: str = "us-west-2", key: dict = KEYS["backup"]):
        """Runs the AWS CLI; returns its JSON, or fails with what it said."""
        done = self.try_cli(*arguments, region=region, key=key)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout) if done.stdout.strip().startswith("{") else done.stdout

    def try_cli(self, *arguments: str, region: str = "us-west-2", key: dict = KEYS["backup"]):
        aws = pathlib.Path(sys.executable).parent / "aws"
        return subprocess.run(
            [sys.executable, aws, "--output", "json", *map(str, arguments)],
            env=self.environment(region, key),
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    def client(self, service: str, region: str = "us-west-2", key: dict = KEYS["backup"], **config):
        """A boto3 client that reads nothing but its arguments; one for each set of them."""
        wanted = json.dumps([service, region, key, config])
        if wanted not in self.clients:
            # One session for all: reading the services' models takes longer than the calls.
            self.clients[wanted] = self.session.client(
                service,
                region_name=region,
                aws_access_key_id=key["access_key_id"],
                aws_secret_access_key=key["secret_access_key"],
                aws_session_token=key.get("session_token"),
                endpoint_url=self.url,
                verify=str(self.ca) if self.ca else None,
                config=botocore.config.Config(
                    retries={"total_max_attempts": 1}, proxies={}, **config
                ),
            )
        return self.clients[wanted]


@pytest.fixture(scope="session", autouse=True)
def clean_environment(tmp_path_factory):
    """What boto3 would read on its own account."""
    empty = tmp_path_factory.mktemp("aws") / "empty"
    empty.write_text("")
    patch = pytest.MonkeyPatch()
    for name in list(os.environ):
        if name.startswith("AWS_"):
            patch.delenv(name)
    patch.setenv("AWS_CONFIG_FILE", str(empty))
    patch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(empty))
    patch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    yield
    patch.undo()


@pytest.fixture(scope="module", params=["http", "https"])
def sandbox(request, tmp_path_factory):
    running = Sandbox(tmp_path_factory.mktemp("sandbox"), request.param)
    yield running
    assert running.stop() == 0
