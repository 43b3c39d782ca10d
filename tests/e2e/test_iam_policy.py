"""What iam-policy prints is enough, and no more: every command runs as a principal that has exactly
that; and without each action, and without each resource, something is refused that names it."""

import dataclasses
import json
import re

import pytest
from conftest import ACCOUNT, OTHER_ACCOUNT
from iam_world import (
    ACCEPT, BUCKET_KEY, COPIES, COPY, COPY_BUCKET, DENIED, FAR_COPY, HOME, KEY, LARGE, ORPHAN, OTHER,
    OTHER_KEY, REGIONS, ROLE, SCRATCH, IamWorld, bucket, key_arn, variants, zoo,
)

QUOTA = "--quota-share off"
FAR_COPIED = f"--copy-to s3://{FAR_COPY},region={COPIES},owner={OTHER_ACCOUNT}"
COPIED = f"--copy-to {COPY} --bucket-kms-key {key_arn(COPIES)}"
# The kinds as they are tried here, with the flags that give them all they can have.
KINDS = {
    "backup": ("dev", f"backup {COPIED} --include '*/dev/*' --include '/large/*'"),
    "restore": ("dev", f"restore --delete-extra {COPIED}"),
    "drill": ("dev", f"drill --under {SCRATCH} --record {COPIED}"),
    "infra": ("inf", "infra"),
    "infra and backups": ("far", "infra --delete-backups"),
}
# Another drift of the same parameters: what a restore overwrites, tags, labels, creates, deletes.
DRIFTED = [
    {"Name": "/app/dev/tags", "Value": "other",
     "Tags": [{"Key": "team", "Value": "x"}, {"Key": "new", "Value": "y"}]},
    {"Name": "/app/dev/labels", "Value": "l", "Labels": ["green"]},
    {"Name": "/app/dev/extra/1", "Value": "e"},
]


@dataclasses.dataclass(frozen=True)
class Command:
    line: str
    code: int = 0
    before: str = ""  # a method of Stage, for what must be there
    after: str = ""   # one that says what is left behind although nothing was refused aloud


LOOKS = [Command(line) for line in (
    "list --env dev", "show --env dev /app/dev/plain", "history --env dev /app/dev/plain",
    "verify --env dev --all", f"verify --env dev --copies {COPY}", "regions --env dev",
    f"list --env dev --region {OTHER} --repository {COPY}",
)]
BATTERY = {
    "backup": [
        Command(f"backup --env dev --depth history --copy-to {COPY} {ACCEPT} {QUOTA}", 0, "orphan"),
        Command(f"backup --env dev --tags strict --fence {ACCEPT} {QUOTA}", 0, "orphan"),
        Command(f"backup --env dev --dry-run --copy-to {COPY} {ACCEPT} {QUOTA}", 0, "orphan"),
        Command(f"diff --env dev {QUOTA}", 0, "as_saved"),
        *LOOKS,
        Command(f"backup --env dev --include '/large/*' --copy-to {COPY} {QUOTA}", 0, "large"),
        # An upload that ends half way: its parts hold values.
        Command(f"backup --env dev --include '/large/*' --region {OTHER} {QUOTA}", 1,
                "large_that_breaks", "uploads"),
        Command(f"backup --env dev --include '/large/*' --region {OTHER} --copy-to {COPY} {QUOTA}",
                3, "large_whose_copy_breaks", "uploads"),
    ],
    "restore": [
        Command(f"restore --env dev --region {REGIONS[0]} --on-conflict overwrite --apply {QUOTA}",
                0, "drifted"),
        Command(f"restore --env dev --region {OTHER} --on-conflict overwrite --apply {QUOTA}",
                0, "drifted"),
        Command(f"restore --env dev --region {OTHER} --repository {COPY} --tags strict {QUOTA}",
                3, "drifted"),
        *(Command(f"restore --env dev --region {region} --path /app/dev/extra --delete-extra "
                  f"--confirm 1 --apply {QUOTA}", 0, "drifted") for region in REGIONS),
        Command(f"diff --env dev {QUOTA}", 0, "as_saved"),
        *LOOKS,
    ],
    "drill": [
        Command(f"drill --env dev --aws --under {SCRATCH} --sample 100 {QUOTA}", 0, "as_saved"),
        Command(f"drill --env dev --record {QUOTA}", 0, "as_saved"),
        *LOOKS,
    ],
    "infra": [
        Command("infra apply -f Pulumi.inf.yaml"),
        Command("infra plan -f Pulumi.inf.yaml"),
        Command("infra apply -f Pulumi.inf.yaml", 0, "changed_stack"),
        Command("infra destroy --yes -f Pulumi.inf.yaml"),
    ],
    "infra and backups": [
        Command("infra apply -f Pulumi.far.yaml"),
        Command("infra apply -f Pulumi.far.yaml", 0, "changed_stack"),
        Command("infra destroy --yes -f Pulumi.far.yaml --delete-backups --confirm 2", 0, "filled"),
    ],
}


