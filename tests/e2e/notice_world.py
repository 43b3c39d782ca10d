"""A directory with summaries and a configuration, a web server and a mail server: what is told to whom.

A test module takes the fixtures by importing them.
"""

import json
import os
import subprocess
import time

import pytest
import yaml
from conftest import BUILD
from notice_sinks import Mails, Web

HOME = "ap-northeast-1"
SUMMARIES = {
    HOME: {"status": "SUCCESS", "parameterCount": 12, "durationSeconds": 8, "dryRun": False,
           "s3Key": "2026-11-26/ap-northeast-1/ssm-backup-dev-x.json", "failedCount": 0, "complete": True},
    "us-west-2": {"status": "SUCCESS", "parameterCount": 3, "durationSeconds": 1, "dryRun": False,
                  "s3Key": "2026-11-26/us-west-2/ssm-backup-dev-x.json", "failedCount": 1, "complete": False,
                  "unreadable": [{"name": "/app/dev/パス", "accepted": False, "error": "denied"}]},
}
HOOK = "/services/T000/B000/s3cretpath"
TOKEN = "xoxb-s3cret-token"


class World:
    def __init__(self, directory):
        self.directory = directory
        self.web = Web()
        (directory / "empty").write_text("")
        (directory / "hook").write_text(self.web.url + HOOK + "\n")
        (directory / "password").write_text(Mails.PASSWORD.decode() + "\n")
        self.summaries(SUMMARIES)

    def summaries(self, content):
        (self.directory / "region_summaries.json").write_text(json.dumps(content))

    def config(self, **sinks):
        (self.directory / "notify.yaml").write_text(yaml.safe_dump(sinks, allow_unicode=True))

    def slack(self, **more):
        return {"slack": {"webhook": f"file:{self.directory / 'hook'}", **more}}

    def mail(self, mails, **more):
        return {"mail": {"server": f"localhost:{mails.port}", "user": "backup",
                         "password": f"file:{self.directory / 'password'}",
                         "from": "ssm-backup@example.com", "to": ["ops-alerts@example.com"],
                         "on_call": ["oncall@example.com"], **more}}

    def environment(self, more):
        empty = str(self.directory / "empty")
        return {"HOME": str(self.directory), "PATH": os.environ["PATH"],
                "AWS_CONFIG_FILE": empty, "AWS_SHARED_CREDENTIALS_FILE": empty,
                "AWS_EC2_METADATA_DISABLED": "true", "AWS_REGION": HOME, **more}

    def start(self, *words, **environment):
        return subprocess.Popen([BUILD / "ssm-backup", *words], cwd=self.directory, text=True,
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                env=self.environment(environment))

    def run(self, *words, **environment):
        done = subprocess.run(
            [BUILD / "ssm-backup", *words], cwd=self.directory, text=True, capture_output=True,
            timeout=120, check=False, env=self.environment(environment))
        said = done.stdout + done.stderr
        for secret in (HOOK, TOKEN, Mails.PASSWORD.decode()):
            assert secret not in said
        return done

    def notify(self, *words, **environment):
        return self.run("notify", "--env", "dev", "--config", "notify.yaml", "--summaries",
                        "region_summaries.json", "--build-number", "42", *words, **environment)


def until(there, seconds=30):
    end = time.monotonic() + seconds
    while not there():
        assert time.monotonic() < end, "it did not come to that"
        time.sleep(0.02)


@pytest.fixture
def world(tmp_path):
    made = World(tmp_path)
    yield made
    made.web.stop()


@pytest.fixture
def mails(tmp_path):
    (tmp_path / "smtp").mkdir()
    made = Mails(tmp_path / "smtp")
    yield made
    made.stop()
