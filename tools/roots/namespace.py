"""A run in a namespace of its own: what is mounted there is seen by nobody else, and ends with the run.

The roots lie in a directory of this run, which is removed afterwards from outside, where none of the mounts
is: no removal can reach what was bound into a root.
"""

import argparse
import os
import pathlib
import subprocess
import sys
import tempfile
from collections.abc import Callable


def say(text: str):
    print(f"-- {text}", file=sys.stderr, flush=True)


def run(*command, **more):
    subprocess.run([str(word) for word in command], check=True, **more)


def wrapped(arguments: argparse.ArgumentParser, inside: Callable[[argparse.Namespace], None]) -> int:
    """Calls inside() in the namespace, with options.roots a new directory."""
    arguments.add_argument("--roots", type=pathlib.Path, help="where the roots are made (about 4 GB)")
    arguments.add_argument("--keep", action="store_true", help="leave the roots there")
    arguments.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    options = arguments.parse_args()
    if options.inside:
        inside(options)
        return 0
    if options.roots:
        options.roots.mkdir(parents=True, exist_ok=True)
    place = pathlib.Path(tempfile.mkdtemp(prefix="ssm-backup-roots.", dir=options.roots))
    try:
        # The last --roots counts.
        return subprocess.run(
            ["unshare", "--mount", "--propagation=private", "--pid", "--fork", "--kill-child", "--mount-proc",
             sys.executable, os.path.abspath(sys.argv[0]), *sys.argv[1:], "--inside", f"--roots={place}"],
            check=False).returncode
    finally:
        if options.keep:
            say(f"the roots are in {place}")
        else:
            say("removing the roots")
            subprocess.run(["rm", "-rf", "--one-file-system", place], check=True)
