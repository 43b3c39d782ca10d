"""Bad input: metadata, buckets, and endpoints that are not AWS's. See bad_world.py."""

import json
import socket

import pytest
from bad_world import (
    BACKUP, BUCKET, DEPLOYED, OTHER_REGION, REGION, S3_BACKUP, Plays, Row, World,
)
from conftest import ACCOUNT
from hostile import Answer


def metadata(**values):
    return lambda world: world.metadata(**values)


def include(world: World):
    world.metadata()
    world.put(REGION, [{"Name": "/jenkins/dev/backup/include", "Value": "/app/*", "Type": "String"}])


def bucket_of_another_account(world: World):
    world.metadata()
    world.make_bucket("other")


def bucket_elsewhere(world: World):
    world.s3(region=OTHER_REGION).create_bucket(
        Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": OTHER_REGION})


def bucket_that_denies(world: World):
    world.make_bucket()
    world.s3().put_bucket_policy(Bucket=BUCKET, Policy=json.dumps({
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Deny", "Principal": "*", "Action": "s3:PutObject",
                       "Resource": f"arn:aws:s3:::{BUCKET}/*"}],
    }))


HTML = b"<html><head><title>Welcome</title></head><body>Please log in.</body></html>"
MEBIBYTE = b"x" * (1 << 20)


# While it lists; what runs beside that would say the same in its own time.
LISTING = {"only": "DescribeParameters"}
REQUEST = {"x-amzn-RequestId": "7f3e0a52-3333-4444-5555-666677778888"}


def answers(service: str, *answer, **more):
    return lambda world: world.answer(service, Answer(*answer, **more))


def silence(world: World):
    """Of every service of us-west-2, from the first call on."""
    world.answer("STS", Answer(0, only=f" {REGION}$"))


def two_regions_one_silent(world: World):
    world.seed("/app/dev/x", region=OTHER_REGION)
    silence(world)


def closed_port(world: World):
    with socket.create_server(("127.0.0.1", 0)) as gone:
        world.environment["AWS_ENDPOINT_URL"] = f"http://127.0.0.1:{gone.getsockname()[1]}"


def no_http(world: World):
    """Another protocol's port."""
    world.environment["AWS_ENDPOINT_URL"] = world.environment["AWS_ENDPOINT_URL"].replace(
        "http://", "https://")


ROWS = [
    Row("a missing region list", 2, DEPLOYED, metadata(regions="")),
    Row("an empty region list", 2, DEPLOYED, metadata(regions="[]")),
    Row("a malformed region list", 2, DEPLOYED, metadata(regions="us-west-2, eu-west-1")),
    Row("a region list with a name that is no Region's", 2, DEPLOYED,
        metadata(regions='["us-west-2", "Oregon"]')),
    Row("a default region that is missing", 2, DEPLOYED, metadata(default="")),
    Row("a default region that is not in the list", 2, DEPLOYED, metadata(default=OTHER_REGION)),
    Row("a bucket definition that is missing", 2, DEPLOYED, metadata(bucket="")),
    Row("a bucket definition that names no bucket", 2, DEPLOYED, metadata(bucket="My Bucket")),
    Row("metadata in another Region", 2, f"{DEPLOYED} --home-region {OTHER_REGION}", metadata()),
    Row("a malformed include parameter", 2, DEPLOYED, include),
    Row("a missing bucket", 2, DEPLOYED, metadata()),
    Row("a bucket owned by another account", 1, DEPLOYED, bucket_of_another_account),
    Row("a bucket in another Region", 1, S3_BACKUP, bucket_elsewhere),
    Row("a bucket whose policy denies the upload", 1, S3_BACKUP, bucket_that_denies),
    Row("SSM answers HTML with 200", 1, given=answers("SSM", 200, HTML, "text/html", **LISTING)),
    Row("SSM answers HTML with 502", 1,
        given=answers("SSM", 502, HTML, "text/html", **LISTING)),
    Row("SSM fails again and again", 1, given=answers(
        "SSM", 500, b'{"__type": "InternalServerError", "message": "An error occurred"}',
        headers=REQUEST, **LISTING)),
    Row("STS answers HTML with 200", 1, given=answers("STS", 200, HTML, "text/html")),
    Row("S3 answers HTML with 200", 1, S3_BACKUP, answers("S3", 200, HTML, "text/html")),
    Row("S3 answers HTML with 403", 1, S3_BACKUP, answers("S3", 403, HTML, "text/html")),
    Row("JSON cut in half", 1, given=answers(
        "SSM", 200, b'{"Parameters": [{"Name": "/app/d', headers=REQUEST, **LISTING)),
    Row("a connection cut in the body", 1,
        given=answers("SSM", 200, b'{"Para', length=4096, **LISTING)),
    Row("an error body of 1 MiB", 1, given=answers("SSM", 400, MEBIBYTE, **LISTING)),
    Row("an error message of 1 MiB", 1, given=answers("SSM", 400, json.dumps(
        {"__type": "ValidationException", "message": MEBIBYTE.decode()}).encode(),
        headers=REQUEST, **LISTING)),
    Row("a closed port", 1, given=closed_port),
    Row("a port that speaks no TLS", 1, given=no_http),
    Row("a Region that answers nothing", 1, f"{BACKUP} --deadline 1s", silence),
    Row("SSM answers nothing", 1, f"{BACKUP} --deadline 1s", answers("SSM", 0, **LISTING)),
    Row("a Region that answers nothing, and one that does", 1,
        f"{BACKUP} --region {OTHER_REGION} --deadline 1s --keep-going",
        two_regions_one_silent, moves=True),
    Row("a Region that answers nothing to list", 1, "list --env dev --region us-west-2 --repository "
        f"s3://{BUCKET},owner={ACCOUNT} --deadline 1s",
        answers("S3", 0)),
]


@pytest.fixture(scope="module")
def plays(request, tmp_path_factory):
    return Plays(request, tmp_path_factory)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_services(row, plays):
    plays.runs[row.name].result()
