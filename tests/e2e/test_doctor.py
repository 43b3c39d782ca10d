"""doctor by the real program: a sound world is green, what boto3 breaks in it is named, and nothing
is written."""

import json

import pytest
from conftest import ACCOUNT, KEYS, Sandbox
from test_backup import REGIONS, STACK, bucket, run

WEST = "us-west-2"
SECRET = "canary-of-doctor"
LEGACY = "/jenkins/dev/backup/s3-bucket-name"


@pytest.fixture(scope="module")
def place(sandbox, tmp_path_factory):
    directory = tmp_path_factory.mktemp("doctor")
    (directory / "Pulumi.dev.yaml").write_text(STACK)
    for region in REGIONS:
        ssm = sandbox.client("ssm", region)
        ssm.put_parameter(Name="/app/dev/plain", Value=SECRET, Type="String")
        ssm.put_parameter(Name="/app/dev/secret", Value=SECRET, Type="SecureString")
    for words in (["infra", "apply", "-f", "Pulumi.dev.yaml"], ["backup", "--env", "dev"]):
        done = run(sandbox, directory, *words)
        assert done.returncode == 0, done.stderr
    return directory


def doctor(sandbox, place, *flags, **environment):
    done = run(sandbox, place, "doctor", "--env", "dev", "--output", "json", *flags, **environment)
    assert SECRET not in done.stdout + done.stderr
    return done.returncode, json.loads(done.stdout)


def amiss(document):
    return {(each.get("region"), each["subject"]): each for each in document["findings"]
            if each["state"] == "amiss"}


def everything(sandbox):
    """Versions in the buckets, and parameters with version and tags."""
    held = {}
    for region in REGIONS:
        s3, ssm = sandbox.client("s3", region), sandbox.client("ssm", region)
        listed = s3.list_object_versions(Bucket=bucket(region))
        held[region] = (
            sorted((each["Key"], each["VersionId"]) for each in listed["Versions"]),
            listed.get("DeleteMarkers", []),
            s3.list_multipart_uploads(Bucket=bucket(region)).get("Uploads", []),
            sorted((each["Name"], each["Version"], each.get("AllowedPattern"))
                   for page in ssm.get_paginator("describe_parameters").paginate()
                   for each in page["Parameters"]),
        )
    return held


def test_a_sound_world_is_green_and_stays_as_it_was(sandbox, place):
    before = everything(sandbox)
    for purpose in ("backup", "restore", "drill", "all"):
        code, document = doctor(sandbox, place, "--for", purpose)
        assert code == 0 and not amiss(document), amiss(document)
    assert everything(sandbox) == before
    text = run(sandbox, place, "doctor", "--env", "dev")
    assert text.returncode == 0 and "\nnothing is amiss: " in text.stdout
    assert text.stdout.startswith("info     endpoints       " + sandbox.url)


def test_what_is_broken_is_named_all_of_it(sandbox, place):
    s3, ssm = sandbox.client("s3", WEST), sandbox.client("ssm", REGIONS[0])
    policy = s3.get_bucket_policy(Bucket=bucket(WEST))["Policy"]
    legacy = ssm.get_parameter(Name=LEGACY)["Parameter"]["Value"]
    s3.delete_bucket_policy(Bucket=bucket(WEST))
    s3.put_bucket_versioning(Bucket=bucket(WEST), VersioningConfiguration={"Status": "Suspended"})
    ssm.put_parameter(Name=LEGACY, Value="another-bucket", Overwrite=True)
    code, document = doctor(sandbox, place, "--max-age", "1s")
    s3.put_bucket_policy(Bucket=bucket(WEST), Policy=policy)
    s3.put_bucket_versioning(Bucket=bucket(WEST), VersioningConfiguration={"Status": "Enabled"})
    ssm.put_parameter(Name=LEGACY, Value=legacy, Overwrite=True)
    assert code == 4
    found = amiss(document)
    for at in ((None, "metadata"), (WEST, "bucket policy"), (WEST, "bucket versioning")):
        assert at in found and found[at]["next"], found
    assert document["counts"]["amiss"] == len(found)


