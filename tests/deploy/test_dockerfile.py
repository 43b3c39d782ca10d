"""The Dockerfile: only what `./dev dockerfile` carries out as Docker does, and the libraries that are needed."""

import pathlib
import re
import subprocess
import sys

import dockerfile_of_ours
import pytest
from deploy_world import BUILD, ROOT
from dockerfile import Refused, apt_packages, ignored, parse

BUILD_STAGE, IMAGE = dockerfile_of_ours.STAGES
# Not named by `ldd`: certificates, and what is loaded when a mail is sent (src/notify/smtp.cc).
BESIDES = {"ca-certificates", "libcurl4"}


def owner(library: str) -> str:
    """The Debian package of a library; its path may have been given through a link of the merged /usr."""
    real = pathlib.Path(library).resolve()
    for path in (library, real, str(real).removeprefix("/usr"), f"/usr{library}"):
        done = subprocess.run(["dpkg", "-S", str(path)], check=False, capture_output=True, text=True)
        if done.returncode == 0:
            return done.stdout.split(":")[0]
    raise AssertionError(f"no package owns {library}")


def test_the_packages_are_those_that_own_its_libraries():
    told = subprocess.run(["ldd", BUILD / "ssm-backup"], check=True, capture_output=True, text=True).stdout
    libraries = re.findall(r"(/\S+) \(0x", told)
    assert len(libraries) > 5, told
    assert "not found" not in told
    assert set(apt_packages(IMAGE)) == {owner(library) for library in libraries} | BESIDES


def test_libcurl_is_the_one_that_is_loaded():
    """And libcurl4 is its package."""
    source = (ROOT / "src" / "notify" / "smtp.cc").read_text()
    [name] = re.findall(r'dlopen\("([^"]+)"', source)
    known = subprocess.run(["/sbin/ldconfig", "-p"], check=True, capture_output=True, text=True).stdout
    path = next(line.split(" => ")[1] for line in known.splitlines() if line.strip().startswith(f"{name} "))
    assert owner(path) == "libcurl4"


def test_the_steps_are_the_readme_s():
    readme = (ROOT / "README.md").read_text()
    [build] = [each for each in BUILD_STAGE.instructions if each.name == "RUN"]
    assert "`./dev build` makes `build/release/ssm-backup`" in readme
    assert build.text.startswith("./dev build release ")
    [copy] = [each for each in IMAGE.instructions if each.name == "COPY"]
    source, target = copy.words()
    assert copy.flags == {"from": BUILD_STAGE.name}
    assert source == f"{BUILD_STAGE.last('WORKDIR').text}/build/release/ssm-backup"
    assert [target] == IMAGE.last("ENTRYPOINT").words()


def test_nothing_of_the_build_is_in_the_image():
    assert len({BUILD_STAGE.base, IMAGE.base}) == 1
    assert re.fullmatch(r"debian:12\S*", IMAGE.base)
    assert IMAGE.last("USER") is IMAGE.instructions[-3]  # all that is run is run as that user
    assert not re.match(r"(root|0)\b", IMAGE.last("USER").text)


def test_what_is_left_out_of_the_context():
    patterns = (ROOT / ".dockerignore").read_text().split()
    rows = {".git": True, "build": True, "src/build": False, "deploy/pulumi/x/node_modules": True,
            "tools/dev/build.sh": False, "tests/__pycache__": True, "README.md": False}
    assert {path: ignored(patterns, pathlib.PurePath(path)) for path in rows} == rows
    assert set((ROOT / ".gitignore").read_text().split()) - {"compile_commands.json"} <= {
        *(f"/{pattern}/" for pattern in patterns),
        *(f"{pattern.removeprefix('**/')}/" for pattern in patterns)}


REFUSED = [
    ("an unknown instruction", "FROM a\nADD x /x"),
    ("an unknown flag", "FROM a\nRUN --mount=type=cache,target=/x true"),
    ("another flag of a known instruction", "FROM a\nCOPY --chown=1:1 x /x"),
    ("a platform", "FROM --platform=linux/arm64 a"),
    ("a variable", "FROM a\nWORKDIR $HOME"),
    ("a variable in FROM", "ARG T=1\nFROM a:$T"),
    ("a here-document", "FROM a\nRUN <<EOF\ntrue\nEOF"),
    ("a check of health", "FROM a\nHEALTHCHECK CMD true"),
    ("a shell around the program", "FROM a\nENTRYPOINT ssm-backup"),
    ("two sources", "FROM a\nCOPY x y /z/"),
    ("a directive", "# syntax=docker/dockerfile:1\nFROM a"),
    ("an end that is none", "FROM a\nRUN true \\\n"),
    ("nothing", "# nothing\n"),
]


@pytest.mark.parametrize("row", REFUSED, ids=lambda row: row[0])
def test_what_is_not_carried_out_is_refused(row):
    with pytest.raises(Refused):
        parse(row[1])


def test_comments_and_lines_that_go_on():
    [stage] = parse("FROM a AS b\n# no\nRUN one \\\n    # no\n    && two\n")
    assert (stage.base, stage.name) == ("a", "b")
    assert [(each.line, each.name, each.text) for each in stage.instructions] == [(3, "RUN", "one && two")]


def test_another_judge_of_dockerfiles_finds_nothing(tmp_path):
    hadolint = pathlib.Path(sys.executable).parent / "hadolint"
    done = subprocess.run([hadolint, ROOT / "Dockerfile"], check=False, capture_output=True, text=True)
    assert (done.returncode, done.stdout + done.stderr) == (0, "")
    (tmp_path / "Dockerfile").write_text("FROM debian\nRUN cd /x\n")
    planted = subprocess.run([hadolint, tmp_path / "Dockerfile"], check=False, capture_output=True)
    assert planted.returncode != 0
