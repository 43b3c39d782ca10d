"""The restore's and the drill's pipelines, executed."""

import json

import pytest
from jenkins_world import (  # noqa: F401  (plays is a fixture)
    BUILD, HOME, HOSTILE, POST, SECOND, SECRET, Row, World, plays,
)

ANALYSIS, RESULT = "backup-work/analysis.json", "backup-work/restore_result.json"
DRY = ["Initialize", "Plan", "Approve: NOT_BUILT", "Restore: NOT_BUILT", POST]
REAL = ["Initialize", "Plan", "Approve", "Restore", POST]
NO_PLAN = ["Initialize", "Plan: FAILURE", "Approve: NOT_BUILT", "Restore: NOT_BUILT", POST]
NOBODY = ["Initialize", "Plan", "Approve: ABORTED", "Restore: NOT_BUILT", POST]
IN_SECOND = {"REGION": SECOND}
FOR_REAL = {**IN_SECOND, "DRY_RUN": False}
APPROVED = [{"approve": "alice"}]
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


def not_asked(world: World):
    assert world.report["questions"] == []


def mailed(subject: str):
    def check(world: World):
        assert [(mail["to"], mail["subject"]) for mail in world.report["mails"]] == [
            ("ops-alerts@example.com", subject)]
    return check


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
             archived_counts(RESULT, success_count=1, failed_count=0, status="complete")),
        FOR_REAL, {"SSM_BACKUP_APPROVERS": "ops"}, APPROVED, archived=[ANALYSIS, RESULT],
        description=f"Region={SECOND} | Dry run=false | Overwrite=false"),
    Row("approved, what differs is left alone", "restore", "UNSTABLE",
        [*REAL[:3], "Restore: UNSTABLE", POST], lost_and_changed, values(a=SECRET, b="other"),
        FOR_REAL, answers=APPROVED, archived=[ANALYSIS, RESULT]),
    Row("overwritten", "restore", "SUCCESS", REAL, lost_and_changed,
        both(values(a=SECRET, b=SECRET), archived_counts(RESULT, success_count=2)),
        {**FOR_REAL, "FORCE_OVERWRITE": True}, answers=APPROVED, archived=[ANALYSIS, RESULT],
        description=f"Region={SECOND} | Dry run=false | Overwrite=true"),
    Row("approved, nothing to do", "restore", "SUCCESS", REAL, saved,
        archived_counts(RESULT, status="no_changes"), FOR_REAL, answers=APPROVED,
        archived=[ANALYSIS, RESULT]),
    Row("refused", "restore", "ABORTED", NOBODY, lost, values(b=SECRET), FOR_REAL,
        answers=[{"reject": "bob"}], archived=[ANALYSIS]),
    Row("nobody answers", "restore", "ABORTED", NOBODY, lost, values(b=SECRET), FOR_REAL,
        answers=[{"silence": 3601, "approve": "too late"}], archived=[ANALYSIS]),
    Row("a newer backup before the approval", "restore", "SUCCESS", REAL, lost,
        values(a=SECRET, b=SECRET), FOR_REAL, answers=APPROVED, archived=[ANALYSIS, RESULT],
        misbehave=NEWER_BACKUP),
    Row("the default Region", "restore", "SUCCESS", REAL, lost_at_home, home_is_whole,
        {"DRY_RUN": False}, answers=APPROVED, archived=[ANALYSIS, RESULT],
        description=f"Region={HOME} | Dry run=false | Overwrite=false"),
    Row("without a backup", "restore", "FAILURE", NO_PLAN, parameters=FOR_REAL, then=not_asked),
    Row("a hostile Region", "restore", "FAILURE", NO_PLAN, lost, both(not_asked, values(b=SECRET)),
        {**FOR_REAL, "REGION": HOSTILE}),
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
    Row("nobody to tell", "drill", "FAILURE", ["Drill: FAILURE", POST],
        archived=["backup-work/drill.json"]),
    Row("a hostile environment", "drill", "FAILURE", ["Drill: FAILURE", POST],
        parameters={"ENVIRONMENT": HOSTILE}, environment=MAILS),
]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.pipeline}: {row.name}")
def test_restore_and_drill(row, plays):  # noqa: F811
    plays[row.pipeline, row.name].result()