@pytest.mark.parametrize("who", ["expired", "other"])
def test_credentials_that_are_of_no_use(sandbox, place, who):
    key = KEYS[who]
    code, document = doctor(
        sandbox, place, AWS_ACCESS_KEY_ID=key["access_key_id"],
        AWS_SECRET_ACCESS_KEY=key["secret_access_key"],
        AWS_SESSION_TOKEN=key.get("session_token", ""))
    assert code == 4
    if who == "expired":
        assert list(amiss(document)) == [(None, "credentials")]
        assert "new credentials" in amiss(document)[None, "credentials"]["next"]
    else:  # another account: it has no such metadata
        assert (None, "metadata") in amiss(document)


ROLES = {kind: {"access_key_id": f"AKID{kind.upper()}ONLY", "secret_access_key": f"s3cret/{kind}"}
         for kind in ("backup", "restore", "drill")}


@pytest.fixture(scope="module")
def roles(tmp_path_factory):
    """Principals that may do what `iam-policy` prints for them, and nothing else."""
    directory = tmp_path_factory.mktemp("roles")
    (directory / "Pulumi.dev.yaml").write_text(STACK)
    keys = [{**KEYS["backup"], "user": "admin"}]
    nobody = type("Nobody", (), {"environment": lambda self, region, key: {
        "HOME": str(directory), "AWS_EC2_METADATA_DISABLED": "true", "AWS_REGION": region}})()
    for kind, key in ROLES.items():
        printed = run(nobody, directory, "iam-policy", kind, "-f", "Pulumi.dev.yaml",
                      "--account", ACCOUNT)
        assert printed.returncode == 0, printed.stderr
        keys.append({**key, "user": kind, "policy": json.loads(printed.stdout)})
    running = Sandbox(directory, "http", who_may_call={"accounts": [{"id": ACCOUNT, "keys": keys}]})
    for region in REGIONS:
        ssm = running.client("ssm", region)
        ssm.put_parameter(Name="/app/dev/plain", Value=SECRET, Type="String")
        ssm.put_parameter(Name="/app/dev/secret", Value=SECRET, Type="SecureString")
    for words in (["infra", "apply", "-f", "Pulumi.dev.yaml"], ["backup", "--env", "dev"]):
        done = run(running, directory, *words)
        assert done.returncode == 0, done.stderr
    yield running, directory
    assert running.stop() == 0


def as_role(roles, kind, *flags):
    key = ROLES[kind]
    return doctor(*roles, *flags, AWS_ACCESS_KEY_ID=key["access_key_id"],
                  AWS_SECRET_ACCESS_KEY=key["secret_access_key"])


@pytest.mark.parametrize("kind", ROLES)
def test_the_least_that_a_role_needs_is_green(roles, kind):
    code, document = as_role(roles, kind, "--for", kind)
    assert code == 0, amiss(document)
    # What the role may not look at is said, and is no fault.
    unknown = {each["subject"] for each in document["findings"] if each["state"] == "unknown"}
    assert "bucket settings" in unknown
    # Whether a second region-list lies elsewhere: a drill's role reads metadata in the home alone.
    assert ("metadata" in unknown) == (kind == "drill")


def test_what_another_role_needs_is_named(roles):
    code, document = as_role(roles, "backup", "--for", "restore", "--region", WEST)
    assert code == 4
    assert set(amiss(document)) == {(WEST, f"permission ssm:{action}") for action in (
        "PutParameter", "AddTagsToResource", "RemoveTagsFromResource", "LabelParameterVersion",
        "UnlabelParameterVersion")}
    put = amiss(document)[WEST, "permission ssm:PutParameter"]
    assert "not authorized to perform: ssm:PutParameter on resource: arn:aws:ssm:" in put["detail"]
    assert "ssm-backup iam-policy restore --env dev" in put["next"]
    code, document = as_role(roles, "drill", "--for", "backup", "--region", WEST)
    assert (WEST, "permission s3:PutObject") in amiss(document)
