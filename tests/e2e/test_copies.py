"""Copies by the real program: a bucket in another Region, another account's, and a directory."""

import json
import re
import subprocess

import pytest
from conftest import ACCOUNT, KEYS
from test_backup import REGIONS, STACK, bucket, run

FAR = "eu-west-1"
COPY = f"s3://dr-copy,region={FAR}"
VALUE = "päss \"wörd\"\n日本"
MANIFEST = re.compile(r"manifests/.*\.json")


def objects(sandbox, name, region, key=KEYS["backup"]):
    s3 = sandbox.client("s3", region, key)
    listed = s3.list_objects_v2(Bucket=name).get("Contents", [])
    return {each["Key"]: s3.get_object(Bucket=name, Key=each["Key"])["Body"].read()
            for each in listed}


def files(root):
    return {str(path.relative_to(root)): path.read_bytes()
            for path in root.rglob("*") if path.is_file() and path.name != ".lock"}


@pytest.fixture(scope="module")
def copied(sandbox, tmp_path_factory):
    """Two runs: the first could not reach the copy, the second caught up. One partial, one broken
    off, and one of the pipeline before lie there as well."""
    place = tmp_path_factory.mktemp("copies")
    (place / "Pulumi.dev.yaml").write_text(STACK)
    for region in REGIONS:
        ssm = sandbox.client("ssm", region)
        ssm.put_parameter(Name="/app/dev/password", Value=VALUE, Type="SecureString")
        for number in range(30):
            ssm.put_parameter(Name=f"/app/dev/p{number:02}", Value=f"{region} {number}",
                              Type="String")
    done = run(sandbox, place, "infra", "apply", "-f", "Pulumi.dev.yaml")
    assert done.returncode == 0, done.stderr
    first = run(sandbox, place, "backup", "--env", "dev", "--copy-to", COPY, "--copy-to", "copy")
    sandbox.client("s3", FAR).create_bucket(
        Bucket="dr-copy", CreateBucketConfiguration={"LocationConstraint": FAR}
    )
    partial = run(sandbox, place, "backup", "--env", "dev", "--include", "/app/dev/p0*",
                  "--copy-to", COPY, "--copy-to", "copy")
    assert partial.returncode == 0, partial.stderr
    second = run(sandbox, place, "backup", "--env", "dev", "--copy-to", COPY, "--copy-to", "copy",
                 "--output", "json")
    return place, first, second


def test_a_copy_that_fails_is_exit_3_and_the_next_run_catches_up(sandbox, copied):
    place, first, second = copied
    assert first.returncode == 3, first.stderr
    for region in REGIONS:
        assert f"{region}: NOT copied to s3://dr-copy: " in first.stdout
        assert f"{region}: copied to copy\n" in first.stdout
    assert "next: " in first.stdout and "the next run catches up" in first.stdout
    assert second.returncode == 0, second.stderr
    result = json.loads(second.stdout)
    for region in REGIONS:
        far, directory = result["regions"][region]["copies"]
        assert far["status"] == directory["status"] == "copied"
        assert far["lackingCount"] == 0


def test_every_byte_is_the_same(sandbox, copied):
    place, _, _ = copied
    primary = {}
    for region in REGIONS:
        primary |= objects(sandbox, bucket(region), region)
    assert objects(sandbox, "dr-copy", FAR) == primary
    assert files(place / "copy") == primary
    assert sum(MANIFEST.fullmatch(key) is not None for key in primary) == 9
    for region in REGIONS:
        done = run(sandbox, place, "verify", "--env", "dev", "--all", "--region", region,
                   "--copies", COPY, "--copies", "copy")
        assert done.returncode == 0, done.stdout + done.stderr


