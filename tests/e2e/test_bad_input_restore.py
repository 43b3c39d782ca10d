"""Bad input: snapshots that are not what they should be, stores that are in the way, words that do
not fit. Restore refuses or reports each, and writes nothing that its plan did not show.

See bad_world.py.
"""

import functools
import json
import pathlib
import threading

import pytest
from bad_world import ACCOUNT, BACKUP, KEYS, REGION, Plays, Row, World
from hostile import Answer

HERE = f"restore --env dev --region {REGION} --quota-share off"
PLACE = f"{HERE} --repository ./repository"
RESTORE = f"{PLACE} --apply"
FILE = f"{HERE} --snapshot document.json --apply"
FOREIGN_KEY = f"2024-01-02/{REGION}/ssm-backup-prod-{REGION}-20240102_030405.json"
WRITES = {"create", "update", "tags", "labels", "remove"}


def live(world: World) -> dict:
    dumped = world.control(f"dump?region={REGION}&account={ACCOUNT}")["parameters"]
    return {each["Name"]: each for each in dumped}


def forget(world: World):
    """The store is lost; what it holds from here on is remembered to be compared."""
    names = [name for name in live(world) if name.startswith("/app/")]
    for begin in range(0, len(names), 10):
        world.delete(*names[begin:begin + 10])
    world.live = live(world)


def nothing_written(world: World):
    assert live(world) == world.live


def as_planned(world: World):
    """Only what the plan shows, and nothing of what it calls unchanged, skipped or impossible."""
    plan = json.loads((world.directory / "backup-work" / "analysis.json").read_text())
    shown = {step["name"] for step in plan["steps"] if step["action"] in WRITES}
    after = live(world)
    changed = {name for name in after.keys() | world.live.keys()
               if after.get(name) != world.live.get(name)}
    assert changed - getattr(world, "by_others", set()) <= shown


def document_of(world: World) -> pathlib.Path:
    return world.repository / (world.repository / f"latest-{REGION}.txt").read_text().strip()


def write(path: pathlib.Path, data: bytes):
    path.chmod(0o600)
    path.write_bytes(data)


def flipped(data: bytes, at: float) -> bytes:
    place = int(len(data) * at)
    return data[:place] + bytes([data[place] ^ 0x20]) + data[place + 1:]


def lost(damage):
    """A good backup, then the damage, then the store is lost."""
    def given(world: World):
        world.backup()
        damage(world)
        forget(world)
    return given


def found(pattern: str):
    return lambda world: next(world.repository.glob(pattern))


def changed(file, change):
    def damage(world: World):
        path = file(world)
        write(path, change(path.read_bytes()))
    return lost(damage)


def pointer(text: str):
    return lost(lambda world: write(world.repository / f"latest-{REGION}.txt", text.encode()))


def manifest_of_another(world: World):
    """The newer snapshot's manifest is the older one's."""
    before = set(world.repository.glob("manifests/dev/*/*.json"))
    world.seed("/app/dev/later")
    for _ in range(20):
        world.backup()
        after = set(world.repository.glob("manifests/dev/*/*.json"))
        if after != before:
            break
    newest = max(after - before)
    write(newest, min(before).read_bytes())


MANIFEST = found("manifests/dev/*/*.json")
INDEX = found("manifests/dev/*/*.index")
ONE = {"Name": "/app/dev/a", "Type": "String", "Value": "v", "Version": 1,
       "LastModifiedDate": "2025-08-30T10:11:12+09:00",
       "ARN": f"arn:aws:ssm:{REGION}:{ACCOUNT}:parameter/app/dev/a", "DataType": "text"}


def old(*records: dict, **members) -> bytes:
    """A document of the old pipeline."""
    return json.dumps({"backup_date": "2025-09-04", "backup_timestamp": "20250904_014349",
                       "environment": "dev", "parameter_count": len(records),
                       "parameters": list(records), **members}).encode()


def file(data: bytes):
    def given(world: World):
        (world.directory / "document.json").write_bytes(data)
        world.repository.mkdir()
        forget(world)
    return given


