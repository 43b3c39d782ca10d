"""The daily backup's pipeline, executed."""

import json

import pytest
from jenkins_world import (  # noqa: F401  (plays is a fixture)
    CHOICES, HOME, HOOK, HOSTILE, POST, REGIONS, SECOND, Row, World, plays,
)
from notice_sinks import Mails

SUMMARIES = "backup-work/region_summaries.json"
SAVED = [SUMMARIES, *(f"backup-work/{region}/summary.json" for region in REGIONS)]  # in their order
PAGE = [f"backup-work/report.{kind}" for kind in ("css", "html", "json")]
ALL = [*SAVED, *PAGE]
FIRST = [*SAVED[:2], *PAGE]  # where the second Region fails
FIRST_TWO = ["Initialize", "Prepare"]
NONE_BEGUN = ["Initialize: FAILURE", "Prepare: NOT_BUILT", "Backup: NOT_BUILT",
              "Finalize Report: NOT_BUILT", POST]
STILL_AT_WORK = (f"--result=FAILURE --because={SECOND}: still at work a minute after its 10m, "
                 "and was ended")
NO_LIST = "--result=FAILURE --because=No Region list (exit 2): "
UNAPPLIED = ("(asked in ap-northeast-1); next: apply the stack (ssm-backup infra apply -f Pulumi.<env>.yaml), "
             "or name the Region that holds its parameters: --home-region")
# The Region's own part of the run is told while it waits.
WAIT = "exec sleep 60"
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
    (_, _, body), = world.web.posts
    assert body["text"] == "[SSM Backup] [FAIL] dev #7"
    said = json.dumps(body)
    assert "the run ended before its first Region" in said or "NOT RUN" in said


def in_the_console(*wanted: str):
    def check(world: World):
        for text in wanted:
            assert text in world.console
    return check


def copied_apart(world: World):
    for env in ("dev", "prod"):
        copy = world.directory / "copies" / env / f"latest-{SECOND}.txt"
        assert f"ssm-backup-{env}-{SECOND}-" in copy.read_text()


def copy_of_prod(world: World):
    """The other environment of this Jenkins has its copies beside ours."""
    stack = (world.directory / "Pulumi.dev.yaml").read_text()
    (world.directory / "Pulumi.prod.yaml").write_text(stack.replace("dev", "prod"))
    world.program("infra apply -f Pulumi.prod.yaml")
    for env in ("dev", "prod"):
        (world.directory / "copies" / env).mkdir(parents=True)
    world.seed(SECOND, {"/app/prod/a": "String"})
    world.program(f"backup --env prod --region {SECOND} --work-dir prod --copy-to copies/prod")


def by_slack_and_mail(world: World):
    """The configuration and its secrets are Jenkins's; the servers are others'."""
    (world.directory / "smtp").mkdir()
    world.mails = Mails(world.directory / "smtp")
    config = f"""
        slack: {{webhook: "env:SSM_BACKUP_SLACK"}}
        mail: {{server: "localhost:{world.mails.port}", user: backup, password: "env:SSM_BACKUP_MAIL",
                from: ssm-backup@example.com, to: [ops-alerts@example.com]}}
    """
    world.agent["AWS_CA_BUNDLE"] = str(world.mails.ca)
    world.credentials = {"notify": config, "slack": world.web.url + HOOK, "mail": Mails.PASSWORD.decode()}


def told_by_both(world: World):
    world.mails.stop()
    (path, _, body), = world.web.posts
    assert (path, body["text"]) == (HOOK, "[SSM Backup] [SUCCESS] dev #7")
    assert {part.get("color") for part in body["attachments"]} == {"good"}
    (sender, _, message), = world.mails.received
    assert (sender, message["Subject"]) == ("ssm-backup@example.com", "[SSM Backup] [SUCCESS] dev #7")
    assert Mails.PASSWORD.decode() not in world.console


def refused_by_slack(world: World):
    world.web.status = 404


def refused_by_the_webhook(world: World):
    """Slack takes it, and the other does not."""
    world.notify_by(slack={"webhook": f"file:{world.directory / 'hook'}"},
                    webhook=f"file:{world.directory / 'nowhere'}")
    (world.directory / "nowhere").write_text(world.web.url + "/nowhere")
    world.web.status = [200, 404]