class Stage:
    """Makes of the world what a command needs to find, or to have left behind."""

    def __init__(self, world: IamWorld, env: str):
        self.world = world
        self.env = env

    def call(self, name: str):
        return getattr(self, name)() if name else None

    def as_saved(self):
        for region in REGIONS:
            self.world.live(region, zoo())

    def orphan(self):
        for region in REGIONS:
            self.world.live(region, [*zoo(), ORPHAN])

    def drifted(self):
        for region in REGIONS:
            self.world.live(region, DRIFTED)

    def large(self):
        self.world.live(HOME, LARGE[:1])
        self.world.live(OTHER, LARGE)

    def breaks(self, region: str):
        self.large()
        self.world.fault({"fault": "access-denied", "operation": "s3:CompleteMultipartUpload",
                          "region": region, "message": "planned"})

    def large_that_breaks(self):
        self.breaks(OTHER)

    def large_whose_copy_breaks(self):
        self.breaks(COPIES)

    def uploads(self) -> str:
        """What nobody has aborted, as a refusal would name it."""
        self.world.fault()
        left = [name for name, region in ((bucket(OTHER), OTHER), (COPY_BUCKET, COPIES))
                if self.world.uploads(name, region)]
        return "".join(f"403 s3:AbortMultipartUpload left an upload in arn:aws:s3:::{name}/\n"
                       for name in left)

    def changed_stack(self):
        ssm = self.world.sandbox.client("ssm", HOME)
        name = f"/jenkins/{self.env}/backup/default-region"
        ssm.put_parameter(Name=name, Value="eu-west-1", Overwrite=True)
        ssm.remove_tags_from_resource(ResourceType="Parameter", ResourceId=name,
                                      TagKeys=["Environment"])
        # What a new bucket has by itself.
        s3 = self.world.sandbox.client("s3", HOME)
        s3.delete_bucket_ownership_controls(Bucket=bucket(HOME, self.env))
        s3.delete_public_access_block(Bucket=bucket(HOME, self.env))

    def emptied(self):
        places = {bucket(region, self.env): region for region in REGIONS}
        if self.env == "far":
            places[FAR_COPY] = COPIES
        for name, region in places.items():
            found = self.world.s3(name, region).list_buckets()["Buckets"]
            if name in [each["Name"] for each in found]:
                self.world.take_back(name, region, set())

    def filled(self):
        """With a version in each bucket of a Region."""
        self.emptied()
        for region in REGIONS:
            self.world.sandbox.client("s3", region).put_object(
                Bucket=bucket(region, self.env), Key="a", Body=b"a", ServerSideEncryption="AES256")

    def nothing_of_infra(self):
        self.emptied()
        self.world.admin(f"infra destroy --yes -f Pulumi.{self.env}.yaml")


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    def policies(made: IamWorld) -> dict[str, str]:
        wanted = {kind: made.policy(words, env) for kind, (env, words) in KINDS.items()}
        everything = made.policy(f"all --delete-extra --under {SCRATCH} {COPIED} "
                                 "--include '*/dev/*' --include '/large/*'")
        narrow = made.policy(f"restore --path /app/dev/one --region {OTHER} --kms-key "
                             f"arn:aws:kms:{OTHER}:{ACCOUNT}:key/{KEY}")
        made.documents = wanted
        made.variants = [each for kind in KINDS for each in variants(kind, wanted[kind])]
        return {
            **{kind: json.dumps(document) for kind, document in wanted.items()},
            "all": json.dumps(everything),
            "all of infra": json.dumps(made.policy("all", "inf")),
            "all of infra and backups": json.dumps(made.policy("all --delete-backups", "far")),
            "one path": json.dumps(narrow),
            "copies to another account": json.dumps(made.policy(f"backup {FAR_COPIED}", "far")),
            **{name_of(each): each.policy for each in made.variants},
            "nothing": json.dumps({"Version": "2012-10-17", "Statement": [
                {"Effect": "Allow", "Action": "iam:GetUser", "Resource": "*"}]}),
        }

    made = IamWorld(tmp_path_factory.mktemp("iam"), policies)
    yield made
    made.stop()


def name_of(variant) -> str:
    return f"{variant.kind} without {variant.sid} {variant.lacks}"


def run(world: IamWorld, who: str, kind: str, command: Command):
    """What was said, what was left behind, and the exit code."""
    world.restage()
    stage = Stage(world, KINDS[kind][0])
    stage.call(command.before)
    done = world.run(who, command.line)
    return done.stdout + done.stderr + (stage.call(command.after) or ""), done.returncode


@pytest.mark.parametrize("kind", KINDS)
def test_each_command_runs_with_exactly_its_policy(world, kind):
    for command in BATTERY[kind]:
        said, code = run(world, kind, kind, command)
        assert code == command.code, f"{command.line}\n{said}"
        assert "not authorized" not in said, command.line
        # But for what the test itself refuses.
        assert bool(DENIED.search(said)) == bool(command.after) == ("planned" in said), said


@pytest.mark.parametrize("who, kinds", [("all", ["backup", "restore", "drill"]),
                                        ("all of infra", ["infra"]),
                                        ("all of infra and backups", ["infra and backups"])])
