#!/usr/bin/env python3
"""The include arrow: a layer may include what stands above it, and nothing below.

Prints file:line for each violation and exits 1 if there is one. --self-test plants violations and
sees that each is found.
"""

import pathlib
import re
import sys
import tempfile

# Top of the house first. CMakeLists.txt links the same arrow.
LAYERS = ["base", "runtime", "aws", "parameter", "snapshot", "engine", "report", "notify", "cli"]
ALLOWED = {layer: set(LAYERS[: i + 1]) for i, layer in enumerate(LAYERS)}
ALLOWED["sandbox"] = {"base", "runtime", "aws", "parameter", "sandbox"}
# Third-party headers that a layer must not reach for: prefix of <...>, and why.
FORBIDDEN = {
    "base": [("boost/asio", "base knows no event loop")],
    "parameter": [("boost/asio", "SSM's rules are pure")],
}
# Headers at the root of src/, for the build only.
ROOT_HEADERS = {"pch.h"}

INCLUDE = re.compile(r'^\s*#\s*include\s*(?:"([^"]+)"|<([^>]+)>)')
SUFFIXES = {".h", ".cc", ".inc"}


def complaint(layer, quoted, angled):
    """Why this #include is wrong in this layer, or None."""
    if quoted is not None:
        if "/" not in quoted:
            return f'"{quoted}": name the layer, as in "base/result.h"'
        target = quoted.split("/", 1)[0]
        if target not in ALLOWED:
            return f'"{quoted}" is no layer that {layer} may include'
        if target not in ALLOWED[layer]:
            return f"{layer} must not include {target} ({quoted})"
        return None
    for prefix, why in FORBIDDEN.get(layer, []):
        if angled.startswith(prefix):
            return f"{layer} must not include <{angled}>: {why}"
    return None


def violations(root):
    for tree in ("src", "sandbox"):
        for path in sorted((root / tree).rglob("*")):
            if path.suffix not in SUFFIXES or not path.is_file():
                continue
            relative = path.relative_to(root)
            parts = relative.parts
            layer = "sandbox" if tree == "sandbox" else parts[1]
            if tree == "src" and len(parts) == 2 and layer in ROOT_HEADERS:
                continue
            if layer not in ALLOWED:
                yield f"{relative}:1: src/{layer} is no layer of the design"
                continue
            for number, line in enumerate(path.read_text().splitlines(), 1):
                match = INCLUDE.match(line)
                if match and (why := complaint(layer, *match.groups())):
                    yield f"{relative}:{number}: {why}"


SELF_TEST = {
    "src/base/ok.h": ("#include <string>\n", None),
    "src/aws/ok.cc": ('#include "aws/ok.h"\n#include <aws/auth/auth.h>\n', None),
    "src/cli/ok.cc": ('#include "engine/backup.h"\n', None),
    "sandbox/ok.cc": ('#include "parameter/rules.h"\n#include "sandbox/store.h"\n', None),
    "src/pch.h": ("#include <boost/asio/awaitable.hpp>\n", None),
    "src/base/down.h": ('\n#include "runtime/task.h"\n', 2),
    "src/aws/down.cc": ('#include "base/a.h"\n  #  include "parameter/rules.h"\n', 2),
    "src/parameter/impure.cc": ("#include <boost/asio/awaitable.hpp>\n", 1),
    "src/parameter/down.cc": ('#include "snapshot/codec.h"\n', 1),
    "src/snapshot/bare.cc": ('#include "index.h"\n', 1),
    "src/engine/sandbox.cc": ('#include "sandbox/store.h"\n', 1),
    "sandbox/down.cc": ('#include "snapshot/codec.h"\n', 1),
    "src/extra/odd.cc": ("", 1),
}


def self_test():
    with tempfile.TemporaryDirectory() as directory:
        root = pathlib.Path(directory)
        for name, (text, _) in SELF_TEST.items():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text(text)
        found = {tuple(v.split(":", 2)[:2]) for v in violations(root)}
    expected = {(name, str(line)) for name, (_, line) in SELF_TEST.items() if line}
    if found != expected:
        print(f"check_includes: self-test failed: {sorted(found ^ expected)}", file=sys.stderr)
        return 1
    return 0


def main():
    if self_test():
        return 1
    if sys.argv[1:] == ["--self-test"]:
        return 0
    found = list(violations(pathlib.Path(__file__).resolve().parent.parent))
    for line in found:
        print(line)
    print(f"arrow: {len(found)} violations")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
