"""The files of deploy/systemd, read as systemd reads them where that is simple."""

import re
import shlex

from deploy_world import DEPLOY

SYSTEMD = DEPLOY / "systemd"


def settings(name: str) -> list[tuple[str, str, str]]:
    """(section, key, value) of each line of a unit."""
    found, section = [], ""
    for line in (SYSTEMD / name).read_text().splitlines():
        if re.match(r"\s*([#;]|$)", line):
            continue
        if heading := re.fullmatch(r"\[(\w+)\]", line):
            section = heading[1]
            continue
        key, _, value = line.partition("=")
        found.append((section, key, value))
    return found


def values(name: str, key: str) -> list[str]:
    return [value for _, each, value in settings(name) if each == key]


def environment_file(text: str) -> dict[str, str]:
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return dict(line.split("=", 1) for line in lines)


def command(name: str, instance: str, state: str, environment: dict[str, str]) -> list[str]:
    """The words of ExecStart=, with specifiers, and $NAME in words of its own."""
    [line] = values(name, "ExecStart")
    words = []
    for word in shlex.split(line):
        if hit := re.fullmatch(r"\$(\w+)", word):
            words += environment.get(hit[1], "").split()
            continue
        assert "$" not in word, f"{word}: only as a word of its own"
        words.append(word.replace("%i", instance).replace("%S", state))
        assert "%" not in words[-1], f"{word}: a specifier that is not known here"
    return words