def test_all_is_the_sum_of_the_kinds(world, who, kinds):
    for kind in kinds:
        for command in BATTERY[kind]:
            said, code = run(world, who, kind, command)
            assert code == command.code, f"{command.line}\n{said}"


@pytest.mark.parametrize("kind", KINDS)
def test_without_any_right_each_command_is_refused(world, kind):
    """But for who one is, which anybody may ask."""
    for command in BATTERY[kind]:
        if not command.after and not command.line.startswith("infra"):
            said, code = run(world, "nothing", kind, command)
            assert code != 0 and DENIED.search(said), f"{command.line}\n{said}"


def first_refusal(world: IamWorld, variant) -> str:
    """The command whose words name what the policy lacks; empty: all went as with the whole one."""
    if variant.kind.startswith("infra"):
        Stage(world, KINDS[variant.kind][0]).nothing_of_infra()
    # "ssm:GetParameters" does not name ssm:GetParameter; an ARN may go on.
    told = re.escape(variant.told) + ("" if variant.told.startswith("arn:") else r"(?![A-Za-z])")
    for command in BATTERY[variant.kind]:
        said, code = run(world, name_of(variant), variant.kind, command)
        named = [line for line in said.splitlines()
                 if DENIED.search(line) and re.search(told, line)]
        if named:
            return command.line
        assert code == command.code, (
            f"{name_of(variant)}: {command.line} ends with {code}, and nothing names it\n{said}")
    return ""


@pytest.mark.parametrize("kind", KINDS)
def test_without_each_action_and_each_resource_a_refusal_names_it(world, kind):
    tried = [each for each in world.variants if each.kind == kind]
    assert len(tried) > 15
    too_wide = [(each.sid, each.lacks) for each in tried if not first_refusal(world, each)]
    assert too_wide == [], "the policy allows what no command needs"


def test_a_path_a_region_and_a_key_are_kept_to(world):
    rows = {  # the command: its exit code, and what is refused
        f"--region {OTHER} --path /app/dev/one --exclude /app/dev/one/other": (0, ""),
        f"--region {OTHER} --path /app/dev/one": (3, f"kms:Encrypt on resource: arn:aws:kms:{OTHER}"
                                                     f":{ACCOUNT}:key/{OTHER_KEY}"),
        f"--region {OTHER} --name /app/dev/plain": (3, "parameter/app/dev/plain"),
        f"--region {HOME} --path /app/dev/one": (1, f"arn:aws:s3:::{bucket(HOME)}/"),
    }
    for words, (wanted, refused) in rows.items():
        world.restage()
        for region in REGIONS:
            world.live(region, [])
        done = world.run("one path", f"restore --env dev {words} --apply {QUOTA}")
        said = " ".join((done.stdout + done.stderr).split())
        assert done.returncode == wanted, said
        assert refused in said and bool(refused) == bool(DENIED.search(said)), said


def test_the_account_is_in_every_arn_that_has_one(world):
    for kind, document in world.documents.items():
        for statement in document["Statement"]:
            resources = statement["Resource"]
            for each in [resources] if isinstance(resources, str) else resources:
                assert each in ("*", ROLE) or ACCOUNT in each, (kind, each)


def test_a_copy_goes_into_the_bucket_that_infra_makes_in_another_account(world):
    """Its key comes from the stack file; the bucket's policy lets the writers do what that takes."""
    world.restage()
    stage = Stage(world, "far")
    stage.nothing_of_infra()
    world.admin("infra apply -f Pulumi.far.yaml")
    for line in (f"backup --env far --region {HOME} {FAR_COPIED} {QUOTA}",
                 f"verify --env far --region {HOME} {FAR_COPIED.replace('--copy-to', '--copies')}"):
        done = world.run("copies to another account", line)
        assert done.returncode == 0, done.stdout + done.stderr
    kinds = {s3_object["ServerSideEncryption"] for s3_object in (
        world.s3(FAR_COPY, COPIES).head_object(Bucket=FAR_COPY, Key=key)
        for key, _ in world.versions(FAR_COPY, COPIES))}
    assert kinds == {"aws:kms"}
    stage.nothing_of_infra()


def test_without_the_flag_no_version_is_deleted(world):
    world.restage()
    stage = Stage(world, "inf")
    stage.nothing_of_infra()
    world.admin("infra apply -f Pulumi.inf.yaml")
    s3 = world.sandbox.client("s3", HOME)
    s3.put_object(Bucket=bucket(HOME, "inf"), Key="a", Body=b"a", ServerSideEncryption="aws:kms",
                  SSEKMSKeyId=BUCKET_KEY)
    # As one has to where Object Lock keeps what is written: without its default retention.
    s3.put_object_lock_configuration(Bucket=bucket(HOME, "inf"), ObjectLockConfiguration={
        "ObjectLockEnabled": "Enabled"})
    done = world.run("infra", "infra destroy --yes -f Pulumi.inf.yaml --delete-backups --confirm 1")
    assert done.returncode == 1 and "perform: s3:DeleteObjectVersion" in done.stderr, done.stderr
    stage.nothing_of_infra()
