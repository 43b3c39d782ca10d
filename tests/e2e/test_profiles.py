"""The same configuration file makes boto3 and the program the same caller, whatever its profiles.

boto3 runs in a process of its own, whose HOME holds the file and the caches of logins.
"""

import datetime
import hashlib
import json
import subprocess
import sys
import urllib.request

import pytest
from conftest import ACCOUNT, BUILD, KEYS, OTHER_ACCOUNT, Sandbox

ROLE = f"arn:aws:iam::{ACCOUNT}:role"
USER = f"arn:aws:iam::{ACCOUNT}:user/backup"
ASSUMED = f"arn:aws:sts::{ACCOUNT}:assumed-role"
START_URL = "https://corp.awsapps.example/start"

ACCOUNTS = {
    "accounts": [
        {
            "id": ACCOUNT,
            "keys": [{**KEYS["backup"], "user": "backup"}, {**KEYS["other"], "user": "other"}],
            "roles": [
                {"name": "first", "trusts": [USER]},
                {"name": "second", "trusts": [f"{ROLE}/first"]},
                {"name": "pod", "trusts": []},
                {"name": "of-other", "trusts": [f"arn:aws:iam::{ACCOUNT}:user/other"]},
            ],
        },
        {
            "id": OTHER_ACCOUNT,
            "roles": [{"name": "far", "trusts": [ACCOUNT], "external_id": "id:42",
                       "max_session_duration": 7200}],
        },
    ],
    "logins": [
        {"user": "alice", "access_token": "t0ken/alice", "roles": [f"{ACCOUNT}/Restore"]},
        {"user": "carol", "refresh_token": "r3fresh/carol", "client_id": "client",
         "client_secret": "s3cret/client", "roles": [f"{ACCOUNT}/Restore"]},
    ],
}

# Each profile, and how the ARN of whoever uses it begins.
PROFILES = {
    "static": USER,
    "process": USER,
    "role": f"{ASSUMED}/first/nightly",
    "chain": f"{ASSUMED}/second/hop",
    "behind-process": f"{ASSUMED}/first/proc",
    "itself": f"{ASSUMED}/first/self",
    "far": f"arn:aws:sts::{OTHER_ACCOUNT}:assumed-role/far/away",
    "from-environment": f"{ASSUMED}/of-other/env",
    "web": f"{ASSUMED}/pod/web",
    "sso": f"{ASSUMED}/AWSReservedSSO_Restore_",
    "sso-older": f"{ASSUMED}/AWSReservedSSO_Restore_",
}

KEY = KEYS["backup"]
CONFIG = f"""
[profile static]
region = us-west-2
[profile process]
credential_process = {sys.executable} -c 'print(open("DIRECTORY/process.json").read())'
[profile role]
role_arn = {ROLE}/first
source_profile = static
role_session_name = nightly
duration_seconds = 3600
[profile chain]
role_arn = {ROLE}/second
source_profile = role
role_session_name = hop
[profile behind-process]
role_arn = {ROLE}/first
source_profile = process
role_session_name = proc
[profile itself]
aws_access_key_id = {KEY["access_key_id"]}
aws_secret_access_key = {KEY["secret_access_key"]}
role_arn = {ROLE}/first
source_profile = itself
role_session_name = self
[profile far]
role_arn = arn:aws:iam::{OTHER_ACCOUNT}:role/far
source_profile = static
external_id = id:42
role_session_name = away
duration_seconds = 7200
[profile from-environment]
role_arn = {ROLE}/of-other
credential_source = Environment
role_session_name = env
[profile web]
role_arn = {ROLE}/pod
web_identity_token_file = DIRECTORY/token
role_session_name = web
[sso-session corp]
sso_region = eu-central-1
sso_start_url = {START_URL}
[profile sso]
sso_session = corp
sso_account_id = {ACCOUNT}
sso_role_name = Restore
[profile sso-older]
sso_start_url = {START_URL}
sso_region = eu-central-1
sso_account_id = {ACCOUNT}
sso_role_name = Restore
[sso-session ending]
sso_region = eu-central-1
sso_start_url = {START_URL}
[profile sso-ending]
sso_session = ending
sso_account_id = {ACCOUNT}
sso_role_name = Restore
"""

WHO_IS_BOTO3 = """
import boto3, json, sys
who = lambda name: boto3.Session(profile_name=name).client("sts").get_caller_identity()["Arn"]
print(json.dumps({name: who(name) for name in sys.argv[1:]}))
"""


