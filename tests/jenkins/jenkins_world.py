"""A sandbox with three Regions, and builds of the pipelines in it.

The harness (harness/, Groovy) carries out the Jenkinsfile; `sh` runs the real program, reached through
a script of this world's PATH that notes the notices and may misbehave as a row says. Notices go to a web
server of this world, as Slack's webhook.
"""

import concurrent.futures
import dataclasses
import difflib
import json
import os
import pathlib
import re
import subprocess
import sys
import urllib.request
from collections.abc import Callable

import pytest
import yaml

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "e2e"))

from conftest import ACCOUNT, BUILD, KEYS, Sandbox  # noqa: E402  (the path comes first)
from notice_sinks import Web  # noqa: E402

GOLDEN = ROOT / "tests" / "golden" / "jenkins"
DEPLOY = ROOT / "deploy" / "jenkins"
HOME, SECOND, THIRD = REGIONS = ["ap-northeast-1", "us-west-2", "us-east-1"]
SECRET = "v4lue/of+the+parameter"
HOOK = "/services/s3cret"  # of the webhook, behind the server's address
POST = "Declarative: Post Actions"
HOSTILE = "$(touch touched); \"`touch touched`\" '; touch touched; $AWS_SECRET_ACCESS_KEY"
PIPELINES = {
    "backup": DEPLOY / "Jenkinsfile",
    "restore": DEPLOY / "restore" / "Jenkinsfile",
    "drill": DEPLOY / "drill" / "Jenkinsfile",
}
# As the jobs have them.
PARAMETERS = {"ENVIRONMENT": "dev", "AGENT_LABEL": "ec2-fleet-micro"}
CHOICES = {"ENVIRONMENT": ["dev", "prod"],
           "AGENT_LABEL": ["ec2-fleet-micro", "ec2-fleet-small", "ec2-fleet-medium"]}
DEFAULTS = {
    "backup": {**PARAMETERS, "DRY_RUN": False, "JENKINSFILE_BRANCH": "main"},
    "restore": {**PARAMETERS, "REGION": "", "DRY_RUN": True, "FORCE_OVERWRITE": False},
    "drill": PARAMETERS,
}
PROGRAM = """#!/bin/bash
real={real}
if [[ $1 != notify ]]; then
  :
{misbehave}
  exec "$real" "$@"
fi
[[ $* == *--print* ]] || printf '%s\\n' "$*" >>{directory}/notices
exec "$real" "$@"
"""


