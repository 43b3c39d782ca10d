"""The AWS CLI and boto3 against the sandbox's Parameter Store, with signatures checked."""

import json

import botocore.exceptions
import pytest
from conftest import KEYS

REGION = "eu-west-1"
COUNT = 120


@pytest.fixture(scope="module")
def ssm(sandbox):
    """boto3's client, after 120 parameters were put."""
    client = sandbox.client("ssm", REGION)
    for number in range(COUNT):
        client.put_parameter(
            Name=f"/app/dev/p{number:03}",
            Value=f"value {number}",
            Type="SecureString" if number % 3 == 0 else "String",
            Tags=[{"Key": "number", "Value": str(number)}],
        )
    return client


def names_of(pages):
    return [[parameter["Name"] for parameter in page["Parameters"]] for page in pages]


def test_boto3_pages_120_parameters_by_50(ssm):
    pages = ssm.get_paginator("describe_parameters").paginate(PaginationConfig={"PageSize": 50})
    names = names_of(pages)
    assert max(map(len, names)) == 50
    assert sorted(sum(names, [])) == [f"/app/dev/p{number:03}" for number in range(COUNT)]


def test_cli_pages_120_parameters_by_50(sandbox, ssm):
    listed = sandbox.cli("ssm", "describe-parameters", "--page-size", "50", region=REGION)
    assert len({parameter["Name"] for parameter in listed["Parameters"]}) == COUNT
    first = sandbox.cli(
        "ssm", "describe-parameters", "--max-results", "50", "--no-paginate", region=REGION
    )
    assert len(first["Parameters"]) == 50
    assert first["NextToken"]


def test_values_come_back_decrypted(sandbox, ssm):
    got = ssm.get_parameters(
        Names=[f"/app/dev/p{number:03}" for number in range(9)] + ["/none"], WithDecryption=True
    )
    assert {p["Name"]: p["Value"] for p in got["Parameters"]} == {
        f"/app/dev/p{number:03}": f"value {number}" for number in range(9)
    }
    assert got["InvalidParameters"] == ["/none"]
    one = sandbox.cli(
        "ssm", "get-parameter", "--name", "/app/dev/p003", "--with-decryption", region=REGION
    )
    assert one["Parameter"]["Value"] == "value 3"


def test_tags(sandbox, ssm):
    name = "/app/dev/p001"
    sandbox.cli(
        "ssm", "add-tags-to-resource", "--resource-type", "Parameter", "--resource-id", name,
        "--tags", "Key=team,Value=ops", region=REGION,
    )
    tags = ssm.list_tags_for_resource(ResourceType="Parameter", ResourceId=name)["TagList"]
    assert {tag["Key"]: tag["Value"] for tag in tags} == {"number": "1", "team": "ops"}
    ssm.remove_tags_from_resource(ResourceType="Parameter", ResourceId=name, TagKeys=["team"])
    bulk = sandbox.client("resourcegroupstaggingapi", REGION).get_paginator("get_resources")
    arns = {
        resource["ResourceARN"]: resource["Tags"]
        for page in bulk.paginate(ResourceTypeFilters=["ssm:parameter"], ResourcesPerPage=100)
        for resource in page["ResourceTagMappingList"]
    }
    assert len(arns) == COUNT
    assert arns[f"arn:aws:ssm:{REGION}:111122223333:parameter{name}"] == [
        {"Key": "number", "Value": "1"}
    ]


def test_labels_and_history(sandbox, ssm):
    name = "/labelled"
    for value in ("one", "two", "three"):
        ssm.put_parameter(Name=name, Value=value, Type="String", Overwrite=True)
    sandbox.cli(
        "ssm", "label-parameter-version", "--name", name, "--parameter-version", "2",
        "--labels", "good", region=REGION,
    )
    assert ssm.get_parameter(Name=f"{name}:good")["Parameter"]["Value"] == "two"
    history = sandbox.cli("ssm", "get-parameter-history", "--name", name, region=REGION)
    assert [(v["Version"], v["Value"], v["Labels"]) for v in history["Parameters"]] == [
        (1, "one", []),
        (2, "two", ["good"]),
        (3, "three", []),
    ]
    ssm.delete_parameter(Name=name)


def test_unicode_survives_both_clients(sandbox, ssm):
    value = json.dumps({"名前": "値 🙂\n"}, ensure_ascii=False)
    sandbox.cli(
        "ssm", "put-parameter", "--name", "/unicode", "--type", "String", "--value", value,
        region=REGION,
    )
    assert ssm.get_parameter(Name="/unicode")["Parameter"]["Value"] == value
    ssm.delete_parameter(Name="/unicode")


def test_regions_and_accounts_are_apart(sandbox, ssm):
    assert sandbox.client("ssm", "ap-northeast-1").describe_parameters()["Parameters"] == []
    other = sandbox.client("ssm", REGION, KEYS["other"])
    assert other.describe_parameters()["Parameters"] == []
    identity = sandbox.cli("sts", "get-caller-identity")
    assert identity["Account"] == "111122223333"
    assert identity["Arn"] == "arn:aws:iam::111122223333:user/backup"


REFUSED = [
    ("wrong secret", {**KEYS["backup"], "secret_access_key": "wrong"}, "InvalidSignatureException"),
    ("unknown key", {**KEYS["backup"], "access_key_id": "AKIDNOBODY"},
     "UnrecognizedClientException"),
    ("wrong token", {**KEYS["session"], "session_token": "wrong"}, "UnrecognizedClientException"),
]


@pytest.mark.parametrize("name, key, code", REFUSED, ids=[row[0] for row in REFUSED])
def test_refused(sandbox, name, key, code):
    with pytest.raises(botocore.exceptions.ClientError) as refusal:
        sandbox.client("ssm", REGION, key).describe_parameters()
    assert refusal.value.response["Error"]["Code"] == code
    said = sandbox.try_cli("ssm", "describe-parameters", region=REGION, key=key)
    assert said.returncode != 0
    assert code in said.stderr


def test_a_session_is_let_in(sandbox):
    assert sandbox.cli("sts", "get-caller-identity", key=KEYS["session"])
    assert sandbox.client("ssm", REGION, KEYS["session"]).describe_parameters()
