"""Restore as an operator meets it: killed and run again, interrupted, held off, asked to delete; old
documents, and old readers of ours."""

import json
import os
import pty
import re
import select
import signal
import subprocess

import pytest
from conftest import ACCOUNT, BUILD
from restore_world import HOME, Recovery

REGION = "us-west-2"
PLACE = f"restore --env dev --region {REGION} --quota-share off"
RESTORE = f"{PLACE} --repository ./repository"
# Ten puts at once, then forty a second: slow enough to be met half way.
QUOTA = {"groups": [
    {"name": "PutParameter", "operations": ["ssm:PutParameter"], "rate": 40, "burst": 10},
]}


@pytest.fixture(scope="module")
def backed_up(tmp_path_factory):
    """One Region in a directory."""
    made = Recovery(tmp_path_factory.mktemp("restore"))
    try:
        made.seed(REGION, [{"Name": f"/app/dev/more/p{i:03}", "Value": str(i)} for i in range(150)])
        made.run(f"backup --env dev --region {REGION} --repository ./repository --depth labels")
        yield made
    finally:
        made.stop()


@pytest.fixture
def recovery(backed_up):
    """Whatever a test has done to the store is undone: the live store is as it was backed up."""
    kept = backed_up.control(f"dump?region={REGION}&account={ACCOUNT}")["parameters"]
    yield backed_up
    backed_up.control("quota", {"preset": "off"}, method="PUT")
    backed_up.lose()
    forget(backed_up)
    backed_up.control("seed", {"account": ACCOUNT, "region": REGION, "parameters": kept})


def forget(recovery: Recovery, region: str = REGION, keep: tuple[str, ...] = ()):
    ssm = recovery.sandbox.client("ssm", region)
    dumped = recovery.control(f"dump?region={region}&account={ACCOUNT}")["parameters"]
    names = [each["Name"] for each in dumped if each["Name"] not in keep]
    for begin in range(0, len(names), 10):
        ssm.delete_parameters(Names=names[begin:begin + 10])


def result_of(recovery: Recovery, work: str = "backup-work") -> dict:
    return json.loads((recovery.directory / work / "restore_result.json").read_text())


def wait_for_puts(recovery: Recovery, process: subprocess.Popen, count: int):
    while recovery.calls("ssm:PutParameter") < count:
        assert process.poll() is None, process.stderr.read()


def test_everything_comes_back_from_nothing(recovery):
    wanted = recovery.dump(REGION)
    forget(recovery)
    planned = recovery.run(RESTORE)
    assert not recovery.dump(REGION)
    # The plan names the command; it does what the plan shows.
    command = planned.stdout.rstrip("\n").splitlines()[-1]
    assert command.startswith("next: ssm-backup restore ") and command.endswith(" --apply")
    recovery.run(command.removeprefix("next: ssm-backup "))
    assert recovery.dump(REGION) == wanted
    assert result_of(recovery)["verification_failed"] == 0


def test_killed_half_way_and_run_again_it_does_nothing_twice(recovery):
    wanted = recovery.dump(REGION)
    forget(recovery)
    recovery.control("quota", QUOTA, method="PUT")
    recovery.control("reset-counters", {})
    process = recovery.start(f"{RESTORE} --apply")
    wait_for_puts(recovery, process, 40)
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()
    left = recovery.dump(REGION)
    assert 0 < len(left) < len(wanted)
    journal = recovery.directory / "backup-work" / f"restore-journal-{REGION}.jsonl"
    assert journal.stat().st_mode & 0o777 == 0o600

    recovery.run(f"{RESTORE} --apply")
    assert recovery.dump(REGION) == wanted
    assert not journal.exists()
    versions = {each["Name"]: each.get("Version", 1) for each in
                recovery.control(f"dump?region={REGION}&account={ACCOUNT}")["parameters"]}
    assert set(versions.values()) == {1}, "something was put twice"


def test_ctrl_c_ends_cleanly_and_says_how_to_go_on(recovery):
    wanted = recovery.dump(REGION)
    forget(recovery)
    recovery.control("quota", QUOTA, method="PUT")
    recovery.control("reset-counters", {})
    process = recovery.start(f"{RESTORE} --apply")
    wait_for_puts(recovery, process, 30)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=30)
    assert process.returncode == 130, err
    assert re.search(r"error: .*interrupted.*; \d+ of \d+ steps were done", err)
    assert f"next: run it again, it goes on where it ended:\n  ssm-backup {RESTORE} --apply" in err
    result = result_of(recovery)
    assert result["status"] == "interrupted" and result["leftCount"] > 0
    recovery.run(f"{RESTORE} --apply")
    assert recovery.dump(REGION) == wanted