def harness(directories: list[pathlib.Path], orders: list[dict]) -> list[dict]:
    """Carries out each order in its directory; returns what came of it, its console included.

    The harness is compiled by `./dev test jenkins`, which says where: SSM_BACKUP_HARNESS.
    """
    for directory, order in zip(directories, orders, strict=True):
        places = ("console", "workspace", "archive", "events", "result")
        places = {name: str(directory / name) for name in places}
        (directory / "order.json").write_text(json.dumps({**order, **places}))
    done = subprocess.run(
        ["java", "-XX:TieredStopAtLevel=1", "-cp", os.environ["SSM_BACKUP_HARNESS"], "harness.Main",
         *(str(directory / "order.json") for directory in directories)],
        check=False, text=True, timeout=120, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    assert (done.returncode, done.stdout) == (0, "")
    results = []
    for directory in directories:
        console = directory / "console"
        result = json.loads((directory / "result").read_text())
        results.append(result | {"console": console.read_text() if console.exists() else ""})
    return results


@dataclasses.dataclass
class Row:
    name: str
    pipeline: str
    result: str
    stages: list[str]  # "name" where it went well, else "name: RESULT"
    given: Callable[["World"], object] = lambda world: None
    then: Callable[["World"], object] = lambda world: None
    parameters: dict = dataclasses.field(default_factory=dict)
    environment: dict = dataclasses.field(default_factory=dict)
    answers: list = dataclasses.field(default_factory=list)
    notices: list[str] = dataclasses.field(default_factory=list)
    archived: list[str] = dataclasses.field(default_factory=list)
    description: str | None = None
    misbehave: str = ""  # lines of bash before the program is run
    order: dict = dataclasses.field(default_factory=dict)  # for the harness, beside the usual
    told: bool = True  # a configuration of notices is set


class World:
    """The sandbox, what the stack has made in it, and a place for one build."""

    def __init__(self, directory: pathlib.Path):
        self.sandbox = Sandbox(directory, "http")
        self.directory = directory / "run"
        self.archive = self.directory / "archive"
        self.workspace = self.directory / "workspace"
        (self.directory / "bin").mkdir(parents=True)
        self.events = self.directory / "events"
        self.web = Web()
        self.credentials: dict[str, str] = {}
        self.agent: dict[str, str] = {}  # what only the agent has in its environment
        (self.directory / "hook").write_text(self.web.url + HOOK)
        self.notify_by(slack={"webhook": f"file:{self.directory / 'hook'}"})
        for region in REGIONS:
            self.seed(region, {f"/app/dev/{name}": "String" for name in "abc"})
            self.seed(region, {"/app/dev/password": "SecureString"})
        (self.directory / "Pulumi.dev.yaml").write_text(json.dumps({"config": {
            "jenkins-ssm-backup-s3:projectName": "jenkins-infra",
            "jenkins-ssm-backup-s3:environment": "dev",
            "jenkins-ssm-backup-s3:regions": REGIONS,
            "jenkins-ssm-backup-s3:defaultRegion": HOME,
        }}))
        self.program("infra apply -f Pulumi.dev.yaml")

    def stop(self):
        self.web.stop()
        assert self.sandbox.stop() == 0

    def notify_by(self, **sinks):
        (self.directory / "notify.yaml").write_text(yaml.safe_dump(sinks))

    def control(self, verb: str, body: dict | None = None, method: str | None = None) -> dict:
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{self.sandbox.url}/_sandbox/{verb}", data, method=method)
        with urllib.request.urlopen(request) as answer:
            return json.load(answer)

    def faults(self, *rules: dict):
        self.control("faults", {"rules": list(rules)}, method="PUT")

    def seed(self, region: str, names: dict[str, str], value: str = SECRET):
        # Older than the tag index may lag.
        rows = [{"Name": name, "Type": kind, "Value": value, "LastModifiedDate": "2026-01-02T03:04:05Z"}
                for name, kind in names.items()]
        self.control("seed", {"account": ACCOUNT, "region": region, "parameters": rows})

    def values(self, region: str) -> dict[str, str]:
        dumped = self.control(f"dump?region={region}&account={ACCOUNT}")["parameters"]
        return {each["Name"]: each["Value"] for each in dumped if each["Name"].startswith("/app/")}

    def ssm(self, region: str):
        return self.sandbox.client("ssm", region)

    def program(self, command: str):
        done = subprocess.run(
            [BUILD / "ssm-backup", *command.split()], cwd=self.directory, check=False, text=True,
            env=self.environment(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=60)
        assert done.returncode == 0, done.stdout
        return done.stdout

    def environment(self, **more: str) -> dict:
        path = f"{self.directory / 'bin'}:{os.environ['PATH']}"
        return {**self.sandbox.environment(HOME, KEYS["backup"]), "PATH": path, **more}

    def build(self, row: Row):
        """Runs the pipeline once; what came of it is in self.report, console, and the directories."""
        shim = self.directory / "bin" / "ssm-backup"
        shim.write_text(PROGRAM.format(
            real=BUILD / "ssm-backup", directory=self.directory,
            misbehave=row.misbehave.replace("EVENTS", str(self.events))))
        shim.chmod(0o755)
        told = {"SSM_BACKUP_NOTIFY": str(self.directory / "notify.yaml")} if row.told else {}
        parameters = {**DEFAULTS[row.pipeline], **row.parameters}
        order = {
            "pipeline": str(PIPELINES[row.pipeline]), "number": 7,
            "job": f"Admin_Jobs/admin_ssm_{row.pipeline}_job",
            "parameters": {name: value for name, value in parameters.items() if value is not None},
            "choices": CHOICES, "environment": {**told, **row.environment}, "answers": row.answers,
            "agentEnvironment": self.environment(**self.agent), "credentials": self.credentials,
            **row.order,
        }
        (self.report,) = harness([self.directory], [order])
        assert "refused" not in self.report, self.report
        self.console = self.report["console"]

    def lines(self, name: str) -> list[str]:
        path = self.directory / name
        return path.read_text().splitlines() if path.exists() else []

    def left(self) -> list[pathlib.Path]:
        """On the agents, after the build."""
        return [path for place in self.directory.glob("workspace*") for path in place.iterdir()]

    def archived(self) -> dict[str, str]:
        return {str(path.relative_to(self.archive)): path.read_text()
                for path in sorted(self.archive.rglob("*")) if path.is_file()}


def normal(text: str, world: World) -> str:
    """What changes from run to run, by its kind."""
    for pattern, kind in (
        (re.escape(str(world.directory)), "DIR"),
        (r"127\.0\.0\.1:\d+", "127.0.0.1:PORT"),
        (r"\brequest (?=[\w+/=-]*\d)[\w+/=-]{8,}", "request ID"),
        (r"\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b", "ID"),
        (r"(?<=\d/)(\d+)   [\d.]+/s(   \S+ \S+ left)?", r"\1"),
        (r"\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", "TIME"),
        (r"\b20\d{6}_\d{6}\b", "STAMP"),
        (r"\b20\d\d-\d\d-\d\d\b", "DATE"),
        (r"^\d\d:\d\d:\d\dZ ", "CLOCK "),
        (r"\bDATE \d\d:\d\d:\d\d UTC \([^,\n]+ old", "TIME (AGE old"),
        (r"\bDATE \d\d:\d\d UTC, [^,\n]+ old", "TIME, AGE old"),
        (r"\bDATE \d\d:\d\d UTC", "TIME"),
        (r" +\b\d+(\.\d+)? (ms|us)\b| +\b\d+\.\d s\b", " TOOK"),
        (r"(?<=expire in )(\d+) min 5\d sec", lambda found: f"{int(found[1]) + 1} min 0 sec"),
        (r"(?<=expire in )(20|1) min (?!0|1)\d+ sec", r"\1 min N sec"),
        (r"^Terminated\n", ""),  # said by some shells
        (r"^\tat .*\n", ""),
        (r"(?<=[ ,(])\d+(\.\d+)? k?B\b", "SIZE"),
        (r"\bstage=\d+(?=s)", "stage=N"),
        (r"(?:(?<=Regions, )|(?<=Region, ))\d+ s$", "N s"),
        (r"\b\d+ of (\d+ parameters were read)", r"N of \1"),
    ):
        text = re.sub(pattern, kind, text, flags=re.MULTILINE)
    # A table's columns are as wide as what stood there.
    return re.sub(r"(?<=\S) {2,}", "  ", text)


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


def judge(row: Row, world: World):
    """One build against its row and its golden console."""
    report = world.report
    shown = [stage["name"] if stage["result"] == "SUCCESS" else f"{stage['name']}: {stage['result']}"
             for stage in report["stages"]]
    text = f"# {row.name}\n{world.console.rstrip()}\n--- left\n"
    text += f"{report['displayName']}\n{report['description']}\n"
    text += "".join(f"archived: {name}\n" for name in world.archived())
    text += "".join(f"notice: ssm-backup {line}\n" for line in world.lines("notices"))
    text += "".join(f"slack: {body['text']}\n" for path, _, body in world.web.posts if path == HOOK)
    text += "".join(f"mail: {mail['to']}: {mail['subject']}\n{mail['body']}" for mail in report["mails"])
    compare(f"{row.pipeline} {row.name}", normal(text, world))
    assert report["result"] == row.result
    assert shown == row.stages
    names = {"backup": "Backup", "restore": "Restore", "drill": "Drill"}
    environment = row.parameters.get("ENVIRONMENT", "dev")
    if "restartFrom" not in row.order:
        assert report["displayName"] == f"#7 - {environment} {names[row.pipeline]}"
    if row.description is not None:
        assert report["description"] == row.description
    known = [f" --region={region}" for region in REGIONS if "Initialize" in row.stages]
    assert world.lines("notices") == [
        f"notify --env={environment} --summaries=backup-work/region_summaries.json --build-number=7 "
        "--build-url=https://jenkins.example.com/job/Admin_Jobs/job/admin_ssm_backup_job/7/ "
        + notice + "".join(known) for notice in row.notices]
    assert sorted(world.archived()) == sorted(row.archived)
    assert not world.left(), "the workspaces are wiped"
    assert not list(world.directory.rglob("touched")), "nothing of a parameter was run"
    for what in (world.console, json.dumps(report), *world.archived().values()):
        assert SECRET not in what
        assert HOOK not in what


def play(row: Row, directory: pathlib.Path):
    world = World(directory)
    try:
        row.given(world)
        world.build(row)
        judge(row, world)
        row.then(world)
    finally:
        world.stop()


@pytest.fixture(scope="module")
def plays(request, tmp_path_factory):
    """The builds of one module's selected rows, several at a time; each row asks for its own."""
    rows = [item.callspec.params["row"] for item in request.session.items
            if item.getparent(type(request.node)) is request.node]
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        yield {(row.pipeline, row.name): pool.submit(play, row, tmp_path_factory.mktemp("world")) for row in rows}
