"""What one Region of a hundred thousand parameters costs in memory: peak RSS, from wait4."""

import json
import subprocess
import sys
import urllib.request

import pytest
from conftest import ACCOUNT, BUILD, KEYS, ROOT, Sandbox

REGION, BUCKET, FAR = "us-west-2", "memory", "eu-west-1"
COUNT, VALUE_BYTES, DENIED = 100_000, 8192, 2000
BOUND = 96 << 20
PLAN_BOUND = 128 << 20
DIFF_BOUND = 128 << 20


def name_of(number):
    return f"/app/dev/parameter-{number:06}"


def seed(sandbox):
    """Values of 8 KB, and 500 bytes of metadata each: half as description, half as tags."""
    parameters_a_request = 2000
    for first in range(0, COUNT, parameters_a_request):
        parameters = [
            {
                "Name": name_of(number),
                "Type": "SecureString",
                "Tier": "Advanced",
                "Value": f"{number:06}" + "v" * (VALUE_BYTES - 6),
                "Description": f"{number:06}" + "d" * 244,
                "Tags": [{"Key": f"tag-{i}", "Value": f"{number:06}" + "t" * 39} for i in range(5)],
            }
            for number in range(first, first + parameters_a_request)
        ]
        ask(sandbox, "seed", {"account": ACCOUNT, "region": REGION, "parameters": parameters})


def ask(sandbox, what, body):
    request = urllib.request.Request(f"{sandbox.url}/_sandbox/{what}", json.dumps(body).encode())
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)


@pytest.fixture(scope="module")
def crowd(tmp_path_factory):
    """A sandbox of its own: it holds a gigabyte."""
    running = Sandbox(tmp_path_factory.mktemp("crowd"), "http")
    seed(running)
    running.client("s3", REGION).create_bucket(
        Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION}
    )
    yield running
    assert running.stop() == 0


