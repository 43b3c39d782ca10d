"""The Dockerfile, as tools/roots reads it."""

import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools" / "roots"))

import dockerfile  # noqa: E402  (the path comes first)

STAGES = dockerfile.parse((ROOT / "Dockerfile").read_text())