def test_what_changed_since_the_plan_is_left_alone(recovery):
    wanted = recovery.dump(REGION)
    ssm = recovery.sandbox.client("ssm", REGION)
    lost, changed, rotated = (f"/app/dev/more/p{i:03}" for i in range(3))
    ssm.delete_parameters(Names=[lost])
    ssm.put_parameter(Name=changed, Value="changed before the plan", Overwrite=True)
    restore = f"{RESTORE} --on-conflict overwrite --work-dir approved"
    recovery.run(restore)
    ssm.put_parameter(Name=rotated, Value="rotated since", Overwrite=True)
    applied = recovery.run(f"{restore} --apply --as-planned approved/analysis.json", code=3)
    assert f"the plan has it as unchanged\n    {rotated}\n" in applied.stdout
    result = result_of(recovery, "approved")
    assert [each["name"] for each in result["changedSincePlan"]] == [rotated]
    assert (result["createdCount"], result["updatedCount"]) == (1, 1)
    assert ssm.get_parameter(Name=rotated)["Parameter"]["Value"] == "rotated since"
    ssm.put_parameter(Name=rotated, Value=wanted[rotated]["Value"], Overwrite=True)
    assert recovery.dump(REGION) == wanted


def test_a_second_restore_is_held_off(recovery):
    forget(recovery)
    recovery.control("quota", QUOTA, method="PUT")
    recovery.control("reset-counters", {})
    process = recovery.start(f"{RESTORE} --apply")
    wait_for_puts(recovery, process, 20)
    second = recovery.run(f"{RESTORE} --apply", code=1)
    assert "another restore is using the work directory backup-work" in second.stderr
    # A plan may be looked at.
    assert "nothing was written" in recovery.run(RESTORE).stdout
    _, err = process.communicate(timeout=60)
    assert process.returncode == 0, err


def test_what_differs_is_left_alone_unless_told(recovery):
    wanted = recovery.dump(REGION)
    ssm = recovery.sandbox.client("ssm", REGION)
    ssm.put_parameter(Name="/app/dev/plain", Value="another", Overwrite=True)
    changed = recovery.dump(REGION)
    plan = json.loads(recovery.run(f"{RESTORE} --output json", code=3).stdout)
    assert plan["to_update"] == ["/app/dev/plain"] and plan["writeCount"] == 0
    recovery.run(f"{RESTORE} --apply", code=3)
    assert recovery.dump(REGION) == changed
    refused = recovery.run(f"{RESTORE} --apply --on-conflict fail", code=1)
    assert "1 parameter differs from the snapshot" in refused.stderr
    assert recovery.dump(REGION) == changed
    recovery.run(f"{RESTORE} --apply --on-conflict overwrite --name /app/dev/plain")
    assert recovery.dump(REGION) == wanted


def test_what_is_deleted_is_counted_first(recovery):
    wanted = recovery.dump(REGION)
    extra = [f"/app/dev/more/extra{i}" for i in range(3)]
    outside = "/app/dev/elsewhere"
    ssm = recovery.sandbox.client("ssm", REGION)
    for name in [*extra, outside]:
        ssm.put_parameter(Name=name, Value="x", Type="String")
    recovery.control("reset-counters", {})
    delete = f"{RESTORE} --delete-extra"
    recovery.run(f"{delete} --apply", code=2)  # no --path
    below = f"{delete} --path /app/dev/more"
    plan = recovery.run(below)
    assert "DELETED" in plan.stdout and "--confirm 3 --apply" in plan.stdout
    for wrong in ("--apply", "--apply --confirm 2"):
        recovery.run(f"{below} {wrong}", code=2)
    assert recovery.calls("ssm:DeleteParameter") == 0
    recovery.run(f"{below} --apply --confirm 3")
    assert recovery.dump(REGION).keys() == wanted.keys() | {outside}


def typed(recovery: Recovery, command: str, answer: str) -> int:
    """The exit code, where somebody types the answer to what is asked."""
    keyboard, terminal = pty.openpty()
    with subprocess.Popen([str(BUILD / "ssm-backup"), *command.split()], cwd=recovery.directory,
                          env=recovery.environment(), stdin=terminal, stdout=subprocess.DEVNULL,
                          stderr=subprocess.PIPE) as process:
        os.close(terminal)
        said = b""
        while b"Type their number" not in said:
            assert select.select([process.stderr], [], [], 30)[0], said
            got = os.read(process.stderr.fileno(), 4096)
            assert got, said
            said += got
        os.write(keyboard, answer.encode() + b"\n")
        code = process.wait(timeout=30)
    os.close(keyboard)
    return code


