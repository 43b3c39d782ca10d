"""The AWS CLI and boto3 against the sandbox's S3, with signatures checked."""

import base64
import hashlib

import boto3.s3.transfer
import botocore.awsrequest
import botocore.exceptions
import pytest
from conftest import ACCOUNT, KEYS, OTHER_ACCOUNT

REGIONS = ["us-east-1", "us-west-2", "ap-northeast-1"]
MIB = 1 << 20


@pytest.fixture(scope="module")
def buckets(sandbox):
    """One bucket in each Region, the first by boto3, the others by the CLI."""
    names = {region: f"bucket-{region}" for region in REGIONS}
    sandbox.client("s3", "us-east-1").create_bucket(Bucket=names["us-east-1"])
    for region in REGIONS[1:]:
        sandbox.cli(
            "s3api", "create-bucket", "--bucket", names[region],
            "--create-bucket-configuration", f"LocationConstraint={region}", region=region,
        )
    return names


@pytest.fixture(scope="module")
def s3(sandbox, buckets):
    return sandbox.client("s3", "us-west-2")


@pytest.fixture(scope="module")
def bucket(buckets):
    return buckets["us-west-2"]


def code_of(call, **arguments):
    with pytest.raises(botocore.exceptions.ClientError) as refusal:
        call(**arguments)
    return refusal.value.response["Error"]["Code"]


def test_buckets_are_where_they_were_made(sandbox, buckets):
    for region, name in buckets.items():
        location = sandbox.cli("s3api", "get-bucket-location", "--bucket", name, region=region)
        assert location["LocationConstraint"] == (None if region == "us-east-1" else region)
        head = sandbox.client("s3", region).head_bucket(Bucket=name)
        assert head["ResponseMetadata"]["HTTPHeaders"]["x-amz-bucket-region"] == region
    listed = sandbox.client("s3", "us-east-1").list_buckets()["Buckets"]
    assert {bucket["Name"] for bucket in listed} >= set(buckets.values())


def test_made_again(sandbox, buckets):
    sandbox.client("s3", "us-east-1").create_bucket(Bucket=buckets["us-east-1"])
    constraint = {"LocationConstraint": "us-west-2"}
    again = {"Bucket": buckets["us-west-2"], "CreateBucketConfiguration": constraint}
    assert code_of(sandbox.client("s3").create_bucket, **again) == "BucketAlreadyOwnedByYou"
    stranger = sandbox.client("s3", key=KEYS["other"])
    assert code_of(stranger.create_bucket, **again) == "BucketAlreadyExists"


def test_boto3_puts_and_gets(s3, bucket):
    for key in ["plain", "a b+c/ä&=?#%", "deep//er/./key"]:
        s3.put_object(Bucket=bucket, Key=key, Body=b"hello", Metadata={"run": "r1"})
        got = s3.get_object(Bucket=bucket, Key=key, ChecksumMode="ENABLED")
        assert got["Body"].read() == b"hello"
        assert got["Metadata"] == {"run": "r1"}
        assert got["ServerSideEncryption"] == "AES256"
        assert got["ChecksumCRC32"] == "NhCmhg=="
        assert s3.get_object(Bucket=bucket, Key=key, Range="bytes=1-3")["Body"].read() == b"ell"


def test_cli_puts_and_gets(sandbox, bucket, tmp_path):
    source, target = tmp_path / "source", tmp_path / "target"
    source.write_bytes(b"from the CLI\n")
    sandbox.cli("s3", "cp", source, f"s3://{bucket}/cli/file", "--no-progress")
    sandbox.cli("s3", "cp", f"s3://{bucket}/cli/file", target, "--no-progress")
    assert target.read_bytes() == source.read_bytes()
    assert "file" in sandbox.cli("s3", "ls", f"s3://{bucket}/cli/")
    sandbox.cli("s3", "rm", f"s3://{bucket}/cli/file")
    assert sandbox.try_cli("s3", "ls", f"s3://{bucket}/cli/").returncode == 1


# Of "hello"; the last two are computed here because boto3 cannot without its CRT.
CHECKSUMS = {
    "CRC32": ("NhCmhg==", {"ChecksumAlgorithm": "CRC32"}),
    "SHA1": ("qvTGHdzF6KLavt4PO0gs2a6pQ00=", {"ChecksumAlgorithm": "SHA1"}),
    "SHA256": (
        "LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=",
        {"ChecksumAlgorithm": "SHA256"},
    ),
    "CRC32C": ("mnG7TA==", {"ChecksumCRC32C": "mnG7TA=="}),
    "CRC64NVME": ("M3eFcAZSQlc=", {"ChecksumCRC64NVME": "M3eFcAZSQlc="}),
}


