"""Man pages and completions as they are installed: judged by mandoc, groff and shellcheck, and asked of
bash, zsh and fish themselves.
"""

import functools
import os
import pathlib
import re
import shutil
import subprocess

import pytest
from conftest import BUILD
from shells import SHELLS

PROGRAM = BUILD / "ssm-backup"
SCRIPTS = {
    "bash": "share/bash-completion/completions/ssm-backup",
    "zsh": "share/zsh/site-functions/_ssm-backup",
    "fish": "share/fish/vendor_completions.d/ssm-backup.fish",
}


@functools.cache
def path_of(program: str) -> str | None:
    """Without it, what asks for it says that it did not run."""
    path = shutil.which(program)
    if not path and (list_of_those_not_run := os.environ.get("SSM_BACKUP_NOT_RUN")):
        with open(list_of_those_not_run, "a", encoding="utf-8") as file:
            file.write(f"help: what {program} says of it: it could not be had\n")
    return path


def wanted(program: str) -> str:
    return path_of(program) or pytest.skip(f"{program} could not be had")


def run(*command, **more) -> str:
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True,
                          timeout=120, check=False, **more)
    assert done.returncode == 0, f"{command}: {done.returncode}\n{done.stdout}{done.stderr}"
    assert done.stderr == "", f"{command}: {done.stderr}"
    return done.stdout


def said(*words) -> str:
    return run(PROGRAM, *words)


@pytest.fixture(scope="session")
def prefix(tmp_path_factory) -> pathlib.Path:
    """A whole installation."""
    directory = tmp_path_factory.mktemp("installed") / "usr"
    run("cmake", "--install", BUILD, "--component", "ssm-backup", "--prefix", directory)
    return directory


def names(title: str) -> list[str]:
    """The first words of the rows of the overview below a title; "infra plan" is one."""
    block = re.search(rf"^{title}:\n(.*?)\n\n", said("--help"), re.MULTILINE | re.DOTALL)[1]
    return re.findall(r"^  (\S+(?: \S+)?)(?:  |$)", block, re.MULTILINE)


def topics() -> list[str]:
    block = re.search(r"^Topics:\n(.*?)\n\n", said("--help"), re.MULTILINE | re.DOTALL)[1]
    return block.replace(",", " ").split()


COMMANDS = names("Commands") if PROGRAM.exists() else []
TOPICS = topics() if PROGRAM.exists() else []


def pages(prefix: pathlib.Path) -> list[pathlib.Path]:
    return sorted((prefix / "share/man").glob("man*/*"))


def test_an_installation_has_program_pages_scripts_and_documents(prefix):
    assert run(prefix / "bin/ssm-backup", "--version") == said("--version")
    wanted_pages = {"ssm-backup.1", *(f"ssm-backup-{name.replace(' ', '-')}.1" for name in COMMANDS),
                    *(f"ssm-backup-{name}.7" for name in TOPICS)}
    assert {page.name for page in pages(prefix)} == wanted_pages
    for page in pages(prefix):
        assert page.parent.name == f"man{page.suffix[1:]}"
        assert page.read_text() == said("man", page.stem)
    for shell, script in SCRIPTS.items():
        assert (prefix / script).read_text() == said("completion", shell)
    for document in re.findall(r"docs/[a-z.]+\.md", "".join(said("help", name) for name in TOPICS)):
        assert (prefix / "share/doc/ssm-backup" / document).is_file(), document
    for path in prefix.rglob("*"):
        assert path.stat().st_mode & 0o004, f"{path}: nobody else may read it"
    assert not (prefix / "bin/ssm-sandbox").exists()


def test_mandoc_finds_nothing_to_say_of_any_page(prefix):
    run(wanted("mandoc"), "-T", "lint", "-W", "all", *pages(prefix))


def manual(page: pathlib.Path, **variables) -> str:
    environment = {**os.environ, "LC_ALL": "C.UTF-8", "MANWIDTH": "80", "MAN_KEEP_FORMATTING": "",
                   "MANROFFOPT": "", **variables}
    return run(wanted("man"), "--warnings=w", "-l", page, env=environment)


def test_groff_warns_of_nothing_and_pages_fit_80_columns(prefix):
    for page in pages(prefix):
        text = manual(page)
        assert [line for line in text.splitlines() if len(line) > 80] == [], page.name
        # What is to be typed can be copied: no typographer's hyphens, quotes or accents.
        assert set(text) - set(map(chr, range(32, 127))) <= {"\n"}, page.name


