"""The restore's and the drill's pipelines, executed."""

import json
import pathlib
import sys

import pytest
from jenkins_world import (  # noqa: F401  (plays is a fixture)
    HOME, HOSTILE, POST, SECOND, SECRET, Row, World, plays,
)

ANALYSIS, RESULT = "backup-work/analysis.json", "backup-work/restore_result.json"
DRY = ["Initialize", "Plan", "Approve: NOT_BUILT", "Restore: NOT_BUILT"]
REAL = ["Initialize", "Plan", "Approve", "Restore"]
UNASKED = ["Initialize", "Plan", "Approve: NOT_BUILT", "Restore"]
NO_PLAN = ["Initialize", "Plan: FAILURE", "Approve: NOT_BUILT", "Restore: NOT_BUILT"]
NO_APPROVER = ["Initialize: FAILURE", "Plan: NOT_BUILT", "Approve: NOT_BUILT", "Restore: NOT_BUILT"]
NOBODY = ["Initialize", "Plan", "Approve: ABORTED", "Restore: NOT_BUILT"]
IN_SECOND = {"REGION": SECOND}
FOR_REAL = {**IN_SECOND, "DRY_RUN": False}
APPROVED = [{"approve": "alice"}]
OPS = {"SSM_BACKUP_APPROVERS": "ops"}
LOST, CHANGED = "/app/dev/a", "/app/dev/b"
MAILS = {"SSM_BACKUP_MAIL_TO": "ops-alerts@example.com"}
# A newer backup, of a store that has changed, ends before the plan has been read.
NEWER_BACKUP = f"""
if [[ $1 == restore && $* != *--apply* ]]; then
  "$real" "$@"
  code=$?
  "$real" backup --env dev --region {SECOND} --work-dir ../newer --run-id newer --accept-shrink &>/dev/null
  exit $code
fi
"""
# An application writes two parameters while nobody has answered yet.
AWS = pathlib.Path(sys.executable).parent / "aws"
ROTATED = f"""
if [[ $1 == restore && $* != *--apply* ]]; then
  "$real" "$@"
  code=$?
  for name in b c; do
    {AWS} ssm put-parameter --region {SECOND} --name /app/dev/$name --value rotated --overwrite >/dev/null
  done
  exit $code
fi
"""


def saved(world: World):
    world.program("backup --env dev")


def lost(world: World):
    saved(world)
    world.ssm(SECOND).delete_parameters(Names=[LOST])


def lost_and_changed(world: World):
    lost(world)
    world.ssm(SECOND).put_parameter(Name=CHANGED, Value="other", Overwrite=True)


def lost_at_home(world: World):
    saved(world)
    world.ssm(HOME).delete_parameters(Names=[LOST])


def damaged(world: World):
    """One letter of a snapshot is another."""
    saved(world)
    s3 = world.sandbox.client("s3", SECOND)
    bucket = f"jenkins-infra-ssm-backup-dev-111122223333-{SECOND}"
    key = s3.get_object(Bucket=bucket, Key=f"latest-{SECOND}.txt")["Body"].read().decode().strip()
    document = s3.get_object(Bucket=bucket, Key=key)["Body"].read()
    s3.put_object(Bucket=bucket, Key=key, Body=document.replace(b"/app/dev/b", b"/app/dev/x"),
                  ServerSideEncryption="AES256")


def values(**wanted: str):
    """What is live in the second Region afterwards."""
    names = {"a": LOST, "b": CHANGED}

    def check(world: World):
        live = world.values(SECOND)
        assert {short: live.get(name) for short, name in names.items()} == {"a": None, "b": None} | wanted
    return check


def home_is_whole(world: World):
    assert world.values(HOME)[LOST] == SECRET


def archived_counts(path: str, **wanted: object):
    def check(world: World):
        found = json.loads(world.archived()[path])
        assert {name: found[name] for name in wanted} == wanted
    return check


