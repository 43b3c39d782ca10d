"""What others wrote, as processes: moto for SSM, STS and tagging, versitygw for objects; Prometheus's
promtool and Pushgateway for metrics."""

import json
import os
import pathlib
import re
import socket
import subprocess
import sys
import time
import urllib.request

import boto3
import botocore.config
import pytest

MOTO_ACCOUNT = "123456789012"
ALLOW_ALL = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}],
}


def place_of(variable: str, what: str, reason: str) -> pathlib.Path:
    """Where `./dev test e2e` says that a program is; without it the test is skipped, and says so."""
    place = os.environ.get(variable, "")
    if not place:
        if list_of_those_not_run := os.environ.get("SSM_BACKUP_NOT_RUN"):
            line = f"e2e, {what}: {reason}\n"
            with open(list_of_those_not_run, "a+", encoding="utf-8") as file:
                file.seek(0)
                if line not in file.readlines():
                    file.write(line)
        pytest.skip(reason)
    return pathlib.Path(place)


def versitygw_program() -> pathlib.Path:
    return place_of("SSM_BACKUP_VERSITYGW", "the backup from moto into versitygw",
                    "versitygw is not there (it needs Go 1.25 and its modules: ./dev test e2e)")


def promtool(*words, read: str = "", cwd: pathlib.Path | None = None) -> str:
    """Runs Prometheus's own judge; returns what it says, or fails with that."""
    place = place_of("SSM_BACKUP_PROMTOOL", "metrics, rules and dashboard before promtool",
                     "promtool is not there (apt-get download prometheus: ./dev test e2e)")
    done = subprocess.run([place / "promtool", *words], input=read, text=True, cwd=cwd,
                          capture_output=True, timeout=300, check=False)
    said = done.stdout + done.stderr
    assert done.returncode == 0, said
    return said


def client(url: str, service: str, region: str, key: dict):
    """A boto3 client of one server; nothing is tried twice."""
    return boto3.client(
        service,
        region_name=region,
        aws_access_key_id=key["access_key_id"],
        aws_secret_access_key=key["secret_access_key"],
        endpoint_url=url,
        config=botocore.config.Config(
            retries={"total_max_attempts": 1}, proxies={}, s3={"addressing_style": "path"}
        ),
    )


class Moto:
    """A moto server that checks signatures, and the keys of an IAM user who may do all."""

    def __init__(self, directory: pathlib.Path | None = None):
        """`directory`: where it writes what it is asked to record."""
        self.process = subprocess.Popen(
            [pathlib.Path(sys.executable).parent / "moto_server", "-H", "127.0.0.1", "-p", "0"],
            cwd=directory,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        found = (re.search(r"http://127\.0\.0\.1:\d+", line) for line in self.process.stderr)
        self.url = next(match[0] for match in found if match)
        # What it says of each request is nobody's business, but the pipe must not fill.
        self.drain = subprocess.Popen(
            ["cat"], stdin=self.process.stderr, stdout=subprocess.DEVNULL
        )
        self.process.stderr.close()
        nobody = {"access_key_id": "any", "secret_access_key": "any"}
        iam = client(self.url, "iam", "us-east-1", nobody)
        iam.create_user(UserName="backup")
        iam.put_user_policy(
            UserName="backup", PolicyName="all", PolicyDocument=json.dumps(ALLOW_ALL)
        )
        made = iam.create_access_key(UserName="backup")["AccessKey"]
        self.key = {
            "access_key_id": made["AccessKeyId"],
            "secret_access_key": made["SecretAccessKey"],
        }
        # From here on every request must be signed with that key.
        urllib.request.urlopen(
            urllib.request.Request(
                f"{self.url}/moto-api/reset-auth",
                data=b"0",
                headers={"Content-Type": "text/plain"},
                method="POST",
            )
        ).close()

    def client(self, service: str, region: str, key: dict | None = None):
        return client(self.url, service, region, key or self.key)

    def stop(self):
        self.process.terminate()
        self.process.wait(timeout=10)
        self.drain.wait(timeout=10)


class RealPushgateway:
    """Prometheus's own, empty."""

    def __init__(self):
        place = place_of("SSM_BACKUP_PROMTOOL", "metrics into a real Pushgateway",
                         "prometheus-pushgateway is not there (./dev test e2e)")
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{port}"
        self.process = subprocess.Popen(
            [place / "prometheus-pushgateway", f"--web.listen-address=127.0.0.1:{port}"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        deadline = time.monotonic() + 30
        while True:
            try:
                urllib.request.urlopen(f"{self.url}/-/ready", timeout=5).close()
                return
            except OSError:
                assert self.process.poll() is None, "the Pushgateway ended"
                assert time.monotonic() < deadline, "the Pushgateway does not listen"
                time.sleep(0.05)

    def text(self) -> str:
        with urllib.request.urlopen(f"{self.url}/metrics", timeout=10) as answer:
            return answer.read().decode()

    def stop(self):
        self.process.terminate()
        self.process.wait(timeout=10)


class Versitygw:
    """An S3 server of one Region, whose account ids are access keys.

    `key` may do all; `bucket()` makes a bucket that belongs to an account of twelve digits.
    """

    ROOT = {"access_key_id": "root", "secret_access_key": "s3cret/of+root"}

    def __init__(self, program: pathlib.Path, directory: pathlib.Path, region: str, key: dict):
        self.program, self.region, self.key = program, region, key
        for place in ("buckets", "users"):
            (directory / place).mkdir(parents=True)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{port}"
        self.process = subprocess.Popen(
            [program, "--port", f"127.0.0.1:{port}", "--region", region, "--quiet",
             "--iam-dir", directory / "users", "posix", directory / "buckets"],
            env=self._environment("ROOT"),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self._wait_until_it_listens(port)
        self.admin("create-user", "--access", key["access_key_id"],
                   "--secret", key["secret_access_key"], "--role", "admin")

    def _wait_until_it_listens(self, port: int):
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            try:
                socket.create_connection(("127.0.0.1", port), timeout=5).close()
                return
            except ConnectionRefusedError:
                try:
                    code = self.process.wait(timeout=0.05)
                except subprocess.TimeoutExpired:
                    continue
                raise AssertionError(f"versitygw ended with {code}") from None
        raise AssertionError("versitygw does not listen")

    def _environment(self, prefix: str) -> dict:
        return {
            f"{prefix}_ACCESS_KEY_ID": self.ROOT["access_key_id"],
            f"{prefix}_SECRET_ACCESS_KEY": self.ROOT["secret_access_key"],
        }

    def admin(self, *words: str):
        done = subprocess.run(
            [self.program, "admin", "--region", self.region, "--endpoint-url", self.url, *words],
            env=self._environment("ADMIN"),
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr

    def bucket(self, name: str, owner: str):
        self.client().create_bucket(
            Bucket=name, CreateBucketConfiguration={"LocationConstraint": self.region}
        )
        self.admin("create-user", "--access", owner, "--secret", "n0body/knows", "--role", "user")
        self.admin("change-bucket-owner", "--bucket", name, "--owner", owner)

    def client(self):
        return client(self.url, "s3", self.region, self.key)

    def stop(self):
        self.process.terminate()
        self.process.wait(timeout=10)