def soon(**delta) -> str:
    time = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(**delta)
    return time.strftime("%Y-%m-%dT%H:%M:%SZ")


def write_token(home, key: str, **members):
    path = home / ".aws" / "sso" / "cache" / (hashlib.sha1(key.encode()).hexdigest() + ".json")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"startUrl": START_URL, "region": "eu-central-1", **members}))
    return path


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory):
    running = Sandbox(tmp_path_factory.mktemp("sandbox"), "http", who_may_call=ACCOUNTS)
    running.client("ssm").put_parameter(Name="/app/dev/a", Value="x", Type="String")
    yield running
    assert running.stop() == 0


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    place = tmp_path_factory.mktemp("home")
    (place / ".aws").mkdir()
    (place / ".aws" / "config").write_text(CONFIG.replace("DIRECTORY", str(place)))
    (place / ".aws" / "credentials").write_text(
        f"[static]\naws_access_key_id = {KEY['access_key_id']}\n"
        f"aws_secret_access_key = {KEY['secret_access_key']}\n"
    )
    (place / "process.json").write_text(
        json.dumps({"Version": 1, "AccessKeyId": KEY["access_key_id"],
                    "SecretAccessKey": KEY["secret_access_key"]})
    )
    (place / "token").write_text("a.web.identity\n")
    for key in ("corp", START_URL):
        write_token(place, key, accessToken="t0ken/alice", expiresAt=soon(hours=8))
    return place


@pytest.fixture(scope="module")
def environment(sandbox, home):
    """With another identity's keys in it, which --profile passes over."""
    variables = {**sandbox.environment("us-west-2", KEYS["other"]), "HOME": str(home)}
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        del variables[name]
    return variables


