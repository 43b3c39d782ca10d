"""One truth: infra's plan and the Pulumi program, for the same file, attribute by attribute.

Neither reads the other's output; ManagedBy, which says who made a thing, is left aside.
"""

import itertools
import json
import pathlib
import subprocess

import parties
import pulumi_applied
import pulumi_program
import pytest
import yaml
from conftest import BUILD

ACCOUNT = "123456789012"
HERE = pathlib.Path(__file__).parent
PREFIX = "jenkins-ssm-backup-s3:"
TWENTY = [
    "ap-northeast-1", "us-west-2", "us-east-1", "us-east-2", "us-west-1", "eu-west-1", "eu-west-2",
    "eu-west-3", "eu-central-1", "eu-central-2", "eu-north-1", "eu-south-1", "ap-northeast-2",
    "ap-northeast-3", "ap-southeast-1", "ap-southeast-2", "ap-south-1", "ca-central-1", "sa-east-1",
    "me-south-1",
]
REGIONS = {"1": TWENTY[:1], "3": TWENTY[:3], "20": TWENTY}
ROLE = "arn:aws:iam::999988887777:role/copies"
WRITERS = ["arn:aws:iam::123456789012:role/backup", "arn:aws:iam::123456789012:root"]
COPY_KEY = "arn:aws:kms:af-south-1:999988887777:key/11111111-2222-3333-4444-555555555555"


def logs(regions):
    return {region: f"logs-{region}" for region in regions}


OPTIONS = {
    "retention": lambda regions: {"retentionDays": 90},
    "one key": lambda regions: {"kmsKey": "alias/backup"},
    "keys": lambda regions: {"kmsKey": {region: "alias/" + region for region in regions}},
    "lock": lambda regions: {"objectLock": {"mode": "COMPLIANCE", "days": 14}},
    "logs": lambda regions: {"accessLogBuckets": logs(regions)},
    "home": lambda regions: {"ssmHomeRegion": "eu-west-1"},
    "copy": lambda regions: {"copy": {"region": "af-south-1", "accessLogBucket": "logs-copy"}},
    "account": lambda regions: {"copy": {
        "region": "af-south-1", "roleArn": ROLE, "writers": WRITERS, "kmsKey": COPY_KEY}},
}
TOGETHER = ("retention", "keys", "lock", "logs", "home", "account")


def stack(regions, *options):
    config = {"projectName": "jnk", "environment": "dev", "regions": list(regions),
              "defaultRegion": regions[-1]}
    for option in options:
        config |= OPTIONS[option](regions)
    return config


CASES = {
    **{f"{number} Regions": stack(regions) for number, regions in REGIONS.items()},
    **{f"{number} Regions, {option}": stack(regions, option)
       for (number, regions), option in itertools.product(REGIONS.items(), OPTIONS)},
    **{f"{number} Regions, all": stack(regions, *TOGETHER)
       for number, regions in REGIONS.items()},
    "twice the same Region": stack(["us-west-2", "eu-west-1", "us-west-2"]),
    "GovCloud": stack(["us-gov-west-1", "us-gov-east-1"]),
    "China": stack(["cn-north-1"]),
    "numbers as text": {**stack(["us-west-2"]), "retentionDays": "7",
                        "objectLock": {"mode": "GOVERNANCE", "days": "3"}},
    "the old stack of one Region": {
        "projectName": "jnk", "environment": "prod", "aws:region": "eu-west-1"},
    "one of one Region, with its default": {
        "projectName": "jnk", "environment": "prod", "aws:region": "eu-west-1",
        "defaultRegion": "eu-west-1", "ssmHomeRegion": "us-west-2"},
}


def without_manager(fields):
    return {field: value for field, value in fields.items() if field != "Tag[ManagedBy]"}


def run(url, *words, directory=None):
    return subprocess.run(
        [BUILD / "ssm-backup", *words],
        cwd=directory,
        env={"AWS_ENDPOINT_URL": url, "AWS_ACCESS_KEY_ID": "any", "AWS_SECRET_ACCESS_KEY": "any",
             "AWS_EC2_METADATA_DISABLED": "true", "AWS_CONFIG_FILE": "/dev/null",
             "AWS_SHARED_CREDENTIALS_FILE": "/dev/null", "AWS_REGION": "us-east-1"},
        capture_output=True, text=True, timeout=60, check=False,
    )


def planned(url, stack_file):
    done = run(url, "infra", "plan", "-f", stack_file, "--output", "json")
    assert done.returncode == 0, done.stderr
    changes = json.loads(done.stdout)["changes"]
    assert all(it["action"] == "create" for it in changes)
    found = {(it["kind"], it["region"], it["name"]): it["desired"] for it in changes}
    assert len(found) == len(changes)
    return found


