"""Reads a Dockerfile: the few instructions that ours has, and an error for everything else.

What is carried out by other means than Docker (image.py) has to mean the same there. So nothing is guessed:
an unknown instruction, an unknown flag and a variable where Docker would replace it are refused.
"""

import dataclasses
import json
import pathlib
import re

# Of each the flags that are carried out.
KNOWN = {"FROM": set(), "ARG": set(), "ENV": set(), "WORKDIR": set(), "COPY": {"from"}, "RUN": set(),
         "USER": set(), "ENTRYPOINT": set(), "HEALTHCHECK": set()}


class Refused(Exception):
    pass


@dataclasses.dataclass
class Instruction:
    line: int
    name: str
    text: str  # without its flags
    flags: dict[str, str]

    def words(self) -> list[str]:
        """The list of the JSON form, or what blanks separate."""
        if self.text.startswith("["):
            return json.loads(self.text)
        return self.text.split()


@dataclasses.dataclass
class Stage:
    base: str
    name: str
    instructions: list[Instruction] = dataclasses.field(default_factory=list)

    def last(self, name: str) -> Instruction | None:
        return next((each for each in reversed(self.instructions) if each.name == name), None)


def lines_of(text: str):
    """(line number, an instruction on one line): joined where `\\` ends one, without comments."""
    joined, begun = "", 0
    for number, line in enumerate(text.split("\n"), 1):
        if re.match(r"\s*#", line):
            if re.match(r"#\s*(syntax|escape|check)\s*=", line):
                raise Refused(f"line {number}: a parser's directive")
            continue
        if joined and not line.strip():
            raise Refused(f"line {begun}: an empty line where it should go on")
        if not joined:
            begun = number
        if line.rstrip().endswith("\\"):
            joined += line.rstrip()[:-1]
            continue
        joined += line
        if joined.strip():
            yield begun, re.sub(r"\s{2,}", " ", joined.strip())
        joined = ""
    if joined:
        raise Refused(f"line {begun}: it does not end")


def instruction(number: int, line: str) -> Instruction:
    name, _, rest = line.partition(" ")
    if name not in KNOWN:
        raise Refused(f"line {number}: {name} is not known here")
    flags = {}
    while match := re.match(r"--([a-z]+)=(\S+) ", rest):
        if match[1] not in KNOWN[name]:
            raise Refused(f"line {number}: {name} --{match[1]} is not known here")
        flags[match[1]] = match[2]
        rest = rest[match.end():]
    found = Instruction(number, name, rest.strip(), flags)
    if rest.startswith("--"):
        raise Refused(f"line {number}: {rest.split()[0]} is not known here")
    if not found.text:
        raise Refused(f"line {number}: {name} says nothing")
    if "<<" in rest:
        raise Refused(f"line {number}: a here-document")
    if name != "RUN" and "$" in rest:
        raise Refused(f"line {number}: a variable, which Docker would replace")
    if name == "HEALTHCHECK" and found.text != "NONE":
        raise Refused(f"line {number}: HEALTHCHECK can only be NONE here")
    if name in ("ENV", "ARG") and not re.fullmatch(r"\w+=\S+", found.text):
        raise Refused(f"line {number}: {name} is one NAME=VALUE without blanks here")
    if name == "COPY" and len(found.words()) != 2:
        raise Refused(f"line {number}: COPY takes one source here")
    if name == "ENTRYPOINT" and not found.text.startswith("["):
        raise Refused(f"line {number}: ENTRYPOINT has to be a list: a shell would swallow signals")
    return found


def parse(text: str) -> list[Stage]:
    stages: list[Stage] = []
    for number, line in lines_of(text):
        each = instruction(number, line)
        if each.name != "FROM":
            if not stages:
                raise Refused(f"line {number}: {each.name} before FROM")
            stages[-1].instructions.append(each)
            continue
        match = re.fullmatch(r"(\S+)(?: AS (\S+))?", each.text)
        if not match:
            raise Refused(f"line {number}: FROM {each.text}")
        stages.append(Stage(match[1], match[2] or str(len(stages))))
    if not stages:
        raise Refused("no FROM")
    return stages


def apt_packages(stage: Stage) -> list[str]:
    """What its RUNs install by name."""
    return [word for each in stage.instructions if each.name == "RUN"
            for command in re.split(r"&&|;", each.text)
            if command.split()[:2] == ["apt-get", "install"]
            for word in command.split()[2:] if not word.startswith("-")]


def ignored(patterns: list[str], path: pathlib.PurePath) -> bool:
    """Whether .dockerignore leaves that path out: NAME of the top, or **/NAME of any directory."""
    for pattern in patterns:
        name = pattern.removeprefix("**/")
        if "/" in name or any(mark in name for mark in "*?[!"):
            raise Refused(f".dockerignore: {pattern} is not known here")
        if path.name == name and (pattern != name or len(path.parts) == 1):
            return True
    return False
