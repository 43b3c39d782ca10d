"""What this machine needs in order to reach package registries, for a root of its own.

It is found out when it is wanted, and never written down: mirror, proxies, certificates and pip's settings
are this machine's affair.
"""

import ast
import dataclasses
import os
import pathlib
import re
import subprocess

from namespace import run, say

KEYRING = pathlib.Path("/usr/share/keyrings/debian-archive-keyring.gpg")
SETTING = re.compile(
    r"PIP_\w+|(https?|no|all)_proxy|SSL_CERT_FILE|REQUESTS_CA_BUNDLE|CURL_CA_BUNDLE", re.IGNORECASE)


@dataclasses.dataclass
class AptSource:
    uri: str
    suite: str
    component: str

    def line(self) -> str:
        return f"deb {self.uri} {self.suite} {self.component}\n"


def output(*command: str) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def apt_sources(codename: str) -> list[AptSource]:
    """Debian's own of that release, as apt has them; the release itself comes first."""
    told = output("apt-get", "indextargets", "--format", "$(CREATED_BY) $(REPO_URI) $(RELEASE) $(COMPONENT)")
    rows = [line.split() for line in told.splitlines() if line.startswith("Packages ")]
    wanted = [codename, f"{codename}-updates", f"{codename}-security"]
    found = {(suite, component): AptSource(uri, suite, component)
             for _, uri, suite, component in rows if suite in wanted and component == "main"}
    sources = [found[suite, "main"] for suite in wanted if (suite, "main") in found]
    if not sources or sources[0].suite != codename:
        raise SystemExit(f"dockerfile: apt knows no {codename} here: apt-get update")
    return sources


def apt_settings() -> str:
    """How apt reaches them: proxies and the like."""
    lines = output("apt-config", "dump").splitlines()
    return "".join(f"{line}\n" for line in lines
                   if line.startswith("Acquire::") and not line.endswith(' "";') and "::Index" not in line)


def environment() -> dict[str, str]:
    """Of pip and of TLS. pip's files count, its variables count more."""
    found = {}
    for line in output("python3", "-m", "pip", "config", "list").splitlines():
        match = re.fullmatch(r"(?:global|install)\.([\w-]+)=('.*'|\".*\")", line)
        if match:
            found["PIP_" + match[1].upper().replace("-", "_")] = ast.literal_eval(match[2])
    return found | {name: value for name, value in os.environ.items() if SETTING.fullmatch(name)}


def debootstrap(codename: str, path: pathlib.Path, packages: list[str] | None = None):
    """A fresh root of that release, whose apt reaches what this machine's does."""
    say(f"debootstrap {codename}")
    sources = apt_sources(codename)
    included = [f"--include={','.join(packages)}"] if packages else []
    run("debootstrap", "--variant=minbase", f"--keyring={KEYRING}", *included, codename, path, sources[0].uri,
        stdout=subprocess.DEVNULL)
    (path / "etc/apt/sources.list").write_text("".join(each.line() for each in sources))
    (path / "etc/apt/apt.conf.d/99host").write_text(apt_settings())