@pytest.mark.parametrize("algorithm", CHECKSUMS)
def test_each_checksum(s3, bucket, algorithm):
    expected, arguments = CHECKSUMS[algorithm]
    place = {"Bucket": bucket, "Key": algorithm}
    put = s3.put_object(**place, Body=b"hello", **arguments)
    got = s3.get_object(**place, ChecksumMode="ENABLED")
    assert got["Body"].read() == b"hello"
    assert put[f"Checksum{algorithm}"] == got[f"Checksum{algorithm}"] == expected


def test_wrong_checksums_are_refused(s3, bucket):
    wrong = base64.b64encode(hashlib.sha256(b"other").digest()).decode()
    put = {"Bucket": bucket, "Key": "wrong", "Body": b"hello"}
    assert code_of(s3.put_object, **put, ChecksumSHA256=wrong) == "BadDigest"
    md5 = base64.b64encode(hashlib.md5(b"other").digest()).decode()
    assert code_of(s3.put_object, **put, ContentMD5=md5) == "BadDigest"
    assert code_of(s3.head_object, Bucket=bucket, Key="wrong") == "404"


def test_conditional_writes(sandbox, s3, bucket):
    put = {"Bucket": bucket, "Key": "pointer"}
    first = s3.put_object(**put, Body=b"1", IfNoneMatch="*")
    assert code_of(s3.put_object, **put, Body=b"2", IfNoneMatch="*") == "PreconditionFailed"
    second = s3.put_object(**put, Body=b"2", IfMatch=first["ETag"])
    assert code_of(s3.put_object, **put, Body=b"3", IfMatch=first["ETag"]) == "PreconditionFailed"
    said = sandbox.try_cli(
        "s3api", "put-object", "--bucket", bucket, "--key", "pointer", "--if-none-match", "*"
    )
    assert "PreconditionFailed" in said.stderr
    assert s3.get_object(**put, IfMatch=second["ETag"])["Body"].read() == b"2"
    assert code_of(s3.get_object, **put, IfNoneMatch=second["ETag"]) == "304"


def test_expected_owner(sandbox, s3, bucket):
    put = {"Bucket": bucket, "Key": "owned", "Body": b"x"}
    s3.put_object(**put, ExpectedBucketOwner=ACCOUNT)
    assert code_of(s3.put_object, **put, ExpectedBucketOwner=OTHER_ACCOUNT) == "AccessDenied"
    stranger = sandbox.client("s3", key=KEYS["other"])
    assert code_of(stranger.get_object, Bucket=bucket, Key="owned") == "AccessDenied"


