"""infra against the sandbox and against moto: applied twice, and each attribute's drift mended.

What is there is read back by boto3, before and after.
"""

import dataclasses
import json
import os
import subprocess
import urllib.request

import botocore.exceptions
import pytest
import yaml
from conftest import ACCOUNT, BUILD, KEYS, Sandbox
from parties import MOTO_ACCOUNT, Moto

HOME = "ap-northeast-1"
REGION = "us-west-2"
PREFIX = "jenkins-ssm-backup-s3:"
KEY = f"arn:aws:kms:{REGION}:{MOTO_ACCOUNT}:key/11111111-2222-3333-4444-555555555555"
STACK = {
    "projectName": "jenkins-infra", "environment": "dev", "regions": [HOME, REGION],
    "defaultRegion": HOME, "retentionDays": 45,
    "objectLock": {"mode": "GOVERNANCE", "days": 2}, "kmsKey": {HOME: "alias/b", REGION: KEY},
    "copy": {"region": "eu-west-1"},
}
LOGS = {"accessLogBuckets": {HOME: "logs-1", REGION: "logs-2"}}
WRITES = ("Put", "Create", "Delete", "Add", "Remove", "Label", "Update")


class Stack:
    """A server, the stack file, and the program between them."""

    account = ""
    options = {"lock", "kms", "logs"}  # those that its file asks for

    def __init__(self, directory, options):
        self.directory = directory
        self.file = directory / "Pulumi.dev.yaml"
        self.file.write_text(
            yaml.safe_dump({"config": {PREFIX + key: value for key, value in options.items()}})
        )
        (directory / "empty").write_text("")

    def run(self, verb, *words):
        empty = str(self.directory / "empty")
        key = self.key()
        return subprocess.run(
            [BUILD / "ssm-backup", "infra", verb, "-f", self.file, "--output", "json", *words],
            cwd=self.directory,
            env={
                "HOME": str(self.directory),
                "PATH": os.environ["PATH"],
                "AWS_CONFIG_FILE": empty,
                "AWS_SHARED_CREDENTIALS_FILE": empty,
                "AWS_EC2_METADATA_DISABLED": "true",
                "AWS_REGION": HOME,
                "AWS_ENDPOINT_URL": self.url,
                "AWS_ACCESS_KEY_ID": key["access_key_id"],
                "AWS_SECRET_ACCESS_KEY": key["secret_access_key"],
            },
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    def apply(self, *words):
        done = self.run("apply", *words)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def plan(self):
        """The changes that are due."""
        done = self.run("plan", "--detailed-exitcode")
        changes = [it for it in json.loads(done.stdout)["changes"] if it["action"] != "none"]
        assert done.returncode == (4 if changes else 0), done.stderr
        return changes

    def bucket(self, region):
        end = "-copy" if region == "eu-west-1" else ""
        return f"jenkins-infra-ssm-backup-dev-{self.account}-{region}{end}"

    def state(self):
        """Everything that a stack makes, as boto3 reads it."""
        state = {}
        for region in (HOME, REGION, "eu-west-1"):
            s3, name = self.client("s3", region), self.bucket(region)
            reads = ["get_bucket_versioning", "get_bucket_encryption", "get_bucket_policy",
                     "get_bucket_lifecycle_configuration", "get_public_access_block",
                     "get_bucket_ownership_controls", "get_object_lock_configuration",
                     "get_bucket_tagging", *(["get_bucket_logging"] if "logs" in self.options else [])]
            for read in reads:
                try:
                    answer = getattr(s3, read)(Bucket=name)
                except botocore.exceptions.ClientError as error:
                    state[f"{region} {read}"] = error.response["Error"]["Code"]
                    continue
                del answer["ResponseMetadata"]
                if "TagSet" in answer:
                    answer["TagSet"].sort(key=lambda tag: tag["Key"])
                if "Policy" in answer:
                    answer["Policy"] = json.loads(answer["Policy"])
                if "Rules" in answer:
                    answer["Rules"].sort(key=lambda rule: rule["ID"])
                state[f"{region} {read}"] = answer
        ssm = self.client("ssm", HOME)
        described = ssm.get_paginator("describe_parameters").paginate(
            ParameterFilters=[{"Key": "Name", "Option": "BeginsWith",
                               "Values": ["/jenkins/dev/backup/"]}])
        for row in [row for page in described for row in page["Parameters"]]:
            name = row["Name"]
            one = ssm.get_parameter(Name=name, WithDecryption=True)["Parameter"]
            tags = ssm.list_tags_for_resource(ResourceType="Parameter", ResourceId=name)["TagList"]
            state[name] = {"Type": one["Type"], "Value": one["Value"],
                           "Description": row.get("Description"),
                           "Tags": sorted(tags, key=lambda tag: tag["Key"])}
        return state


class SandboxStack(Stack):
    account = ACCOUNT
    file_says = {**STACK, **LOGS}

    def __init__(self, directory):
        super().__init__(
            directory, json.loads(json.dumps(self.file_says).replace(MOTO_ACCOUNT, ACCOUNT)))
        self.server = Sandbox(directory, "http")
        self.url = self.server.url
        self.control = f"{self.url}/_sandbox"

    def key(self):
        return KEYS["backup"]

    def client(self, service, region):
        return self.server.client(service, region, s3={"addressing_style": "path"})

    def forget_calls(self):
        urllib.request.urlopen(
            urllib.request.Request(f"{self.control}/reset-counters", method="POST")).close()

    def writes(self):
        with urllib.request.urlopen(f"{self.control}/state") as answer:
            calls = json.load(answer)["counters"]
        names = [call["operation"].split(":")[1] for call in calls]
        assert "GetBucketPolicy" in names and "DescribeParameters" in names
        return [name for name in names if name.startswith(WRITES)]

    def stop(self):
        assert self.server.stop() == 0


class PlainStack(SandboxStack):
    """No option is asked for."""

    options = set()
    file_says = {key: STACK[key] for key in ("projectName", "environment", "regions",
                                             "defaultRegion", "copy")}


class MotoStack(Stack):
    """Without access logs: moto refuses PutBucketLogging."""

    account = MOTO_ACCOUNT
    options = {"lock", "kms"}

    def __init__(self, directory):
        super().__init__(directory, STACK)
        self.server = Moto(directory)
        self.url = self.server.url

    def key(self):
        return self.server.key

    def client(self, service, region):
        return self.server.client(service, region)

    def recorder(self, verb, method="POST"):
        request = urllib.request.Request(f"{self.url}/moto-api/recorder/{verb}", method=method)
        with urllib.request.urlopen(request) as answer:
            return answer.read().decode()

    def forget_calls(self):
        self.recorder("reset-recording")
        self.recorder("start-recording")

    def writes(self):
        self.recorder("stop-recording")
        calls = [json.loads(line)
                 for line in self.recorder("download-recording", "GET").splitlines()]
        assert len(calls) > 30
        targets = [dict(call["headers"]).get("X-Amz-Target", "") for call in calls]
        assert any(target.endswith("DescribeParameters") for target in targets)
        return [
            f"{call['method']} {call['url']} {target}" for call, target in zip(calls, targets)
            if target.split(".")[-1].startswith(WRITES)
            or (call["method"] in ("PUT", "DELETE") and not target)
        ]

    def stop(self):
        self.server.stop()


@pytest.fixture(scope="module", params=[SandboxStack, PlainStack, MotoStack],
                ids=["sandbox", "plain", "moto"])
def stack(request, tmp_path_factory):
    running = request.param(tmp_path_factory.mktemp("infra"))
    running.apply()
    yield running
    running.stop()


def test_applied_again_it_makes_no_call_that_writes(stack):
    stack.forget_calls()
    assert all(it["action"] == "none" for it in stack.apply()["changes"])
    assert stack.writes() == []


@dataclasses.dataclass
class Drift:
    """One attribute, changed by hand: `field` of what `kind` is named."""

    name: str
    kind: str
    field: str
    change: callable
    service: str = "s3"
    needs: str = ""  # an option


def retagged(s3, bucket, change):
    tags = {tag["Key"]: tag["Value"] for tag in s3.get_bucket_tagging(Bucket=bucket)["TagSet"]}
    change(tags)
    s3.put_bucket_tagging(Bucket=bucket, Tagging={
        "TagSet": [{"Key": key, "Value": value} for key, value in tags.items()]})


def with_rule(s3, bucket, number, **change):
    rules = s3.get_bucket_lifecycle_configuration(Bucket=bucket)["Rules"]
    rules.sort(key=lambda rule: rule["ID"])
    rules[number].update(change)
    s3.put_bucket_lifecycle_configuration(
        Bucket=bucket, LifecycleConfiguration={"Rules": rules})


def with_policy(s3, bucket, change):
    policy = json.loads(s3.get_bucket_policy(Bucket=bucket)["Policy"])
    change(policy)
    s3.put_bucket_policy(Bucket=bucket, Policy=json.dumps(policy))


def with_encryption(s3, bucket, key=KEY, bucket_key=True, algorithm="aws:kms"):
    default = {"SSEAlgorithm": algorithm, **({"KMSMasterKeyID": key} if key else {})}
    s3.put_bucket_encryption(Bucket=bucket, ServerSideEncryptionConfiguration={"Rules": [
        {"ApplyServerSideEncryptionByDefault": default, "BucketKeyEnabled": bucket_key}]})


def with_block(s3, bucket, *off):
    names = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")
    s3.put_public_access_block(Bucket=bucket, PublicAccessBlockConfiguration={
        name: name not in off for name in names})


def with_lock(s3, bucket, mode="GOVERNANCE", days=2):
    s3.put_object_lock_configuration(Bucket=bucket, ObjectLockConfiguration={
        "ObjectLockEnabled": "Enabled",
        "Rule": {"DefaultRetention": {"Mode": mode, "Days": days}}})


def with_log(s3, bucket, target="logs-2", prefix=None):
    s3.put_bucket_logging(Bucket=bucket, BucketLoggingStatus={"LoggingEnabled": {
        "TargetBucket": target, "TargetPrefix": bucket + "/" if prefix is None else prefix}})


def disowned(s3, bucket):
    s3.put_bucket_ownership_controls(Bucket=bucket, OwnershipControls={
        "Rules": [{"ObjectOwnership": "ObjectWriter"}]})


LEGACY = "/jenkins/dev/backup/s3-bucket-name"
LIST = "/jenkins/dev/backup/region-list"


def put(ssm, name, **more):
    one = ssm.get_parameter(Name=name)["Parameter"]
    ssm.put_parameter(**{"Name": name, "Value": one["Value"], "Overwrite": True, **more})


def made_secure(ssm):
    ssm.delete_parameter(Name=LIST)
    ssm.put_parameter(Name=LIST, Value='["us-west-2"]', Type="SecureString")


def untag(ssm, name, *keys):
    ssm.remove_tags_from_resource(ResourceType="Parameter", ResourceId=name, TagKeys=keys)


def tag(ssm, name, key, value):
    ssm.add_tags_to_resource(
        ResourceType="Parameter", ResourceId=name, Tags=[{"Key": key, "Value": value}])


OLD, ABORT = "Rule[delete-old-backups]/", "Rule[abort-incomplete-uploads]/"
INSECURE = "Statement[DenyInsecureConnections]/"
PLAIN = "Statement[DenyUnencryptedObjectUploads]/"
DEFAULT = "Rule/ApplyServerSideEncryptionByDefault/"
DRIFTS = [
    Drift("versioning", "versioning", "Status", lambda s3, name: s3.put_bucket_versioning(
        Bucket=name, VersioningConfiguration={"Status": "Suspended"})),
    *(Drift(off, "publicAccessBlock", off, lambda s3, name, off=off: with_block(s3, name, off))
      for off in ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy",
                  "RestrictPublicBuckets")),
    Drift("no block", "publicAccessBlock", "BlockPublicAcls",
          lambda s3, name: s3.delete_public_access_block(Bucket=name)),
    Drift("ownership", "ownershipControls", "Rule/ObjectOwnership", disowned),
    Drift("algorithm", "encryption", DEFAULT + "SSEAlgorithm",
          lambda s3, name: with_encryption(s3, name, key=None, algorithm="aws:kms:dsse")),
    Drift("key", "encryption", DEFAULT + "KMSMasterKeyID",
          lambda s3, name: with_encryption(s3, name, key="alias/other"), needs="kms"),
    Drift("bucket key", "encryption", "Rule/BucketKeyEnabled",
          lambda s3, name: with_encryption(s3, name, bucket_key=False)),
    Drift("expiry", "lifecycle", OLD + "Expiration/Days",
          lambda s3, name: with_rule(s3, name, 1, Expiration={"Days": 3})),
    Drift("old versions", "lifecycle", OLD + "NoncurrentVersionExpiration/NoncurrentDays",
          lambda s3, name: with_rule(s3, name, 1,
                                     NoncurrentVersionExpiration={"NoncurrentDays": 1})),
    Drift("rule off", "lifecycle", OLD + "Status",
          lambda s3, name: with_rule(s3, name, 1, Status="Disabled")),
    Drift("rule narrowed", "lifecycle", OLD + "Filter/Prefix",
          lambda s3, name: with_rule(s3, name, 1, Filter={"Prefix": "2020"})),
    Drift("abort", "lifecycle", ABORT + "AbortIncompleteMultipartUpload/DaysAfterInitiation",
          lambda s3, name: with_rule(s3, name, 0,
                                     AbortIncompleteMultipartUpload={"DaysAfterInitiation": 9})),
    Drift("no lifecycle", "lifecycle", OLD + "Status",
          lambda s3, name: s3.delete_bucket_lifecycle(Bucket=name)),
    Drift("effect", "policy", INSECURE + "Effect", lambda s3, name: with_policy(
        s3, name, lambda it: it["Statement"][0].update(Effect="Allow"))),
    Drift("condition", "policy", INSECURE + "Condition/Bool/aws:SecureTransport",
          lambda s3, name: with_policy(s3, name, lambda it: it["Statement"][0].update(
              Condition={"BoolIfExists": {"aws:SecureTransport": "false"}}))),
    Drift("resource", "policy", INSECURE + "Resource", lambda s3, name: with_policy(
        s3, name, lambda it: it["Statement"][0].update(Resource=f"arn:aws:s3:::{name}/*"))),
    Drift("action", "policy", PLAIN + "Action", lambda s3, name: with_policy(
        s3, name, lambda it: it["Statement"][1].update(Action="s3:PutObjectAcl"))),
    Drift("a statement gone", "policy", PLAIN + "Effect",
          lambda s3, name: with_policy(s3, name, lambda it: it["Statement"].pop())),
    Drift("no policy", "policy", PLAIN + "Effect",
          lambda s3, name: s3.delete_bucket_policy(Bucket=name)),
    Drift("lock's mode", "object-lock", "Rule/DefaultRetention/Mode",
          lambda s3, name: with_lock(s3, name, mode="COMPLIANCE"), needs="lock"),
    Drift("lock's days", "object-lock", "Rule/DefaultRetention/Days",
          lambda s3, name: with_lock(s3, name, days=1), needs="lock"),
    Drift("log's bucket", "logging", "LoggingEnabled/TargetBucket",
          lambda s3, name: with_log(s3, name, target="logs-1"), needs="logs"),
    Drift("log's prefix", "logging", "LoggingEnabled/TargetPrefix",
          lambda s3, name: with_log(s3, name, prefix="x/"), needs="logs"),
    Drift("no logs", "logging", "LoggingEnabled/TargetBucket",
          lambda s3, name: s3.put_bucket_logging(Bucket=name, BucketLoggingStatus={}), needs="logs"),
    *(Drift(f"tag {key}", "tagging", f"Tag[{key}]", lambda s3, name, key=key: retagged(
        s3, name, lambda tags: tags.update({key: "drifted"})))
      for key in ("Name", "Environment", "Purpose", "DataClassification", "Region")),
    *(Drift(f"no tag {key}", "tagging", f"Tag[{key}]", lambda s3, name, key=key: retagged(
        s3, name, lambda tags: tags.pop(key))) for key in ("Purpose", "ManagedBy")),
    Drift("value", "parameter", "Value", lambda ssm, _: put(ssm, LIST, Value="[]"), "ssm"),
    Drift("description", "parameter", "Description",
          lambda ssm, _: put(ssm, LEGACY, Description="drifted"), "ssm"),
    Drift("type", "parameter", "Type", lambda ssm, _: made_secure(ssm), "ssm"),
    Drift("a parameter gone", "parameter", "",
          lambda ssm, _: ssm.delete_parameter(Name=LEGACY), "ssm"),
    *(Drift(f"parameter's tag {key}", "parameter", f"Tag[{key}]",
            lambda ssm, _, key=key: tag(ssm, LIST, key, "drifted"), "ssm")
      for key in ("Environment", "Region")),
    *(Drift(f"parameter without tag {key}", "parameter", f"Tag[{key}]",
            lambda ssm, _, key=key: untag(ssm, LIST, key), "ssm")
      for key in ("Environment", "Region", "ManagedBy")),
]