def lone(change):
    """A document of ours, taken out of its repository and changed by hand."""
    def given(world: World):
        world.backup()
        document = json.loads(document_of(world).read_bytes())
        for record in document["parameters"]:
            change(record)
        text = json.dumps(document)
        (world.directory / "document.json").write_text(text)
        forget(world)
    return given


def only(name: str, **members):
    """Changes one record."""
    return lone(lambda record: record.update(members) if record["Name"] == name else None)


def incomplete(world: World):
    world.seed(password="/app/dev/secret")
    world.control("options", {"deny_decrypt": [{"of": "/app/dev/secret"}]})
    assert world.run(BACKUP).returncode == 3
    document = next(world.repository.glob(f"20*/{REGION}/*.json"))
    (world.repository / f"latest-{REGION}.txt").write_text(
        f"{document.relative_to(world.repository)}\n")
    forget(world)


def unfinished(world: World):
    world.backup()
    for manifest in world.repository.glob("manifests/dev/*/*.json"):
        manifest.unlink()
    forget(world)


def of_another_account(world: World):
    world.backup()
    forget(world)
    world.environment |= {"AWS_ACCESS_KEY_ID": KEYS["other"]["access_key_id"],
                          "AWS_SECRET_ACCESS_KEY": KEYS["other"]["secret_access_key"]}


def meanwhile(world: World):
    """While the first put is held, somebody else makes another of the parameters."""
    world.backup()
    forget(world)
    world.by_others = {"/app/dev/c"}

    def somebody_else():
        world.put(REGION, [{"Name": "/app/dev/c", "Value": "another", "Type": "String"}])
        world.hostile[-1].answer.only = "^no other$"

    gate = threading.Barrier(2, action=somebody_else)
    world.answer("SSM", Answer(0, gate=gate, only="PutParameter"))
    threading.Thread(target=gate.wait, args=[30], daemon=True).start()


def full(world: World):
    world.backup()
    forget(world)
    world.put(REGION, [{"Name": f"/other/p{i}", "Value": "x", "Type": "String"}
                       for i in range(10_000)])
    world.live = live(world)


def another_type(world: World):
    world.backup()
    forget(world)
    world.put(REGION, [{"Name": "/app/dev/a", "Value": "a,b", "Type": "StringList"}])
    world.live = live(world)


def journal(text: str):
    def damage(world: World):
        work = world.directory / "backup-work"
        work.mkdir(exist_ok=True)
        (work / f"restore-journal-{REGION}.jsonl").write_text(text)
        (work / f"restore-journal-{REGION}.jsonl").chmod(0o600)
    return lost(damage)


def faulty(**rule):
    def damage(world: World):
        world.control("faults", {"rules": [rule]})
    return lost(damage)


def two_regions(world: World):
    world.metadata(regions=json.dumps([REGION, "eu-west-1"]))
    world.put(REGION, [{"Name": "/jenkins/dev/backup/eu-west-1/s3-bucket-name",
                        "Value": "other-bucket", "Type": "String"}])
    world.repository.mkdir()
    world.live = live(world)


whole = lost(lambda world: None)
expired = only("/app/dev/a", Tier="Advanced", Policies=[{
    "PolicyType": "Expiration", "PolicyStatus": "Pending", "PolicyText": json.dumps(
        {"Type": "Expiration", "Version": "1.0",
         "Attributes": {"Timestamp": "2020-01-01T00:00:00.000Z"}})}])
deep = "/app/dev/" + "/".join("abcdefghijklmnop")

Refused = functools.partial(Row, then=nothing_written)
Reported = functools.partial(Row, then=as_planned)