@pytest.mark.parametrize("name", COMMANDS)
def test_a_page_says_what_help_says(prefix, name):
    page = prefix / f"share/man/man1/ssm-backup-{name.replace(' ', '-')}.1"
    shown = " ".join(manual(page).split())
    help_text = said(*name.split(), "--help")
    for flag in re.findall(r"^  ((?:-\w, )?--[a-z-]+(?: \S+)?)", help_text, re.MULTILINE):
        assert flag in shown, flag
    for example in re.findall(r"^  (ssm-backup (?!help ).*)$", help_text, re.MULTILINE):
        assert example in shown.replace(" \\ ", " "), example


def test_man_finds_the_pages_by_name_and_says_what_each_is(prefix):
    environment = {**os.environ, "MANPATH": str(prefix / "share/man")}
    found = run(wanted("man"), "-w", "ssm-backup-restore", env=environment).strip()
    assert found == str(prefix / "share/man/man1/ssm-backup-restore.1")
    found = run("man", "-w", "7", "ssm-backup-exit-codes", env=environment).strip()
    assert found == str(prefix / "share/man/man7/ssm-backup-exit-codes.7")
    told = run(wanted("lexgrog"), *pages(prefix))  # what apropos reads of them
    assert len(told.splitlines()) == len(pages(prefix))
    assert '"ssm-backup-exit-codes - what a run came to, for scripts and schedulers"' in told


# What each shell says about the script's form.
@pytest.mark.parametrize("shell", SCRIPTS)
def test_a_script_is_well_formed(prefix, shell):
    run(wanted(shell), "-n", prefix / SCRIPTS[shell])


def test_shellcheck_finds_nothing_in_the_script_of_bash(prefix):
    run(wanted("shellcheck"), prefix / SCRIPTS["bash"])


CONFIG = """\
[default]
region = us-west-2
[profile ops]
[profile "of the night"]
sso_session = main
[sso-session main]
[services local]
"""
CREDENTIALS = "[default]\n[keys]\naws_access_key_id = AKIDEXAMPLE\n"


@pytest.fixture(scope="session", params=SHELLS)
def shell(request, prefix, tmp_path_factory):
    wanted(request.param)
    home = tmp_path_factory.mktemp(request.param)
    (home / ".aws").mkdir()
    (home / ".aws/config").write_text(CONFIG)
    (home / ".aws/credentials").write_text(CREDENTIALS)
    here = home / "here"
    (here / "a directory").mkdir(parents=True)
    (here / "Pulumi.dev.yaml").write_text("")
    environment = {"PATH": os.environ["PATH"], "HOME": str(home), "LC_ALL": "C.UTF-8"}
    running = SHELLS[request.param](prefix / SCRIPTS[request.param], environment, here)
    running.name = request.param
    yield running
    running.stop()


FILES, DIRECTORIES = ["<files>"], ["<directories>"]
REGIONS_OF_THE_WEST = ["us-west-1", "us-west-2"]
ROWS = [
    # name, what is typed, what is offered
    ("a command", "ba", ["backup"]),
    ("commands", "re", ["regions", "report", "restore"]),
    ("no such command", "xyz ", []),
    ("the commands of a group", "infra p", ["plan"]),
    ("a topic", "help exit", ["exit-codes"]),
    ("topics and commands", "help re", ["regions", "report", "repositories", "restore", "restoring",
                                        "retention"]),
    ("behind a group in help", "help infra a", ["apply"]),
    ("behind anything else in help", "help backup a", []),
    ("a page", "man infra-p", ["infra-plan"]),
    ("choices of an argument", "completion ", ["bash", "fish", "zsh"]),
    ("choices behind flags", "iam-policy --env dev --delete-extra dr", ["drill"]),
    ("no second one", "iam-policy backup dr", []),
    ("choices of a flag", "backup --depth ", ["current", "history", "labels"]),
    ("the same flag of two commands", "doctor --for ba", ["backup"]),
    ("choices behind =", "backup --depth=l", ["labels"]),
    ("all of them behind =", "restore --on-conflict=", ["fail", "overwrite", "skip"]),
    ("Regions", "backup --region us-w", REGIONS_OF_THE_WEST),
    ("again, where a flag is repeatable", "backup --region us-east-1 --region us-w",
     REGIONS_OF_THE_WEST),
    ("profiles", "list --profile ", ["default", "keys", "of the night", "ops"]),
    ("files", "infra plan -f Pulumi", ["Pulumi.dev.yaml"]),
    ("files by the long flag", "infra plan --file Pul", ["Pulumi.dev.yaml"]),
    ("directories", "backup --work-dir ", ["a directory"]),
    ("directories of a repository", "backup --copy-to ", ["a directory"]),
    ("words or files", "diff l", ["live"]),
    ("files where no word fits", "diff Pul", ["Pulumi.dev.yaml"]),
    ("the second argument", "diff newest li", ["live"]),
    ("a flag", "restore --on", ["--on-conflict"]),
    ("a flag behind one", "backup --dry-run --keep", ["--keep-going"]),
    ("given already", "backup --depth labels --dep", []),
    ("given already, with =", "backup --depth=labels --dep", []),
    ("given already, without a value", "backup --fence --env dev --fen", []),
    ("given already, but repeatable", "backup --region a --reg", ["--region"]),
    ("behind a value with blanks", "backup --include 'a b' --dep", ["--depth"]),
    ("behind a value with = and :", "backup --copy-to s3://b/p,region=r --dep", ["--depth"]),
    ("a flag of another command", "list --on", []),
    ("a value that nobody knows", "backup --env d", []),
    ("of the program", "--ver", ["--version"]),
]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_a_shell_offers(shell, row):
    _, typed, offered = row
    answer = sorted({word.removesuffix("/") for word in shell.offered(f"ssm-backup {typed}")})
    answer = [re.sub(r"^--[a-z-]+=(?=.)", "", word) for word in answer]  # fish offers the whole word
    if shell.name == "bash":
        # It is readline that finds them, and escapes what it inserts.
        if offered and offered[0] in ("Pulumi.dev.yaml", "a directory"):
            offered = FILES if offered[0].startswith("P") else DIRECTORIES
        answer = [word.replace("\\", "") for word in answer]
        if len(answer) > 1:
            answer = [word for word in answer if word not in FILES]  # only where no word fits
    if shell.name == "zsh":
        # _files quotes of itself what it inserts; the name of a flag gets its = where one may follow.
        answer = [word.replace("\\", "").removesuffix("=") for word in answer]
    assert answer == offered


