"""The round trip against a server that others wrote: backed up out of moto, deleted, restored into
it; boto3 puts, reads and compares."""

import json
import subprocess

import pytest
from conftest import BUILD
from parties import MOTO_ACCOUNT, Moto
from test_parties import HOME, IN_SCOPE, MANY, OTHER, OUT_OF_SCOPE, read_back

# What SSM sets itself; moto's shape of it.
FROZEN = ("Version", "LastModifiedDate", "LastModifiedUser", "ARN")
# moto's PolicyText is Python's own writing of the policy, no JSON: nobody can put that back.
POLICIES = "/app/dev/policies"
# moto says Intelligent-Tiering where SSM says what that has come to: Standard.
TIER = "/app/dev/tier"


class World:
    """moto with one Region filled, and a directory to run in."""

    def __init__(self, directory):
        self.directory = directory
        (directory / "empty").write_text("")
        self.moto = Moto()
        self.ssm = self.moto.client("ssm", OTHER)
        for row in IN_SCOPE:
            self.ssm.put_parameter(**{**row, "Value": row["Value"].replace("{region}", OTHER)})
        for name in [*MANY, *OUT_OF_SCOPE]:
            self.ssm.put_parameter(Name=name, Type="String", Value=name)

    def run(self, *words, code=0):
        empty = str(self.directory / "empty")
        done = subprocess.run(
            [BUILD / "ssm-backup", *words, "--env", "dev", "--region", OTHER,
             "--repository", "./repository", "--quota-share", "off"],
            cwd=self.directory,
            env={
                "HOME": str(self.directory),
                "AWS_CONFIG_FILE": empty,
                "AWS_SHARED_CREDENTIALS_FILE": empty,
                "AWS_EC2_METADATA_DISABLED": "true",
                "AWS_REGION": HOME,
                "AWS_ACCESS_KEY_ID": self.moto.key["access_key_id"],
                "AWS_SECRET_ACCESS_KEY": self.moto.key["secret_access_key"],
                "AWS_ENDPOINT_URL": self.moto.url,
            },
            capture_output=True, text=True, timeout=120, check=False)
        assert done.returncode == code, done.stdout + done.stderr
        return done

    def dump(self):
        """What a restore must bring back of each parameter in scope, as boto3 reads it."""
        records = {name: {key: value for key, value in record.items() if key not in FROZEN}
                   for name, record in read_back(self.ssm).items() if "/dev/" in name}
        if TIER in records:
            assert records[TIER].pop("Tier") in ("Standard", "Intelligent-Tiering")
        return records

    def delete(self, names):
        names = sorted(names)
        for begin in range(0, len(names), 10):
            self.ssm.delete_parameters(Names=names[begin:begin + 10])


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    made = World(tmp_path_factory.mktemp("parties-restore"))
    try:
        yield made
    finally:
        made.moto.stop()


def test_round_trip(world):
    wanted = world.dump()
    world.run("backup", "--tags", "strict")
    world.delete(wanted)
    assert not world.dump()
    world.run("restore", "--exclude", POLICIES, "--apply")
    assert world.dump() == {name: each for name, each in wanted.items() if name != POLICIES}
    result = json.loads((world.directory / "backup-work" / "restore_result.json").read_text())
    assert result["account"] == MOTO_ACCOUNT and result["status"] == "complete"
    assert result["verifiedCount"] == len(wanted) - 1

    again = world.run("restore", "--exclude", POLICIES, "--apply")
    assert "all that was wanted was there and equal" in again.stdout

    # What somebody changed comes back, field by field, and nothing else is touched.
    world.ssm.put_parameter(Name="/app/dev/plain", Type="String", Value="else", Overwrite=True)
    world.ssm.add_tags_to_resource(ResourceType="Parameter", ResourceId="/app/dev/tags",
                                   Tags=[{"Key": "zone", "Value": "elsewhere"}])
    left = world.run("restore", "--exclude", POLICIES, "--apply", code=3)
    assert "2 skipped" in left.stdout
    world.run("restore", "--exclude", POLICIES, "--on-conflict", "overwrite", "--apply")
    assert world.dump() == {name: each for name, each in wanted.items() if name != POLICIES}