def test_an_altered_copy_is_found(sandbox, copied):
    place, _, _ = copied
    s3 = sandbox.client("s3", FAR)
    key = s3.get_object(Bucket="dr-copy", Key="latest-us-west-2.txt")["Body"].read().decode().strip()
    body = s3.get_object(Bucket="dr-copy", Key=key)["Body"].read()
    s3.put_object(Bucket="dr-copy", Key=key, Body=body.replace(b'"us-west-2 7"', b'"us-west-2 8"'))
    done = run(sandbox, place, "verify", "--env", "dev", "--copies", COPY)
    s3.put_object(Bucket="dr-copy", Key=key, Body=body)
    assert done.returncode == 4, done.stderr
    assert f"us-west-2: s3://dr-copy: {key}: " in done.stdout
    assert "DIFFERS" in done.stdout and "us-west-2 8" not in done.stdout + done.stderr


def test_the_copy_alone_is_enough(sandbox, copied):
    """The home Region is asked nothing: an address and credentials."""
    place, _, _ = copied
    before = {each["Key"] for each in sandbox.client("s3", FAR).list_objects_v2(
        Bucket="dr-copy")["Contents"]}
    for words in (["list"], ["verify", "--all"], ["show", "/app/dev/password", "--reveal", "--force"]):
        done = run(sandbox, place, *words, "--env", "dev", "--region", REGIONS[0], "--repository",
                   COPY, AWS_ENDPOINT_URL_SSM="http://127.0.0.1:1")
        assert done.returncode == 0, done.stderr
    assert "wörd" in done.stdout
    assert before == set(objects(sandbox, "dr-copy", FAR))


@pytest.mark.parametrize("where", ["bucket", "copy", "directory"])
def test_the_old_reader_and_its_fallback_find_a_document(sandbox, copied, where):
    """The old restore job reads latest-<region>.txt; where that is missing it lists, keeps the lines
    that hold ssm-backup-<env>, sorts them in reverse, and takes the first."""
    place, _, _ = copied
    region = "us-west-2"
    if where == "directory":
        held = files(place / "copy")
        listing = "".join(f"2026-01-01 00:00:00 1 {key}\n" for key in held)
    else:
        name, at = ("dr-copy", FAR) if where == "copy" else (bucket(region), region)
        held = objects(sandbox, name, at)
        listing = sandbox.cli("s3", "ls", f"s3://{name}", "--recursive", region=at)
    found = subprocess.run(
        ["sh", "-c", "grep ssm-backup-dev | awk '{print $4}' | sort -r"],
        input=listing, capture_output=True, text=True, check=True,
    ).stdout.split()
    assert found and all(
        re.fullmatch(r"\d{4}-\d\d-\d\d/[a-z0-9-]+/ssm-backup-dev-[a-z0-9-]+-\d{8}_\d{6}\.json", key)
        for key in found
    ), found
    assert any(key.split("/")[2].startswith("partial-dev-") for key in held if key[0] == "2")
    pointer = held[f"latest-{region}.txt"].decode().strip()
    for key in (pointer, found[0]):
        read = subprocess.run(
            ["jq", "-c", ".parameters[] | [.Name, .Value, .Type]"],
            input=held[key].decode(), capture_output=True, text=True, check=True,
        )
        rows = [json.loads(line) for line in read.stdout.splitlines()]
        assert ["/app/dev/password", VALUE, "SecureString"] in rows


def test_a_bucket_of_another_account_in_the_same_region(sandbox, copied):
    """Its owner is stated, so nothing goes to whoever else may hold that name."""
    place, _, _ = copied
    other = sandbox.client("s3", "us-west-2", KEYS["other"])
    other.create_bucket(Bucket="other-copy",
                        CreateBucketConfiguration={"LocationConstraint": "us-west-2"})
    words = ["backup", "--env", "dev", "--region", "us-west-2", "--output", "json"]
    for owner, code in ((ACCOUNT, 3), ("999988887777", 3)):
        done = run(sandbox, place, *words, "--copy-to",
                   f"s3://other-copy,region=us-west-2,owner={owner}")
        assert done.returncode == code, done.stderr
        copy, = json.loads(done.stdout)["regions"]["us-west-2"]["copies"]
        assert copy["status"] == "failed" and copy["error"]["next"]
    assert not objects(sandbox, "other-copy", "us-west-2", KEYS["other"])
