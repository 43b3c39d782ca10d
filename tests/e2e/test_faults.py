"""Quotas and faults of the sandbox, as boto3 and the AWS CLI meet them."""

import json
import ssl
import subprocess
import urllib.request

import botocore.exceptions
import pytest
from conftest import BUILD, Sandbox

REGION = "eu-north-1"


def control(sandbox, verb, body):
    """Asks the control path; returns its JSON."""
    context = ssl.create_default_context(cafile=str(sandbox.ca)) if sandbox.ca else None
    request = urllib.request.Request(
        f"{sandbox.url}/_sandbox/{verb}", data=json.dumps(body).encode(), method="PUT"
    )
    opener = urllib.request.build_opener(
        urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=context)
    )
    with opener.open(request, timeout=10) as answer:
        return json.load(answer)


@pytest.fixture
def faults(sandbox):
    """Sets one rule; takes it away again."""
    yield lambda **rule: control(sandbox, "faults", {"rules": [rule]})
    control(sandbox, "faults", {"rules": []})
    control(sandbox, "quota", {"preset": "off"})


def put(sandbox, name):
    return sandbox.client("ssm", REGION).put_parameter(Name=name, Value="v", Type="String")


def exists(sandbox, name):
    answer = sandbox.client("ssm", REGION).get_parameters(Names=[name])
    return len(answer["Parameters"]) == 1


def test_a_quota_lets_a_burst_through(sandbox, faults):
    control(sandbox, "quota", {
        "groups": [{"name": "puts", "operations": ["ssm:PutParameter"], "rate": 0, "burst": 2}]
    })
    codes = []
    for number in range(4):
        try:
            put(sandbox, f"/quota/{number}")
            codes.append("")
        except botocore.exceptions.ClientError as error:
            codes.append(error.response["Error"]["Code"])
    assert codes == ["", ""] + 2 * ["ThrottlingException"]
    assert not exists(sandbox, "/quota/2")


@pytest.mark.parametrize("fault, code", [
    ("throttle", "ThrottlingException"),
    ("error-500", "InternalServerError"),
    ("opt-in", "UnrecognizedClientException"),
    ("access-denied", "AccessDeniedException"),
    ("wrong-clock", "InvalidSignatureException"),
])
def test_boto3_reads_the_errors(sandbox, faults, fault, code):
    more = {"seconds": 3600} if fault == "wrong-clock" else {}
    faults(fault=fault, operation="ssm:PutParameter", **more)
    with pytest.raises(botocore.exceptions.ClientError) as caught:
        put(sandbox, "/fault/error")
    assert caught.value.response["Error"]["Code"] == code
    assert not exists(sandbox, "/fault/error")


@pytest.mark.parametrize("fault, effect", [("reset-before", False), ("reset-after", True)])
def test_a_connection_breaks(sandbox, faults, fault, effect):
    name = f"/fault/{fault}"
    faults(fault=fault, operation="ssm:PutParameter", count=1)
    with pytest.raises((botocore.exceptions.ConnectionError, botocore.exceptions.HTTPClientError)):
        put(sandbox, name)
    assert exists(sandbox, name) == effect
    put(sandbox, name + "/again")


def test_a_body_is_cut(sandbox, faults):
    # A client of its own: boto3 does not see that the rest will not come before it reads.
    s3 = sandbox.client("s3", REGION, user_agent_extra="cut")
    s3.create_bucket(Bucket="cut", CreateBucketConfiguration={"LocationConstraint": REGION})
    s3.put_object(Bucket="cut", Key="k", Body=b"0123456789")
    faults(fault="cut-body", operation="s3:GetObject", key="k", count=1)
    body = s3.get_object(Bucket="cut", Key="k")["Body"]
    with pytest.raises(
        (botocore.exceptions.IncompleteReadError, botocore.exceptions.ResponseStreamingError)
    ):
        body.read()
    assert s3.get_object(Bucket="cut", Key="k")["Body"].read() == b"0123456789"


def test_a_slow_body_comes_whole(sandbox, faults):
    put(sandbox, "/fault/slow")
    faults(fault="slow-body", operation="ssm:GetParameters", seconds=0.2, count=1)
    assert exists(sandbox, "/fault/slow")


def test_a_silent_region_is_given_up(sandbox, faults):
    faults(fault="silent", operation="ssm:DescribeParameters", region=REGION)
    with pytest.raises(botocore.exceptions.ReadTimeoutError):
        sandbox.client("ssm", REGION, read_timeout=0.3).describe_parameters()
    sandbox.client("ssm", "eu-west-1").describe_parameters()


def test_s3_completes_with_an_error_inside(sandbox, faults):
    s3 = sandbox.client("s3", REGION)
    s3.create_bucket(Bucket="faults", CreateBucketConfiguration={"LocationConstraint": REGION})
    upload = s3.create_multipart_upload(Bucket="faults", Key="k")["UploadId"]
    part = s3.upload_part(Bucket="faults", Key="k", UploadId=upload, PartNumber=1, Body=b"x")
    faults(fault="complete-200-error", count=1)
    with pytest.raises(botocore.exceptions.ClientError) as caught:
        s3.complete_multipart_upload(
            Bucket="faults", Key="k", UploadId=upload,
            MultipartUpload={"Parts": [{"PartNumber": 1, "ETag": part["ETag"]}]},
        )
    assert caught.value.response["Error"]["Code"] == "InternalError"
    assert s3.list_objects_v2(Bucket="faults")["KeyCount"] == 0


def test_the_aws_cli_pages_over_empty_pages(sandbox, faults):
    names = {f"/page/{number}" for number in range(5)}
    for name in names:
        put(sandbox, name)
    faults(fault="empty-page", count=2)
    listed = sandbox.cli("ssm", "get-parameters-by-path", "--path", "/page", region=REGION)
    assert {parameter["Name"] for parameter in listed["Parameters"]} == names


def test_the_program_takes_both_files(tmp_path):
    (tmp_path / "quota.json").write_text(json.dumps({
        "groups": [{"name": "all", "operations": ["ssm:*"], "rate": 0, "burst": 2}]
    }))
    (tmp_path / "faults.json").write_text(json.dumps({
        "rules": [{"fault": "error-503", "operation": "ssm:PutParameter", "count": 1}]
    }))
    running = Sandbox(tmp_path, "http", "--quota", tmp_path / "quota.json",
                      "--faults", tmp_path / "faults.json")
    codes = []
    for number in range(3):
        try:
            put(running, f"/program/{number}")
            codes.append("")
        except botocore.exceptions.ClientError as error:
            codes.append(error.response["Error"]["Code"])
    assert codes == ["ServiceUnavailableException", "", "ThrottlingException"]
    assert running.stop() == 0


@pytest.mark.parametrize("flag, text, says", [
    ("--quota", '{"groups": 3}', "'groups' is not a list"),
    ("--faults", '{"rules": [{"fault": "tea"}]}', "there is no fault 'tea'"),
])
def test_a_file_that_does_not_fit_is_wrong_use(tmp_path, flag, text, says):
    path = tmp_path / "file.json"
    path.write_text(text)
    done = subprocess.run([BUILD / "ssm-sandbox", flag, path], capture_output=True, text=True,
                          timeout=10, check=False)
    assert done.returncode == 2
    assert says in done.stderr and str(path) in done.stderr
