"""Bad input: what cannot be read, what went missing, pointers astray, runs that meet.

See bad_world.py.
"""

import concurrent.futures
import json
import re
import threading

import pytest
from bad_world import BACKUP, REGION, S3_BACKUP, Plays, Row, World, judge
from hostile import Answer

POINTER = f"latest-{REGION}.txt"


def denied_key(*names: str):
    def given(world: World):
        world.seed(password="/app/dev/secret")
        world.seed(password="/app/dev/token")
        world.control("options", {"deny_decrypt": [{"of": name} for name in names]})
    return given


def all_denied(world: World):
    world.backup()
    world.delete("/app/dev/a", "/app/dev/b", "/app/dev/c")
    denied_key("/app/dev/password", "/app/dev/secret", "/app/dev/token")(world)


def shrunken(world: World):
    """Ten parameters yesterday, seven today."""
    world.seed(*(f"/app/dev/old{number}" for number in range(6)))
    world.backup()
    world.delete("/app/dev/old0", "/app/dev/old1", "/app/dev/old2")


def emptied(world: World):
    world.backup()
    world.delete("/app/dev/a", "/app/dev/b", "/app/dev/c", "/app/dev/password")


def pointer(text: str):
    def given(world: World):
        world.backup()
        (world.repository / POINTER).write_text(text)
    return given


def damaged_manifest(world: World):
    world.backup()
    manifest = next(world.repository.glob("manifests/dev/*/*.json"))
    manifest.chmod(0o600)
    manifest.write_bytes(manifest.read_bytes()[:100])


def is_sound(world: World, command: str = BACKUP):
    """Every snapshot that lies there."""
    verified = world.run(command.replace("backup", "verify --all", 1))
    assert verified.returncode == 0, verified.stdout + verified.stderr


EVERY_GLOB = "--accept-unreadable '/app/dev/pass*' --accept-unreadable /app/dev/secret"
ROWS = [
    Row("a key that is denied for some parameters", 3, BACKUP,
        denied_key("/app/dev/password", "/app/dev/secret")),
    Row("a key that is denied for some parameters, all of them accepted", 0,
        f"{BACKUP} {EVERY_GLOB}", denied_key("/app/dev/password", "/app/dev/secret"), moves=True),
    Row("a key that is denied for some parameters, one of them accepted", 3,
        f"{BACKUP} --accept-unreadable /app/dev/secret",
        denied_key("/app/dev/password", "/app/dev/secret")),
    Row("a key that is denied for all parameters", 3, given=all_denied),
    Row("a key that is denied for all parameters, all of them accepted", 3,
        f"{BACKUP} --accept-unreadable '*'", all_denied),
    Row("no parameters at all", 3, BACKUP.replace(REGION, "eu-west-1")),
    Row("no parameters at all, accepted", 0,
        BACKUP.replace(REGION, "eu-west-1") + " --accept-shrink", moves=True),
    Row("no parameters any more", 3, given=emptied),
    Row("a selection that selects nothing", 3, f"{BACKUP} --include '/nothing/*'"),
    Row("a shrunken store", 3, given=shrunken),
    Row("a shrunken store, accepted", 0, f"{BACKUP} --accept-shrink", shrunken, moves=True),
    Row("a pointer to a missing key", 0, given=pointer(
        f"2024-01-02/{REGION}/ssm-backup-dev-{REGION}-20240102_030405.json\n"), moves=True),
    Row("a pointer from the future", 0, given=pointer(
        f"2099-01-02/{REGION}/ssm-backup-dev-{REGION}-20990102_030405.json\n"), moves=True),
    Row("a garbage pointer", 0, given=pointer("\x1b[31m<html>\x00not a key"), moves=True),
    Row("an empty pointer", 0, given=pointer(""), moves=True),
    Row("a pointer to another environment", 3, given=pointer(
        f"2024-01-02/{REGION}/ssm-backup-prod-{REGION}-20240102_030405.json\n")),
    Row("a damaged manifest of the last backup", 0, given=damaged_manifest, moves=True),
]


@pytest.fixture(scope="module")
def plays(request, tmp_path_factory):
    return Plays(request, tmp_path_factory)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_snapshots(row, plays):
    plays.runs[row.name].result()


@pytest.fixture
def world(tmp_path):
    made = World(tmp_path)
    yield made
    made.stop()


# Whether two runs fall into one second is chance: until they do, what came out must be sound too.
TRIES = 20


def starts(world: World) -> list[str]:
    """The second in which each run that wrote a manifest began, in order."""
    manifests = [json.loads(text) for key, text in sorted(world.files().items())
                 if key.startswith("manifests/") and key.endswith(".json")]
    return [manifest["start"][:19] for manifest in manifests]


def test_two_runs_in_one_second(world):
    row = Row("two runs in one second", 0, moves=True)
    for _ in range(TRIES):
        world.backup()
        world.before = world.files()
        second = world.run(row.command)
        assert second.returncode == 0, second.stderr
        is_sound(world)
        if len(set(starts(world)[-2:])) == 1:
            break
    judge(row, world, second)


@pytest.mark.parametrize("place, command", [("directory", BACKUP), ("bucket", S3_BACKUP)],
                         ids=["directory", "bucket"])
def test_two_backups_at_once(world, place, command):
    """Both begin before either ends: the first request for names is held until both have come."""
    if command == S3_BACKUP:
        world.make_bucket()
    world.answer("SSM", Answer(0, gate=threading.Barrier(2), only="DescribeParameters"))
    row = Row(f"two backups at once into one {place}", 1, command, moves=True)
    for _ in range(TRIES):
        world.before = world.files()
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            apart = [f"{command} --work-dir work-{place}-{i}" for i in range(2)]
            runs = list(pool.map(world.run, apart))
        is_sound(world, command)
        lost = [run for run in runs if run.returncode != 0]
        assert len(lost) < 2, "neither did it"
        if lost:
            break
    # Whether the winner's pointer and the lock's file are there by then is the race's matter.
    (world.repository / ".lock").unlink(missing_ok=True)
    lost[0].stdout = re.sub(r"(?m)^(us-west-2: last good snapshot).*$", r"\1: ANY", lost[0].stdout)
    judge(row, world, lost[0])
