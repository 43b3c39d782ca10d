"""Where the commands of a document run: a sandbox, a directory, a shell, and how things stand there.

`<!-- world: WORDS -->` in a document calls the method of that name, with the words behind it. What a
document does not show but needs is made so: parameters, a stack, a backup, the loss of a Region.
"""

import datetime
import json
import os
import pathlib
import shlex
import shutil
import subprocess
import urllib.request

import boto3
import botocore.config
from conftest import BUILD

ACCOUNT = "123456789012"
HOME, *OTHERS = REGIONS = ["ap-northeast-1", "us-west-2", "eu-west-1"]
STACK = f"""config:
  jenkins-ssm-backup-s3:projectName: jenkins-infra
  jenkins-ssm-backup-s3:environment: dev
  jenkins-ssm-backup-s3:regions: [{", ".join(REGIONS)}]
  jenkins-ssm-backup-s3:defaultRegion: {HOME}
"""
LONG_AGO = "2026-01-15T03:00:00Z"


def parameters(region: str) -> list[dict]:
    """What an application has in a Region."""
    return [{"LastModifiedDate": LONG_AGO, **each} for each in (
        {"Name": "/app/dev/db/url", "Type": "String", "Value": f"postgres://db.{region}/app"},
        {"Name": "/app/dev/db/user", "Type": "String", "Value": "app"},
        {"Name": "/app/dev/db/password", "Type": "SecureString", "Value": "made up",
         "Tags": [{"Key": "Owner", "Value": "app"}]},
        {"Name": "/app/dev/api/key", "Type": "SecureString", "Value": "made up, too"},
        {"Name": "/app/dev/api/hosts", "Type": "StringList", "Value": "a.example.com,b.example.com"},
        {"Name": "/app/dev/mail/from", "Type": "String", "Value": "app@example.com"},
    )]


