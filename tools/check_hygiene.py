#!/usr/bin/env python3
"""What must not be committed: machine paths, registry hosts, notes to self, overlong files,
and a silenced lint without its reason.

Looks at every file that git tracks or would track. --self-test plants one of each.
"""

import pathlib
import re
import subprocess
import sys

# Files that a person reads and edits as code.
CODE = {".cc", ".h", ".inc", ".py", ".sh", ".cmake", ".go", ".ts", ".js", ".groovy", ".bats"}
CODE_NAMES = {"dev", "run", "CMakeLists.txt", "Jenkinsfile"}
LONG, TOO_LONG = 300, 500

# Written in pieces, so that this file is clean too.
HOSTS = [
    ("pypi", "org"), ("python" "hosted", "org"), ("npmjs", "org"), ("npmjs", "com"), ("crates", "io"),
    ("proxy", "golang", "org"), ("repo1", "maven", "org"), ("repo", "maven", "apache", "org"),
    ("deb", "debian", "org"),
]  # fmt: skip
HOST = re.compile("|".join(re.escape(".".join(host)) for host in HOSTS))
MACHINE_PATH = re.compile(
    r"(?<![\w.$}/-])/(?:" + "|".join(["work" + "/", "root" + r"(?:/|\b)", "tmp" + "/wt"]) + ")"
)
NOTE = re.compile(r"\b(?:" + "|".join(["TO" + "DO", "FIX" + "ME", "XX" + "X"]) + r")\b")
SILENCED = re.compile(r"\bNOLINT(?!END)")
WITH_REASON = re.compile(r"\bNOLINT(?:NEXTLINE|BEGIN)?\([\w.,* -]+\): \S")


def problems(name, text):
    """(line, message) of each problem in one file."""
    code = pathlib.PurePath(name).suffix in CODE or pathlib.PurePath(name).name in CODE_NAMES
    lines = text.splitlines()
    for number, line in enumerate(lines, 1):
        if MACHINE_PATH.search(line):
            yield number, "a path of one machine"
        if HOST.search(line):
            yield number, "the host name of a package registry"
        if code and NOTE.search(line):
            yield number, "a note to self: do it, or open an issue"
        if name.endswith((".cc", ".h")) and SILENCED.search(line) and not WITH_REASON.search(line):
            yield number, "a lint silenced without its name and reason: // NOLINT(check): why"
    if code and len(lines) > TOO_LONG:
        yield TOO_LONG, f"{len(lines)} lines: split it (at most {TOO_LONG})"


def length_warning(name, text):
    lines = text.count("\n")
    code = pathlib.PurePath(name).suffix in CODE
    return f"{name}: {lines} lines" if code and LONG < lines <= TOO_LONG else None


def self_test():
    planted = [
        ("a.md", "see /" + "work/x", 1), ("a.txt", "x\n/" + "root/.ssh", 2),
        ("a.json", "https://" + "pypi" + ".org/simple", 1), ("a.cc", "// TO" + "DO: later", 1),
        ("a.py", "x\n" * 501, TOO_LONG), ("a.h", "int x;  // NOLINT", 1),
        ("b.h", "// NOLINTNEXTLINE(misc-x)", 1),
    ]  # fmt: skip
    clean = [
        ("a.md", "backup-work/x, TO" + "DO"), ("a.sh", "$here/" + "work/x"),
        ("a.cc", "int x;  // NOLINT(misc-x): the protocol says so"), ("a.cc", "// NOLINTEND(misc-x)"),
    ]  # fmt: skip
    failed = [n for n, text, line in planted if [p[0] for p in problems(n, text)] != [line]]
    failed += [n for n, text in clean if list(problems(n, text))]
    if failed:
        print(f"check_hygiene: self-test failed: {failed}", file=sys.stderr)
    return 1 if failed else 0


def main():
    if self_test():
        return 1
    if sys.argv[1:] == ["--self-test"]:
        return 0
    root = pathlib.Path(__file__).resolve().parent.parent
    names = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=root, check=True, capture_output=True, text=True,
    ).stdout.split("\0")  # fmt: skip
    count = 0
    for name in sorted(filter(None, set(names))):
        try:
            text = (root / name).read_text()
        except (UnicodeDecodeError, FileNotFoundError, IsADirectoryError):
            continue  # binary, or deleted and not yet committed
        for line, message in problems(name, text):
            print(f"{name}:{line}: {message}")
            count += 1
        if warning := length_warning(name, text):
            print(f"warning: {warning} (over {LONG})")
    print(f"hygiene: {count} problems")
    return 1 if count else 0


if __name__ == "__main__":
    sys.exit(main())
