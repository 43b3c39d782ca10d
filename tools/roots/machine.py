"""Boots a fresh Debian with systemd and cron in it, and lets both start what deploy/ has for them.

What no other test sees: a dynamic user, the filter of system calls, the view of the file system and the
credentials of a service as the kernel enforces them, and a mail of cron. AWS is a sandbox on this machine.
"""

import argparse
import pathlib
import shutil
import subprocess
import sys
import time

import dockerfile
import host
from namespace import say, wrapped

TREE = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(TREE / "tests" / "deploy"))

import deploy_world  # noqa: E402  (the path comes first)
from notice_sinks import Web  # noqa: E402

# What a machine of its own would want, and this one has not.
ELSEWHERE = ["console-getty.service", "getty.target", "systemd-logind.service", "systemd-udevd.service",
             "systemd-udev-trigger.service", "sys-kernel-config.mount", "sys-kernel-debug.mount",
             "sys-kernel-tracing.mount", "dev-hugepages.mount", "dev-mqueue.mount", "systemd-remount-fs.service",
             "systemd-modules-load.service", "systemd-sysctl.service", "apt-daily.timer",
             "apt-daily-upgrade.timer"]
HOOK = "/services/x"
BACKUP, DRILL = "ssm-backup@dev.service", "ssm-backup-drill@dev.service"
TEXTFILE, GROUP = "/var/lib/prometheus/node-exporter", "ssm-backup-metrics"


