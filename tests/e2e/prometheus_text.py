"""Prometheus's text format, as its own documents describe it: read here without the program's code."""

import re

SAMPLE = re.compile(r'(?P<name>[a-zA-Z_:][\w:]*)(?:\{(?P<labels>.*)\})? (?P<value>\S+)')
LABEL = re.compile(r'([a-zA-Z_]\w*)="((?:[^"\\]|\\.)*)",?')


def families(text: str) -> dict:
    """name: {"help", "type", "samples": {labels as a sorted tuple of pairs: value}}."""
    found = {}
    for line in text.splitlines():
        if line.startswith("# HELP "):
            _, _, name, words = line.split(" ", 3)
            found.setdefault(name, {"samples": {}})["help"] = words
        elif line.startswith("# TYPE "):
            _, _, name, kind = line.split(" ")
            found[name]["type"] = kind
        elif line:
            match = SAMPLE.fullmatch(line)
            assert match, line
            labels = tuple(sorted(LABEL.findall(match["labels"] or "")))
            # A summary's sums and counts have no lines of their own.
            samples = found.setdefault(match["name"], {"samples": {}})["samples"]
            assert labels not in samples, f"twice: {line}"
            samples[labels] = float(match["value"])
    return found


def value(text: str, name: str, **labels) -> float | None:
    """The one sample with these labels among its own; None: there is none."""
    wanted = set(labels.items())
    samples = families(text).get(f"ssm_backup_{name}", {"samples": {}})["samples"]
    values = [each for key, each in samples.items() if wanted <= set(key)]
    assert len(values) <= 1, f"{name} {labels}: {samples}"
    return values[0] if values else None


def ours(text: str) -> dict:
    """The samples of the program, without what a Pushgateway adds."""
    return {(name, tuple(pair for pair in key if pair[0] not in ("job", "instance"))): each
            for name, family in families(text).items() if name.startswith("ssm_backup_")
            for key, each in family["samples"].items()}
