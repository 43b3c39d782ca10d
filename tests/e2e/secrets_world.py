"""A sandbox full of canaries, and how the program is run in it (test_secrets.py and beside it)."""

import contextlib
import json
import pathlib
import re
import socket
import ssl
import subprocess
import time
import urllib.request

from canaries import Canaries, canary, files_below, is_secret_key, objects_of
from conftest import ACCOUNT, BUILD, Sandbox

REGIONS = HOME, OTHER = ["us-west-2", "eu-west-1"]
STACK = f"""config:
  jenkins-ssm-backup-s3:projectName: jenkins-infra
  jenkins-ssm-backup-s3:environment: dev
  jenkins-ssm-backup-s3:regions: [{HOME}, {OTHER}]
  jenkins-ssm-backup-s3:defaultRegion: {HOME}
"""
DENIED = "/app/dev/denied"
BIG = " ".join(canary(63) for _ in range(128))[:8192]
VALUES = {
    "/app/dev/text": ("String", canary(12)),
    "/app/dev/secret": ("SecureString", canary()),
    "/app/dev/list": ("StringList", ",".join(canary() for _ in range(3))),
    "/app/dev/big": ("SecureString", BIG),
    "/app/dev/neighbours": ("SecureString", canary()),
    "/app/dev/escapes": ("String", f'"{canary()}"\n\t{canary()}\\'),
    "/app/dev/history": ("SecureString", canary()),
    DENIED: ("SecureString", canary()),
    **{f"/app/dev/many/{number:02}": ("String", canary(20 + number)) for number in range(12)},
}
OLD_VALUES = [canary(), canary()]
KEY = {
    "access_key_id": "ASIA" + canary(16).upper(),
    "secret_access_key": canary(40),
    "session_token": canary(300),
}
# The same session with a secret key that is not its own.
WRONG_KEY = {**KEY, "secret_access_key": canary(40)}
PROFILES = f"""[profile keys]
aws_access_key_id = {KEY['access_key_id']}
aws_secret_access_key = {KEY['secret_access_key']}
aws_session_token = {KEY['session_token']}
[profile process]
credential_process = cat ../process.json
[profile role]
role_arn = arn:aws:iam::{ACCOUNT}:role/job
source_profile = keys
"""
# Keys that the sandbox makes are known by what stands before them.
MADE_KEYS = re.compile(rb"(?:SecretAccessKey|SessionToken)(?:>|\0|&gt;)[A-Za-z0-9/+=]{16}")
TEXTS = {
    **{name: value for name, (_, value) in VALUES.items() if len(value) >= 16},
    **{f"{VALUES['/app/dev/list'][0]} {at}": item
       for at, item in enumerate(VALUES["/app/dev/list"][1].split(","))},
    "old value 1": OLD_VALUES[0],
    "old value 2": OLD_VALUES[1],
    "secret key": KEY["secret_access_key"],
    "wrong secret key": WRONG_KEY["secret_access_key"],
    "session token": KEY["session_token"],
}
CANARIES = Canaries(TEXTS)
# A document that someone saved: as secret as in the bucket, and named so.
SAVED = "ssm-backup-saved.json"


def bucket(region):
    return f"jenkins-infra-ssm-backup-dev-{ACCOUNT}-{region}"


def seed(sandbox, region):
    """Through the control path, which also writes a history."""
    rows = [{"Name": name, "Type": kind, "Value": value,
             "Tier": "Advanced" if len(value) > 4096 else "Standard"}
            for name, (kind, value) in VALUES.items()]
    by_name = {row["Name"]: row for row in rows}
    by_name["/app/dev/neighbours"] |= {
        "Description": "beside a value", "AllowedPattern": "^.*$", "Tier": "Advanced",
        "Policies": [{"PolicyText": '{"Type":"NoChangeNotification","Version":"1.0",'
                                    '"Attributes":{"After":"20","Unit":"Days"}}',
                      "PolicyType": "NoChangeNotification", "PolicyStatus": "Pending"}],
        "Tags": [{"Key": "team", "Value": "ops"}],
    }
    by_name["/app/dev/history"] |= {
        "Version": 3, "History": [{"Version": at + 1, "Value": value}
                                  for at, value in enumerate(OLD_VALUES)],
    }
    control(sandbox, "seed", {"account": ACCOUNT, "region": region, "parameters": rows})


def control(sandbox, path, body=None):
    """POST with a body, GET without."""
    context = ssl.create_default_context(cafile=sandbox.ca) if sandbox.ca else None
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(f"{sandbox.url}/_sandbox/{path}", data=data)
    with urllib.request.urlopen(request, context=context) as answer:
        return json.loads(answer.read())