@pytest.fixture(name="url", scope="module")
def any_world():
    """A sandbox where anyone may call, and every role exists."""
    yield from a_sandbox()


@pytest.fixture
def fresh():
    yield from a_sandbox()


def a_sandbox():
    process = subprocess.Popen([BUILD / "ssm-sandbox", "--listen", "127.0.0.1:0"],
                               stdout=subprocess.PIPE, text=True)
    yield process.stdout.readline().split()[-1]
    process.terminate()
    assert process.wait(timeout=10) == 0


def write(directory, config):
    keys = {name if ":" in name else PREFIX + name: value for name, value in config.items()}
    file = directory / "Pulumi.dev.yaml"
    file.write_text(yaml.safe_dump({"config": keys}))
    return file


def compare(ours, theirs):
    assert ours.keys() == theirs.keys()
    for resource, fields in ours.items():
        assert without_manager(fields) == without_manager(theirs[resource]), resource


@pytest.mark.parametrize("config", CASES.values(), ids=CASES.keys())
def test_infra_and_the_pulumi_program_ask_for_the_same(config, url, tmp_path):
    file = write(tmp_path, config)
    theirs = pulumi_program.resources(file)
    compare(planned(url, file), theirs)
    managers = {fields["Tag[ManagedBy]"] for fields in theirs.values() if "Tag[ManagedBy]" in fields}
    assert managers == {"Pulumi"}


@pytest.mark.parametrize("options", [(), ("one key", "lock", "logs", "copy")],
                         ids=["plain", "every option"])
def test_a_backup_runs_on_what_the_pulumi_program_makes(options, fresh, tmp_path):
    config = stack(["ap-northeast-1", "us-west-2", "eu-west-1"], *options)
    file = write(tmp_path, config)
    clients = {}

    def client(service, region):
        """The same one each time, for they are slow to make."""
        if (service, region) not in clients:
            key = {"access_key_id": "any", "secret_access_key": "any"}
            clients[service, region] = parties.client(fresh, service, region, key)
        return clients[service, region]

    pulumi_applied.make(pulumi_program.registered(file), client)
    plan = run(fresh, "infra", "plan", "-f", file, "--detailed-exitcode")
    assert plan.returncode == 0, plan.stdout
    for region in config["regions"]:
        client("ssm", region).put_parameter(Name="/app/dev/a", Type="SecureString", Value="x")
    copies = []
    if "copy" in options:
        copies = ["--copy-to", f"s3://jnk-ssm-backup-dev-{ACCOUNT}-af-south-1-copy,region=af-south-1"]
    common = ["--env", "dev", "--home-region", "eu-west-1"]
    backup = run(fresh, "backup", *common, *copies, directory=tmp_path)
    assert backup.returncode == 0, backup.stderr
    verify = run(fresh, "verify", *common, directory=tmp_path)
    assert verify.returncode == 0, verify.stderr
    s3 = client("s3", "us-west-2")
    head = s3.head_object(Bucket=f"jnk-ssm-backup-dev-{ACCOUNT}-us-west-2",
                          Key="latest-us-west-2.txt")
    assert head["ServerSideEncryption"] == ("aws:kms" if options else "AES256")
    # Taken over by infra: the tags alone change.
    adopted = run(fresh, "infra", "apply", "-f", file, "--adopt", "--output", "json")
    assert adopted.returncode == 0, adopted.stderr
    changed = [it for it in json.loads(adopted.stdout)["changes"] if it["action"] != "none"]
    assert {(it["from"], it["to"]) for change in changed for it in change["differences"]} == {
        ("Pulumi", "ssm-backup")}
    assert {it["kind"] for it in changed} == {"tagging", "parameter"}


def by_hand():
    text = yaml.safe_load((HERE / "parity_by_hand.yaml").read_text())
    wanted = {}
    for region, bucket in text["buckets"].items():
        for kind, fields in text["each_bucket"].items():
            wanted[kind, region, bucket] = {
                field: value.replace("{B}", bucket).replace("{R}", region)
                for field, value in fields.items()}
    for name, fields in text["parameters"].items():
        wanted["parameter", "ap-northeast-1", name] = {"Type": "String", **fields}
    return wanted


def test_infra_asks_for_what_was_written_by_hand(url):
    compare(planned(url, pulumi_program.STACK / "Pulumi.dev.yaml"), by_hand())


def test_the_pulumi_program_asks_for_what_was_written_by_hand():
    compare(pulumi_program.resources(pulumi_program.STACK / "Pulumi.dev.yaml"), by_hand())
