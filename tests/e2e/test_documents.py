"""Every shell block of every document is run against a sandbox, so that none rots."""

import os
import pathlib
import subprocess
import sys

import documents
import pytest
from conftest import ROOT, TOLD
from document_world import World

NOT_READ = {
    "docs/commands.md": "generated from the program's own tables, and compared with them by a test",
    "CHANGELOG.md": "what was, not what is",
}


def all_documents() -> list[str]:
    globs = ["*.md", "docs/**/*.md", "sandbox/**/*.md", "deploy/**/*.md"]
    found = sorted({str(path.relative_to(ROOT)) for glob in globs for path in ROOT.glob(glob)})
    return [name for name in found if "node_modules" not in name and name not in NOT_READ]


DOCUMENTS = {name: documents.blocks((ROOT / name).read_text()) for name in all_documents()}
RUN = [name for name, found in DOCUMENTS.items() if any(block.kind == "run" for block in found)]


@pytest.mark.parametrize("name", RUN)
def test_the_blocks_of(name, tmp_path):
    world = World(tmp_path)
    try:
        documents.play(ROOT / name, world)
    finally:
        world.stop()


def test_every_shell_block_says_whether_it_is_run():
    """Those that are not are listed with their reason, and counted."""
    nameless, not_run, run = [], [], 0
    for name, found in DOCUMENTS.items():
        for block in found:
            if block.is_shell() and not block.kind:
                nameless.append(f"{name}:{block.line}")
            if block.kind == "not run":
                not_run.append(f"{name}:{block.line}: {block.reason}")
            run += block.kind == "run"
    assert nameless == []
    TOLD.append(f"{run} shell blocks of {len(RUN)} documents are run, {len(not_run)} are not:")
    TOLD.extend(f"  {line}" for line in not_run)
    TOLD.append(f"{len(NOT_READ)} documents are not read:")
    TOLD.extend(f"  {name}: {reason}" for name, reason in NOT_READ.items())
    assert run > 0


def test_blocks_that_are_not_run_are_shown_with_their_reasons():
    """print() was seen by nobody: -q shows the output of tests that fail."""
    ours = test_every_shell_block_says_whether_it_is_run.__name__
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", f"{__file__}::{ours}"],
        text=True, capture_output=True, timeout=60, check=True)
    not_run = [block for found in DOCUMENTS.values() for block in found if block.kind == "not run"]
    assert f"documents are run, {len(not_run)} are not:\n" in done.stdout
    assert not_run
    for block in not_run:
        assert f": {block.reason}\n" in done.stdout
    for reason in NOT_READ.values():
        assert reason in done.stdout


def test_documents_that_are_not_read_are_there():
    assert [name for name in NOT_READ if not (ROOT / name).exists()] == []


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
    world = World(tmp_path)
    try:
        for text, says in [
            ("<!-- run -->\n```console\n$ echo a\nb\n```\n", "but it prints"),
            ("<!-- run -->\n```console\n$ false\n```\n", "exit code 1"),
            ("<!-- run -->\n```console\n$ true  # exit 4\n```\n", "exit code 0"),
            ("<!-- run -->\n```bash\ntrue\nfalse | true\n```\n", "exit code 1"),
            ("<!-- run -->\n```console\n$ export A=b\n$ echo $A\nc\n```\n", "but it prints"),
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
