"""The real program between servers that others wrote: parameters out of moto, which checks every
signature, objects into versitygw; boto3 puts the parameters and reads both sides.

moto's PolicyText is no JSON but Python's own writing of it: such a text is kept as it comes.
"""

import concurrent.futures
import datetime
import json
import re
import subprocess

import pytest
from conftest import BUILD
from parties import MOTO_ACCOUNT, Moto, Versitygw, versitygw_program

HOME, OTHER = REGIONS = ["ap-northeast-1", "us-west-2"]
EXPIRATION = json.dumps(
    [{"Type": "Expiration", "Version": "1.0",
      "Attributes": {"Timestamp": "2030-01-01T00:00:00.000Z"}}]
)

# What boto3 puts, in each Region: every kind of parameter that moto can hold. {region} differs.
IN_SCOPE = [
    {"Name": "/app/dev/plain", "Type": "String", "Value": "plain in {region}"},
    {"Name": "/app/dev/list", "Type": "StringList", "Value": "one,two,,three"},
    {"Name": "/app/dev/secret", "Type": "SecureString", "Value": "s3cret \"of\" {region}\n\ttab"},
    {"Name": "/app/dev/keyed", "Type": "SecureString", "Value": "with a key",
     "KeyId": "alias/app", "Description": "of the ops team", "DataType": "text"},
    {"Name": "/app/dev/big", "Type": "SecureString", "Tier": "Advanced", "KeyId": "alias/app",
     "Value": "8 KB " + "0123456789abcde\n" * 511 + "."},
    {"Name": "/app/dev/policies", "Type": "String", "Value": "expires", "Tier": "Advanced",
     "Policies": EXPIRATION},
    {"Name": "/app/dev/pattern", "Type": "String", "Value": "42", "AllowedPattern": r"^\d+$"},
    {"Name": "/app/dev/tags", "Type": "String", "Value": "tagged",
     "Tags": [{"Key": "zone", "Value": "b=1 + c/2"}, {"Key": "empty", "Value": ""},
              {"Key": "Ключ", "Value": "値"}]},
    {"Name": "/app/dev/unicode", "Type": "String", "Value": "日本 🙂 \u2028 é \\u0041 \x7f",
     "Description": "Beschreibung – \"mit\" Zeichen"},
    {"Name": "/app/dev/image", "Type": "String", "Value": "ami-0123456789abcdef0",
     "DataType": "aws:ec2:image"},
    {"Name": "/app/dev/tier", "Type": "String", "Value": "x", "Tier": "Intelligent-Tiering"},
    {"Name": "/app/dev/a/b", "Type": "String", "Value": "slash"},
    {"Name": "/app/dev/a_b", "Type": "String", "Value": "underscore"},
    {"Name": "/app/dev/a.b-C", "Type": "String", "Value": "dot"},
    {"Name": "/app/dev/json", "Type": "String", "Value": '{"a": [1, "\\u00e9", null]}'},
]
CHANGED = "/app/dev/changed"  # put three times
OUT_OF_SCOPE = ["/app/devices/x", "/app/prod/plain", "dev", "top-level", "/dev_x/y"]
# moto pages by ten whatever is asked for.
MANY = [f"/many/dev/p{number:02}" for number in range(23)]


def bucket(region):
    return f"jenkins-infra-ssm-backup-dev-{MOTO_ACCOUNT}-{region}"


def metadata():
    values = {
        "region-list": json.dumps(REGIONS),
        "default-region": HOME,
        "s3-bucket-name": bucket(HOME),
        **{f"{region}/s3-bucket-name": bucket(region) for region in REGIONS},
    }
    return {f"/jenkins/dev/backup/{name}": value for name, value in values.items()}


def wanted(region):
    """The parameters in scope, as they were put: {name: arguments of PutParameter}."""
    rows = [{**row, "Value": row["Value"].replace("{region}", region)} for row in IN_SCOPE]
    rows += [{"Name": name, "Type": "String", "Value": name} for name in MANY]
    rows.append({"Name": CHANGED, "Type": "String", "Value": "third"})
    if region == HOME:
        rows += [{"Name": name, "Type": "String", "Value": value, "Tags": [
            {"Key": "ManagedBy", "Value": "Pulumi"}]} for name, value in metadata().items()]
    return {row["Name"]: row for row in rows}


def put_all(ssm, region):
    for value in ("first", "second"):
        ssm.put_parameter(Name=CHANGED, Type="String", Value=value, Overwrite=True)
    for row in wanted(region).values():
        ssm.put_parameter(**row, **({"Overwrite": True} if row["Name"] == CHANGED else {}))
    for name in OUT_OF_SCOPE:
        ssm.put_parameter(Name=name, Type="String", Value="not this one")