def backup(sandbox, directory, repository, *more):
    """Exit code, peak RSS, and the result."""
    done = subprocess.run(
        [sys.executable, "-I", "-S", ROOT / "bench" / "measure.py", BUILD / "ssm-backup", "backup",
         "--env", "dev", "--region", REGION, "--repository", repository, "--quota-share", "off",
         "--progress", "none", "--output", "json", *more],
        cwd=directory, env=sandbox.environment(REGION, KEYS["backup"]),
        capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    cost = json.loads(done.stderr.rsplit("\n", 2)[-2])
    result = json.loads(done.stdout)
    assert cost["exit"] in (0, 3), (result, done.stderr)
    return cost["exit"], cost["rss"], result["regions"][REGION]


def test_the_peak_stays_low_and_flat(crowd, tmp_path):
    code, peak, region = backup(crowd, tmp_path, f"s3://{BUCKET}")
    assert (code, region["parameterCount"]) == (0, COUNT)
    assert peak < BOUND, f"{peak / 2**20:.1f} MiB"


def test_a_copy_does_not_raise_it(crowd, tmp_path):
    """Into a bucket of another Region: a piece that was read and a part that is sent at once."""
    crowd.client("s3", FAR).create_bucket(
        Bucket="memory-copy", CreateBucketConfiguration={"LocationConstraint": FAR}
    )
    code, peak, region = backup(crowd, tmp_path, f"s3://{BUCKET}/copied",
                                "--copy-to", f"s3://memory-copy,region={FAR}")
    copy, = region["copies"]
    assert (code, copy["status"]) == (0, "copied")
    assert copy["bytes"] > region["bytes"] > COUNT * VALUE_BYTES
    assert peak < BOUND, f"{peak / 2**20:.1f} MiB"


def unreadable_in(manifest):
    """Each with its whole error: many share one, which stands with the first (docs/format.md)."""
    told = manifest["unreadable"]
    for each in told:
        if "like" in each:
            first = told[each["like"]]
            each["fault"] = {**first["fault"], "request_id": each["request_id"]}
    return told


def compare(sandbox, directory, ends):
    """Exit code, peak RSS, and the comparison with its differences."""
    result = directory / "diff.json"
    with open(result, "wb") as out:
        done = subprocess.run(
            [sys.executable, "-I", "-S", ROOT / "bench" / "measure.py", BUILD / "ssm-backup", "diff",
             *ends, "--env", "dev", "--region", REGION, "--repository", f"s3://{BUCKET}",
             "--quota-share", "off", "--progress", "none", "--output", "json"],
            cwd=directory, env=sandbox.environment(REGION, KEYS["backup"]),
            stdout=out, stderr=subprocess.PIPE, text=True, timeout=300, check=False,
        )  # fmt: skip
    cost = json.loads(done.stderr.rsplit("\n", 2)[-2])
    assert cost["exit"] in (0, 4), done.stderr
    return cost["exit"], cost["rss"], json.loads(result.read_bytes())["comparisons"][0]


@pytest.mark.parametrize("ends, code, same", [
    (["newest", "live"], 0, COUNT),
    (["newest", "newest"], 0, COUNT),
    (["empty.json", "newest"], 4, 0),
])
def test_a_comparison_stays_low(crowd, tmp_path, ends, code, same):
    """Of the snapshot that the first test made: where nothing differs, and where everything does."""
    (tmp_path / "empty.json").write_text(
        '{"backup_timestamp": "20260101_000000", "environment": "dev", "parameters": []}'
    )
    exit_code, peak, told = compare(crowd, tmp_path, ends)
    assert (exit_code, told["sameCount"], len(told["differences"])) == (code, same, COUNT - same)
    assert peak < DIFF_BOUND, f"{peak / 2**20:.1f} MiB"


@pytest.mark.parametrize("to_region, kind", [(REGION, "unchanged"), (FAR, "create")])
def test_a_restores_plan_stays_low(crowd, tmp_path, to_region, kind):
    """Of that snapshot: against a live store of the same size, and against an empty one."""
    done = subprocess.run(
        [sys.executable, "-I", "-S", ROOT / "bench" / "measure.py", BUILD / "ssm-backup", "restore",
         "--env", "dev", "--region", REGION, "--repository", f"s3://{BUCKET},region={REGION}",
         "--to-region", to_region, "--work-dir", tmp_path / "work",
         "--quota-share", "off", "--progress", "none"],
        cwd=tmp_path, env=crowd.environment(REGION, KEYS["backup"]),
        capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    cost = json.loads(done.stderr.rsplit("\n", 2)[-2])
    assert cost["exit"] == 0, done.stderr
    plan = json.loads((tmp_path / "work" / "analysis.json").read_text())
    assert plan["counts"][kind] == COUNT
    assert cost["rss"] < PLAN_BOUND, f"{cost['rss'] / 2**20:.1f} MiB"


def test_a_drill_stays_low(crowd, tmp_path):
    """Every record of that snapshot into a store of rules, within the bound of a backup."""
    done = subprocess.run(
        [sys.executable, "-I", "-S", ROOT / "bench" / "measure.py", BUILD / "ssm-backup", "drill",
         "--env", "dev", "--region", REGION, "--repository", f"s3://{BUCKET},region={REGION}",
         "--work-dir", tmp_path / "work", "--progress", "none"],
        cwd=tmp_path, env=crowd.environment(REGION, KEYS["backup"]),
        capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    cost = json.loads(done.stderr.rsplit("\n", 2)[-2])
    said = json.loads((tmp_path / "work" / "drill.json").read_text())
    (region,) = said["regions"]
    # Advanced ones: there is room for them all.
    assert (cost["exit"], region["provenCount"], region["findings"]) == (0, COUNT, []), done.stdout
    assert cost["rss"] < BOUND, f"{cost['rss'] / 2**20:.1f} MiB"


def test_unreadable_ones_do_not_raise_it(crowd, tmp_path):
    denied = [{"region": REGION, "of": name_of(number)} for number in range(DENIED)]
    ask(crowd, "options", {"deny_decrypt": denied})
    code, peak, region = backup(crowd, tmp_path, tmp_path / "repository")
    assert (code, region["parameterCount"]) == (3, COUNT - DENIED)
    manifest = json.loads(next((tmp_path / "repository" / "manifests").rglob("*.json")).read_text())
    told = unreadable_in(manifest)
    assert len(told) == DENIED
    assert all(each["fault"]["request_id"] and each["fault"]["message"] for each in told)
    assert peak < BOUND, f"{peak / 2**20:.1f} MiB"


def test_a_key_that_is_denied_for_all_does_not_raise_it_either(crowd, tmp_path):
    """Nor does the manifest that says so, which the next run reads as its parent."""
    ask(crowd, "options", {"deny_decrypt": [{"region": REGION, "of": "alias/aws/ssm"}]})
    for _ in range(2):
        code, peak, region = backup(crowd, tmp_path, tmp_path / "repository")
        assert (code, region["parameterCount"], region["failedCount"]) == (3, 0, COUNT)
        assert peak < BOUND, f"{peak / 2**20:.1f} MiB"
    for path in (tmp_path / "repository" / "manifests").rglob("*.json"):
        told = unreadable_in(json.loads(path.read_text()))
        assert [each["name"] for each in told] == [name_of(number) for number in range(COUNT)]
        assert len({each["fault"]["request_id"] for each in told}) == COUNT
        assert all(each["fault"]["message"] for each in told)
