"""Two Regions, an environment, a bucket of copies, and a principal for each policy that is tried."""

import dataclasses
import json
import pathlib
import re
import shlex
import subprocess
import urllib.request

from conftest import ACCOUNT, BUILD, KEYS, OTHER_ACCOUNT, Sandbox

HOME, OTHER = REGIONS = ["ap-northeast-1", "us-west-2"]
COPIES = "eu-north-1"
COPY_BUCKET = f"ssm-copies-{ACCOUNT}"
COPY = f"s3://{COPY_BUCKET}/nightly,region={COPIES}"
KEY = "1234abcd-12ab-34cd-56ef-1234567890ab"
OTHER_KEY = "9876fedc-12ab-34cd-56ef-1234567890ab"
BUCKET_KEY = "0f1e2d3c-12ab-34cd-56ef-1234567890ab"
SCRATCH = "/drill/1"
ROLE = f"arn:aws:iam::{OTHER_ACCOUNT}:role/copies"
DENIED = re.compile(r"not authorized to perform|\b403\b")


def bucket(region: str, env: str = "dev") -> str:
    return f"jenkins-infra-ssm-backup-{env}-{ACCOUNT}-{region}"


def key_arn(region: str, account: str = ACCOUNT) -> str:
    return f"arn:aws:kms:{region}:{account}:key/{BUCKET_KEY}"


PLACES = [*((bucket(region), region) for region in REGIONS), (COPY_BUCKET, COPIES)]


# Environments and the options of their stacks: one whose buckets take nothing but aws:kms, one with
# all options, and one whose copy is another account's.
STACKS = {
    "dev": {"kmsKey": {HOME: key_arn(HOME), OTHER: BUCKET_KEY}},
    "inf": {
        "kmsKey": {region: key_arn(region) for region in REGIONS},
        "objectLock": {"mode": "GOVERNANCE", "days": 2},
        "accessLogBuckets": {region: f"logs-{region}" for region in REGIONS},
        "copy": {"region": COPIES, "kmsKey": key_arn(COPIES), "accessLogBucket": "logs-of-copy"},
    },
    "far": {"copy": {"region": COPIES, "roleArn": ROLE, "kmsKey": key_arn(COPIES, OTHER_ACCOUNT),
                     "writers": [f"arn:aws:iam::{ACCOUNT}:root"]}},
}
FAR_COPY = f"jenkins-infra-ssm-backup-far-{ACCOUNT}-{COPIES}-copy"


def stack(env: str) -> str:
    return json.dumps({"config": {f"jenkins-ssm-backup-s3:{key}": value for key, value in {
        "projectName": "jenkins-infra",
        "environment": env,
        "regions": REGIONS,
        "defaultRegion": HOME,
        **STACKS[env],
    }.items()}})


def zoo() -> list[dict]:
    """Whatever takes a right of its own to be read or written."""
    tags = [{"Key": "team", "Value": "a"}, {"Key": "cost", "Value": "b"}]
    return [
        {"Name": "/app/dev/plain", "Value": "p", "Tags": tags},
        {"Name": "/app/dev/tags", "Value": "t", "Tags": tags},
        {"Name": "/app/dev/labels", "Value": "l", "Labels": ["blue"],
         "History": [{"Version": 1, "Value": "older"}], "Version": 2},
        {"Name": "/app/dev/aws", "Type": "SecureString", "Value": "s"},
        {"Name": "/app/dev/standard", "Type": "SecureString", "Value": "s", "KeyId": "alias/app"},
        {"Name": "/app/dev/advanced", "Type": "SecureString", "Value": "a", "KeyId": KEY,
         "Tier": "Advanced"},
        {"Name": "/app/dev/one/keyed", "Type": "SecureString", "Value": "k", "KeyId": "alias/app"},
        {"Name": "/app/dev/one/other", "Type": "SecureString", "Value": "k", "KeyId": OTHER_KEY},
        {"Name": "/app/devices/x", "Value": "not of dev"},
    ]


# The key is gone: it spoils every batch that it is in, so that each is read singly.
ORPHAN = {"Name": "/app/dev/orphan", "Type": "SecureString", "Value": "o", "KeyId": "gone"}
ACCEPT = "--accept-unreadable /app/dev/orphan"
# More than one part of an upload.
LARGE = [{"Name": f"/large/p{i:03}", "Value": "x" * 8000, "Tier": "Advanced"} for i in range(900)]