@pytest.mark.parametrize("row", DRIFTS, ids=lambda row: row.name)
def test_drift_of_each_attribute_is_seen_and_mended(stack, row):
    if row.needs and row.needs not in stack.options:
        pytest.skip(f"the stack asks for no {row.needs}")
    if row.name == "versioning" and isinstance(stack, SandboxStack) and "lock" in stack.options:
        pytest.skip("S3 suspends no versioning under Object Lock")
    before = stack.state()
    region = HOME if row.service == "ssm" else REGION
    row.change(stack.client(row.service, region), stack.bucket(REGION))
    assert stack.state() != before
    changes = stack.plan()
    assert [it["kind"] for it in changes] == [row.kind], changes
    fields = [it["field"] for it in changes[0]["differences"]]
    assert row.field in fields or (not row.field and changes[0]["action"] == "create"), fields
    stack.apply()
    assert stack.plan() == []
    assert stack.state() == before


def test_every_field_that_is_asked_for_has_drifted_once(stack):
    """No attribute is added to infra without a row above."""
    done = stack.run("plan")
    wanted = {(it["kind"], field) for it in json.loads(done.stdout)["changes"]
              if it["name"] in (stack.bucket(REGION), LIST, LEGACY) for field in it["desired"]}
    drifted = {(row.kind, row.field) for row in DRIFTS}
    # Their statement goes as a whole, or they come with another field of the same call.
    together = {
        ("policy", "Version"), ("policy", PLAIN + "Principal"), ("policy", PLAIN + "Resource"),
        ("policy", PLAIN + "Condition/StringNotEquals/s3:x-amz-server-side-encryption"),
        ("policy", INSECURE + "Action"), ("policy", INSECURE + "Principal"),
        ("lifecycle", ABORT + "Status"), ("object-lock", "ObjectLockEnabled"),
        ("tagging", "Tag[ManagedBy]"), ("parameter", "Tag[ManagedBy]"),
    }
    assert wanted - drifted - together == set()