def boto3_arns(environment, *profiles) -> dict:
    done = subprocess.run([sys.executable, "-c", WHO_IS_BOTO3, *profiles], env=environment,
                          capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def arns_of_boto3(environment):
    return boto3_arns(environment, *PROFILES)


def control(sandbox, method: str, verb: str) -> dict:
    request = urllib.request.Request(f"{sandbox.url}/_sandbox/{verb}", method=method,
                                     data=b"{}" if method == "POST" else None)
    with urllib.request.urlopen(request, timeout=10) as answer:
        return json.load(answer)


def arn_of_ours(sandbox, environment, directory, profile: str) -> str:
    """Who reads the parameters when the program is told to use the profile."""
    control(sandbox, "POST", "reset-counters")
    done = subprocess.run(
        [BUILD / "ssm-backup", "backup", "--env", "dev", "--region", "us-west-2",
         "--repository", "./repository", "--profile", profile],
        cwd=directory, env=environment, capture_output=True, text=True, timeout=60, check=False,
    )
    callers = control(sandbox, "GET", "state")["callers"]
    readers = {call["arn"] for call in callers if call["operation"] == "ssm:DescribeParameters"}
    assert len(readers) == 1, done.stderr
    for secret in ("s3cret", "t0ken", "r3fresh"):
        assert secret not in done.stdout + done.stderr
    return readers.pop()


@pytest.mark.parametrize("profile, arn", PROFILES.items())
def test_a_profile_is_the_same_caller_to_boto3(
    sandbox, environment, arns_of_boto3, tmp_path, profile, arn
):
    ours = arn_of_ours(sandbox, environment, tmp_path, profile)
    assert ours == arns_of_boto3[profile]
    assert ours.startswith(arn)


def test_boto3_goes_on_with_the_sso_token_that_the_program_renewed(
    sandbox, environment, home, tmp_path
):
    path = write_token(
        home, "ending", accessToken="t0ken/old", expiresAt=soon(minutes=10),
        refreshToken="r3fresh/carol", clientId="client", clientSecret="s3cret/client",
        registrationExpiresAt=soon(days=30),
    )
    ours = arn_of_ours(sandbox, environment, tmp_path, "sso-ending")
    assert ours.endswith("/carol")
    assert path.stat().st_mode & 0o777 == 0o600
    assert json.loads(path.read_text())["accessToken"] != "t0ken/old"
    assert boto3_arns(environment, "sso-ending") == {"sso-ending": ours}

    # And the other way round.
    token = json.loads(path.read_text())
    path.write_text(json.dumps({**token, "expiresAt": soon(minutes=10)}))
    assert boto3_arns(environment, "sso-ending") == {"sso-ending": ours}
    assert json.loads(path.read_text())["accessToken"] != token["accessToken"]
    assert arn_of_ours(sandbox, environment, tmp_path, "sso-ending") == ours


@pytest.mark.parametrize(
    "profile, what, next_step",
    [
        ("mfa", "profile mfa assumes a role with MFA", "aws configure export-credentials"),
        ("circle", "circle -> static-circle -> circle", "must hold credentials of its own"),
        ("sso-nobody", "nobody has signed in to the SSO session nobody",
         "aws sso login --profile sso-nobody"),
        ("denied", "sts:AssumeRole in us-west-2 answered 403 AccessDenied", "trust policy"),
    ],
)
def test_a_profile_that_fails_is_one_line_and_nobody_else(
    sandbox, environment, home, tmp_path, profile, what, next_step
):
    config = tmp_path / "config"
    config.write_text(
        f"{(home / '.aws' / 'config').read_text()}\n"
        f"[profile mfa]\nrole_arn = {ROLE}/first\nsource_profile = static\nmfa_serial = m\n"
        f"[profile circle]\nrole_arn = {ROLE}/first\nsource_profile = static-circle\n"
        f"[profile static-circle]\nrole_arn = {ROLE}/first\nsource_profile = circle\n"
        f"[sso-session nobody]\nsso_region = eu-central-1\nsso_start_url = {START_URL}/2\n"
        f"[profile sso-nobody]\nsso_session = nobody\nsso_account_id = {ACCOUNT}\n"
        f"sso_role_name = Restore\n"
        f"[profile denied]\nrole_arn = {ROLE}/of-other\nsource_profile = static\n"
    )
    control(sandbox, "POST", "reset-counters")
    done = subprocess.run(
        [BUILD / "ssm-backup", "backup", "--env", "dev", "--region", "us-west-2",
         "--repository", "./repository", "--profile", profile],
        cwd=tmp_path, env={**environment, "AWS_CONFIG_FILE": str(config)},
        capture_output=True, text=True, timeout=60, check=False,
    )
    assert done.returncode in (1, 2), done.stderr
    text = done.stdout + done.stderr
    assert what in text and next_step in text
    callers = control(sandbox, "GET", "state")["callers"]
    assert not [call for call in callers if call["operation"].startswith("ssm:")]


# Nobody listens there: whoever goes there has read the configuration otherwise than boto3.
ASTRAY = "http://127.0.0.1:9"
WHERE_BOTO3_GOES = """
import boto3, json, sys
session = boto3.Session(profile_name="here")
services = "ssm", "s3", "sts", "resourcegroupstaggingapi"
print(json.dumps([session.client(name).meta.endpoint_url for name in services]))
"""


@pytest.mark.parametrize(
    "everywhere, services, variables",
    [
        ("URL", None, {}),
        (ASTRAY, "URL", {}),
        (ASTRAY, ASTRAY, {"AWS_ENDPOINT_URL": "URL"}),
        (None, ASTRAY, {f"AWS_ENDPOINT_URL_{name}": "URL" for name in (
            "SSM", "S3", "STS", "RESOURCE_GROUPS_TAGGING_API")}),
    ],
    ids=["of the profile", "of its services", "a variable before both", "a service's variable"],
)
def test_a_configured_endpoint_is_where_boto3_goes(
    sandbox, environment, tmp_path, everywhere, services, variables
):
    text = f"[profile here]\naws_access_key_id = {KEY['access_key_id']}\n"
    text += f"aws_secret_access_key = {KEY['secret_access_key']}\n"
    if everywhere:
        text += f"endpoint_url = {everywhere}\n"
    if services:
        text += "services = local\n[services local]\n"
        for name in ("ssm", "s3", "sts", "resource_groups_tagging_api"):
            text += f"{name} =\n  endpoint_url = {services}\n"
    (tmp_path / "config").write_text(text.replace("URL", sandbox.url))
    changed = {**environment, "AWS_CONFIG_FILE": str(tmp_path / "config")}
    del changed["AWS_ENDPOINT_URL"]
    changed |= {name: url.replace("URL", sandbox.url) for name, url in variables.items()}
    done = subprocess.run([sys.executable, "-c", WHERE_BOTO3_GOES], env=changed,
                          capture_output=True, text=True, timeout=60, check=True)
    assert set(json.loads(done.stdout)) == {sandbox.url}
    assert arn_of_ours(sandbox, changed, tmp_path, "here") == USER
