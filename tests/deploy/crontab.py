"""deploy/cron/ssm-backup, read as crontab(5) of Debian says."""

import dataclasses
import re

from deploy_world import DEPLOY

FILE = DEPLOY / "cron" / "ssm-backup"
RANGES = {"minute": range(60), "hour": range(24), "day": range(1, 32), "month": range(1, 13),
          "weekday": range(8)}


@dataclasses.dataclass
class Job:
    when: tuple[str, ...]
    user: str
    command: str  # what SHELL -c gets


def read(text: str) -> tuple[dict[str, str], list[Job]]:
    assert text.endswith("\n"), "cron passes over a last line that does not end"
    variables, jobs = {}, []
    for line in text.splitlines():
        if re.match(r"\s*(#|$)", line):
            continue
        if hit := re.fullmatch(r"(\w+)\s*=\s*(.*)", line):
            variables[hit[1]] = hit[2]
            continue
        *when, user, command = line.split(maxsplit=6)
        for field, name in zip(when, RANGES, strict=True):
            assert field == "*" or int(field) in RANGES[name], f"{name}: {field}"
        # The first % that no backslash stands before ends the command: what follows is its input.
        assert "%" not in command, command
        jobs.append(Job(tuple(when), user, command))
    return variables, jobs