def read_back(ssm):
    """What boto3 reads of a Region: {name: record}, with the members of our records."""
    described = [row for page in ssm.get_paginator("describe_parameters").paginate()
                 for row in page["Parameters"]]
    records = {}
    for row in described:
        one = ssm.get_parameter(Name=row["Name"], WithDecryption=True)["Parameter"]
        tags = ssm.list_tags_for_resource(ResourceType="Parameter", ResourceId=row["Name"])
        record = {**row, **one, "Tags": sorted(tags["TagList"], key=lambda tag: tag["Key"])}
        records[row["Name"]] = {key: value for key, value in record.items() if value != []}
    return records


class World:
    """Both servers, filled, and how the program is run between them."""

    def __init__(self, directory):
        program = versitygw_program()
        self.directory = directory
        self.said = {}  # the backup of each Region, on standard error
        self.moto = Moto()
        # versitygw serves one Region: one server for each.
        self.s3 = {
            region: Versitygw(program, directory / region, region, self.moto.key)
            for region in REGIONS
        }
        for region in REGIONS:
            put_all(self.moto.client("ssm", region), region)
            self.s3[region].bucket(bucket(region), MOTO_ACCOUNT)
        (directory / "empty").write_text("")

    def stop(self):
        for server in [*self.s3.values(), self.moto]:
            server.stop()

    def run(self, *words, region=HOME, **environment):
        """`region`: whose S3 server is named, and the SDK's Region is always the home Region."""
        services = ("SSM", "STS", "RESOURCE_GROUPS_TAGGING_API")
        empty = str(self.directory / "empty")
        return subprocess.run(
            [BUILD / "ssm-backup", *words],
            cwd=self.directory,
            env={
                "HOME": str(self.directory),
                "AWS_CONFIG_FILE": empty,
                "AWS_SHARED_CREDENTIALS_FILE": empty,
                "AWS_EC2_METADATA_DISABLED": "true",
                "AWS_REGION": HOME,
                "AWS_ACCESS_KEY_ID": self.moto.key["access_key_id"],
                "AWS_SECRET_ACCESS_KEY": self.moto.key["secret_access_key"],
                **{f"AWS_ENDPOINT_URL_{name}": self.moto.url for name in services},
                "AWS_ENDPOINT_URL_S3": self.s3[region].url,
                **environment,
            },
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    def document(self, region, key):
        answer = self.s3[region].client().get_object(Bucket=bucket(region), Key=key)
        return json.loads(answer["Body"].read())

    def pointed_at(self, region, pointer=None):
        key = pointer or f"latest-{region}.txt"
        answer = self.s3[region].client().get_object(Bucket=bucket(region), Key=key)
        return answer["Body"].read().decode().strip()


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    """Filled, and backed up: one process a Region, which share a run and its work directory."""
    made = World(tmp_path_factory.mktemp("parties"))

    def back_up(region):
        return made.run("backup", "--env", "dev", "--region", region, "--run-id", "nightly-1",
                        "--quota-share", "100", region=region)

    try:
        with concurrent.futures.ThreadPoolExecutor() as pool:
            for region, done in zip(REGIONS, pool.map(back_up, REGIONS), strict=True):
                assert done.returncode == 0, done.stdout + done.stderr
                assert f"ok: {len(wanted(region))} parameters" in done.stderr
                made.said[region] = done.stderr
        yield made
    finally:
        made.stop()


def as_boto3_has_it(record):
    """A record of ours with its date as boto3 gives it."""
    date = datetime.datetime.fromisoformat(record["LastModifiedDate"])
    return {**record, "LastModifiedDate": date}


def check_document(document, read, region):
    """Field by field: what boto3 reads from moto, and what it put there."""
    records = {record["Name"]: as_boto3_has_it(record) for record in document["parameters"]}
    assert records.keys() == wanted(region).keys()
    assert document["parameter_count"] == len(records) == len(document["parameters"])
    assert document["errors"] == []
    for name, record in records.items():
        assert record == read[name], name
        put = wanted(region)[name]
        for key in ("Type", "Value", "KeyId", "Description", "AllowedPattern", "Tier", "DataType"):
            if key in put:
                assert record[key] == put[key], (name, key)
        put_tags = sorted(put.get("Tags", []), key=lambda tag: tag["Key"])
        assert record.get("Tags", []) == put_tags, name
        assert record["Version"] == (3 if name == CHANGED else 1), name
        assert record["ARN"].endswith(f":ssm:{region}:{MOTO_ACCOUNT}:parameter{name}")
        assert ("Policies" in record) == ("Policies" in put)


@pytest.mark.parametrize("region", REGIONS)
def test_the_document_is_what_boto3_reads(world, region):
    read = read_back(world.moto.client("ssm", region))
    assert set(OUT_OF_SCOPE) <= read.keys()
    key = world.pointed_at(region)
    assert re.fullmatch(rf"[\d-]{{10}}/{region}/ssm-backup-dev-{region}-\d{{8}}_\d{{6}}\.json", key)
    document = world.document(region, key)
    assert document["account"] == MOTO_ACCOUNT and document["region"] == region
    check_document(document, read, region)


def test_only_the_default_region_has_the_old_pointer(world):
    listed = world.s3[OTHER].client().list_objects_v2(Bucket=bucket(OTHER))["Contents"]
    assert f"latest-{OTHER}.txt" in [row["Key"] for row in listed]
    assert "latest.txt" not in [row["Key"] for row in listed]
    assert world.pointed_at(HOME, "latest.txt") == world.pointed_at(HOME)


def test_two_processes_of_one_run_share_the_summary(world):
    text = (world.directory / "backup-work" / "region_summaries.json").read_text()
    summaries = json.loads(text)
    assert sorted(summaries) == sorted(REGIONS)
    for region, summary in summaries.items():
        assert summary["status"] == "SUCCESS" and summary["failedCount"] == 0
        assert summary["parameterCount"] == len(wanted(region))
        assert summary["s3Key"] == world.pointed_at(region)
        assert summary["bucket"] == bucket(region)


def test_settings_that_moto_cannot_tell_cost_a_line_and_no_more(world):
    """moto answers 500 and a page of HTML."""
    for said in world.said.values():
        assert said.count("Region facts that are not known") == 1
        assert "ssm:GetServiceSetting in " in said and "trying again" not in said


@pytest.mark.parametrize("region", REGIONS)
def test_list_verify_and_show(world, region):
    words = ("--env", "dev", "--region", region, "--output", "json")
    listed = world.run("list", *words, region=region)
    assert listed.returncode == 0, listed.stderr
    assert world.pointed_at(region) in listed.stdout
    verified = world.run("verify", "--all", *words, region=region)
    assert verified.returncode == 0, verified.stdout + verified.stderr
    for name, put in wanted(region).items():
        if not name.startswith("/app/"):
            continue
        shown = world.run("show", name, "--reveal", "--force", *words, region=region)
        assert shown.returncode == 0, shown.stderr
        assert json.loads(shown.stdout)["parameter"]["Value"] == put["Value"]
    hidden = world.run("show", "/app/dev/secret", *words, region=region)
    assert hidden.returncode == 0 and "s3cret" not in hidden.stdout + hidden.stderr


def test_regions_reads_what_boto3_put(world):
    done = world.run("regions", "--env", "dev", "--output", "json")
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    assert said["defaultRegion"] == HOME
    assert [(row["region"], row["repository"]) for row in said["regions"]] == [
        (region, f"s3://{bucket(region)},region={region}") for region in REGIONS
    ]


def test_strict_tags_and_a_repository_of_its_own(world):
    """Both Regions into one bucket below a prefix, tags asked for one by one."""
    where = f"s3://{bucket(OTHER)}/one/place,region={OTHER},owner={MOTO_ACCOUNT}"
    done = world.run("backup", "--env", "dev", "--tags", "strict", "--repository", where,
                     "--region", HOME, "--region", OTHER, "--jobs", "2", "--quota-share", "100",
                     "--output", "json", region=OTHER)
    assert done.returncode == 0, done.stdout + done.stderr
    for region in REGIONS:
        key = world.pointed_at(OTHER, f"one/place/latest-{region}.txt")
        document = world.document(OTHER, f"one/place/{key}")
        read = read_back(world.moto.client("ssm", region))
        check_document(document, read, region)
        manifest_key = f"manifests/dev/{region}/{document['backup_timestamp']}.json"
        assert world.document(OTHER, f"one/place/{manifest_key}")["tags"] == "strict"


def test_an_owner_who_does_not_own_the_bucket(world):
    """versitygw checks the owner that we say we expect."""
    where = f"s3://{bucket(HOME)},owner=999988887777"
    done = world.run("backup", "--env", "dev", "--region", HOME, "--repository", where)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "s3:" in done.stderr and "403" in done.stderr


def test_a_wrong_secret_is_refused_by_moto(world):
    done = world.run("backup", "--env", "dev", AWS_SECRET_ACCESS_KEY="n0t-the-secret")
    assert done.returncode == 1
    assert "in ap-northeast-1 answered 403" in done.stderr
    assert "n0t-the-secret" not in done.stdout + done.stderr