def told(subject: str, *parts: str):
    """On Slack, with these words in it."""
    def check(world: World):
        (_, _, body), = world.web.posts
        assert body["text"] == subject
        for part in parts:
            assert part in json.dumps(body, ensure_ascii=False)
    return check


def nobody_is_told(world: World):
    assert world.web.posts == []


def archive_is_full(world: World):
    """Where the artifacts' folder would be lies a file."""
    world.archive.mkdir()
    (world.archive / "backup-work").write_text("")


def nothing_was_written(world: World):
    for region in REGIONS:
        bucket = f"jenkins-infra-ssm-backup-dev-111122223333-{region}"
        assert "Contents" not in world.sandbox.client("s3", region).list_objects_v2(Bucket=bucket)


ROWS = [
    Row("three Regions", "backup", "SUCCESS", [*FIRST_TWO, *backups(), "Finalize Report", POST],
        by_slack_and_mail, told_by_both, told=False,
        environment={"SSM_BACKUP_NOTIFY_CREDENTIAL": "notify", "SSM_BACKUP_SLACK_CREDENTIAL": "slack",
                     "SSM_BACKUP_MAIL_CREDENTIAL": "mail"},
        notices=["--result=SUCCESS"], archived=ALL, description=DESCRIPTION),
    Row("the second Region fails", "backup", "FAILURE",
        [*FIRST_TWO, *backups(f"{SECOND}: FAILURE"), "Finalize Report", POST], denied,
        entries(ap_northeast_1="SUCCESS", us_west_2="FAILED"),
        notices=[f"--result=FAILURE --because={SECOND}: no backup (exit 1)"],
        archived=FIRST, description=DESCRIPTION),
    Row("the second Region is incomplete", "backup", "UNSTABLE",
        [*FIRST_TWO, *backups(f"{SECOND}: UNSTABLE"), "Finalize Report", POST], unreadable,
        entries(ap_northeast_1="SUCCESS", us_west_2="SUCCESS", us_east_1="SUCCESS"),
        notices=["--result=UNSTABLE"], archived=ALL),
    Row("a dry run", "backup", "SUCCESS", [*FIRST_TWO, *backups(), "Finalize Report", POST],
        then=nothing_was_written, parameters={"DRY_RUN": True},
        notices=["--result=SUCCESS --dry-run"], archived=SAVED, description=DESCRIPTION),
    Row("a Region over its time", "backup", "FAILURE",
        [*FIRST_TWO, *backups(f"{SECOND}: FAILURE"), "Finalize Report", POST], silent,
        entries(ap_northeast_1="SUCCESS", us_west_2="FAILED"),
        environment={"SSM_BACKUP_REGION_LIMIT": "2s"},
        notices=[f"--result=FAILURE --because={SECOND}: no backup (exit 1)"], archived=FIRST),
    Row("a Region that Jenkins has to end", "backup", "FAILURE",
        [*FIRST_TWO, *backups(f"{SECOND}: FAILURE"), "Finalize Report", POST], silent,
        entries(ap_northeast_1="SUCCESS", us_west_2="FAILED"), notices=[STILL_AT_WORK],
        archived=FIRST,
        misbehave=f"[[ $* != *--region={SECOND}* ]] || {{ (sleep 1; echo 'advance 661' >>EVENTS) & }}"),
    Row("a program that says nothing", "backup", "FAILURE",
        [*FIRST_TWO, *backups(f"{SECOND}: FAILURE"), "Finalize Report", POST],
        then=entries(ap_northeast_1="SUCCESS"), notices=[STILL_AT_WORK], archived=FIRST,
        misbehave=f"[[ $* != *--region={SECOND}* ]] || {{ echo 'advance 661' >>EVENTS; {WAIT}; }}"),
    Row("a program that says nothing, in a Jenkins that says nothing", "backup", "FAILURE",
        [*FIRST_TWO, *backups(f"{SECOND}: FAILURE"), "Finalize Report", POST],
        then=entries(ap_northeast_1="SUCCESS"), notices=[STILL_AT_WORK], archived=FIRST,
        order={"silentInterruptions": True},
        misbehave=f"[[ $* != *--region={SECOND}* ]] || {{ echo 'advance 661' >>EVENTS; {WAIT}; }}"),
    Row("a program that is killed", "backup", "FAILURE",
        [*FIRST_TWO, *backups(f"{SECOND}: FAILURE"), "Finalize Report", POST],
        then=entries(ap_northeast_1="SUCCESS"), archived=FIRST,
        notices=[f"--result=FAILURE --because={SECOND}: no backup (exit 137)"],
        misbehave=f"[[ $* != *--region={SECOND}* ]] || exit 137"),
    Row("all Regions over their time", "backup", "FAILURE",
        [*FIRST_TWO, "Backup: FAILURE", f"Backup {HOME}: ABORTED", "Finalize Report: NOT_BUILT", POST],
        then=told_of_nothing,
        notices=["--result=FAILURE --because=The build took longer than 60 minutes, and was ended"],
        misbehave="case $* in\n"
                  "*prediction*) echo 'advance 3500' >>EVENTS; exec sleep 60 ;;\n"
                  "*--region=*) echo 'advance 200' >>EVENTS; exec sleep 60 ;;\nesac"),
    Row("a Region list that does not come", "backup", "FAILURE", NONE_BEGUN, then=told_of_nothing,
        notices=["--result=FAILURE --because=The Region list took longer than 5 minutes, and was ended"],
        misbehave=f"[[ $1 != regions ]] || {{ echo 'advance 301' >>EVENTS; {WAIT}; }}"),
    Row("somebody ends the build", "backup", "ABORTED",
        [*FIRST_TWO, "Backup: ABORTED", f"Backup {HOME}", f"Backup {SECOND}: ABORTED",
         "Finalize Report: NOT_BUILT", POST],
        then=entries(ap_northeast_1="SUCCESS"), notices=["--result=ABORTED"],
        archived=[SUMMARIES, f"backup-work/{HOME}/summary.json"],
        misbehave=f"[[ $* != *--region={SECOND}* ]] || {{ echo 'abort alice' >>EVENTS; {WAIT}; }}"),
    Row("somebody ends a Region whose time is over", "backup", "ABORTED",
        [*FIRST_TWO, "Backup: ABORTED", f"Backup {HOME}: ABORTED", "Finalize Report: NOT_BUILT", POST],
        then=told_of_nothing, notices=["--result=ABORTED"],
        misbehave=f"[[ $* != *--region={HOME}* ]] || "
                  f"{{ printf 'advance 661\\nabort alice\\n' >>EVENTS; {WAIT}; }}"),
    Row("somebody ends the prediction", "backup", "ABORTED",
        ["Initialize", "Prepare: ABORTED", "Backup: NOT_BUILT", "Finalize Report: NOT_BUILT", POST],
        then=nothing_was_written, notices=["--result=ABORTED"],
        misbehave=f"[[ $* != *prediction* ]] || {{ echo 'abort alice' >>EVENTS; {WAIT}; }}"),
    Row("a prediction that does not come", "backup", "SUCCESS",
        [*FIRST_TWO, *backups(), "Finalize Report", POST], notices=["--result=SUCCESS"], archived=ALL,
        misbehave=f"[[ $* != *prediction* ]] || {{ echo 'advance 601' >>EVENTS; {WAIT}; }}"),
    Row("longer than a Region may take", "backup", "FAILURE",
        [*FIRST_TWO, *backups(f"{SECOND}: FAILURE"), "Finalize Report", POST], many,
        in_the_console("WARNING: not all is foreseen to come out well (exit 3)",
                       "incomplete: it would take about"),
        environment={"SSM_BACKUP_REGION_LIMIT": "1s"},
        notices=[f"--result=FAILURE --because={SECOND}: no backup (exit 1)"], archived=FIRST),
    Row("a dry run of more than a Region may take", "backup", "UNSTABLE",
        [*FIRST_TWO, *backups(f"{SECOND}: UNSTABLE"), "Finalize Report", POST], many,
        in_the_console("incomplete: it would take about"), parameters={"DRY_RUN": True},
        environment={"SSM_BACKUP_REGION_LIMIT": "1s"}, notices=["--result=UNSTABLE --dry-run"],
        archived=SAVED),
    Row("metadata that is missing", "backup", "FAILURE", NONE_BEGUN, without("region-list"),
        told("[SSM Backup] [FAIL] dev #7"), notices=[
            f"{NO_LIST}Region list parameter '/jenkins/dev/backup/region-list' is missing or empty. {UNAPPLIED}"]),
    Row("a Region list that is killed", "backup", "FAILURE", NONE_BEGUN, misbehave="[[ $* != regions* ]] || exit 137",
        notices=["--result=FAILURE --because=No Region list (exit 137)"]),
    Row("a bucket definition that is missing", "backup", "FAILURE", NONE_BEGUN,
        without(f"{SECOND}/s3-bucket-name"), told_of_nothing, notices=[
            f"{NO_LIST}Bucket definition missing for region {SECOND}. Expected SSM parameter "
            f"/jenkins/dev/backup/{SECOND}/s3-bucket-name. {UNAPPLIED}"]),
    Row("a hostile branch and label", "backup", "SUCCESS",
        [*FIRST_TWO, *backups(), "Finalize Report", POST],
        parameters={"JENKINSFILE_BRANCH": HOSTILE, "AGENT_LABEL": HOSTILE},
        order={"choices": {**CHOICES, "AGENT_LABEL": [HOSTILE]}}, notices=["--result=SUCCESS"],
        archived=ALL),
    # A choice that a seed job has made.
    Row("a hostile environment", "backup", "FAILURE", NONE_BEGUN, parameters={"ENVIRONMENT": HOSTILE},
        order={"choices": {"ENVIRONMENT": [HOSTILE]}}, then=nobody_is_told,
        notices=[f"{NO_LIST}--env: '{HOSTILE}' cannot name an environment; "
                 "next: use letters, digits, '.', '_' and '-', 64 at most"]),
    Row("an environment that looks like a flag", "backup", "FAILURE", NONE_BEGUN,
        parameters={"ENVIRONMENT": "--dry-run"}, order={"choices": {"ENVIRONMENT": ["--dry-run"]}},
        notices=[f"{NO_LIST}Region list parameter '/jenkins/--dry-run/backup/region-list' is missing or empty. "
                 f"{UNAPPLIED}"]),
    Row("a limit that is no time", "backup", "FAILURE", NONE_BEGUN,
        environment={"SSM_BACKUP_REGION_LIMIT": "10"}, then=in_the_console("--deadline"),
        notices=[f"{NO_LIST}--deadline wants a time such as 90s, 10m or 2h, not '10'; next: ssm-backup regions --help"]),
    Row("a notice that fails", "backup", "SUCCESS", [*FIRST_TWO, *backups(), "Finalize Report", POST],
        refused_by_slack, in_the_console("ERROR: Nobody was told (exit 1)"),
        notices=["--result=SUCCESS"], archived=ALL),
    Row("a notice that reaches some", "backup", "SUCCESS",
        [*FIRST_TWO, *backups(), "Finalize Report", POST], refused_by_the_webhook,
        in_the_console("ERROR: Some were not told (exit 3)"), notices=["--result=SUCCESS"],
        archived=ALL),
    Row("nobody to tell", "backup", "SUCCESS", [*FIRST_TWO, *backups(), "Finalize Report", POST],
        told=False, archived=ALL,
        then=in_the_console("Nobody is told of this build: neither SSM_BACKUP_NOTIFY nor")),
    Row("a credential that is not there", "backup", "SUCCESS",
        [*FIRST_TWO, *backups(), "Finalize Report", POST],
        environment={"SSM_BACKUP_SLACK_CREDENTIAL": "slack"}, archived=ALL, then=nobody_is_told),
    Row("artifacts that cannot be archived", "backup", "UNSTABLE",
        [*FIRST_TWO, *backups(), "Finalize Report: UNSTABLE", POST], archive_is_full,
        told("[SSM Backup] [FAIL] dev #7"), archived=["backup-work"],
        notices=["--result=UNSTABLE --because=The summaries were not archived"]),
    Row("copies of two environments", "backup", "SUCCESS",
        [*FIRST_TWO, *backups(), "Finalize Report", POST], copy_of_prod, copied_apart,
        environment={"SSM_BACKUP_COPY_TO": "../copies/{env}"}, notices=["--result=SUCCESS"],
        archived=ALL),
    # By a Jenkins that does not know disableRestartFromStage.
    Row("restarted from a stage", "backup", "FAILURE",
        ["Initialize: NOT_BUILT", "Prepare: NOT_BUILT", "Backup: FAILURE",
         "Finalize Report: NOT_BUILT", POST], then=nothing_was_written,
        order={"restartFrom": "Backup", "restartAnyway": True},
        notices=["--result=FAILURE --because=There is no Region to back up"]),
]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_backup(row, plays):  # noqa: F811
    plays[row.pipeline, row.name].result()
