"""A world in which something is wrong, one run of the real program in it, and what both left.

A row of the tables in test_bad_input_*.py says how its world is made, the command and the exit
code. What was printed and what was left lies in tests/golden/bad_input/, one file a row;
UPDATE_GOLDEN=1 writes them anew.
"""

import concurrent.futures
import dataclasses
import difflib
import functools
import json
import os
import pathlib
import re
import shlex
import subprocess
import threading
import urllib.request
from collections.abc import Callable

import boto3
import pytest
from conftest import ACCOUNT, BUILD, KEYS, ROOT, Sandbox
from hostile import Answer, Hostile

GOLDEN = ROOT / "tests" / "golden" / "bad_input"
REGION = "us-west-2"
OTHER_REGION = "eu-west-1"
BUCKET = f"jenkins-infra-ssm-backup-dev-{ACCOUNT}-{REGION}"
SECRET = "v4lue/of+the+parameter"
BACKUP = "backup --env dev --region us-west-2 --repository ./repository"
S3_BACKUP = f"backup --env dev --region us-west-2 --repository s3://{BUCKET}"
DEPLOYED = "backup --env dev"
SESSION = boto3.session.Session()
SESSION_LOCK = threading.Lock()  # making clients is not for threads


class World:
    """A sandbox with a few parameters in us-west-2, and a directory to run in."""

    def __init__(self, directory: pathlib.Path):
        self.sandbox = Sandbox(directory, "http")
        self.sandbox.session = SESSION
        self.directory = directory / "run"
        self.directory.mkdir()
        self.repository = self.directory / "repository"
        self.bucket = None  # its name, where the repository is one
        self.environment = self.sandbox.environment(REGION, KEYS["backup"])
        self.prefix = []  # what runs the program
        self.options = {}  # of subprocess
        self.hostile = []
        self.skew = 0
        self.before = {}
        self.seed("/app/dev/a", "/app/dev/b", "/app/dev/c", password="/app/dev/password")

    def stop(self):
        for server in self.hostile:
            server.stop()
        assert self.sandbox.stop() == 0

    def control(self, verb: str, body: dict | None = None) -> dict:
        data = None if body is None else json.dumps(body).encode()
        with urllib.request.urlopen(f"{self.sandbox.url}/_sandbox/{verb}", data) as answer:
            return json.load(answer)

    def put(self, region: str, parameters: list[dict]):
        # Older than the tag index may lag, as most are.
        old = [{"LastModifiedDate": "2024-01-02T03:04:05Z", **each} for each in parameters]
        self.control("seed", {"account": ACCOUNT, "region": region, "parameters": old})

    def seed(self, *names: str, password: str | None = None, region: str = REGION):
        parameters = [{"Name": name, "Value": SECRET, "Type": "String"} for name in names]
        if password:
            parameters.append({"Name": password, "Value": SECRET, "Type": "SecureString"})
        self.put(region, parameters)

    def metadata(self, **values: str):
        """Those of the stack, or `regions`, `default`, `bucket` in their place."""
        named = {
            "region-list": values.get("regions", json.dumps([REGION])),
            "default-region": values.get("default", REGION),
            f"{REGION}/s3-bucket-name": values.get("bucket", BUCKET),
        }
        self.put(REGION, [
            {"Name": f"/jenkins/dev/backup/{name}", "Value": value, "Type": "String"}
            for name, value in named.items() if value
        ])

    def move_clock(self, seconds: int):
        """The services' clock; this machine's stays."""
        self.control("advance-clock", {"seconds": seconds})
        self.skew += seconds

    def calls(self) -> int:
        return sum(counter["calls"] for counter in self.control("state")["counters"])

    def client(self, service: str, region: str, key: str = "backup"):
        with SESSION_LOCK:
            return self.sandbox.client(service, region, KEYS[key])

    def s3(self, key: str = "backup", region: str = REGION):
        return self.client("s3", region, key)

    def delete(self, *names: str):
        self.client("ssm", REGION).delete_parameters(Names=names)

    def make_bucket(self, key: str = "backup"):
        self.s3(key).create_bucket(
            Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION}
        )
        if key == "backup":
            self.bucket = BUCKET

    def config(self, text: str, **environment: str):
        """The AWS configuration file; the keys in the environment go."""
        (self.directory / "config").write_text(text)
        for name in [name for name in self.environment if name.startswith("AWS_SECRET")]:
            del self.environment[name], self.environment["AWS_ACCESS_KEY_ID"]
        self.environment |= {"AWS_CONFIG_FILE": str(self.directory / "config"), **environment}

    def answer(self, service: str, answer: Answer):
        """From now on a hostile server is that service (SSM, STS, S3)."""
        self.hostile.append(Hostile(answer, self.sandbox.url))
        self.environment[f"AWS_ENDPOINT_URL_{service}"] = self.hostile[-1].url

    def run(self, command: str, **options) -> subprocess.CompletedProcess:
        return subprocess.run(
            [*self.prefix, str(BUILD / "ssm-backup"), *shlex.split(command)],
            cwd=self.directory, env=self.environment, timeout=60, check=False,
            **{"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True,
               **self.options, **options},
        )

    def backup(self, command: str = BACKUP):
        """A good one, to begin with."""
        done = self.run(command)
        assert done.returncode == 0, done.stderr

    def files(self) -> dict[str, bytes]:
        """What lies in the repository, by key."""
        if self.bucket:
            skew = self.skew
            self.move_clock(-skew)
            s3 = self.s3()
            listed = s3.list_objects_v2(Bucket=self.bucket).get("Contents", [])
            files = {each["Key"]: s3.get_object(Bucket=self.bucket, Key=each["Key"])["Body"].read()
                     for each in listed}
            self.move_clock(skew)
            return files
        return {str(path.relative_to(self.repository)): path.read_bytes()
                for path in sorted(self.repository.rglob("*")) if path.is_file()}