@dataclasses.dataclass(frozen=True)
class Variant:
    """A policy that lacks one thing: what it is, and how a refusal names it."""

    kind: str
    sid: str
    lacks: str   # the action, or the resource
    told: str    # what a refusal must say
    policy: str  # JSON


def without(document: dict, sid: str, member: str, item: str) -> str:
    statements = []
    for statement in document["Statement"]:
        if statement["Sid"] == sid:
            kept = [each for each in as_list(statement[member]) if each != item]
            if not kept:
                continue
            statement = {**statement, member: kept}
        statements.append(statement)
    return json.dumps({**document, "Statement": statements})


def as_list(value) -> list[str]:
    return [value] if isinstance(value, str) else value


def variants(kind: str, document: dict) -> list[Variant]:
    """Without each action and, where a statement names several, without each resource."""
    out = []
    for statement in document["Statement"]:
        sid = statement["Sid"]
        for action in as_list(statement["Action"]):
            out.append(Variant(kind, sid, action, action, without(document, sid, "Action", action)))
        for resource in as_list(statement["Resource"]):
            if resource != "*":
                out.append(Variant(kind, sid, resource, resource.split("*")[0],
                                   without(document, sid, "Resource", resource)))
    return out


class IamWorld:
    """The sandbox, where "admin" may do all, and the program."""

    def __init__(self, directory: pathlib.Path, make_policies):
        self.directory = directory / "run"
        self.directory.mkdir()
        for env in STACKS:
            (self.directory / f"Pulumi.{env}.yaml").write_text(stack(env))
        self.principals = {"admin": KEYS["backup"]}
        self.sandbox = Sandbox(directory, "http",
                               who_may_call=self.accounts(make_policies(self)))
        self.deploy()

    def stop(self):
        assert self.sandbox.stop() == 0

    def accounts(self, policies: dict[str, str]) -> dict:
        """A user for each policy, by its name."""
        keys = [{**KEYS["backup"], "user": "admin"}]
        for number, (name, policy) in enumerate(policies.items()):
            key = {"access_key_id": f"AKIDIAM{number}", "secret_access_key": f"s3cret/{number}"}
            self.principals[name] = key
            keys.append({**key, "user": f"user-{number}", "policy": json.loads(policy)})
        return {"accounts": [
            {"id": ACCOUNT, "keys": keys,
             "kms_keys": [{"id": KEY, "aliases": ["alias/app"]}, {"id": OTHER_KEY},
                          {"id": BUCKET_KEY}]},
            {"id": OTHER_ACCOUNT, "keys": [KEYS["other"]], "kms_keys": [{"id": BUCKET_KEY}], "roles": [
                {"name": "copies", "trusts": [ACCOUNT], "policy": self.policy_of_role()}]},
        ]}

    def policy_of_role(self) -> dict:
        """What docs/iam.md says of the role that makes the copy: that one statement of its bucket."""
        buckets = [each for each in self.policy("infra", "far")["Statement"]
                   if each["Sid"] == "ManageBuckets"]
        return {"Version": "2012-10-17", "Statement": [
            {**buckets[0], "Resource": f"arn:aws:s3:::{FAR_COPY}"}]}

    def policy(self, words: str, env: str = "dev") -> dict:
        """What iam-policy prints; it asks nobody."""
        done = subprocess.run(
            [BUILD / "ssm-backup", "iam-policy", *shlex.split(words), "-f",
             self.directory / f"Pulumi.{env}.yaml", "--account", ACCOUNT],
            env={}, capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == 0 and not done.stderr, done.stderr
        return json.loads(done.stdout)

    def control(self, verb: str, body: dict | None = None, method: str | None = None) -> dict:
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{self.sandbox.url}/_sandbox/{verb}", data,
                                         method=method)
        with urllib.request.urlopen(request) as answer:
            return json.load(answer)

    def fault(self, *rules: dict):
        self.control("faults", {"rules": list(rules)}, method="PUT")

    def run(self, who: str, command: str) -> subprocess.CompletedProcess:
        environment = self.sandbox.environment(HOME, self.principals[who])
        return subprocess.run([BUILD / "ssm-backup", *shlex.split(command)], cwd=self.directory,
                              env=environment, capture_output=True, text=True, timeout=60,
                              check=False)

    def admin(self, command: str):
        done = self.run("admin", command)
        assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"

    def deploy(self):
        """Buckets, metadata, parameters, and a snapshot of both Regions in two places."""
        s3 = self.sandbox.client("s3", COPIES)
        s3.create_bucket(Bucket=COPY_BUCKET,
                         CreateBucketConfiguration={"LocationConstraint": COPIES})
        s3.put_bucket_versioning(Bucket=COPY_BUCKET,
                                 VersioningConfiguration={"Status": "Enabled"})
        s3.put_bucket_encryption(Bucket=COPY_BUCKET, ServerSideEncryptionConfiguration={"Rules": [
            {"ApplyServerSideEncryptionByDefault": {
                "SSEAlgorithm": "aws:kms", "KMSMasterKeyID": key_arn(COPIES)}}]})
        s3.put_bucket_policy(Bucket=COPY_BUCKET, Policy=json.dumps(
            {"Version": "2012-10-17", "Statement": [{
                "Effect": "Deny", "Principal": "*", "Action": "s3:PutObject",
                "Resource": f"arn:aws:s3:::{COPY_BUCKET}/*",
                "Condition": {"StringNotEquals": {
                    "s3:x-amz-server-side-encryption": "aws:kms"}}}]}))
        self.admin("infra apply -f Pulumi.dev.yaml")
        self.metadata = {region: self.dump(region) for region in REGIONS}
        for region in REGIONS:
            self.live(region, zoo())
        self.admin(f"backup --env dev --depth history --copy-to {COPY} --quota-share off")
        self.saved = {place: self.versions(*place) for place in PLACES}

    def s3(self, name: str, region: str):
        """For whoever the bucket belongs to."""
        return self.sandbox.client("s3", region, KEYS["other" if name == FAR_COPY else "backup"])

    def versions(self, name: str, region: str) -> set[tuple[str, str]]:
        found = self.s3(name, region).list_object_versions(Bucket=name)
        assert not found["IsTruncated"]
        rows = [*found.get("Versions", []), *found.get("DeleteMarkers", [])]
        return {(row["Key"], row["VersionId"]) for row in rows}

    def take_back(self, name: str, region: str, saved: set[tuple[str, str]]):
        added = [{"Key": key, "VersionId": version}
                 for key, version in self.versions(name, region) - saved]
        if added:
            self.s3(name, region).delete_objects(
                Bucket=name, Delete={"Objects": added, "Quiet": True})

    def restage(self):
        """Whatever a command has written into the repositories is undone."""
        self.fault()
        for (name, region), saved in self.saved.items():
            s3 = self.sandbox.client("s3", region)
            self.take_back(name, region, saved)
            for each in s3.list_multipart_uploads(Bucket=name).get("Uploads", []):
                s3.abort_multipart_upload(Bucket=name, Key=each["Key"], UploadId=each["UploadId"])

    def seed(self, region: str, parameters: list[dict]):
        rows = [{"Type": "String", "LastModifiedDate": "2026-01-02T03:04:05Z", **each}
                for each in parameters]
        self.control("seed", {"account": ACCOUNT, "region": region, "parameters": rows})

    def dump(self, region: str) -> list[dict]:
        return self.control(f"dump?region={region}&account={ACCOUNT}")["parameters"]

    def live(self, region: str, parameters: list[dict]):
        """From now on these are there, and the metadata, and no others."""
        wanted = [*self.metadata[region], *parameters]
        names = {each["Name"] for each in wanted}
        gone = [each["Name"] for each in self.dump(region) if each["Name"] not in names]
        ssm = self.sandbox.client("ssm", region)
        for begin in range(0, len(gone), 10):
            ssm.delete_parameters(Names=gone[begin:begin + 10])
        self.seed(region, wanted)

    def uploads(self, name: str, region: str) -> int:
        found = self.sandbox.client("s3", region).list_multipart_uploads(Bucket=name)
        return len(found.get("Uploads", []))
