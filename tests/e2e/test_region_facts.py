"""Region facts, put there with boto3 and set again by the commands that the plan names: Parameter
Store's settings, and who else may use which parameter."""

import json
import shlex

import pytest
from conftest import ACCOUNT
from restore_world import Recovery

REGION = "us-west-2"
PLACE = f"--env dev --region {REGION} --repository ./repository"
TIER = "/ssm/parameter-store/default-parameter-tier"
THROUGHPUT = "/ssm/parameter-store/high-throughput-enabled"
GUEST = "222233334444"


def arn(name: str) -> str:
    return f"arn:aws:ssm:{REGION}:{ACCOUNT}:parameter{name}"


def policy(name: str) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [{
        "Sid": "for the guest's eyes", "Effect": "Allow",
        "Principal": {"AWS": f"arn:aws:iam::{GUEST}:root"},
        "Action": ["ssm:GetParameter", "ssm:GetParameters"], "Resource": arn(name)}]})


@pytest.fixture
def world(tmp_path):
    made = Recovery(tmp_path)
    try:
        yield made
    finally:
        made.stop()


def facts_of(world: Recovery) -> dict:
    shown = json.loads(world.run(f"show {PLACE} --output json").stdout)
    return shown["snapshots"][0]["regionFacts"]


def test_they_are_recorded_compared_and_named(world):
    ssm = world.sandbox.client("ssm", REGION)
    ssm.update_service_setting(SettingId=TIER, SettingValue="Advanced")
    put = ssm.put_resource_policy(ResourceArn=arn("/app/dev/big"), Policy=policy("/app/dev/big"))

    # One call for each setting and each Advanced parameter.
    world.run(f"backup {PLACE}")
    assert world.calls("ssm:GetServiceSetting") == 2
    assert world.calls("ssm:GetResourcePolicies") == 2

    facts = facts_of(world)
    assert {each["id"]: (each["value"], each["status"]) for each in facts["settings"]} == {
        TIER: ("Advanced", "Customized"), THROUGHPUT: ("false", "Default")}
    assert facts["unknownSettings"] == []
    assert (facts["shares"]["advanced"], facts["shares"]["known"]) == (2, 2)
    [share] = facts["shares"]["list"]
    assert share["name"] == "/app/dev/big"
    assert share["policies"][0]["policyId"] == put["PolicyId"]
    assert json.loads(share["policies"][0]["policy"]) == json.loads(policy("/app/dev/big"))

    world.run(f"diff {PLACE}")
    lose_facts(world, put)
    differs = world.run(f"diff {PLACE} --output json", code=4)
    compared = json.loads(differs.stdout)["comparisons"][0]
    assert compared["differences"] == [] and compared["differs"]
    assert compared["regionFacts"]["settings"] == [
        {"id": TIER, "from": "Advanced", "to": "Standard"}]
    [share] = compared["regionFacts"]["shares"]
    assert share["name"] == "/app/dev/big" and share["to"] == []
    told = world.run(f"diff {PLACE}", code=4).stdout
    assert f"allow {GUEST}: ssm:GetParameter, ssm:GetParameters -> nobody" in told


def lose_facts(world: Recovery, put: dict):
    ssm = world.sandbox.client("ssm", REGION)
    ssm.reset_service_setting(SettingId=TIER)
    ssm.delete_resource_policy(ResourceArn=arn("/app/dev/big"), PolicyId=put["PolicyId"],
                               PolicyHash=put["PolicyHash"])


def test_the_commands_of_the_plan_set_them_again(world):
    ssm = world.sandbox.client("ssm", REGION)
    ssm.update_service_setting(SettingId=TIER, SettingValue="Advanced")
    put = ssm.put_resource_policy(ResourceArn=arn("/app/dev/big"), Policy=policy("/app/dev/big"))
    world.run(f"backup {PLACE}")
    lose_facts(world, put)

    world.run(f"restore {PLACE} --apply")
    assert ssm.get_service_setting(SettingId=TIER)["ServiceSetting"]["SettingValue"] == "Standard"
    assert ssm.get_resource_policies(ResourceArn=arn("/app/dev/big"))["Policies"] == []

    facts = json.loads(world.run(f"restore {PLACE} --output json").stdout)["regionFacts"]
    commands = [each["command"] for each in facts["settings"] if not each["same"]]
    commands += [command for each in facts["shares"] for command in each["commands"]]
    assert len(commands) == 2
    text = world.run(f"restore {PLACE}").stdout
    for command in commands:
        assert command in text
        program, *words = shlex.split(command)
        assert program == "aws"
        world.sandbox.cli(*words, region="eu-north-1")  # the command says where
    world.run(f"diff {PLACE}")
    facts = json.loads(world.run(f"restore {PLACE} --output json").stdout)["regionFacts"]
    assert all(each["same"] for each in facts["settings"])
    assert [each["live"] for each in facts["shares"]] == ["same"]


def test_a_caller_that_may_not_ask_loses_a_line(world):
    world.control("faults", {"rules": [
        {"fault": "access-denied", "operation": operation}
        for operation in ("ssm:GetServiceSetting", "ssm:GetResourcePolicies")]}, method="PUT")
    done = world.run(f"backup {PLACE}")
    assert done.stderr.count("Region facts that are not known") == 1
    facts = facts_of(world)
    assert facts["settings"] == []
    assert sorted(each["id"] for each in facts["unknownSettings"]) == [TIER, THROUGHPUT]
    assert (facts["shares"]["advanced"], facts["shares"]["known"]) == (2, 0)
    assert "AccessDeniedException" in facts["shares"]["why"]
    world.run(f"diff {PLACE}")