class Machine:
    def __init__(self, root: pathlib.Path):
        self.root = root
        self.booted: subprocess.Popen | None = None
        self.first = ""

    def make(self):
        image = dockerfile.parse((TREE / "Dockerfile").read_text())[-1]
        host.debootstrap("bookworm", self.root, [
            "systemd", "systemd-sysv", "cron", "tzdata", *dockerfile.apt_packages(image)])
        system = self.root / "etc/systemd/system"
        for name in ELSEWHERE:
            (system / name).unlink(missing_ok=True)
            (system / name).symlink_to("/dev/null")
        shutil.copy2(deploy_world.BUILD / "ssm-backup", self.root / "usr/local/bin")
        for path in (deploy_world.DEPLOY / "systemd").glob("*@.*"):
            shutil.copy(path, system)
        for name in ("ssm-backup@", "ssm-backup-drill@"):
            (system / f"{name}.service.d").mkdir()
            shutil.copy(deploy_world.DEPLOY / "systemd/metrics.conf", system / f"{name}.service.d")
        shutil.copy(deploy_world.DEPLOY / "systemd/notices.conf", system / "ssm-backup@.service.d")

    def file(self, inside: str, text: str, mode: int = 0o644):
        path = self.root / inside.lstrip("/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        path.chmod(mode)

    def boot(self):
        say("booting it")
        self.booted = subprocess.Popen(
            ["unshare", "--mount", "--propagation=private", "--pid", "--fork", "--kill-child", "--uts", "--ipc",
             "--cgroup", TREE / "tools/roots/boot.sh", self.root])
        children = pathlib.Path(f"/proc/{self.booted.pid}/task/{self.booted.pid}/children")
        until(lambda: children.read_text().split(), "no process 1")
        self.first = children.read_text().split()[0]
        until(lambda: self.ask("systemctl", "is-system-running").stdout.strip() in ("running", "degraded"),
              "systemd does not come up")

    def ask(self, *command: str) -> subprocess.CompletedProcess:
        return subprocess.run(["nsenter", f"--target={self.first}", "--mount", "--pid", "--uts", "--ipc",
                               "--cgroup", *command], check=False, text=True, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=120)

    def start(self, unit: str) -> dict[str, str]:
        """How a service came out."""
        self.ask("systemctl", "start", unit)
        shown = self.ask("systemctl", "show", unit, "-pResult,ExecMainStatus,ActiveState").stdout
        told = dict(line.split("=", 1) for line in shown.splitlines())
        print(f"$ systemctl start {unit}\n{shown}", end="", flush=True)
        print(self.ask("journalctl", "--no-pager", "--output=cat", "-n12", f"--unit={unit}").stdout, flush=True)
        return told

    def stop(self):
        if self.booted:
            self.booted.kill()
            self.booted.wait()


def until(holds, otherwise: str, seconds: int = 60):
    for _ in range(seconds * 10):
        if holds():
            return
        time.sleep(0.1)
    raise SystemExit(f"units: {otherwise}")


def expect(what: str, found, wanted):
    if found != wanted:
        raise SystemExit(f"units: {what}: {found!r}, and it was to be {wanted!r}")


def environment_file(world) -> str:
    """dev.env, and what stands in for AWS."""
    text = (deploy_world.DEPLOY / "systemd/dev.env").read_text()
    return text + "".join(f"{name}={value}\n" for name, value in of_aws(world).items()) + \
        "SSM_BACKUP_OPTIONS=--notify=/etc/ssm-backup/dev.notify.yaml\n"


def of_aws(world) -> dict[str, str]:
    return {name: value for name, value in world.of_aws().items()
            if name.startswith("AWS_") and not name.endswith("_FILE") and value}


def services(machine: Machine, world, sink: Web):
    expect("groupadd", machine.ask("groupadd", "--system", GROUP).returncode, 0)
    expect("install", machine.ask("install", "-d", "-m", "2775", "-g", GROUP, TEXTFILE).returncode, 0)
    good = {"Result": "success", "ExecMainStatus": "0", "ActiveState": "inactive"}
    expect("the backup", machine.start(BACKUP), good)
    expect("the notice, by the service's own credential", [path for path, _, _ in sink.posts], [HOOK])
    state = machine.root / "var/lib/private/ssm-backup/dev"
    status = (state / "region_summaries.json").stat()
    expect("root wrote the summaries", status.st_uid == 0, False)
    expect("their directory's mode", oct(state.stat().st_mode & 0o777), "0o700")
    users = [metrics_writer(machine, "ssm_backup_complete{")]
    expect("the drill", machine.start(DRILL), good)
    users.append(metrics_writer(machine, "ssm_backup_drill_proven{"))
    expect("two users of the moment have written the metrics", len({0, *users}), 3)
    world.deny_key("us-west-2", "/app/dev/db/password")
    incomplete = {"Result": "exit-code", "ExecMainStatus": "3", "ActiveState": "failed"}
    expect("an incomplete backup", machine.start(BACKUP), incomplete)
    failed = machine.ask("systemctl", "--failed", "--plain", "--no-legend", "--no-pager").stdout
    expect("systemctl --failed", failed.split()[:1], [BACKUP])
    expect("the notices", len(sink.posts), 2)
    timers = [unit.replace(".service", ".timer") for unit in (BACKUP, DRILL)]
    expect("enable", machine.ask("systemctl", "enable", "--now", *timers).returncode, 0)
    listed = machine.ask("systemctl", "list-timers", "--no-pager", "ssm-backup*").stdout
    print(listed, flush=True)
    expect("the timers", [timer in listed for timer in timers], [True, True])


def metrics_writer(machine: Machine, metric: str) -> int:
    """Who has written the file, with that in it."""
    file = machine.root / TEXTFILE.lstrip("/") / "ssm_backup.prom"
    expect(f"{metric} in the metrics", metric in file.read_text(), True)
    expect("the mode of the metrics", oct(file.stat().st_mode & 0o777), "0o644")
    return file.stat().st_uid


def cron(machine: Machine, world):
    """The key of one parameter is denied still: there is something to mail."""
    say("cron: up to a minute")
    home = "/var/lib/ssm-backup-cron"  # that of the services is another's
    machine.file("/usr/sbin/sendmail", "#!/bin/sh\ncat >>/var/spool/mails\n", 0o755)
    machine.file("/var/spool/mails", "", 0o666)
    expect("useradd", machine.ask("useradd", "--system", "--create-home", "--home-dir", home,
                                  "ssm-backup").returncode, 0)
    text = (deploy_world.DEPLOY / "cron/ssm-backup").read_text().replace("/var/lib/ssm-backup ", f"{home} ")
    text = text.replace("\n0 13 * * * ", "\n* * * * * ").replace("\n0 17 * * 0 ", "\n* * * * * ")
    stand_in = "".join(f"{name}={value}\n" for name, value in of_aws(world).items())
    machine.file("/etc/cron.d/ssm-backup", text.replace("AWS_REGION=", f"{stand_in}AWS_REGION="))
    mails = machine.root / "var/spool/mails"
    until(lambda: "done, incomplete" in mails.read_text(), "cron mailed nothing", 90)
    machine.file("/etc/cron.d/ssm-backup", "")
    mail = mails.read_text()
    print("\n".join(mail.splitlines()[:3] + ["..."] + mail.splitlines()[-6:]), flush=True)
    expect("the exit code in the mail", "backup of dev: exit code 3\n" in mail, True)
    expect("whom it is to", "To: ops-alerts@example.com\n" in mail, True)


def inside(options):
    machine = Machine(options.roots / "machine")
    machine.make()
    world, sink = deploy_world.DeployWorld(options.roots), Web()
    try:
        machine.file("/etc/ssm-backup/dev.env", environment_file(world), 0o600)
        machine.file("/etc/ssm-backup/dev.slack", f"{sink.url}{HOOK}\n", 0o600)
        machine.file("/etc/ssm-backup/dev.notify.yaml",
                     f"slack:\n  webhook: file:/run/credentials/{BACKUP}/slack\n")
        machine.boot()
        services(machine, world, sink)
        cron(machine, world)
    finally:
        machine.stop()
        sink.stop()
        world.stop()
    say("systemd and cron do what deploy/ says")


if __name__ == "__main__":
    sys.exit(wrapped(argparse.ArgumentParser(prog="./dev units"), inside))
