"""Every shell block of README and docs is run against a sandbox, so that none rots."""

import os
import pathlib

import documents
import pytest
from conftest import ROOT

DOCUMENTS = [
    "docs/infra.md",
    "docs/notices.md",
]


@pytest.mark.parametrize("name", DOCUMENTS)
def test_the_blocks_of(name, tmp_path):
    world = documents.World(tmp_path)
    try:
        documents.play(ROOT / name, world)
    finally:
        world.stop()


def test_every_shell_block_says_whether_it_is_run():
    """Those that are not are listed with their reason, and counted."""
    nameless, not_run, run = [], [], 0
    for name in DOCUMENTS:
        for block in documents.blocks((ROOT / name).read_text()):
            shell = block.language in documents.SHELL or any(
                line.startswith("$ ") for line in block.lines)
            if shell and not block.kind:
                nameless.append(f"{name}:{block.line}")
            if block.kind == "not run":
                not_run.append(f"{name}:{block.line}: {block.reason}")
            run += block.kind == "run"
    assert nameless == []
    print(f"{run} blocks run, {len(not_run)} not:", *not_run, sep="\n  ")
    assert run > 0


ROWS = [
    # name, what the document says, what is printed, whether it fits
    ("the same", ["a", "b"], ["a", "b"], True),
    ("another line", ["a", "c"], ["a", "b"], False),
    ("a line more", ["a"], ["a", "b"], False),
    ("a line less", ["a", "b"], ["a"], False),
    ("dots", ["a", "...", "d"], ["a", "b", "c", "d"], True),
    ("dots for nothing", ["a", "..."], ["a"], True),
    ("dots, and another end", ["a", "...", "d"], ["a", "b", "c"], False),
    ("another time and size", ["took 3.2 s, 12 kB"], ["took 15 ms, 1.5 MB"], True),
    ("another number of parameters", ["3 parameters"], ["4 parameters"], False),
    ("another stamp", ["ssm-20260101_000000.json"], ["ssm-20260102_101010.json"], True),
]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_a_difference_is_found(row):
    _, wanted, printed, same = row
    assert documents.fits(documents.settled(wanted), documents.settled(printed)) == same


def test_a_document_that_lies_is_found(tmp_path, monkeypatch):
    monkeypatch.delenv("UPDATE_GOLDEN", raising=False)
    world = documents.World(tmp_path)
    try:
        for text, says in [
            ("<!-- run -->\n```console\n$ echo a\nb\n```\n", "but it prints"),
            ("<!-- run -->\n```console\n$ false\n```\n", "exit code 1"),
            ("<!-- run -->\n```console\n$ true  # exit 4\n```\n", "exit code 0"),
        ]:
            lying = ROOT / "build" / f"lying-{os.getpid()}.md"
            lying.parent.mkdir(exist_ok=True)
            lying.write_text(text)
            try:
                with pytest.raises(AssertionError, match=says):
                    documents.play(pathlib.Path(lying), world)
            finally:
                lying.unlink()
    finally:
        world.stop()