class World:
    """A sandbox with canaries, and a directory where the program runs."""

    def __init__(self, directory, scheme):
        self.sandbox = Sandbox(
            directory, scheme,
            who_may_call={"accounts": [{
                "id": ACCOUNT, "keys": [{**KEY, "user": "backup"}],
                "roles": [{"name": "job", "trusts": ["*"]}],
            }]},
        )
        self.place = directory / "place"
        for name in ("", "home", "tmp"):
            (self.place / name).mkdir()
        (self.place / "Pulumi.dev.yaml").write_text(STACK)
        # Not below the place: that is what must hold no secret.
        self.profiles = directory / "profiles"
        self.profiles.write_text(PROFILES)
        (directory / "process.json").write_text(json.dumps({
            "Version": 1, "AccessKeyId": KEY["access_key_id"],
            "SecretAccessKey": KEY["secret_access_key"], "SessionToken": KEY["session_token"],
        }))
        for region in REGIONS:
            seed(self.sandbox, region)

    def environment(self, key=KEY, **more):
        return {**self.sandbox.environment(HOME, key), "HOME": str(self.place / "home"),
                "TMPDIR": str(self.place / "tmp"), **more}

    def start(self, *words, program="ssm-backup", key=KEY, limit=None, profile=None, **more):
        environment = self.environment(key, **more)
        if profile:
            for name in ("ACCESS_KEY_ID", "SECRET_ACCESS_KEY", "SESSION_TOKEN"):
                del environment[f"AWS_{name}"]
            environment |= {"AWS_PROFILE": profile, "AWS_CONFIG_FILE": str(self.profiles)}
        return subprocess.Popen(
            [BUILD / program, *words], cwd=self.place, env=environment,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, preexec_fn=limit,
        )

    def save_document(self):
        """The home Region's newest one, as a file beside the program."""
        s3 = self.sandbox.client("s3", HOME, KEY)

        def text_of(key):
            return s3.get_object(Bucket=bucket(HOME), Key=key)["Body"].read()

        document = text_of(text_of(f"latest-{HOME}.txt").decode().strip())
        (self.place / SAVED).write_bytes(document)

    def check_files(self):
        """All that lies about, but for a directory repository's documents and indexes."""
        for path, content in files_below(self.place):
            if not is_secret_key(path.name):
                assert CANARIES.found_in(content) == [], path

    def check_objects(self):
        for region in REGIONS:
            told = dict(objects_of(self.sandbox.client("s3", region, KEY), bucket(region)))
            assert any(key.startswith("manifests/") for key in told)
            for key, text in told.items():
                assert CANARIES.found_in(text) == [], key


def run(world, words, code, *, revealed=(), **how):
    """Runs it at the highest log level, and looks at what it says and what it left."""
    process = world.start(*words, "--log-level", "info", **how)
    argv = pathlib.Path(f"/proc/{process.pid}/cmdline").read_bytes()
    out, err = process.communicate(timeout=120)
    assert process.returncode == code, out + err
    assert CANARIES.found_in(err, argv) == []
    assert set(CANARIES.found_in(out)) == set(revealed)
    world.check_files()
    return out, err


# A call for each parameter takes its time.
ONE_REGION = ["--region", HOME, "--quota-share", "100"]


@contextlib.contextmanager
def silent_server():
    """The address of a server that takes connections and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"http://127.0.0.1:{server.getsockname()[1]}"


def in_the_middle(world, silent, program="ssm-backup"):
    """A run that has asked for all values, and waits for tags."""
    control(world.sandbox, "reset-counters", {})
    process = world.start(
        "backup", "--env", "dev", "--region", HOME, "--repository", "./interrupted",
        "--log-level", "info", program=program,
        AWS_ENDPOINT_URL_RESOURCE_GROUPS_TAGGING_API=silent,
    )
    until(process, lambda: calls(world.sandbox, "GetParameters") * 10 >= len(VALUES))
    return process


def calls(sandbox, operation):
    """How often it was called since the counters were set to zero."""
    rows = control(sandbox, "state")["counters"]
    return sum(row["calls"] for row in rows if row["operation"].endswith(operation))


def until(process, condition):
    """Waits for something to come true while the process runs."""
    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline
        with contextlib.suppress(subprocess.TimeoutExpired):
            raise AssertionError(f"the run ended with {process.wait(timeout=0.05)}")