@pytest.mark.parametrize("name", COMMANDS)
def test_a_shell_offers_every_flag_of(shell, name):
    help_text = said(*name.split(), "--help")
    flags = re.findall(r"^  (?:-\w, )?(--[a-z-]+)(?: .*)?$", help_text, re.MULTILINE)
    answer = [word.removesuffix("=") for word in shell.offered(f"ssm-backup {name} --")]
    assert sorted(answer) == sorted({*flags, "--help"})


def test_a_shell_offers_every_command_and_topic(shell):
    first = {name.split()[0] for name in COMMANDS}
    answer = shell.offered("ssm-backup ")
    assert set(answer) - {"--help", "--version"} == first
    answer = shell.offered("ssm-backup help ")
    assert set(answer) - {"--help"} == {*first, *TOPICS, "topics"}


@pytest.mark.parametrize("shell", ["zsh", "fish"], indirect=True)
def test_words_come_with_their_descriptions(shell):
    for typed, word, what in [
        ("dri", "drill", "Prove that the newest snapshot"),
        ("help exit", "exit-codes", "What a run came to"),
        ("infra des", "destroy", "Delete the metadata parameters"),
        ("backup --fen", "--fence", "list again afterwards"),
        ("iam-policy --acc", "--account", "the account (else that of the credentials)"),
        ("backup --not", "--notify", "(docs/notices.md)"),
    ]:
        answers = {answer[0].removesuffix("="): answer[1] for answer in
                   shell.answers(f"ssm-backup {typed}") if len(answer) > 1}
        assert what in answers.get(word, ""), f"{typed}: {answers}"


def test_bash_itself_completes(prefix, tmp_path):
    """Through readline: a value behind =, a file with a blank, a profile with one."""
    (tmp_path / "a stack.yaml").write_text("")
    (tmp_path / "config").write_text("[profile of the night]\n")
    inputrc = tmp_path / "inputrc"
    inputrc.write_text("set show-all-if-ambiguous on\nset bell-style none\n"
                       "set enable-bracketed-paste off\n")
    typed = ["infra plan -f a\t", "backup --depth=hist\t", "list --profile of\\ t\t",
             "list --profile 'of\t", "infra plan --file=a\t"]
    # The words as the program would get them, once readline has gone over the line.
    script = (f"source '{prefix / SCRIPTS['bash']}'\nssm-backup() {{ printf '<%s>' \"$@\" >>told; "
              "echo >>told; }\n" + "".join(f"ssm-backup {line}\n" for line in typed) + "exit\n")
    subprocess.run(
        ["bash", "--norc", "--noprofile", "-i"], input=script, text=True, cwd=tmp_path, timeout=60,
        check=True, capture_output=True,
        env={"PATH": os.environ["PATH"], "HOME": str(tmp_path), "INPUTRC": str(inputrc),
             "AWS_CONFIG_FILE": str(tmp_path / "config"), "TERM": "dumb"})
    assert (tmp_path / "told").read_text().splitlines() == [
        "<infra><plan><-f><a stack.yaml>", "<backup><--depth=history>",
        "<list><--profile><of the night>", "<list><--profile><of the night>",
        "<infra><plan><--file=a stack.yaml>"]