def test_the_number_may_be_typed(recovery):
    wanted = recovery.dump(REGION)
    recovery.sandbox.client("ssm", REGION).put_parameter(
        Name="/app/dev/more/extra", Value="x", Type="String")
    command = f"{RESTORE} --delete-extra --path /app/dev/more --apply"
    assert typed(recovery, command, "yes") == 2
    assert recovery.dump(REGION).keys() == wanted.keys() | {"/app/dev/more/extra"}
    assert typed(recovery, command, "1") == 0
    assert recovery.dump(REGION) == wanted


def test_other_names_and_what_comes_first(recovery):
    wanted = recovery.dump(REGION)
    plan = json.loads(recovery.run(
        f"{RESTORE} --map /app/dev=/copy/dev --path /app/dev/many --first '*p2*' "
        "--output json").stdout)
    assert plan["to_create"][0].startswith("/copy/dev/many/p2")
    assert plan["create_count"] == 30
    recovery.run(f"{RESTORE} --map /app/dev=/copy/dev --path /app/dev/many --apply")
    copied = {name: each for name, each in recovery.dump(REGION).items()
              if name.startswith("/copy/")}
    assert {name.replace("/copy/", "/app/"): each["Value"] for name, each in copied.items()} == {
        name: each["Value"] for name, each in wanted.items() if "/many/" in name}


# --- the pipeline before this one ---

OLD_RECORDS = [
    {"Name": "/app/dev/old/a", "Type": "String", "Value": "one", "Version": 3,
     "LastModifiedDate": "2025-08-30T10:11:12.345000+09:00",
     "ARN": f"arn:aws:ssm:{REGION}:{ACCOUNT}:parameter/app/dev/old/a", "DataType": "text"},
    {"Name": "/app/dev/old/b", "Type": "SecureString", "Value": "two\n", "Version": 1,
     "LastModifiedDate": "2025-08-30T10:11:12+09:00",
     "ARN": f"arn:aws:ssm:{REGION}:{ACCOUNT}:parameter/app/dev/old/b", "DataType": "text"},
]
OLD = {"backup_date": "2025-09-04", "backup_timestamp": "20250904_014349", "environment": "dev",
       "parameter_count": len(OLD_RECORDS), "parameters": OLD_RECORDS}
OLD_KEYS = {
    "with a Region": f"2025-09-04/{REGION}/ssm-backup-dev-{REGION}-20250904_014349.json",
    "without a Region": "2025-09-04/ssm-backup-dev-20250904_014349.json",
}


@pytest.mark.parametrize("key", OLD_KEYS.values(), ids=OLD_KEYS)
def test_a_document_of_the_old_pipeline_comes_back(recovery, key):
    place = recovery.directory / "old" / key
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(json.dumps(OLD, indent=2))
    for chosen in (f"--repository ./old --snapshot {key}", f"--snapshot old/{key}"):
        forget(recovery)
        recovery.run(f"{PLACE} {chosen} --apply")
        back = recovery.dump(REGION)
        assert {name: (each["Type"], each["Value"]) for name, each in back.items()} == {
            each["Name"]: (each["Type"], each["Value"]) for each in OLD_RECORDS}


def test_an_old_pointer_is_followed(recovery):
    key = OLD_KEYS["with a Region"]
    place = recovery.directory / "pointed" / key
    place.parent.mkdir(parents=True)
    place.write_text(json.dumps(OLD))
    (recovery.directory / "pointed" / f"latest-{REGION}.txt").write_text(key + "\n")
    forget(recovery)
    recovery.run(f"{PLACE} --repository ./pointed --apply")
    assert len(recovery.dump(REGION)) == len(OLD_RECORDS)


def test_old_readers_find_a_document_of_ours(recovery):
    """The old job's jq, and its fallback: every key with ssm-backup-<env>, the last by name."""
    recovery.run(f"backup --env dev --region {REGION} --repository ./repository "
                 "--include '/app/dev/m*'")  # a partial one, which they must not take
    root = recovery.directory / "repository"
    keys = [str(path.relative_to(root)) for path in root.rglob("*") if path.is_file()]
    found = sorted((key for key in keys if "ssm-backup-dev" in key), reverse=True)[0]
    assert found == (root / f"latest-{REGION}.txt").read_text().strip()
    read = subprocess.run(["jq", "-r", ".parameters[] | [.Name, .Type, .Value] | @json",
                           root / found], capture_output=True, text=True, check=True)
    rows = {row[0]: row[1:] for row in map(json.loads, read.stdout.split("\n")[:-1])}
    assert rows == {name: [each["Type"], each["Value"]]
                    for name, each in recovery.dump(REGION).items()}


def test_nothing_is_asked_at_home(recovery):
    recovery.control("reset-counters", {})
    recovery.run(RESTORE)
    assert recovery.calls(region=HOME) == 0