ROWS = [
    # What nothing may be believed of.
    Refused("restore a document that is cut", 2, RESTORE,
            changed(document_of, lambda data: data[:len(data) // 2])),
    Refused("restore a document with a flipped byte", 1, RESTORE,
            changed(document_of, lambda data: flipped(data, 0.5))),
    Refused("restore an empty document", 2, RESTORE, changed(document_of, lambda data: b"")),
    Refused("restore a document that is gone", 1, RESTORE,
            lost(lambda world: document_of(world).unlink())),
    Refused("restore with a manifest that is cut", 2, RESTORE,
            changed(MANIFEST, lambda data: data[:len(data) // 2])),
    Refused("restore with a flipped byte in the manifest", 2, RESTORE,
            changed(MANIFEST, lambda data: data.replace(b'"size"', b'"sizE"', 1))),
    Refused("restore with a manifest of another document", 2, RESTORE, lost(manifest_of_another)),
    Reported("restore with a flipped byte in the index", 0, RESTORE,
             changed(INDEX, lambda data: flipped(data, 0.5))),
    Reported("restore one name with a flipped byte in the index", 0,
             f"{PLACE} --name /app/dev/a --apply", changed(INDEX, lambda data: flipped(data, 0.5))),
    Refused("restore by a pointer with a flipped byte", 1, RESTORE,
            changed(lambda world: world.repository / f"latest-{REGION}.txt",
                    lambda data: flipped(data, 0.5))),
    Refused("restore by a pointer to a missing key", 1, RESTORE, pointer(
        f"2024-01-02/{REGION}/ssm-backup-dev-{REGION}-20240102_030405.json\n")),
    Refused("restore by a pointer to a foreign key", 1, RESTORE, pointer(FOREIGN_KEY)),
    Refused("restore by a garbage pointer", 1, RESTORE, pointer("\x1b[31m<html>\x00no key")),
    # Documents that nothing vouches for, read with the same care.
    Refused("restore a file that is no json", 1, FILE, file(b"\x00\x01garbage")),
    Refused("restore a file that is an html page", 1, FILE, file(b"<html>502</html>")),
    Refused("restore a file with a name twice", 1, FILE, file(old(ONE, ONE))),
    Refused("restore a file with a wrong count", 1, FILE, file(old(ONE, parameter_count=2))),
    Refused("restore a file with a huge string", 1, FILE,
            file(old({**ONE, "Value": "x" * 20_000_000}))),
    Refused("restore a file that is nested deep", 1, FILE,
            file(b'{"parameters":' + b"[" * 100_000 + b"]" * 100_000 + b"}")),
    Refused("restore a file with a number for a value", 1, FILE, file(old({**ONE, "Value": 5}))),
    Refused("restore a file with a list for a name", 1, FILE, file(old({**ONE, "Name": []}))),
    Refused("restore a file with no list of parameters", 1, FILE, file(b'{"parameters": {}}')),
    Refused("restore a file with invalid utf-8", 1, FILE,
            file(old(ONE).replace(b'"v"', b'"\xff\xfe"'))),
    Refused("restore a file that is not there", 2, FILE, whole),
    Reported("restore a file with a type that nobody knows", 3, FILE,
             file(old({**ONE, "Type": "Blob"}))),
    # The wrong snapshot.
    Refused("restore a snapshot of another environment", 2,
            f"{PLACE} --snapshot {FOREIGN_KEY} --apply", whole),
    Refused("restore a file of another environment", 2, FILE, file(old(ONE, environment="prod"))),
    Refused("restore a snapshot of another account", 2, RESTORE, of_another_account),
    Refused("restore an incomplete snapshot", 2, RESTORE, incomplete),
    Reported("restore an incomplete snapshot, accepted", 3, f"{RESTORE} --accept-incomplete",
             incomplete),
    Refused("restore an unfinished snapshot", 2, RESTORE, unfinished),
    Refused("restore a time before all snapshots", 1, f"{PLACE} --as-of 2020-01-01 --apply",
            whole),
    Refused("restore a name that the snapshot lacks", 1, f"{PLACE} --name /app/dev/zzz --apply",
            whole),
    Refused("restore nothing of the snapshot", 1, f"{PLACE} --path /app/zzz --apply", whole),
    # Stores and services that are in the way.
    Reported("restore into a store that changes meanwhile", 3,
             f"{RESTORE} --concurrency 1 --first '/app/dev/a'", meanwhile),
    Reported("restore with a key that does not exist in the target", 3, FILE,
             only("/app/dev/password", KeyId=f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/1234")),
    Refused("restore into a store with 10000 standard parameters", 3, RESTORE, full),
    Reported("restore over a parameter of another type", 3, f"{RESTORE} --on-conflict overwrite",
             another_type),
    Reported("restore a parameter that has expired", 3, FILE, expired),
    Reported("restore a parameter that has expired, without its policy", 0,
             f"{FILE} --expired strip", expired),
    Reported("restore a parameter that has expired, left out", 0, f"{FILE} --expired skip",
             expired),
    Refused("restore where puts are denied", 1, f"{RESTORE} --concurrency 1",
            faulty(fault="access-denied", operation="ssm:PutParameter")),
    Refused("restore where nothing may be listed", 1, RESTORE,
            faulty(fault="access-denied", operation="ssm:DescribeParameters")),
    Refused("restore into a region that answers nothing", 1,
            f"{PLACE} --to-region eu-west-1 --apply",
            faulty(fault="reset-before", operation="*", region="eu-west-1")),
    # Words.
    Reported("restore to a name that gets too deep", 3, f"{RESTORE} --map /app/dev={deep}", whole),
    Reported("restore to a name that gets too long", 3,
             f"{RESTORE} --map /app/dev=/app/dev/{'n' * 1000}", whole),
    Reported("restore two names into one", 3,
             f"{RESTORE} --map /app/dev/a=/app/dev/x --map /app/dev/b=/app/dev/x", whole),
    Refused("restore with a map without a target", 2, f"{RESTORE} --map /app/dev=", whole),
    Refused("restore with the same map twice", 2, f"{RESTORE} --map /a=/b --map /a=/c", whole),
    Refused("restore with a key map without a source", 2, f"{RESTORE} --kms-map =x", whole),
    Refused("restore with a path that is no path", 2, f"{PLACE} --path app/dev --apply", whole),
    Refused("restore and delete without a path", 2, f"{RESTORE} --delete-extra", whole),
    Refused("restore and confirm what is not deleted", 2, f"{RESTORE} --confirm 3", whole),
    Refused("restore and confirm a word", 2,
            f"{RESTORE} --path /app/dev --delete-extra --confirm many", whole),
    Refused("restore history from a snapshot without it", 2, f"{RESTORE} --history", whole),
    Refused("restore as of a word", 2, f"{PLACE} --as-of then --apply", whole),
    Refused("restore a key and a time at once", 2,
            f"{PLACE} --as-of yesterday --snapshot {FOREIGN_KEY} --apply", whole),
    Refused("restore of two regions at once", 2,
            "restore --env dev --repository ./repository --apply", two_regions),
    Refused("restore into a name that is no region's", 2, f"{PLACE} --to-region 'us west' --apply",
            whole),
    # The journal.
    Refused("restore with a garbage journal", 1, RESTORE, journal("\x00garbage\n{}\n")),
    Reported("restore with the journal of another snapshot", 0, RESTORE, journal(
        json.dumps({"journal": 1, "snapshot": "x", "sha256": "0" * 64, "account": ACCOUNT,
                    "region": REGION}) + "\n" + '{"begun":"/app/dev/a","action":"create","version":0}\n')),
]


@pytest.fixture(scope="module")
def plays(request, tmp_path_factory):
    return Plays(request, tmp_path_factory)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_restore(row, plays):
    plays.runs[row.name].result()


@pytest.fixture
def world(tmp_path):
    made = World(tmp_path)
    yield made
    made.stop()


def test_a_document_cut_anywhere(world):
    """Wherever it is cut: in our own, and in one that no hash vouches for."""
    world.backup()
    document = document_of(world)
    ours = document.read_bytes()
    forget(world)
    for begin, data, command in ((0, ours, RESTORE), (1, old(ONE, {**ONE, "Name": "/b"}), FILE)):
        for at in range(begin, len(data), max(1, len(data) // 25)):
            if command == RESTORE:
                write(document, data[:at])
            else:
                (world.directory / "document.json").write_bytes(data[:at])
            done = world.run(command)
            assert done.returncode in (1, 2), (at, done.stdout, done.stderr)
            assert done.stderr.count("error: ") == 1, (at, done.stderr)
            assert "next: " in done.stderr, (at, done.stderr)
    nothing_written(world)
