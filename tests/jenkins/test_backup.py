"""The daily backup's pipeline, executed."""

import json

import pytest
from jenkins_world import (  # noqa: F401  (plays is a fixture)
    HOME, HOOK, HOSTILE, POST, REGIONS, SECOND, Row, World, plays,
)

SUMMARIES = "backup-work/region_summaries.json"
ALL = [SUMMARIES, *(f"backup-work/{region}/summary.json" for region in REGIONS)]  # in their order
FIRST_TWO = ["Initialize", "Prepare"]
DESCRIPTION = f"Regions={','.join(REGIONS)} | Default={HOME}"


def backups(*wrong: str) -> list[str]:
    """The stages of Regions up to the one that is named with its result."""
    shown = []
    worst = "SUCCESS"
    for region in REGIONS:
        result = next((each.split(": ")[1] for each in wrong if each.startswith(region)), "SUCCESS")
        shown.append(f"Backup {region}" + (f": {result}" if result != "SUCCESS" else ""))
        if result != "SUCCESS":
            worst = result
        if result not in ("SUCCESS", "UNSTABLE"):
            break
    return ["Backup" + (f": {worst}" if worst != "SUCCESS" else ""), *shown]


def summaries(world: World) -> dict:
    return json.loads(world.archived()[SUMMARIES])


def denied(world: World):
    world.faults({"fault": "access-denied", "operation": "ssm:DescribeParameters", "region": SECOND,
                  "message": "User: arn:aws:iam::111122223333:user/backup is not authorized to "
                             "perform: ssm:DescribeParameters"})


def unreadable(world: World):
    world.faults({"fault": "denied-key", "parameter": "/app/dev/password", "region": SECOND})


def silent(world: World):
    """From the second listing on: the prediction's is the first."""
    world.faults({"fault": "silent", "operation": "ssm:DescribeParameters", "region": SECOND,
                  "skip": 1})


def many(world: World):
    world.seed(SECOND, {f"/app/dev/many/{i:03}": "String" for i in range(490)})


def without(*names: str):
    return lambda world: world.ssm(HOME).delete_parameters(
        Names=[f"/jenkins/dev/backup/{name}" for name in names])


def entries(**wanted: str):
    """By Region, its status; none for those that were never begun."""
    wanted = {region.replace("_", "-"): status for region, status in wanted.items()}

    def check(world: World):
        assert {region: entry["status"] for region, entry in summaries(world).items()} == wanted
    return check


def told_of_nothing(world: World):
    """Which is told, too."""
    assert "the run ended before its first Region" in world.console or "NOT RUN" in world.console


def in_the_console(*wanted: str):
    def check(world: World):
        for text in wanted:
            assert text in world.console
    return check


def copied(world: World):
    assert (world.directory / "copies" / "latest-us-west-2.txt").exists()


def secrets_came(world: World):
    assert world.lines("secrets") == ["language: en", HOOK, "p4ssword"]
    assert "p4ssword" not in world.console


def nothing_was_written(world: World):
    for region in REGIONS:
        bucket = f"jenkins-infra-ssm-backup-dev-111122223333-{region}"
        assert "Contents" not in world.sandbox.client("s3", region).list_objects_v2(Bucket=bucket)


