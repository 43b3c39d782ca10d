"""The real program against the sandbox, read by what its users have: the AWS CLI and jq."""

import json
import signal
import socket
import subprocess

import pytest
from conftest import ACCOUNT, BUILD, KEYS

REGIONS = ["ap-northeast-1", "us-west-2", "us-east-1"]
STACK = """config:
  jenkins-ssm-backup-s3:projectName: jenkins-infra
  jenkins-ssm-backup-s3:environment: dev
  jenkins-ssm-backup-s3:regions: [ap-northeast-1, us-west-2, us-east-1]
  jenkins-ssm-backup-s3:defaultRegion: ap-northeast-1
"""
VALUE = "päss \"wörd\"\n日本"


def bucket(region):
    return f"jenkins-infra-ssm-backup-dev-{ACCOUNT}-{region}"


def run(sandbox, directory, *arguments, **environment):
    return subprocess.run(
        [BUILD / "ssm-backup", *arguments],
        cwd=directory,
        env={**sandbox.environment(REGIONS[0], KEYS["backup"]), **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.fixture(scope="module")
def directory(sandbox, tmp_path_factory):
    """Where a backup of three Regions was run."""
    place = tmp_path_factory.mktemp("run")
    (place / "Pulumi.dev.yaml").write_text(STACK)
    for region in REGIONS:
        ssm = sandbox.client("ssm", region)
        ssm.put_parameter(Name="/app/dev/password", Value=VALUE, Type="SecureString")
        ssm.put_parameter(Name="/app/devices/x", Value="not this one", Type="String")
        for number in range(60):
            ssm.put_parameter(Name=f"/app/dev/p{number:02}", Value=str(number), Type="String")
    for words in (["infra", "apply", "-f", "Pulumi.dev.yaml"], ["backup", "--env", "dev"]):
        done = run(sandbox, place, *words)
        assert done.returncode == 0, done.stderr
    return place


@pytest.mark.parametrize("region", REGIONS)
def test_a_reader_of_the_old_format_finds_every_parameter(sandbox, directory, region):
    def fetch(key):
        target = directory / "fetched"
        sandbox.cli("s3api", "get-object", "--bucket", bucket(region), "--key", key, target,
                    region=region)
        return target

    key = fetch(f"latest-{region}.txt").read_text().strip()
    assert key.startswith("20") and f"/{region}/ssm-backup-dev-{region}-" in key
    read = subprocess.run(
        ["jq", "-c", ".parameters[] | [.Name, .Value, .Type]", fetch(key)],
        capture_output=True, text=True, check=True,
    )
    rows = [json.loads(line) for line in read.stdout.splitlines()]
    assert ["/app/dev/password", VALUE, "SecureString"] in rows
    assert "/app/devices/x" not in [name for name, _, _ in rows]
    assert len(rows) == 61 + (6 if region == REGIONS[0] else 0)


def test_the_default_region_has_the_old_pointer_too(sandbox, directory):
    s3 = sandbox.client("s3", REGIONS[0])
    texts = [
        s3.get_object(Bucket=bucket(REGIONS[0]), Key=key)["Body"].read()
        for key in ("latest.txt", f"latest-{REGIONS[0]}.txt")
    ]
    assert texts[0] == texts[1] and texts[0].endswith(b".json\n")


def test_infra_is_seen_by_the_aws_cli(sandbox, directory):
    region = "us-west-2"
    name = ["--bucket", bucket(region)]
    assert sandbox.cli("s3api", "get-bucket-versioning", *name)["Status"] == "Enabled"
    blocks = sandbox.cli("s3api", "get-public-access-block", *name)
    assert all(blocks["PublicAccessBlockConfiguration"].values())
    rules = sandbox.cli("s3api", "get-bucket-lifecycle-configuration", *name)["Rules"]
    assert {rule["ID"] for rule in rules} == {"delete-old-backups", "abort-incomplete-uploads"}
    tags = sandbox.cli("s3api", "get-bucket-tagging", *name)["TagSet"]
    assert {"Key": "ManagedBy", "Value": "ssm-backup"} in tags
    planned = run(sandbox, directory, "infra", "plan", "-f", "Pulumi.dev.yaml",
                  "--detailed-exitcode")
    assert planned.returncode == 0, planned.stdout


def test_list_verify_and_show_read_it_back(sandbox, directory):
    for words in (["list"], ["verify", "--all"], ["show", "/app/dev/password"]):
        done = run(sandbox, directory, *words, "--env", "dev", "--output", "json")
        assert done.returncode == 0, done.stderr
        assert "wörd" not in done.stdout + done.stderr
    words = ["show", "/app/dev/password", "--env", "dev", "--reveal", "--force",
             "--output", "json"]
    refused = run(sandbox, directory, *words)
    assert refused.returncode == 2 and "say which: --region" in refused.stderr, refused.stderr
    shown = run(sandbox, directory, *words, "--region", REGIONS[1])
    assert json.loads(shown.stdout)["parameter"]["Value"] == VALUE


@pytest.mark.parametrize("number, code", [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_ends_it_cleanly(sandbox, directory, number, code):
    """The run hangs on a service that takes the connection and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        process = subprocess.Popen(
            [BUILD / "ssm-backup", "backup", "--env", "dev", "--region", "us-west-2",
             "--repository", "./repository"],
            cwd=directory,
            env={**sandbox.environment("us-west-2", KEYS["backup"]),
                 "AWS_ENDPOINT_URL": f"http://127.0.0.1:{silent.getsockname()[1]}"},
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )
        connection, _ = silent.accept()
        process.send_signal(number)
        out, err = process.communicate(timeout=10)
        connection.close()
    assert process.returncode == code, err
    assert "us-west-2  interrupted" in out
    assert not (directory / "repository").exists()


def test_wrong_keys_are_told_with_what_to_do(sandbox, directory):
    done = run(sandbox, directory, "regions", "--env", "dev", AWS_SECRET_ACCESS_KEY="n0t-the-secret")
    assert done.returncode == 2
    assert "ssm:GetParameters in ap-northeast-1 answered 400" in done.stderr
    assert "n0t-the-secret" not in done.stdout + done.stderr
