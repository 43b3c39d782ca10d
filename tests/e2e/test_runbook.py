"""The runbooks: the same in both languages, and every message is in the troubleshooting of both.

There is no list of messages in the program: an error is made where it happens. The catalogue is what
the program, and the Jenkins jobs, were seen to print: the golden texts of bad input and of the
pipelines, the fixed sentences that operators have known since the pipeline before, and what the
Jenkinsfiles may say. Besides, every error of the source (messages.py) is in a row, or in docs/messages.md.
"""

import functools
import os
import pathlib
import re

import documents
import messages as errors
import pytest
import yaml
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
    """The row's parts stand there in their order, whatever is between them, and are no parts of words:
    it begins a word, and behind it nothing follows but what is told apart."""
    parts = ".*".join(re.escape(part) for part in message.split(VARIABLE))
    return re.search(rf"(?:^|(?<=[\s/])){parts}(?=$|[:;,.]| \()", said) is not None


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
def sources() -> list[str]:
    """The texts in the program's source, as they would read with words filled in."""
    literal = r'"(?:[^"\\\n]|\\.)*"'
    found = []
    for path in sorted((ROOT / "src").rglob("*.cc")):
        for run in re.findall(rf"((?:{literal}\s*)+)", path.read_text()):
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


def in_no_row() -> list[errors.Message]:
    known = messages(RUNBOOKS[0])
    return [each for each in errors.all_messages()
            if not any(explains(message, each.what.replace(VARIABLE, "x")) for message in known)]


def test_every_error_of_the_source_is_in_a_row_or_in_the_appendix():
    """Neither one too few nor one too many: a new error comes with a row, or is read out by UPDATE_GOLDEN=1."""
    written = ROOT / "docs" / "messages.md"
    wanted = errors.appendix(in_no_row())
    if os.environ.get("UPDATE_GOLDEN"):
        written.write_text(wanted)
    assert written.read_text() == wanted, "UPDATE_GOLDEN=1 writes docs/messages.md anew"
    assert len(errors.all_messages()) > 250
    for name in RUNBOOKS:
        assert "](messages.md)" in troubleshooting(name)


SOURCES = [
    # name, source, what it may print, what is next
    ("a text", 'fail(ErrorKind::usage, "a, (b", "c");', ["a, (b"], ["c"]),
    ("words filled in", 'fail(ErrorKind::usage, fmt::format("{} is {:02}", f(a, b), c))', ["… is …"], [""]),
    ("put together", 'fail(ErrorKind::denied, "no " + name + " in " "it", step(x))', ["no … in it"], [""]),
    ("a choice", 'fail(ErrorKind::usage, all ? "all" : "none", next)', ["all", "none"], ["", ""]),
    ("members", 'Error{.kind = ErrorKind::internal,\n .what = "x, y",\n .fault = {}, .next = "z"}',
     ["x, y"], ["z"]),
    ("a key", 'return field.error(fmt::format("is {}", x));', ["… is …"], [""]),
    ("nothing that is text", "fail(ErrorKind::internal, what)", [], []),
    ("a comment with a bracket", 'fail(ErrorKind::usage,  // (so\n "a")', ["a"], [""]),
]


@pytest.mark.parametrize("row", SOURCES, ids=lambda row: row[0])
def test_an_error_is_read_out_of_the_source(row):
    _, source, whats, steps = row
    made = [(text, step) for what, _, next_step in errors.made_in(source)
            for text in errors.texts_of(what) if text != VARIABLE
            for step in [" / ".join(x for x in errors.texts_of(next_step or '""') if x != VARIABLE)]]
    assert [text for text, _ in made] == whats
    assert [step for _, step in made] == steps


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
    ("behind what it is about", "a/latest-x.txt does not exist", "latest-….txt does not exist", True),
    ("before what follows", "access was denied: s3:GetObject in x", "access was denied", True),
    ("a part of a number", "script returned exit code 123", "script returned exit code 1", False),
    ("a part of a sentence", "access was denied by nobody", "access was denied", False),
    ("a part of a word", "unaccess was denied", "access was denied", False),
]


@pytest.mark.parametrize("row", PLANTED, ids=lambda row: row[0])
def test_a_row_explains(row):
    _, said, message, fits = row
    assert explains(message, said) == fits


# --- what the page says of itself ---

READS = [
    r"ssm-backup (?:regions|list|history|doctor|show|diff|verify|report|iam-policy|infra plan|notify .*--print)\b.*",
    r"ssm-backup backup\b.* --dry-run\b.*", r"ssm-backup restore\b(?!.* --apply).*",
    r"ssm-backup drill\b(?!.* --(?:aws|record)).*", r"aws s3 cp (?:\S+|\"[^\"]*\") -(?: \| jq .*)?", r"jq .*",
    r"export .*", r"npm ci", r"pulumi (?:stack|config|preview)\b.*",
]
WRITES = {
    # what the sentence names: a command that it names
    "`backup`": r"ssm-backup backup\b.*", "`infra apply`": r"ssm-backup infra apply\b.*",
    "`infra destroy`": r"ssm-backup infra destroy\b.*", "`--apply`": r"ssm-backup restore\b.* --apply\b.*",
    "`drill --aws`": r"ssm-backup drill\b.* --aws\b.*",
    "`drill --record`": r"ssm-backup drill\b.* --record\b.*",
    "`delete-parameters`": r"aws ssm delete-parameters\b.*",
    "`update-service-setting`": r"aws ssm update-service-setting\b.*",
    "`pulumi up`": r"pulumi up\b.*", "`pulumi import`": r"pulumi import\b.*",
}


