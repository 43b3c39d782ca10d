#!/usr/bin/env python3
"""Runs clang-tidy over translation units of ours, and remembers which were clean.

usage: tidy.py BUILD_DIR CACHE_DIR [FILE...]   (no FILE: every unit of compile_commands.json)

A unit is skipped if its preprocessed text with comments, the checks and clang-tidy itself are
those of a clean run: preprocessing takes a second, clang-tidy 10 to 20.
"""

import concurrent.futures
import hashlib
import json
import os
import pathlib
import re
import shlex
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
TIDY = "clang-tidy-19"
JOBS = 2


def fingerprint(entry, salt):
    """Hash of what clang-tidy would see, whichever directory the tree lies in."""
    command = shlex.split(entry["command"])
    if pathlib.Path(command[0]).name == "ccache":
        command = command[1:]
    output = command.index("-o")
    command = command[:output] + command[output + 2 :]
    command = [word for word in command if word != "-c"] + ["-E", "-CC", "-w"]
    done = subprocess.run(command, cwd=entry["directory"], capture_output=True)
    if done.returncode:
        return None  # clang-tidy will say what is wrong
    text = done.stdout.replace(str(ROOT).encode(), b".")
    return hashlib.sha256(salt + text).hexdigest()


def check(build, cache, salt, entry):
    """(file, seconds or None if remembered, output if not clean)."""
    key = fingerprint(entry, salt)
    if key and (cache / key).exists():
        return entry["file"], None, ""
    start = time.monotonic()
    done = subprocess.run(
        [TIDY, "-p", str(build), "--quiet", "--warnings-as-errors=*",
         f"--header-filter=^{re.escape(str(ROOT))}/(src|sandbox|tests)/", entry["file"]],
        capture_output=True, text=True,
    )  # fmt: skip
    if done.returncode == 0:
        if key:
            (cache / key).touch()
        return entry["file"], time.monotonic() - start, ""
    return entry["file"], time.monotonic() - start, done.stdout + done.stderr


def salt_of():
    version = subprocess.run([TIDY, "--version"], check=True, capture_output=True).stdout
    checks = b"".join(p.read_bytes() for p in sorted(ROOT.glob("**/.clang-tidy")))
    return hashlib.sha256(version + checks + pathlib.Path(__file__).read_bytes()).digest()


def count_silenced():
    count = 0
    for tree in ("src", "sandbox", "tests"):
        for path in (ROOT / tree).rglob("*"):
            if path.suffix in {".cc", ".h"}:
                count += len(re.findall(r"\bNOLINT(?!END)", path.read_text()))
    return count


def main():
    build, cache = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
    cache.mkdir(parents=True, exist_ok=True)
    only = {str(ROOT / name) for name in sys.argv[3:]}
    units = {}
    for entry in json.loads((build / "compile_commands.json").read_text()):
        ours = not entry["file"].startswith(str(ROOT / "cmake") + os.sep)
        if ours and (not only or entry["file"] in only):
            units[entry["file"]] = entry
    salt, bad, remembered = salt_of(), 0, 0
    with concurrent.futures.ThreadPoolExecutor(JOBS) as pool:
        runs = [pool.submit(check, build, cache, salt, entry) for entry in units.values()]
        for done, run in enumerate(concurrent.futures.as_completed(runs), 1):
            file, seconds, output = run.result()
            remembered += seconds is None
            bad += bool(output)
            if seconds is not None:
                name = os.path.relpath(file, ROOT)
                print(f"[{done}/{len(units)}] {name} {seconds:.0f} s", flush=True)
            if output:
                print(output, flush=True)
    print(f"tidy: {len(units)} units, {remembered} known clean, {bad} with findings;"
          f" {count_silenced()} NOLINT, each with its reason")  # fmt: skip
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
