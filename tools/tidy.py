#!/usr/bin/env python3
"""Runs clang-tidy over translation units of ours, and remembers which were clean.

usage: tidy.py CLANG_TIDY BUILD_DIR CACHE_DIR [FILE...]
(no FILE: every unit of compile_commands.json)

A unit is skipped if its preprocessed text with comments, the checks and clang-tidy itself are
those of a clean run: preprocessing takes a second, clang-tidy two to four.
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
JOBS = 2

# Findings that are known to be false and that no NOLINT reaches: (end of the file's name, check).
KNOWN_FALSE = {
    # The analyzer walks into coroutines as into functions: a frame's own members, which the
    # compiler sets when it makes the frame, look uninitialized to it.
    ("/boost/asio/impl/awaitable.hpp", "clang-analyzer-core.CallAndMessage"),
    ("/boost/asio/impl/awaitable.hpp", "clang-analyzer-core.NullDereference"),
    # Read by a coroutine that holds a reference to it.
    ("/tests/aws/crt_transport_test.cc", "clang-analyzer-deadcode.DeadStores"),
    # Boost keeps its match flags in an enum as a bit mask.
    ("/boost/regex/v5/match_flags.hpp", "clang-analyzer-optin.core.EnumCastOutOfRange"),
}
FINDING = re.compile(r"^(\S+?):\d+:\d+: (?:error|warning): .*\[([\w.-]+?)(?:,[\w.,-]+)?\]$", re.M)


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


def is_known_false(output):
    """Is every finding in clang-tidy's output one of KNOWN_FALSE? (None at all: it did not run.)"""
    found = FINDING.findall(output)
    return bool(found) and all(
        any(file.endswith(end) and name == check for end, check in KNOWN_FALSE)
        for file, name in found
    )


def check(tidy, build, cache, salt, entry):
    """(file, seconds or None if remembered, output if not clean, whether one was passed over)."""
    key = fingerprint(entry, salt)
    if key and (cache / key).exists():
        return entry["file"], None, "", (cache / key).read_text() != ""
    start = time.monotonic()
    done = subprocess.run(
        [tidy, "-p", str(build), "--quiet", "--warnings-as-errors=*",
         f"--header-filter=^{re.escape(str(ROOT))}/(src|sandbox|tests)/", entry["file"]],
        capture_output=True, text=True,
    )  # fmt: skip
    seconds = time.monotonic() - start
    passed_over = done.returncode != 0 and is_known_false(done.stdout + done.stderr)
    if done.returncode == 0 or passed_over:
        if key:
            (cache / key).write_text("passed over\n" if passed_over else "")
        return entry["file"], seconds, "", passed_over
    return entry["file"], seconds, done.stdout + done.stderr, False


def salt_of(tidy):
    version = subprocess.run([tidy, "--version"], check=True, capture_output=True).stdout
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
    tidy, build, cache = sys.argv[1], pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3])
    cache.mkdir(parents=True, exist_ok=True)
    only = {str(ROOT / name) for name in sys.argv[4:]}
    units = {}
    for entry in json.loads((build / "compile_commands.json").read_text()):
        ours = not entry["file"].startswith(str(ROOT / "cmake") + os.sep)
        if ours and (not only or entry["file"] in only):
            units[entry["file"]] = entry
    salt, bad, remembered, false = salt_of(tidy), 0, 0, 0
    with concurrent.futures.ThreadPoolExecutor(JOBS) as pool:
        runs = [pool.submit(check, tidy, build, cache, salt, entry) for entry in units.values()]
        for done, run in enumerate(concurrent.futures.as_completed(runs), 1):
            file, seconds, output, passed_over = run.result()
            remembered += seconds is None
            bad += bool(output)
            false += passed_over
            if seconds is not None:
                name = os.path.relpath(file, ROOT)
                print(f"[{done}/{len(units)}] {name} {seconds:.0f} s", flush=True)
            if output:
                print(output, flush=True)
    print(f"tidy: {len(units)} units, {remembered} known clean, {bad} with findings;"
          f" {false} only with a known false one; {count_silenced()} NOLINT, each with its reason")  # fmt: skip
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