class World:
    """Anyone may call the sandbox of it."""

    def __init__(self, directory: pathlib.Path):
        self.directory = directory / "world"
        self.start()

    def start(self):
        directory = self.directory.parent
        self.directory.mkdir()
        (directory / "config").write_text("")
        self.sandbox = subprocess.Popen([BUILD / "ssm-sandbox", "--listen", "127.0.0.1:0"],
                                        stdout=subprocess.PIPE, text=True)
        self.url = self.sandbox.stdout.readline().split()[-1]
        python = pathlib.Path(os.sys.executable).parent
        self.environment = {
            "PATH": f"{BUILD}:{python}:{os.environ['PATH']}",
            "HOME": str(directory),
            "LANG": "C.UTF-8",
            "COLUMNS": "100",
            "AWS_ENDPOINT_URL": self.url,
            "AWS_REGION": HOME,
            "AWS_DEFAULT_REGION": HOME,
            "AWS_ACCESS_KEY_ID": "any",
            "AWS_SECRET_ACCESS_KEY": "any",
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_CONFIG_FILE": str(directory / "config"),
            "AWS_SHARED_CREDENTIALS_FILE": str(directory / "none"),
            "AWS_PAGER": "",
        }

    def run(self, command: str) -> subprocess.CompletedProcess:
        """In a shell of its own; what it exports is there for the next one."""
        exported = self.directory.parent / "exported"
        if command.startswith("export "):
            command += f"\nenv -0 >{shlex.quote(str(exported))}"
        done = subprocess.run(
            ["bash", "-eo", "pipefail", "-c", command], cwd=self.directory, env=self.environment, text=True,
            stdin=subprocess.DEVNULL, capture_output=True, timeout=120, check=False)
        if exported.exists():
            lines = exported.read_text().strip("\0").split("\0")
            self.environment = dict(line.split("=", 1) for line in lines)
            exported.unlink()
        return done

    def stop(self):
        self.sandbox.terminate()
        assert self.sandbox.wait(timeout=10) == 0

    def fresh(self):
        """Another world, in which nothing has happened yet."""
        self.stop()
        shutil.rmtree(self.directory)
        self.start()

    def stand(self, words: str):
        """What a document's `<!-- world: WORDS -->` asks for."""
        name, *arguments = shlex.split(words)
        stages = {
            "fresh": self.fresh, "stack": self.stack, "parameters": self.parameters,
            "job-before": self.job_before, "backup": self.backup, "prepared": self.prepared,
            "copy": self.copy, "copy-elsewhere": self.copy_elsewhere, "profile": self.profile,
            "refuse": self.refuse, "lose": self.lose, "found": self.found, "put": self.put,
            "delete": self.delete, "empty": self.empty, "deny-key": self.deny_key,
            "allow-key": self.allow_key}
        stages[name](*arguments)

    def prepared(self):
        self.stack()
        self.parameters()
        self.job_before()
        self.backup()

    def stack(self):
        (self.directory / "Pulumi.dev.yaml").write_text(STACK)
        self.program("infra apply -f Pulumi.dev.yaml")

    def parameters(self, *regions: str):
        for region in regions or REGIONS:
            self.seed(region, parameters(region))

    def job_before(self):
        """What the pipeline before this program left in the buckets that are there, three days ago."""
        day = datetime.datetime.now(datetime.UTC) - datetime.timedelta(days=3)
        for region in REGIONS:
            bucket = f"jenkins-infra-ssm-backup-dev-{ACCOUNT}-{region}"
            s3 = self.client("s3", region)
            if bucket not in [each["Name"] for each in s3.list_buckets()["Buckets"]]:
                continue
            document = self.old_document(region, day)
            key = f"{day:%Y-%m-%d}/{region}/ssm-backup-dev-{region}-{day:%Y%m%d_%H%M%S}.json"
            written = {key: document}
            if not s3.list_objects_v2(Bucket=bucket, Prefix="latest-")["KeyCount"]:
                written[f"latest-{region}.txt"] = key + "\n"
            for name, body in written.items():
                s3.put_object(Bucket=bucket, Key=name, Body=body, ServerSideEncryption="AES256")
            (self.directory / "old.json").write_text(document)

    def old_document(self, region: str, day: datetime.datetime) -> str:
        held = [{"Name": each["Name"], "Type": each["Type"], "Value": each["Value"] + " of old",
                 "Version": 1, "LastModifiedDate": "2025-08-30T10:11:12.345000+09:00",
                 "ARN": f"arn:aws:ssm:{region}:{ACCOUNT}:parameter{each['Name']}",
                 "DataType": "text"} for each in parameters(region)]
        return json.dumps({
            "backup_date": f"{day:%Y-%m-%d}", "backup_timestamp": f"{day:%Y%m%d_%H%M%S}",
            "environment": "dev", "parameter_count": len(held), "parameters": held}, indent=2)

    def backup(self, *regions: str):
        self.program("backup --env dev " + " ".join(f"--region {region}" for region in regions))

    def copy(self, bucket: str, region: str):
        """A bucket of copies, and a backup that goes there, too."""
        # us-east-1 is where a bucket comes that says no place.
        place = {} if region == "us-east-1" else {
            "CreateBucketConfiguration": {"LocationConstraint": region}}
        self.client("s3", region).create_bucket(Bucket=bucket, **place)
        self.program(f"backup --env dev --copy-to s3://{bucket},region={region}")

    def copy_elsewhere(self, bucket: str, region: str, account: str):
        """The same in another account's bucket, which lets this one write, read and list."""
        s3 = self.client("s3", region, account)
        s3.create_bucket(Bucket=bucket)
        bucket_arn = f"arn:aws:s3:::{bucket}"
        s3.put_bucket_policy(Bucket=bucket, Policy=json.dumps({
            "Version": "2012-10-17",
            "Statement": [{"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"},
                           "Action": ["s3:PutObject", "s3:GetObject", "s3:ListBucket",
                                      "s3:GetEncryptionConfiguration"],
                           "Resource": [bucket_arn, f"{bucket_arn}/*"]}]}))
        self.program(f"backup --env dev --copy-to s3://{bucket},region={region},owner={account}")

    def profile(self, name: str, account: str):
        """A profile that is a role of another account."""
        (self.directory.parent / "config").write_text(
            f"[profile {name}]\nrole_arn = arn:aws:iam::{account}:role/{name}\n"
            "credential_source = Environment\n")

    def refuse(self, region: str, operation: str):
        """AWS denies that call."""
        self.faults([{"fault": "access-denied", "operation": operation, "region": region}])

    def lose(self, region: str):
        """Nothing of it answers any more."""
        self.faults([{"fault": "reset-before", "operation": "*", "region": region}])

    def found(self):
        self.faults([])

    def put(self, region: str, name: str, value: str):
        self.client("ssm", region).put_parameter(Name=name, Value=value, Overwrite=True)

    def delete(self, region: str, *names: str):
        self.client("ssm", region).delete_parameters(Names=names)

    def empty(self, region: str):
        self.delete(region, *(each["Name"] for each in parameters(region)))

    def deny_key(self, region: str, name: str):
        self.control("POST", "options", {"deny_decrypt": [{"region": region, "of": name}]})

    def allow_key(self, region: str, name: str):
        self.control("POST", "options", {"allow_decrypt": [{"region": region, "of": name}]})

    def program(self, arguments: str):
        done = self.run(f"ssm-backup {arguments}")
        assert done.returncode == 0, f"{arguments}\n{done.stdout}{done.stderr}"

    def seed(self, region: str, held: list[dict]):
        self.control("POST", "seed", {"account": ACCOUNT, "region": region, "parameters": held})

    def faults(self, rules: list[dict]):
        self.control("PUT", "faults", {"rules": rules})

    def control(self, method: str, what: str, body: dict):
        asked = urllib.request.Request(f"{self.url}/_sandbox/{what}", json.dumps(body).encode(),
                                       method=method)
        urllib.request.urlopen(asked).close()

    def client(self, service: str, region: str, account: str = ACCOUNT):
        keys = {"aws_access_key_id": "any", "aws_secret_access_key": "any"}
        if account != ACCOUNT:
            role = f"arn:aws:iam::{account}:role/any"
            given = self.client("sts", region).assume_role(
                RoleArn=role, RoleSessionName="any")["Credentials"]
            keys = {"aws_access_key_id": given["AccessKeyId"],
                    "aws_secret_access_key": given["SecretAccessKey"],
                    "aws_session_token": given["SessionToken"]}
        return boto3.client(
            service, region_name=region, endpoint_url=self.url, **keys,
            config=botocore.config.Config(proxies={}, s3={"addressing_style": "path"}))