def test_multipart_by_the_transfer_manager(sandbox, s3, bucket, tmp_path):
    body = b"0123456789abcdef" * (13 * MIB // 16)
    source, target = tmp_path / "source", tmp_path / "target"
    source.write_bytes(body)
    config = boto3.s3.transfer.TransferConfig(
        multipart_threshold=5 * MIB, multipart_chunksize=5 * MIB, max_concurrency=3
    )
    s3.upload_file(str(source), bucket, "large", Config=config)
    head = s3.head_object(Bucket=bucket, Key="large", ChecksumMode="ENABLED")
    assert head["ETag"].endswith('-3"')
    assert head["ContentLength"] == len(body)
    s3.download_file(bucket, "large", str(target), Config=config)
    assert target.read_bytes() == body
    sandbox.cli("s3", "cp", source, f"s3://{bucket}/large-cli", "--no-progress")
    assert s3.head_object(Bucket=bucket, Key="large-cli")["ETag"].endswith('-2"')


def test_multipart_by_hand(s3, bucket):
    place = {"Bucket": bucket, "Key": "by-hand"}
    upload = s3.create_multipart_upload(**place, ChecksumAlgorithm="SHA256")["UploadId"]
    parts = []
    for number, body in enumerate([b"a" * 5 * MIB, b"tail"], start=1):
        sent = s3.upload_part(
            **place, UploadId=upload, PartNumber=number, Body=body, ChecksumAlgorithm="SHA256"
        )
        parts.append(
            {
                "PartNumber": number,
                "ETag": sent["ETag"],
                "ChecksumSHA256": sent["ChecksumSHA256"],
            }
        )
    assert [p["PartNumber"] for p in s3.list_parts(**place, UploadId=upload)["Parts"]] == [1, 2]
    done = s3.complete_multipart_upload(
        **place, UploadId=upload, MultipartUpload={"Parts": parts}, IfNoneMatch="*"
    )
    digests = hashlib.sha256(b"a" * 5 * MIB).digest() + hashlib.sha256(b"tail").digest()
    expected = base64.b64encode(hashlib.sha256(digests).digest()).decode() + "-2"
    assert done["ChecksumSHA256"] == expected
    aborted = s3.create_multipart_upload(**place)["UploadId"]
    s3.abort_multipart_upload(**place, UploadId=aborted)
    assert "Uploads" not in s3.list_multipart_uploads(Bucket=bucket, Prefix="by-hand")


def test_versions_and_many_deletions(sandbox, buckets):
    name = buckets["ap-northeast-1"]
    client = sandbox.client("s3", "ap-northeast-1")
    sandbox.cli(
        "s3api", "put-bucket-versioning", "--bucket", name,
        "--versioning-configuration", "Status=Enabled", region="ap-northeast-1",
    )
    for body in (b"one", b"two"):
        client.put_object(Bucket=name, Key="key", Body=body)
    client.delete_object(Bucket=name, Key="key")
    listed = client.list_object_versions(Bucket=name)
    assert len(listed["Versions"]) == 2
    assert len(listed["DeleteMarkers"]) == 1
    doomed = [
        {"Key": version["Key"], "VersionId": version["VersionId"]}
        for version in listed["Versions"] + listed["DeleteMarkers"]
    ]
    client.delete_objects(Bucket=name, Delete={"Objects": doomed})
    assert "Versions" not in client.list_object_versions(Bucket=name)


def test_listings_page(sandbox, s3, bucket):
    for number in range(25):
        s3.put_object(Bucket=bucket, Key=f"many/{number:02} ü", Body=b"")
    pages = s3.get_paginator("list_objects_v2").paginate(
        Bucket=bucket, Prefix="many/", PaginationConfig={"PageSize": 10}
    )
    keys = [[entry["Key"] for entry in page["Contents"]] for page in pages]
    assert list(map(len, keys)) == [10, 10, 5]
    assert sum(keys, []) == [f"many/{number:02} ü" for number in range(25)]
    listed = sandbox.cli(
        "s3api", "list-objects-v2", "--bucket", bucket, "--prefix", "many/", "--page-size", "7"
    )
    assert len(listed["Contents"]) == 25


def test_bucket_documents(sandbox, bucket):
    sandbox.cli(
        "s3api", "put-bucket-tagging", "--bucket", bucket, "--tagging", "TagSet=[{Key=a,Value=b}]"
    )
    client = sandbox.client("s3")
    assert client.get_bucket_tagging(Bucket=bucket)["TagSet"] == [{"Key": "a", "Value": "b"}]
    rules = client.get_bucket_encryption(Bucket=bucket)["ServerSideEncryptionConfiguration"]
    default = rules["Rules"][0]["ApplyServerSideEncryptionByDefault"]
    assert default["SSEAlgorithm"] == "AES256"
    assert code_of(client.get_bucket_policy, Bucket=bucket) == "NoSuchBucketPolicy"


def test_a_presigned_url(sandbox, s3, bucket):
    s3.put_object(Bucket=bucket, Key="shared", Body=b"hello")
    client = sandbox.client("s3", signature_version="s3v4")
    url = client.generate_presigned_url("get_object", {"Bucket": bucket, "Key": "shared"})
    session = client._endpoint.http_session  # the client's own, which knows the authority
    answer = session.send(botocore.awsrequest.AWSRequest("GET", url).prepare())
    assert (answer.status_code, answer.content) == (200, b"hello")
    altered = botocore.awsrequest.AWSRequest("GET", url.replace("shared", "plain")).prepare()
    assert session.send(altered).status_code == 403


def test_wrong_secret(sandbox, bucket):
    key = {**KEYS["backup"], "secret_access_key": "wrong"}
    client = sandbox.client("s3", key=key)
    assert code_of(client.list_objects_v2, Bucket=bucket) == "SignatureDoesNotMatch"
    stranger = {**KEYS["backup"], "access_key_id": "AKIDNOBODY"}
    said = sandbox.try_cli("s3api", "list-objects-v2", "--bucket", bucket, key=stranger)
    assert "InvalidAccessKeyId" in said.stderr