def commands_of(name: str) -> list[str]:
    """Of the blocks, and those that stand in the text."""
    in_blocks = [command.text for block in documents.blocks(text(name)) if block.kind in ("run", "not run")
                 for command in block.commands()]
    in_text = re.findall(r"`((?:ssm-backup [a-z]|pulumi |aws s)[^`]*)`", "\n".join(outside_blocks(name)))
    return [re.sub(r"\s*(#.*)?$", "", re.sub(r"\s+", " ", each)) for each in in_blocks + in_text]


@pytest.mark.parametrize("name", RUNBOOKS)
def test_the_page_names_all_that_writes(name):
    """"Only `backup`, `infra apply`, ... write", said the page that has `drill --aws` and `pulumi up`."""
    [sentence] = re.findall(r"(?:On this page these write|このページで書き込みを行うのは)(?:.|\n)*?\n\n", text(name))
    for command in commands_of(name):
        if any(re.fullmatch(reads, command) for reads in READS):
            continue
        named = [word for word, pattern in WRITES.items() if re.fullmatch(pattern, command)]
        # In the text some stand without their flags, as the name of what is done.
        bare = re.fullmatch(r"ssm-backup (?:infra|backup|drill|restore)|aws s3 cp|aws (?:sso|login|configure)\b.*", command)
        assert named or bare, f"does it write? {command}"
        assert all(word in sentence for word in named), command


@pytest.mark.parametrize("name", RUNBOOKS)
def test_what_is_applied_is_what_the_plan_said(name):
    """Plan, read, --apply: the command is the one that a plan above it has named as next."""
    planned, applied = set(), 0
    for block in documents.blocks(text(name)):
        if block.kind != "run":
            continue
        for command in block.commands():
            words = re.sub(r"\s*\n\s*", " ", command.text).strip()
            words = words.replace('"$COPY"', COPY)
            if re.search(r" --apply\b|infra apply", words):
                applied += 1
                assert one_line(words) in planned, words
            planned |= {one_line(line.removeprefix("next: ")) for line in command.output
                        if line.startswith("next: ")}
    assert applied >= 12


COPY = "s3://jenkins-infra-ssm-backup-dev-123456789012-us-east-1-copy,region=us-east-1"


def one_line(command: str) -> str:
    [line] = documents.settled([command])
    return line


@pytest.mark.parametrize("name", RUNBOOKS)
def test_a_move_leaves_no_region_without_a_backup_or_a_copy(name):
    """The Region into which the applications were moved was never backed up, and the copy lay in it."""
    [section] = re.findall(r"^### \(c\)(?:.|\n)*?(?=^##+ )", text(name), re.MULTILINE)
    [target] = set(re.findall(r"--to-region (\S+)", section))
    [stack] = [block for block in documents.blocks(section) if block.file == "Pulumi.dev.yaml"]
    said = {key.split(":")[-1]: value for key, value in
            yaml.safe_load("\n".join(stack.lines))["config"].items()}
    assert target in said["regions"] and said["copy"]["region"] not in said["regions"]
    [place] = re.findall(r"export NEW_COPY=\S+,region=(\S+)", section)
    assert place == said["copy"]["region"]


@pytest.mark.parametrize("name", RUNBOOKS)
def test_the_way_back_undoes_the_move(name):
    """Else two lists count, by AWS_REGION, and what was written meanwhile is lost."""
    [away] = re.findall(r"^### \(c\)(?:.|\n)*?(?=^##+ )", text(name), re.MULTILINE)
    [back] = re.findall(r"^### \(d\)(?:.|\n)*?(?=^##+ )", text(name), re.MULTILINE)
    [moved] = re.findall(r"--region (\S+) --repository \S+ --to-region (\S+) \\\n", away)[:1]
    assert re.findall(r"ssm-backup restore --env dev --region (\S+) --to-region (\S+) --on-conflict overwrite", back)[0] \
        == moved[::-1]
    [substitute] = re.findall(r"export AWS_REGION=(\S+)", away)
    assert f"delete-parameters --region {substitute} --names /jenkins/dev/backup/region-list" in back
    [stack] = [block for block in documents.blocks(back) if block.file == "Pulumi.dev.yaml"]
    assert f"defaultRegion: {moved[0]}" in "\n".join(stack.lines)
    assert f"export AWS_REGION={moved[0]}" in back


CONTRADICTIONS = [
    # name, what must not stand in either, what must stand in the English, in the Japanese
    ("how long ahead a change is told", r"one working day ahead|1 営業日前",
     "a week ahead, with a reminder the day before", "1 週間前までに Slack"),
    ("when no notice is a notice", r"22:30", "Regions x 10 + 30 minutes (three Regions", "リージョン数 × 10 分 + 30 分」が目安"),
    ("environments", r"(?i)staging|ステージング", "`dev` first, then `prod`", "`dev`、`prod` の順"),
    ("what verify says", r"`ssm-backup verify` <sound>", "<all sound>", "<all sound>"),
    ("which version reads it", r"Use that version\. ", "that version or a newer one", "作成時と同じか、より新しい"),
    ("secrets in a file", r"document\.json", "in a pipe", "パイプで処理"),
    ("what NOT RUN means", r"one before it failed\.|先に失敗したリージョンがあるため",
     "what ended the run before its turn", "順番が来る前に実行が終わった"),
    ("where a token lies", r"^$", "with that Region lost nobody is told", "通知自体が届きません"),
]


@pytest.mark.parametrize("row", CONTRADICTIONS, ids=lambda row: row[0])
def test_the_page_does_not_contradict_itself(row):
    _, wrong, english, japanese = row
    for name, right in zip(RUNBOOKS, (english, japanese), strict=True):
        assert not re.search(wrong, text(name)), name
        assert right in text(name), name