@dataclasses.dataclass
class Row:
    name: str
    code: int
    command: str = BACKUP
    given: Callable[[World], object] = lambda world: None
    then: Callable[[World], object] = lambda world: None
    moves: bool = False  # pointers, though something was wrong: a whole snapshot is there
    unfinished: bool = False  # a document without a manifest may stay


def normal(text: str, world: World) -> str:
    """What changes from run to run, by its kind."""
    for pattern, kind in (
        (re.escape(str(world.directory)), "DIR"),
        (re.escape(str(world.directory.parent)), "HOME"),
        (r"127\.0\.0\.1:\d+", "127.0.0.1:PORT"),
        (r"\(id-2 [^)\n]+\)", "(id-2 ID)"),
        (r"\brequest (?=[\w+/=-]*\d)[\w+/=-]{8,}", "request ID"),
        (r"\brun [0-9a-f]{32}:", "run ID:"),
        (r"\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", "TIME"),
        (r"\b\d{8}T\d{6}Z", "TIME"),
        (r"\b20\d{6}_\d{6}\b", "STAMP"),
        (r"\b20\d\d-\d\d-\d\d\b", "DATE"),
        (r"^\d\d:\d\d:\d\dZ ", "CLOCK "),
        (r"\bDATE \d\d:\d\d UTC, [^,\n]+ old$", "TIME, AGE old"),
        (r"\bDATE \d\d:\d\d:\d\d UTC \([^,\n]+ old", "TIME (AGE old"),
        (r"(?<=\d/)(\d+)   [\d.]+/s(   \S+ \S+ left)?", r"\1"),
        (r"\b\d+(\.\d+)? (ms|us|s|min)\b", "TOOK"),
        (r"\b\d+(\.\d+)? k?B\b", "SIZE"),
        (r"\.unfinished-\w{6}", ".unfinished-NAME"),
    ):
        text = re.sub(pattern, kind, text, flags=re.MULTILINE)
    # A table's columns are as wide as what stood there.
    text = re.sub(r"^(\S.*)  (TIME|TOOK)$", lambda row: re.sub(" {2,}", "  ", row[0]), text,
                  flags=re.MULTILINE)
    # Parameters are told of in the order in which the answers came.
    return re.sub(r"(^CLOCK \S+   /.*\n)+",
                  lambda lines: "".join(sorted(lines[0].splitlines(keepends=True))), text,
                  flags=re.MULTILINE)