ROWS = [
    Row("three Regions", "backup", "SUCCESS", [*FIRST_TWO, *backups(), "Finalize Report", POST],
        environment={"SSM_BACKUP_NOTIFY_CREDENTIAL": "notify", "SSM_BACKUP_SLACK_CREDENTIAL": "slack",
                     "SSM_BACKUP_MAIL_CREDENTIAL": "mail"},
        credentials={"notify": "language: en\n", "slack": HOOK, "mail": "p4ssword"}, then=secrets_came, notices=["--result=SUCCESS"], archived=ALL,
        description=DESCRIPTION),
    Row("the second Region fails", "backup", "FAILURE",
        [*FIRST_TWO, *backups(f"{SECOND}: FAILURE"), "Finalize Report", POST], denied,
        entries(ap_northeast_1="SUCCESS", us_west_2="FAILED"), notices=["--result=FAILURE"],
        archived=ALL[:2], description=DESCRIPTION),
    Row("the second Region is incomplete", "backup", "UNSTABLE",
        [*FIRST_TWO, *backups(f"{SECOND}: UNSTABLE"), "Finalize Report", POST], unreadable,
        entries(ap_northeast_1="SUCCESS", us_west_2="SUCCESS", us_east_1="SUCCESS"),
        notices=["--result=UNSTABLE"], archived=ALL),
    Row("a dry run", "backup", "SUCCESS", [*FIRST_TWO, *backups(), "Finalize Report", POST],
        then=nothing_was_written, parameters={"DRY_RUN": True},
        notices=["--result=SUCCESS --dry-run"], archived=ALL, description=DESCRIPTION),
    Row("a Region over its time", "backup", "FAILURE",
        [*FIRST_TWO, *backups(f"{SECOND}: FAILURE"), "Finalize Report", POST], silent,
        entries(ap_northeast_1="SUCCESS", us_west_2="FAILED"),
        environment={"SSM_BACKUP_REGION_LIMIT": "2s"}, notices=["--result=FAILURE"],
        archived=ALL[:2]),
    Row("a Region that Jenkins has to end", "backup", "FAILURE",
        [*FIRST_TWO, *backups(f"{SECOND}: FAILURE"), "Finalize Report", POST], silent,
        entries(ap_northeast_1="SUCCESS", us_west_2="FAILED"), notices=["--result=FAILURE"],
        archived=ALL[:2],
        misbehave=f"[[ $* != *--region={SECOND}* ]] || {{ (sleep 1; echo 'advance 661' >>EVENTS) & }}"),
    Row("a program that says nothing", "backup", "FAILURE",
        [*FIRST_TWO, *backups(f"{SECOND}: FAILURE"), "Finalize Report", POST],
        then=entries(ap_northeast_1="SUCCESS"), notices=["--result=FAILURE"], archived=ALL[:2],
        misbehave=f"[[ $* != *--region={SECOND}* ]] || {{ echo 'advance 661' >>EVENTS; exec sleep 60; }}"),
    Row("all Regions over their time", "backup", "FAILURE",
        [*FIRST_TWO, "Backup: FAILURE", f"Backup {HOME}: ABORTED", "Finalize Report: NOT_BUILT", POST],
        then=told_of_nothing, notices=["--result=FAILURE"],
        misbehave="case $* in\n"
                  "*prediction*) echo 'advance 3500' >>EVENTS; exec sleep 60 ;;\n"
                  "*--region=*) echo 'advance 200' >>EVENTS; exec sleep 60 ;;\nesac"),
    Row("somebody ends the build", "backup", "ABORTED",
        [*FIRST_TWO, "Backup: ABORTED", f"Backup {HOME}", f"Backup {SECOND}: ABORTED",
         "Finalize Report: NOT_BUILT", POST],
        then=entries(ap_northeast_1="SUCCESS"), notices=["--result=ABORTED"],
        archived=[SUMMARIES, f"backup-work/{HOME}/summary.json"],
        misbehave=f"[[ $* != *--region={SECOND}* ]] || {{ echo 'abort alice' >>EVENTS; exec sleep 60; }}"),
    Row("longer than a Region may take", "backup", "FAILURE",
        [*FIRST_TWO, *backups(f"{SECOND}: FAILURE"), "Finalize Report", POST], many,
        in_the_console(f"WARNING: {SECOND} is predicted to take 2 s, and may take 1 s"),
        environment={"SSM_BACKUP_REGION_LIMIT": "1s"}, notices=["--result=FAILURE"],
        archived=ALL[:2]),
    Row("a dry run of more than a Region may take", "backup", "UNSTABLE",
        [*FIRST_TWO, *backups(f"{SECOND}: UNSTABLE"), "Finalize Report", POST], many,
        in_the_console(f"WARNING: {SECOND} is predicted to take"), parameters={"DRY_RUN": True},
        environment={"SSM_BACKUP_REGION_LIMIT": "1s"}, notices=["--result=UNSTABLE --dry-run"],
        archived=ALL),
    Row("metadata that is missing", "backup", "FAILURE",
        ["Initialize: FAILURE", "Prepare: NOT_BUILT", "Backup: NOT_BUILT",
         "Finalize Report: NOT_BUILT", POST],
        without("region-list"), told_of_nothing, notices=["--result=FAILURE"]),
    Row("a bucket definition that is missing", "backup", "FAILURE",
        ["Initialize: FAILURE", "Prepare: NOT_BUILT", "Backup: NOT_BUILT",
         "Finalize Report: NOT_BUILT", POST],
        without(f"{SECOND}/s3-bucket-name"), told_of_nothing, notices=["--result=FAILURE"]),
    Row("a hostile branch and label", "backup", "SUCCESS",
        [*FIRST_TWO, *backups(), "Finalize Report", POST],
        parameters={"JENKINSFILE_BRANCH": HOSTILE, "AGENT_LABEL": HOSTILE},
        notices=["--result=SUCCESS"], archived=ALL),
    Row("a hostile environment", "backup", "FAILURE",
        ["Initialize: FAILURE", "Prepare: NOT_BUILT", "Backup: NOT_BUILT",
         "Finalize Report: NOT_BUILT", POST],
        parameters={"ENVIRONMENT": HOSTILE}, notices=["--result=FAILURE"]),
    Row("an environment that looks like a flag", "backup", "FAILURE",
        ["Initialize: FAILURE", "Prepare: NOT_BUILT", "Backup: NOT_BUILT",
         "Finalize Report: NOT_BUILT", POST],
        parameters={"ENVIRONMENT": "--dry-run"}, notices=["--result=FAILURE"]),
    Row("a limit that is no time", "backup", "FAILURE",
        ["Initialize: FAILURE", "Prepare: NOT_BUILT", "Backup: NOT_BUILT",
         "Finalize Report: NOT_BUILT", POST],
        environment={"SSM_BACKUP_REGION_LIMIT": "10"}, notices=["--result=FAILURE"]),
    Row("a notice that fails", "backup", "SUCCESS",
        [*FIRST_TWO, *backups(), "Finalize Report", POST], notice_exit=1,
        notices=["--result=SUCCESS"], archived=ALL),
    Row("a credential that is not there", "backup", "SUCCESS",
        [*FIRST_TWO, *backups(), "Finalize Report", POST],
        environment={"SSM_BACKUP_SLACK_CREDENTIAL": "slack"}, archived=ALL),
    Row("a copy", "backup", "SUCCESS", [*FIRST_TWO, *backups(), "Finalize Report", POST],
        lambda world: (world.directory / "copies").mkdir(), copied,
        environment={"SSM_BACKUP_COPY_TO": "../copies"}, notices=["--result=SUCCESS"], archived=ALL),
]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_backup(row, plays):  # noqa: F811
    plays[row.pipeline, row.name].result()
