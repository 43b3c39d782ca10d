"""The runbooks: the same in both languages, and every message is in the troubleshooting of both.

There is no list of messages in the program: an error is made where it happens. The catalogue is what
the program, and the Jenkins jobs, were seen to print: the golden texts of bad input and of the
pipelines, the fixed sentences that operators have known since the pipeline before, and what the
Jenkinsfiles may say.
"""

import functools
import pathlib
import re

import documents
import pytest
from conftest import ROOT

RUNBOOKS = ["docs/runbook.md", "docs/runbook.ja.md"]
GOLDEN = ROOT / "tests" / "golden"
VARIABLE = "…"  # in a row: any words
# Those that the runbook of the pipeline before named.
FIXED = [
    "Region list parameter '/jenkins/dev/backup/region-list' is missing or empty.",
    "Region list is empty. Pulumi config must define at least one region.",
    "Default region parameter '/jenkins/dev/backup/default-region' is missing.",
    "Default region 'eu-west-1' is not part of configured region list [us-west-2]",
    "Bucket definition missing for region us-west-2. Expected SSM parameter "
    "/jenkins/dev/backup/us-west-2/s3-bucket-name.",
    "Backup file was not created for region us-west-2.",
]
# What an operator reads of a golden text, and looks up.
LINES = [
    r"^error: (.+)",
    r"FAILED: Backup file was not created for region \S+ (.+)",
    r"FAILED, message=Backup file was not created for region \S+ (.+)",
    r"^CLOCK \S+ +(/\S+: .+)",
    r"^CLOCK \S+ +(latest\S* (?:kept|failed|repaired): .+)",
    r"^CLOCK (?:\S+ +)?warning: (.+)",
    r"^((?:done, )?incomplete: .+)",
    r"^(?:ERROR|WARNING): (.+)",
]


def text(name: str) -> str:
    return (ROOT / name).read_text()


def troubleshooting(name: str) -> str:
    return re.search(r"^## 9\. .*?(?=^## )", text(name), re.MULTILINE | re.DOTALL)[0]


def rows(name: str) -> list[list[str]]:
    """The cells of the tables of troubleshooting."""
    found = [re.split(r" *(?<!\\)\| *", line)[1:-1] for line in troubleshooting(name).splitlines()
             if line.startswith("| `")]
    assert all(len(cells) == 3 for cells in found), found
    return found


def messages(name: str) -> list[str]:
    return [message for cells in rows(name) for message in re.findall(r"`([^`]+)`", cells[0])]


def explains(message: str, said: str) -> bool:
    """The row's parts stand there in their order, whatever is between them."""
    at = 0
    for part in message.split(VARIABLE):
        at = said.find(part, at)
        if at < 0:
            return False
        at += len(part)
    return True


def spoken(path: pathlib.Path) -> set[str]:
    """What a golden file shows that has to be explained."""
    content = path.read_text()
    return {said for line in LINES for said in re.findall(line, content, re.MULTILINE)}


@functools.cache
def said_by_jobs() -> list[str]:
    """What ends a stage, makes it yellow or is caught, with words filled in."""
    said = re.compile(r"""(?:\berror\(|\bunstable\(|\bwithin\([^,\n]+, |\bcatchError\([^)]*message: )"""
                      r"""(['"])(.+?)\1[,)]""")
    return [re.sub(r"\$\{[^}]*\}", "x", words)
            for path in sorted((ROOT / "deploy" / "jenkins").rglob("Jenkinsfile"))
            for _, words in said.findall(path.read_text())]


@functools.cache
def catalogue() -> dict[str, str]:
    """Message: the golden file that has it, or where it is fixed."""
    found = dict.fromkeys(FIXED, "compatibility") | dict.fromkeys(said_by_jobs(), "Jenkinsfile")
    for folder in ("bad_input", "jenkins"):
        for path in sorted((GOLDEN / folder).glob("*.txt")):
            found |= dict.fromkeys(spoken(path), f"{folder}/{path.name}")
    return found


@functools.cache
def printed() -> list[str]:
    """All that stands in the golden texts, unwrapped: what goes on is indented."""
    texts = [path.read_text() for folder in ("bad_input", "jenkins")
             for path in sorted((GOLDEN / folder).glob("*.txt"))]
    return "\n".join(re.sub(r"\n +", " ", each) for each in texts).splitlines()


