"""Bad input: who asks, where, and what the organization forbids. See bad_world.py."""

import json

import pytest
from bad_world import BACKUP, DEPLOYED, OTHER_REGION, REGION, S3_BACKUP, Plays, Row, World
from conftest import KEYS
from hostile import Answer


def without_keys(world: World):
    world.config("")


def expired_session(world: World):
    world.environment = world.sandbox.environment(REGION, KEYS["expired"])


def expired_process(world: World):
    document = {"Version": 1, "AccessKeyId": "AKIDOLD", "SecretAccessKey": "s3cret/of+backup",
                "SessionToken": "t0ken", "Expiration": "2020-01-01T00:00:00Z"}
    (world.directory / "document.json").write_text(json.dumps(document))
    world.config("[default]\ncredential_process = cat document.json\n")


def unknown_key(world: World):
    world.environment["AWS_ACCESS_KEY_ID"] = "AKIDNOBODY"


def wrong_secret(world: World):
    world.environment["AWS_SECRET_ACCESS_KEY"] = "n0t+the+secret"


def half_a_key(world: World):
    del world.environment["AWS_SECRET_ACCESS_KEY"]


def mfa_profile(world: World):
    world.config("[profile ci]\nrole_arn = arn:aws:iam::111122223333:role/backup\n"
                 "source_profile = base\nmfa_serial = arn:aws:iam::111122223333:mfa/me\n"
                 "[profile base]\naws_access_key_id = AKIDBACKUP\n"
                 "aws_secret_access_key = s3cret/of+backup\n")


def failing_profile(world: World):
    """The environment holds good keys: nobody may act with them."""
    keys = {name: world.environment[name]
            for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")}
    world.config("[profile ci]\ncredential_process = sh -c 'echo no ticket >&2; exit 7'\n", **keys)


def garbage_process(world: World):
    world.config("[default]\ncredential_process = echo hello\n")


def missing_profile(world: World):
    world.config("[profile ci]\nregion = us-west-2\n", AWS_PROFILE="prod")


def nobody_was_asked(world: World):
    assert world.calls() == 0


def not_enabled(world: World):
    """As STS answers in a Region that the account has not opted in to."""
    world.answer("STS", Answer(403, b"<ErrorResponse><Error><Type>Sender</Type>"
                               b"<Code>InvalidClientTokenId</Code><Message>The security token "
                               b"included in the request is invalid</Message></Error><RequestId>"
                               b"4c1f0a52-3333-4444-5555-666677778888</RequestId></ErrorResponse>",
                               "text/xml"))


def no_network(world: World):
    """Nothing resolves in a network of its own, and no question leaves the machine."""
    world.prefix = ["unshare", "--map-root-user", "--net"]
    del world.environment["AWS_ENDPOINT_URL"]


def clock(seconds: int):
    return lambda world: world.move_clock(seconds)


def clock_ahead(world: World):
    """The bucket's clock is what a pointer's time is held against."""
    world.make_bucket()
    world.move_clock(-3700)


def denial(words: str, region: str = ""):
    """In place of SSM, IAM's own words."""
    message = ("User: arn:aws:iam::111122223333:user/backup is not authorized to perform: "
               f"ssm:DescribeParameters on resource: * {words}")
    body = json.dumps({"__type": "AccessDeniedException", "Message": message}).encode()
    headers = {"x-amzn-RequestId": "7f3e0a52-3333-4444-5555-666677778888"}
    answer = Answer(400, body, headers=headers, only=f"DescribeParameters {region}")
    return lambda world: world.answer("SSM", answer)


OPT_IN = BACKUP.replace(REGION, "ap-east-1")
ROWS = [
    Row("no credentials", 2, given=without_keys, then=nobody_was_asked),
    Row("half a key", 2, given=half_a_key, then=nobody_was_asked),
    Row("an unknown access key", 2, given=unknown_key),
    Row("a wrong secret key", 2, given=wrong_secret),
    Row("expired credentials", 2, given=expired_session),
    Row("a process that hands out expired credentials", 2, given=expired_process,
        then=nobody_was_asked),
    Row("a process that hands out garbage", 2, given=garbage_process, then=nobody_was_asked),
    Row("a profile with MFA", 2, f"{BACKUP} --profile ci", mfa_profile, nobody_was_asked),
    Row("a profile that fails", 2, f"{BACKUP} --profile ci", failing_profile, nobody_was_asked),
    Row("a profile that does not exist", 2, given=missing_profile, then=nobody_was_asked),
    Row("no Region is known", 2, DEPLOYED,
        lambda world: [world.environment.pop(name) for name in ("AWS_REGION", "AWS_DEFAULT_REGION")],
        nobody_was_asked),
    Row("an opt-in Region that is not enabled", 2, OPT_IN, not_enabled),
    Row("a name that is no Region's", 2, BACKUP.replace(REGION, "Oregon"), then=nobody_was_asked),
    Row("an unknown Region", 1, BACKUP.replace(REGION, "us-wset-2"), no_network),
    Row("a clock that is an hour behind", 0, given=clock(3700), moves=True),
    Row("a clock that is an hour ahead", 3, S3_BACKUP,
        clock_ahead),
    Row("a denial by an SCP", 1, given=denial("with an explicit deny in a service control policy")),
    Row("a denial by a permissions boundary", 1,
        given=denial("because no permissions boundary allows the ssm:DescribeParameters action")),
    Row("a denial of the identity", 1, given=denial(
        "because no identity-based policy allows the ssm:DescribeParameters action")),
    Row("a denial by an SCP in the second Region of three", 1,
        f"{BACKUP} --region {OTHER_REGION} --region us-east-1",
        denial("with an explicit deny in a service control policy", OTHER_REGION), moves=True),
]


@pytest.fixture(scope="module")
def plays(request, tmp_path_factory):
    return Plays(request, tmp_path_factory)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_identity(row, plays):
    plays.runs[row.name].result()