def left(world: World) -> str:
    """What the run added or changed."""
    after = world.files()
    lines = [f"{key}  is gone" for key in sorted(set(world.before) - set(after))]
    for key in sorted(after):
        if world.before.get(key) == after[key]:
            continue
        if key.startswith("manifests/") and key.endswith(".json"):
            key += "  complete" if json.loads(after[key])["complete"] else "  incomplete"
        elif key.startswith("latest"):
            key += f"  names {after[key].decode().strip()}"
        lines.append(key)
    return "\n".join(lines) or "nothing"


def check_left(row: Row, lines: str):
    """Nothing that anything would take for a whole snapshot."""
    for line in lines.splitlines():
        assert not line.endswith("is gone"), line
        if line.startswith("manifests/") and ".json" in line:
            assert row.moves or row.code == 3, "a manifest of a run that failed"
        elif line.startswith("latest"):
            incomplete = line.startswith("latest-incomplete") and row.code == 3
            assert row.moves or incomplete, f"a pointer moved: {line}"
        else:
            kept = row.moves or row.unfinished or row.code == 3
            assert line in ("nothing", ".lock") or kept, f"left: {line}"


def check_text(row: Row, text: str):
    """What no operator should ever see; and one error, with a step that follows."""
    for word in (SECRET, *(key["secret_access_key"] for key in KEYS.values())):
        assert word not in text, "a secret was printed"
    for word in ("Traceback", "terminate called", "what():", "std::", "boost::", "a defect of"):
        assert word not in text, f"an operator reads {word!r}"
    assert not re.search(r"[\x00-\x08\x0b-\x1f]", text), "control characters"
    if row.code in (1, 2):
        told = re.findall(r"^error: |^\S+ \S+ FAILED: ", text, re.MULTILINE)
        assert len(told) == 1, "one error, told once"
    if row.code in (1, 2, 3):
        assert re.search(r"^(\S+ \S+   )?next: ", text, re.MULTILINE), "no next step"


def compare(name: str, text: str):
    path = GOLDEN / (re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_") + ".txt")
    if os.environ.get("UPDATE_GOLDEN"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    wanted = path.read_text() if path.exists() else ""
    difference = "".join(difflib.unified_diff(
        wanted.splitlines(keepends=True), text.splitlines(keepends=True),
        f"{path.relative_to(ROOT)} (UPDATE_GOLDEN=1 writes it anew)", "this run",
    ))
    assert not difference, "\n" + difference


def judge(row: Row, world: World, done: subprocess.CompletedProcess):
    """One run against its row and its golden file."""
    changed = left(world)
    text = f"# {row.name}\n$ ssm-backup {row.command}\nexit {done.returncode}\n"
    for title, output in (
        ("standard error", done.stderr),
        ("standard output", done.stdout),
        ("left in the repository", changed),
    ):
        if output:
            text += f"--- {title}\n" + output.rstrip("\n") + "\n"
    compare(row.name, normal(text, world))
    assert done.returncode == row.code, done.stderr
    check_text(row, (done.stdout or "") + (done.stderr or ""))
    check_left(row, changed)


@functools.cache
def has_namespaces() -> bool:
    """May this user have a mount and a network of its own?"""
    asked = ["unshare", "--map-root-user", "--mount", "--net", "true"]
    return subprocess.run(asked, capture_output=True, check=False).returncode == 0


def play(row: Row, directory: pathlib.Path):
    """One row: make the world, run, compare."""
    world = World(directory)
    try:
        row.given(world)
        if world.prefix[:1] == ["unshare"] and not has_namespaces():
            pytest.skip("unshare may not make namespaces here")
        world.before = world.files()
        judge(row, world, world.run(row.command))
        row.then(world)
    finally:
        world.stop()


class Plays:
    """The rows of one module that were selected, all at once: most of them wait for a retry."""

    def __init__(self, request, tmp_path_factory):
        module = request.node
        rows = [item.callspec.params["row"] for item in request.session.items
                if item.getparent(type(module)) is module and hasattr(item, "callspec")
                and "row" in item.callspec.params]
        self.pool = concurrent.futures.ThreadPoolExecutor(len(rows))
        self.runs = {
            row.name: self.pool.submit(play, row, tmp_path_factory.mktemp("world")) for row in rows
        }