def both(*checks):
    return lambda world: [check(world) for check in checks]


def asked(text: str):
    """The one question, and who may answer it."""
    def check(world: World):
        (question,) = world.report["questions"]
        assert text in question["message"]
        assert question["submitter"] == "ops"
    return check


def agents(*labels: str):
    """One for each stage that wants it, and none while somebody thinks."""
    def check(world: World):
        assert world.report["agents"] == list(labels)
    return check


def by_an_agent(world: World):
    """Whoever sets up an agent does not say who approves."""
    lost(world)
    world.agent["SSM_BACKUP_APPROVERS"] = "agent"


def not_asked(world: World):
    assert world.report["questions"] == []


def mailed(subject: str):
    def check(world: World):
        assert [(mail["to"], mail["subject"]) for mail in world.report["mails"]] == [
            ("ops-alerts@example.com", subject)]
    return check


def mail_says(text: str):
    def check(world: World):
        assert world.report["mails"][0]["body"].startswith(text)
    return check


def lost_and_archive_is_full(world: World):
    lost(world)
    world.archive.mkdir()
    (world.archive / "backup-work").write_text("")


def proven(world: World):
    assert json.loads(world.archived()["backup-work/drill.json"])["proven"] is True
    assert world.report["mails"] == []


ROWS = [
    Row("a dry run, nothing to do", "restore", "SUCCESS", DRY, saved,
        both(not_asked, archived_counts(ANALYSIS, create_count=0, update_count=0, unchanged_count=4)),
        IN_SECOND, archived=[ANALYSIS],
        description=f"Region={SECOND} | Dry run=true | Overwrite=false"),
    Row("a dry run", "restore", "UNSTABLE", ["Initialize", "Plan: UNSTABLE", *DRY[2:]],
        lost_and_changed,
        both(not_asked, values(b="other"),
             archived_counts(ANALYSIS, create_count=1, to_create=[LOST], update_count=1)),
        IN_SECOND, archived=[ANALYSIS]),
    Row("approved", "restore", "SUCCESS", REAL, lost,
        both(asked("create 1, update 0"), values(a=SECRET, b=SECRET),
             agents("ec2-fleet-micro", "ec2-fleet-micro"),
             archived_counts(RESULT, success_count=1, failed_count=0, status="complete")),
        FOR_REAL, OPS, APPROVED, archived=[ANALYSIS, RESULT],
        description=f"Region={SECOND} | Dry run=false | Overwrite=false"),
    Row("changed between plan and approval", "restore", "UNSTABLE", [*REAL[:3], "Restore: UNSTABLE"], lost,
        both(asked("create 1, update 0"), values(a=SECRET, b="rotated"),
             archived_counts(RESULT, createdCount=1, updatedCount=0),
             archived_counts(ANALYSIS, create_count=1, update_count=0, unchanged_count=3)),
        {**FOR_REAL, "FORCE_OVERWRITE": True}, OPS, APPROVED, archived=[ANALYSIS, RESULT],
        misbehave=ROTATED),
    Row("approved, what differs is left alone", "restore", "UNSTABLE",
        [*REAL[:3], "Restore: UNSTABLE"], lost_and_changed, values(a=SECRET, b="other"),
        FOR_REAL, OPS, APPROVED, archived=[ANALYSIS, RESULT]),
    Row("overwritten", "restore", "SUCCESS", REAL, lost_and_changed,
        both(values(a=SECRET, b=SECRET), archived_counts(RESULT, success_count=2)),
        {**FOR_REAL, "FORCE_OVERWRITE": True}, OPS, APPROVED, archived=[ANALYSIS, RESULT],
        description=f"Region={SECOND} | Dry run=false | Overwrite=true"),
    Row("nothing to do", "restore", "SUCCESS", UNASKED, saved,
        both(not_asked, archived_counts(RESULT, status="no_changes")), FOR_REAL, OPS,
        archived=[ANALYSIS, RESULT]),
    Row("refused", "restore", "ABORTED", NOBODY, lost,
        both(values(b=SECRET), agents("ec2-fleet-micro")), FOR_REAL, OPS, [{"reject": "bob"}],
        archived=[ANALYSIS]),
    Row("nobody answers", "restore", "ABORTED", NOBODY, lost, values(b=SECRET), FOR_REAL, OPS,
        [{"silence": 3601, "approve": "too late"}], archived=[ANALYSIS]),
    Row("nobody may approve", "restore", "FAILURE", NO_APPROVER, lost, both(not_asked, values(b=SECRET)),
        FOR_REAL),
    Row("an agent says who may approve", "restore", "FAILURE", NO_APPROVER, by_an_agent,
        both(not_asked, values(b=SECRET)), FOR_REAL),
    Row("without a word about the dry run", "restore", "SUCCESS", DRY, lost,
        both(not_asked, values(b=SECRET)), {**IN_SECOND, "DRY_RUN": None}, OPS, archived=[ANALYSIS]),
    Row("a newer backup before the approval", "restore", "SUCCESS", REAL, lost,
        values(a=SECRET, b=SECRET), FOR_REAL, OPS, APPROVED, archived=[ANALYSIS, RESULT],
        misbehave=NEWER_BACKUP),
    Row("the default Region", "restore", "SUCCESS", REAL, lost_at_home, home_is_whole,
        {"DRY_RUN": False}, OPS, APPROVED, archived=[ANALYSIS, RESULT],
        description=f"Region={HOME} | Dry run=false | Overwrite=false"),
    Row("artifacts that cannot be archived", "restore", "UNSTABLE",
        ["Initialize", "Plan: UNSTABLE", "Approve", "Restore: UNSTABLE"], lost_and_archive_is_full,
        values(a=SECRET, b=SECRET), FOR_REAL, OPS, APPROVED, archived=["backup-work"]),
    Row("without a backup", "restore", "FAILURE", NO_PLAN, parameters=FOR_REAL, then=not_asked,
        environment=OPS),
    Row("a hostile Region", "restore", "FAILURE", NO_PLAN, lost, both(not_asked, values(b=SECRET)),
        {**FOR_REAL, "REGION": HOSTILE}, OPS),
    Row("a Region that looks like a flag", "restore", "FAILURE", NO_PLAN, lost,
        both(not_asked, values(b=SECRET)), {"REGION": "--apply"}),
    Row("proven", "drill", "SUCCESS", ["Drill", POST], saved, proven, environment=MAILS,
        archived=["backup-work/drill.json"]),
    Row("a damaged snapshot", "drill", "FAILURE", ["Drill: FAILURE", POST], damaged,
        mailed("[SSM Backup] [DRILL FAILURE] dev #7"), environment=MAILS,
        archived=["backup-work/drill.json"]),
    Row("nothing to drill", "drill", "FAILURE", ["Drill: FAILURE", POST],
        then=mailed("[SSM Backup] [DRILL FAILURE] dev #7"), environment=MAILS,
        archived=["backup-work/drill.json"]),
    Row("somebody ends it", "drill", "ABORTED", ["Drill: ABORTED", POST], saved,
        both(mailed("[SSM Backup] [DRILL ABORTED] dev #7"), mail_says("nothing was drilled\n")),
        environment=MAILS, misbehave="echo 'abort alice' >>EVENTS; exec sleep 60"),
    Row("nobody to tell", "drill", "FAILURE", ["Drill: FAILURE", POST],
        archived=["backup-work/drill.json"]),
    Row("a hostile environment", "drill", "FAILURE", ["Drill: FAILURE", POST],
        parameters={"ENVIRONMENT": HOSTILE}, environment=MAILS,
        order={"choices": {"ENVIRONMENT": [HOSTILE]}}),
]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.pipeline}: {row.name}")
def test_restore_and_drill(row, plays):  # noqa: F811
    plays[row.pipeline, row.name].result()
