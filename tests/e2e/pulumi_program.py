"""The Pulumi program under its mocks, and its resources as AWS's APIs name what they say.

The names on both sides are the provider's business: what is written here is written from its
documentation and from S3's, and from nothing of infra's.
"""

import json
import os
import pathlib
import subprocess

import pytest

STACK = pathlib.Path(__file__).resolve().parents[2] / "deploy/pulumi/jenkins-ssm-backup-s3"
# Where a name of the provider is not S3's with a small first letter.
SPELLING = {"sseAlgorithm": "SSEAlgorithm", "kmsMasterKeyId": "KMSMasterKeyID"}


def node() -> str:
    """Where `./dev test e2e` found it; without it the test is skipped, and says so."""
    program = os.environ.get("SSM_BACKUP_NODE", "")
    if not program:
        reason = "Node or the Pulumi stack's packages are not there (./dev test e2e)"
        if list_of_those_not_run := os.environ.get("SSM_BACKUP_NOT_RUN"):
            with open(list_of_those_not_run, "a", encoding="utf-8") as file:
                file.write(f"e2e, infra beside the Pulumi program: {reason}\n")
        pytest.skip(reason)
    return program


def registered(stack_file: pathlib.Path) -> list[dict]:
    """What the program registers for that file, with the Pulumi.yaml beside it."""
    done = subprocess.run(
        [node(), STACK / "bin/tests/support/print.js", stack_file],
        capture_output=True, text=True, timeout=120, check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)["resources"]


def plain(value) -> str:
    """As XML has it: numbers and truth as text."""
    if isinstance(value, bool):
        return str(value).lower()
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def named(name: str) -> str:
    return SPELLING.get(name, name[0].upper() + name[1:])


def leaves(value, path="") -> dict[str, str]:
    """{"Rule/ObjectOwnership": "..."}: without what is empty, as S3 takes it."""
    if isinstance(value, dict):
        below = [leaves(member, f"{path}/{named(name)}" if path else named(name))
                 for name, member in value.items()]
        return {name: text for part in below for name, text in part.items()}
    return {} if value in ("", None) else {path: plain(value)}


def policy_leaves(value, path) -> dict[str, str]:
    if isinstance(value, dict):
        below = [policy_leaves(member, f"{path}/{name}") for name, member in value.items()
                 if name != "Sid"]
        return {name: text for part in below for name, text in part.items()}
    if isinstance(value, list):
        value = value[0] if len(value) == 1 else json.dumps(sorted(value), separators=(",", ":"))
    return {path: value}


def policy(inputs):
    document = json.loads(inputs["policy"])
    fields = {"Version": document["Version"]}
    for statement in document["Statement"]:
        fields |= policy_leaves(statement, f"Statement[{statement['Sid']}]")
    return fields


def lifecycle(inputs):
    fields = {}
    for rule in inputs["rules"]:
        rest = {name: member for name, member in rule.items() if name != "id"}
        fields |= leaves(rest, f"Rule[{rule['id']}]")
    return fields


def tags(inputs):
    return {f"Tag[{key}]": value for key, value in inputs["tags"].items()}


def encryption(inputs):
    [rule] = inputs["rules"]
    return leaves({"rule": rule})


def lock(inputs):
    wanted = ("objectLockEnabled", "rule")
    return leaves({name: inputs[name] for name in wanted})


def logging(inputs):
    wanted = ("targetBucket", "targetPrefix")
    return leaves({"loggingEnabled": {name: inputs[name] for name in wanted}})


BLOCKS = ("blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets")
# The provider's type: infra's kind, what it says, and the inputs that are looked at.
TYPES = {
    "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": (
        "publicAccessBlock", lambda it: leaves({name: it[name] for name in BLOCKS}), BLOCKS),
    "aws:s3/bucketOwnershipControls:BucketOwnershipControls": (
        "ownershipControls", lambda it: leaves({"rule": it["rule"]}), ("rule",)),
    "aws:s3/bucketPolicy:BucketPolicy": ("policy", policy, ("policy",)),
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": (
        "encryption", encryption, ("rules",)),
    "aws:s3/bucketVersioning:BucketVersioning": (
        "versioning", lambda it: leaves(it["versioningConfiguration"]),
        ("versioningConfiguration",)),
    "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": (
        "lifecycle", lifecycle, ("rules",)),
    "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration": (
        "object-lock", lock, ("objectLockEnabled", "rule")),
    "aws:s3/bucketLogging:BucketLogging": ("logging", logging, ("targetBucket", "targetPrefix")),
}


def parameter(inputs):
    fields = leaves({name: inputs[name] for name in ("type", "value", "description")
                     if name in inputs})
    return fields | tags(inputs)


def only(inputs, *known):
    """No input of the program is left out of the comparison."""
    assert set(inputs) - set(known) == set(), inputs


def resources(stack_file: pathlib.Path) -> dict[tuple, dict]:
    """{(kind, region, name): fields}, as infra's plan has them."""
    found = {}
    for resource in registered(stack_file):
        kind, inputs = resource["type"], resource["inputs"]
        if kind.startswith("jenkins-ssm-backup-s3:") or kind == "pulumi:providers:aws":
            continue
        region = inputs["region"]
        if kind == "aws:s3/bucket:Bucket":
            only(inputs, "bucket", "region", "tags")
            found["bucket", region, inputs["bucket"]] = {}
            found["tagging", region, inputs["bucket"]] = tags(inputs)
        elif kind == "aws:ssm/parameter:Parameter":
            only(inputs, "name", "region", "type", "value", "description", "tags")
            found["parameter", region, inputs["name"]] = parameter(inputs)
        else:
            short, read, looked_at = TYPES[kind]
            only(inputs, "bucket", "region", *looked_at)
            assert (short, region, inputs["bucket"]) not in found
            found[short, region, inputs["bucket"]] = read(inputs)
    return found
