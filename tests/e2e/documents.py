"""The shell blocks of a document, run as they stand.

Before each block of a document that has one stands a comment:

  <!-- run -->                    every `$ command` is run, and what it prints compared
  <!-- not run: REASON -->        it cannot be had here: counted and listed
  <!-- file: NAME -->             the block is that file in the directory where commands run

  <!-- world: WORDS -->           between blocks: how things are to stand now (document_world.py)

A command ends with exit code 0, or with what `# exit 4` behind it says. Lines below a command are
what it prints, `...` stands for any number of lines; a command without any is only run. What a
command exports is there for the next. Standard error is seen where a command fails. Times, sizes and
ids are as they come. A block of a shell's language without any `$ ` is one script. A snapshot's key
in a command is the one of that Region that a command before has named as what is next.
UPDATE_GOLDEN=1 writes what was printed into the document.
"""

import dataclasses
import os
import pathlib
import re

from conftest import ROOT
from document_world import World

SHELL = {"", "console", "sh", "bash", "shell"}  # a block without a language may be anything
MARK = re.compile(r"<!-- (run|not run: (?P<reason>.+)|file: (?P<file>\S+)) -->")
STAND = re.compile(r"<!-- world: (.+) -->")
SETTLED = [
    (r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", "TIME"),
    (r"\d{8}_\d{6}", "STAMP"),
    (r"\d{4}-\d\d-\d\d( \d\d:\d\d(:\d\d)?)?", "DAY"),
    (r"\b([0-9a-f]{8}|[0-9a-f]{12,})\b", "ID"),
    (r"\b\d+ (min|h) \d+ (s|min)\b", "TIME"),
    (r"(under|about) (?=\d)", ""),
    (r"\b[\d,.]+ (ms|s|min|h|days?)\b", "TIME"),
    (r"\b[\d,.]+ (B|kB|MB|GB|KiB|MiB)\b", "SIZE"),
    (r"\b\d+ ok\b", "N ok"),  # of doctor: how many things it looks at is its own affair
    (r"127\.0\.0\.1:\d+", "HOST"),
    (r"/tmp/\S*?/world", "WORLD"),
    (r"[ ]+", " "),
]


@dataclasses.dataclass
class Command:
    text: str
    line: int  # of its first output line, from 0
    output: list[str]
    exit_code: int


@dataclasses.dataclass
class Block:
    kind: str  # "run", "not run", "file", "world", or "" where no comment says
    language: str
    line: int  # of its first line, from 0
    lines: list[str]
    reason: str = ""
    file: str = ""
    stand: str = ""
    indent: str = ""  # of a block inside of a list

    def is_shell(self) -> bool:
        return self.kind != "world" and (
            self.language in SHELL or any(line.startswith("$ ") for line in self.lines))

    def commands(self) -> list[Command]:
        if self.language in SHELL and not any(line.startswith("$ ") for line in self.lines):
            return [Command("\n".join(self.lines), self.line, [], 0)]
        found, at = [], 0
        while at < len(self.lines):
            if not self.lines[at].startswith("$ "):
                if not found:
                    raise AssertionError(f"line {self.line + at + 1}: no command before it")
                found[-1].output.append(self.lines[at])
                at += 1
                continue
            text = self.lines[at][2:]
            while text.endswith("\\"):
                at += 1
                text = text[:-1] + self.lines[at]
            exits = re.search(r"# exit (\d+)", text)
            found.append(Command(text, self.line + at + 1, [], int(exits[1]) if exits else 0))
            at += 1
        return found


def blocks(text: str) -> list[Block]:
    found, lines, at = [], text.split("\n"), 0
    while at < len(lines):
        if stand := STAND.fullmatch(lines[at].strip()):
            found.append(Block("world", "", at, [], stand=stand[1]))
        fence = re.fullmatch(r"( *)```(\S*)", lines[at])
        if not fence:
            at += 1
            continue
        end = next(i for i in range(at + 1, len(lines)) if lines[i].strip() == "```")
        before = next((line for line in reversed(lines[:at]) if line.strip()), "")
        mark = MARK.fullmatch(before.strip())
        inside = [line.removeprefix(fence[1]) for line in lines[at + 1:end]]
        block = Block("", fence[2], at + 1, inside, indent=fence[1])
        if mark:
            block.kind = mark[1].split(":")[0]
            block.reason, block.file = mark["reason"] or "", mark["file"] or ""
        found.append(block)
        at = end + 1
    return found


def settled(lines: list[str]) -> list[str]:
    text = "\n".join(lines).strip("\n")
    for pattern, by in SETTLED:
        text = re.sub(pattern, by, text)
    return [line.rstrip() for line in text.split("\n")]


def fits(wanted: list[str], printed: list[str]) -> bool:
    """Line by line; "..." is any number of them."""
    if not wanted:
        return not printed
    if wanted[0] == "...":
        return any(fits(wanted[1:], printed[skip:]) for skip in range(len(printed) + 1))
    return bool(printed) and wanted[0] == printed[0] and fits(wanted[1:], printed[1:])


SNAPSHOT = re.compile(r"\d{4}-\d\d-\d\d/[a-z0-9-]+/ssm-backup-[a-z0-9-]+-\d{8}_\d{6}\.json")


def with_keys(text: str, known: dict[str, str]) -> str:
    """The command with the keys that there are, for those of the document."""
    return SNAPSHOT.sub(lambda key: known.get(settled([key[0]])[0], key[0]), text)


def learn_keys(printed: list[str], known: dict[str, str]):
    """Those of the steps that are said to be next, by what of them stays from run to run."""
    for line in printed:
        if line.startswith("next: "):
            known.update((settled([key])[0], key) for key in SNAPSHOT.findall(line))


def printed_by(world: World, command: Command, where: str, known: dict[str, str]) -> list[str]:
    done = world.run(with_keys(command.text, known))
    said = f"{where}: {command.text}\n{done.stdout}{done.stderr}"
    assert done.returncode == command.exit_code, f"exit code {done.returncode}\n{said}"
    text = done.stdout + (done.stderr if done.returncode else "")
    return text.rstrip("\n").split("\n")


def play(path: pathlib.Path, world: World):
    """Runs a document from its beginning to its end."""
    text = path.read_text()
    lines, edits, known = text.split("\n"), [], {}
    for block in blocks(text):
        if block.kind == "world":
            world.stand(block.stand)
        if block.kind == "file":
            (world.directory / block.file).write_text("\n".join(block.lines) + "\n")
        if block.kind != "run":
            continue
        for command in block.commands():
            where = f"{path.relative_to(ROOT)}:{command.line}"
            printed = printed_by(world, command, where, known)
            learn_keys(printed, known)
            if not [line for line in command.output if line.strip()]:
                continue
            if fits(settled(command.output), settled(printed)):
                continue
            if not os.environ.get("UPDATE_GOLDEN"):
                wanted = "\n".join(command.output)
                shown = "\n".join(printed)
                raise AssertionError(
                    f"{where}: $ {command.text}\nthe document says\n{wanted}\nbut it prints\n{shown}")
            shown = [f"{block.indent}{line}".rstrip() for line in printed]
            edits.append((command.line, len(command.output), shown))
    for line, count, printed in reversed(edits):
        lines[line:line + count] = printed
    if edits:
        path.write_text("\n".join(lines))