def test_what_others_added_stays(stack):
    s3, name = stack.client("s3", REGION), stack.bucket(REGION)
    before = stack.state()
    retagged(s3, name, lambda tags: tags.update({"Team": "a & b"}))
    rules = s3.get_bucket_lifecycle_configuration(Bucket=name)["Rules"]
    theirs = {"ID": "theirs", "Status": "Enabled", "Filter": {"Prefix": "logs/"},
              "Expiration": {"Days": 1}}
    s3.put_bucket_lifecycle_configuration(
        Bucket=name, LifecycleConfiguration={"Rules": [theirs, *rules]})
    allow = {"Sid": "Theirs", "Effect": "Allow", "Principal": {"AWS": "999988887777"},
             "Action": "s3:GetObject", "Resource": f"arn:aws:s3:::{name}/*"}
    with_policy(s3, name, lambda it: it["Statement"].append(allow))
    assert stack.plan() == []
    with_rule(s3, name, 1, Status="Disabled")
    with_policy(s3, name, lambda it: it["Statement"].pop(0))
    retagged(s3, name, lambda tags: tags.pop("Purpose"))
    stack.apply()
    tags = s3.get_bucket_tagging(Bucket=name)["TagSet"]
    assert {"Key": "Team", "Value": "a & b"} in tags
    rules = s3.get_bucket_lifecycle_configuration(Bucket=name)["Rules"]
    assert theirs in rules and len(rules) == 3
    assert allow in json.loads(s3.get_bucket_policy(Bucket=name)["Policy"])["Statement"]
    retagged(s3, name, lambda tags: tags.pop("Team"))
    rules.remove(theirs)
    s3.put_bucket_lifecycle_configuration(
        Bucket=name, LifecycleConfiguration={"Rules": rules})
    with_policy(s3, name, lambda it: it["Statement"].remove(allow))
    after = stack.state()
    for state in (before, after):
        policy = state[f"{REGION} get_bucket_policy"]["Policy"]
        policy["Statement"].sort(key=lambda statement: statement["Sid"])
    assert after == before
