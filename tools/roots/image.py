"""Carries out the Dockerfile where there is no Docker: roots made by debootstrap, and chroot.

Then the image's program is run as the pods of deploy/kubernetes run it: the image's user, a root that
cannot be written, /work besides, and a sandbox of AWS on this machine's loopback.
"""

import argparse
import os
import pathlib
import shutil
import subprocess
import sys

import host
import smoke
from dockerfile import Instruction, Refused, Stage, ignored, parse
from namespace import run, say, wrapped

TREE = pathlib.Path(__file__).resolve().parents[2]
CODENAMES = {"debian:12-slim": "bookworm"}
PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
CACHE = "/var/cache/ssm-backup-build"  # where a root sees that of --cache


class Root:
    """A file system to chroot into, and what Docker keeps of an image beside it."""

    def __init__(self, path: pathlib.Path):
        self.path = path
        self.variables = {"PATH": PATH}
        self.directory = "/"
        self.user = "0:0"
        self.entrypoint: list[str] = []
        self.of_host: dict[str, str] = {}

    def at(self, inside: str) -> pathlib.Path:
        return self.path / os.path.join(self.directory, inside).lstrip("/")

    def mount(self, cache: pathlib.Path | None):
        run("mount", "-t", "proc", "proc", self.path / "proc")
        run("mount", "--rbind", "/dev", self.path / "dev")
        for name in ("resolv.conf", "hosts"):
            (self.path / "etc" / name).touch()
            run("mount", "--bind", pathlib.Path("/etc", name), self.path / "etc" / name)
        if cache:
            (self.path / CACHE.lstrip("/")).mkdir(parents=True)
            run("mount", "--bind", cache, self.path / CACHE.lstrip("/"))
            self.of_host = {"CCACHE_DIR": f"{CACHE}/ccache", "SSM_BACKUP_CACHE": f"{CACHE}/ssm-backup"}

    def admit_host(self):
        """Files that the host's settings name come along, to a place of their own."""
        for name, value in host.environment().items():
            self.of_host[name] = value
            if value.startswith("/") and pathlib.Path(value).exists():
                place = self.path / "run" / "host" / name.lower()
                place.parent.mkdir(parents=True, exist_ok=True)
                if pathlib.Path(value).is_dir():
                    shutil.copytree(value, place)
                else:
                    shutil.copyfile(value, place)
                self.of_host[name] = f"/run/host/{name.lower()}"

    def execute(self, *command: str, variables: dict | None = None, **more) -> subprocess.CompletedProcess:
        settings = self.variables | (variables or {})
        return subprocess.run(
            ["chroot", f"--userspec={self.user}", str(self.path), "/usr/bin/env", "-i",
             f"--chdir={self.directory}", *(f"{name}={value}" for name, value in settings.items()),
             *command], check=False, text=True, **more)


class Build:
    def __init__(self, roots: pathlib.Path, cache: pathlib.Path | None):
        self.roots, self.cache = roots, cache
        self.done: dict[str, Root] = {}
        self.ignored = (TREE / ".dockerignore").read_text().split()

    def base(self, image: str) -> pathlib.Path:
        if image not in CODENAMES:
            raise Refused(f"FROM {image}: not known here")
        path = self.roots / CODENAMES[image]
        if not path.exists():
            host.debootstrap(CODENAMES[image], path)
        return path

    def stage(self, stage: Stage):
        root = Root(self.roots / f"stage-{stage.name}")
        run("cp", "--archive", "--one-file-system", self.base(stage.base), root.path)
        root.mount(self.cache)
        root.admit_host()
        for each in stage.instructions:
            say(f"{stage.name}: {each.name} {each.text}")
            getattr(self, each.name.lower())(root, each)
        self.done[stage.name] = root

    def run(self, root: Root, each: Instruction):
        command = each.words() if each.text.startswith("[") else ["/bin/sh", "-c", each.text]
        home = {"HOME": os.path.expanduser("~root")} if root.user == "0:0" else {}
        done = root.execute(*command, variables=home | root.of_host, stdin=subprocess.DEVNULL)
        if done.returncode != 0:
            raise SystemExit(f"dockerfile: line {each.line}: exit code {done.returncode}")

    def copy(self, root: Root, each: Instruction):
        source, target = each.words()
        place = root.at(target)
        if "from" in each.flags:
            taken, left_out = self.done[each.flags["from"]].path / source.lstrip("/"), None
        else:
            taken, left_out = TREE / source, self.leaves_out
        if taken.is_dir():
            shutil.copytree(taken, place, symlinks=True, dirs_exist_ok=True, ignore=left_out)
            return
        if target.endswith("/") or place.is_dir():
            place /= taken.name
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(taken, place)

    def leaves_out(self, directory: str, names: list[str]) -> list[str]:
        inside = pathlib.Path(directory).relative_to(TREE)
        return [name for name in names if ignored(self.ignored, inside / name)]

    def workdir(self, root: Root, each: Instruction):
        root.at(each.text).mkdir(parents=True, exist_ok=True)
        root.directory = os.path.join(root.directory, each.text)

    def user(self, root: Root, each: Instruction):
        root.user = each.text

    def env(self, root: Root, each: Instruction):
        name, _, value = each.text.partition("=")
        root.variables[name] = value

    arg = env

    def entrypoint(self, root: Root, each: Instruction):
        root.entrypoint = each.words()

    def healthcheck(self, root: Root, each: Instruction):
        pass  # NONE: nothing is checked


def inside(options):
    """In the namespace."""
    cache = None
    if options.cache:
        cache = options.cache.resolve()
        cache.mkdir(parents=True, exist_ok=True)
    build = Build(options.roots, cache)
    stages = parse((TREE / "Dockerfile").read_text())
    for stage in stages:
        build.stage(stage)
    smoke.image(build.done[stages[-1].name], options.sandbox, options.roots / "live")


def main() -> int:
    arguments = argparse.ArgumentParser(prog="./dev dockerfile")
    arguments.add_argument("--sandbox", type=pathlib.Path, required=True, help=argparse.SUPPRESS)
    arguments.add_argument("--cache", type=pathlib.Path,
                           help="ccache's files and the AWS CRT, from one run to the next")
    return wrapped(arguments, inside)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Refused as refused:
        sys.exit(f"dockerfile: {refused}")
