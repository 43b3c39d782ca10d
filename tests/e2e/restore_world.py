"""Three Regions with a zoo of parameters, a bucket of copies far away, and Regions that are lost."""

import json
import pathlib
import shlex
import subprocess
import urllib.request

from conftest import ACCOUNT, BUILD, KEYS, Sandbox

HOME, *OTHERS = REGIONS = ["ap-northeast-1", "us-west-2", "us-east-1"]
COPIES = "eu-north-1"  # where the copies lie
COPY_BUCKET = f"ssm-copies-{ACCOUNT}"
COPY = f"s3://{COPY_BUCKET}/nightly,region={COPIES}"
KEY = "1234abcd-12ab-34cd-56ef-1234567890ab"
MULTI = "mrk-0123456789abcdef0123456789abcdef"
ACCOUNTS = {"accounts": [{
    "id": ACCOUNT,
    "keys": [{**KEYS["backup"], "user": "backup"}],
    "kms_keys": [{"id": KEY, "aliases": ["alias/app"]}, {"id": MULTI}],
}]}
# What SSM sets itself, or offers no way to set: docs/restore.md.
FROZEN = ("Version", "LastModifiedDate", "LastModifiedUser", "ARN", "ResourcePolicies", "History")


def policy(kind: str, **attributes: str) -> dict:
    # As SSM writes it back.
    text = json.dumps({"Type": kind, "Version": "1.0", "Attributes": attributes},
                      separators=(",", ":"))
    return {"PolicyText": text, "PolicyType": kind, "PolicyStatus": "Pending"}


def zoo(region: str) -> list[dict]:
    """Every kind of parameter that a restore has to bring back."""
    deep = "/app/dev/" + "/".join("abcdefghijklm")  # 15 levels
    return [
        {"Name": "/app/dev/plain", "Value": f"plain in {region}", "Description": "what it is for"},
        {"Name": "/app/dev/list", "Type": "StringList", "Value": "a,b,,c"},
        {"Name": "/app/dev/secret", "Type": "SecureString", "Value": f"s3cret\n\tof {region} 秘密"},
        {"Name": "/app/dev/keyed", "Type": "SecureString", "Value": "k", "KeyId": "alias/app"},
        {"Name": "/app/dev/multi", "Type": "SecureString", "Value": "m",
         "KeyId": f"arn:aws:kms:{region}:{ACCOUNT}:key/{MULTI}"},
        {"Name": "/app/dev/big", "Value": "x" * 8192, "Tier": "Advanced"},
        {"Name": "/app/dev/expires", "Value": "e", "Tier": "Advanced",
         "Policies": [policy("Expiration", Timestamp="2035-01-01T00:00:00.000Z"),
                      policy("NoChangeNotification", After="20", Unit="Days")]},
        {"Name": "/app/dev/port", "Value": "5432", "AllowedPattern": "^\\d+$"},
        {"Name": "/app/dev/tags", "Value": "t",
         "Tags": [{"Key": f"key {i}", "Value": "値" * i} for i in range(50)]},
        {"Name": "/app/dev/labels", "Value": "l", "Labels": ["current", "blue"]},
        {"Name": "/app/dev/control", "Value": "\x01\x7f\u2028 \"\\", "Description": "🙂"},
        {"Name": deep, "Value": "deep"},
        {"Name": "/app/dev/" + "n" * 900, "Value": "long"},
        *({"Name": f"/app/dev/many/p{i:02}", "Value": f"{i} of {region}"} for i in range(30)),
        {"Name": "/app/devices/x", "Value": "not of dev"},
        {"Name": "/app/prod/x", "Value": "not of dev, either"},
    ]


class Recovery:
    """The sandbox, the three Regions in it, and the program."""

    def __init__(self, directory: pathlib.Path):
        self.sandbox = Sandbox(directory, "http", who_may_call=ACCOUNTS)
        self.directory = directory / "run"
        self.directory.mkdir()
        for region in REGIONS:
            self.seed(region, zoo(region))

    def stop(self):
        assert self.sandbox.stop() == 0

    def control(self, verb: str, body: dict | None = None, method: str | None = None) -> dict:
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{self.sandbox.url}/_sandbox/{verb}", data,
                                         method=method)
        with urllib.request.urlopen(request) as answer:
            return json.load(answer)

    def seed(self, region: str, parameters: list[dict]):
        # Older than the tag index may lag.
        rows = [{"Type": "String", "LastModifiedDate": "2026-01-02T03:04:05Z", **each}
                for each in parameters]
        self.control("seed", {"account": ACCOUNT, "region": region, "parameters": rows})

    def dump(self, region: str) -> dict[str, dict]:
        """Each parameter of the environment as a restore must bring it back, by name."""
        dumped = self.control(f"dump?region={region}&account={ACCOUNT}")["parameters"]
        return {each["Name"]: normal(each) for each in dumped if "/dev/" in each["Name"]}

    def calls(self, operation: str = "", region: str = "") -> int:
        return sum(row["calls"] for row in self.control("state")["counters"]
                   if operation in row["operation"] and region in row.get("region", ""))

    def environment(self, **more: str) -> dict:
        environment = self.sandbox.environment(HOME, KEYS["backup"])
        return environment | more

    def start(self, command: str, environment: dict | None = None) -> subprocess.Popen:
        return subprocess.Popen(
            [str(BUILD / "ssm-backup"), *shlex.split(command)], cwd=self.directory,
            env=environment or self.environment(), stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, text=True)

    def run(self, command: str, environment: dict | None = None, code: int = 0):
        with self.start(command, environment) as process:
            out, err = process.communicate(timeout=60)
        assert process.returncode == code, f"{command}\n{out}{err}"
        return subprocess.CompletedProcess(command, code, out, err)

    def deploy(self):
        """Buckets and metadata, as the stack makes them, and the bucket of copies."""
        (self.directory / "Pulumi.dev.yaml").write_text(json.dumps({"config": {
            "jenkins-ssm-backup-s3:projectName": "jenkins-infra",
            "jenkins-ssm-backup-s3:environment": "dev",
            "jenkins-ssm-backup-s3:regions": REGIONS,
            "jenkins-ssm-backup-s3:defaultRegion": HOME,
        }}))
        self.run("infra apply -f Pulumi.dev.yaml")
        self.sandbox.client("s3", COPIES).create_bucket(
            Bucket=COPY_BUCKET, CreateBucketConfiguration={"LocationConstraint": COPIES})

    def lose(self, *regions: str):
        """From now on nothing of these Regions answers; without any, all do."""
        rules = [{"fault": "reset-before", "operation": "*", "region": region}
                 for region in regions]
        self.control("faults", {"rules": rules}, method="PUT")


def normal(parameter: dict) -> dict:
    """What a restore must bring back of it."""
    kept = {name: value for name, value in parameter.items() if name not in FROZEN}
    kept["Tags"] = sorted((tag["Key"], tag["Value"]) for tag in parameter.get("Tags", [])
                          if not tag["Key"].startswith("aws:"))
    kept["Policies"] = [json.loads(each["PolicyText"]) for each in parameter.get("Policies", [])]
    kept["Labels"] = sorted(parameter.get("Labels", []))
    # A multi-Region key is another ARN in another Region.
    if MULTI in kept.get("KeyId", ""):
        kept["KeyId"] = MULTI
    return kept
