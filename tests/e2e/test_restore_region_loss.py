"""A Region is lost with everything in it: its parameters come back elsewhere, from a copy, with a
URL and credentials alone."""

import json

import pytest
from restore_world import COPIES, COPY, HOME, REGIONS, Recovery

# Each lost Region comes back in one where nothing is yet.
TARGETS = dict(zip(REGIONS, ["eu-west-1", "eu-central-1", "sa-east-1"], strict=True))


@pytest.fixture(scope="module")
def recovery(tmp_path_factory):
    made = Recovery(tmp_path_factory.mktemp("loss"))
    try:
        made.deploy()
        made.run(f"backup --env dev --depth labels --copy-to {COPY}")
        yield made
    finally:
        made.stop()


def alone(recovery: Recovery) -> dict:
    """A URL and credentials: no Region either."""
    environment = recovery.environment()
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION"):
        del environment[name]
    return environment


@pytest.mark.parametrize("lost", REGIONS)
def test_a_lost_region_comes_back_elsewhere(recovery, lost):
    target = TARGETS[lost]
    wanted = {name: each for name, each in recovery.dump(lost).items()
              if not name.startswith("/jenkins/dev/backup/")}
    assert wanted and not recovery.dump(target)
    recovery.lose(lost)
    recovery.control("reset-counters", {})
    restore = (f"restore --env dev --region {lost} --repository {COPY} --to-region {target} "
               f"--work-dir work-{lost} --quota-share off")

    planned = recovery.run(f"{restore} --output json", alone(recovery))
    plan = json.loads(planned.stdout)
    assert plan["create_count"] == len(wanted) and plan["foreseen"] == "complete"
    assert sorted(plan["to_create"]) == sorted(wanted)
    assert recovery.calls("ssm:PutParameter") == 0

    recovery.run(f"{restore} --apply", alone(recovery))
    assert recovery.dump(target) == wanted
    assert recovery.calls(region=lost) == 0, "the lost Region was asked"
    for other in set(REGIONS) - {lost}:
        assert recovery.calls(region=other) == 0, "a Region that has no part in it was asked"
    result = json.loads((recovery.directory / f"work-{lost}" / "restore_result.json").read_text())
    assert result["status"] == "complete" and result["success_count"] == len(wanted)
    assert result["durationSeconds"] >= 0

    again = recovery.run(f"{restore} --apply", alone(recovery))
    assert "all that was wanted was there and equal" in again.stdout
    recovery.lose()


def test_without_the_copies_region_it_says_what_to_do(recovery):
    """Where the bucket is, is not known: the lost Region itself is asked, in vain."""
    recovery.lose(HOME)
    bucket = COPY.split(",")[0]
    done = recovery.run(f"restore --env dev --region {HOME} --repository {bucket} "
                        f"--to-region {COPIES} --deadline 5s", alone(recovery), code=1)
    assert f"{HOME}" in done.stderr and ",region=" in done.stderr
    recovery.lose()


def test_the_metadata_of_the_backup_stays_at_home(recovery):
    """It names buckets that are not there; every other name of the environment comes back."""
    names = recovery.dump(TARGETS[HOME])
    assert names and not any(name.startswith("/jenkins/dev/backup/") for name in names)