@functools.cache
def sources(behind: str = "") -> list[str]:
    """The texts in the program's source (behind such code), as they would read with words filled in."""
    literal = r'"(?:[^"\\\n]|\\.)*"'
    found = []
    for path in sorted((ROOT / "src").rglob("*.cc")):
        for run in re.findall(rf"{behind}((?:{literal}\s*)+)", path.read_text()):
            words = "".join(each[1:-1] for each in re.findall(literal, run))
            found.append(re.sub(r"\{[^{}]*\}", "x", words))
    return found


@pytest.mark.parametrize("name", RUNBOOKS)
def test_every_message_is_explained(name):
    known = messages(name)
    unknown = [f"{where}: {said}" for said, where in catalogue().items()
               if not any(explains(message, said) for message in known)]
    assert unknown == []
    print(f"{len(catalogue())} messages, explained by {len(rows(name))} rows")


def test_texts_of_the_source_that_no_row_has_are_counted():
    """Most are parts of longer messages ("it has no ETag"), or nothing that an operator can cause.

    A new error of a kind that the rows know is explained by itself; this number tells of the others.
    """
    known = messages(RUNBOOKS[0])
    texts = [said for said in sources(rf"fail\(\s*ErrorKind::\w+,\s*(?:fmt::format\(\s*)?") if said]
    unknown = [said for said in texts if not any(explains(message, said) for message in known)]
    print(f"{len(unknown)} of {len(texts)} texts given to fail() stand in no row")
    assert len(texts) > 100
    assert len(unknown) < len(texts)


@pytest.mark.parametrize("name", RUNBOOKS)
def test_every_row_is_of_a_message(name):
    """One that nobody prints any more is dead: the goldens have it, or else the source."""
    dead = [message for message in messages(name)
            if not any(explains(message, said)
                       for said in (*FIXED, *said_by_jobs(), *printed(), *sources()))]
    assert dead == []


@pytest.mark.parametrize("name", RUNBOOKS)
def test_every_row_says_what_to_do(name):
    for message, cause, action in rows(name):
        assert cause and action, message
    for message in messages(name):
        assert len(message.replace(VARIABLE, "").replace(" ", "")) >= 6, f"too wide: {message}"
    assert len(set(messages(name))) == len(messages(name))


def test_both_languages_have_the_same_messages():
    assert messages(RUNBOOKS[0]) == messages(RUNBOOKS[1])


def test_both_languages_have_the_same_blocks():
    """Commands and what they print; templates are in the reader's language."""
    ours, theirs = ([(block.kind, block.language, block.stand, block.file,
                      [] if block.language == "text" else
                      [line.split("  #")[0].split("   #")[0] for line in block.lines])
                     for block in documents.blocks(text(name))] for name in RUNBOOKS)
    assert len(ours) > 40
    for one, other in zip(ours, theirs, strict=True):
        assert documents.settled(one[-1]) == documents.settled(other[-1])
        assert one[:-1] == other[:-1]


def test_both_languages_have_the_same_sections():
    levels = [[line.split()[0] for line in outside_blocks(name) if line.startswith("#")]
              for name in RUNBOOKS]
    assert levels[0] == levels[1]


def outside_blocks(name: str) -> list[str]:
    return re.sub(r"^ *```.*?^ *```$", "", text(name), flags=re.MULTILINE | re.DOTALL).splitlines()


def anchor(heading: str) -> str:
    """As GitHub makes it of a heading."""
    return re.sub(r"[^\w\- ]", "", heading.lstrip("# ").lower()).replace(" ", "-")


@pytest.mark.parametrize("name", RUNBOOKS)
def test_links_lead_somewhere(name):
    here = {anchor(line) for line in outside_blocks(name) if line.startswith("#")}
    for target in re.findall(r"\]\(([^)]+)\)", "\n".join(outside_blocks(name))):
        path, _, place = target.partition("#")
        if path:
            assert (ROOT / "docs" / path).exists(), target
        elif place:
            assert place in here, target


PLANTED = [
    # name, what is printed, a row, whether it explains it
    ("the same", "no home Region is known", "no home Region is known", True),
    ("with words filled in", "there is no profile prod", "there is no profile …", True),
    ("in the middle", "cannot lock a/b: Permission denied", "cannot lock …: …", True),
    ("another one", "there is no file x", "there is no profile …", False),
]


@pytest.mark.parametrize("row", PLANTED, ids=lambda row: row[0])
def test_a_row_explains(row):
    _, said, message, fits = row
    assert explains(message, said) == fits
