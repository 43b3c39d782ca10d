"""deploy/systemd: the units by systemd-analyze, and what they start by itself, watched by strace."""

import json
import os
import pathlib
import re
import shutil
import subprocess

import pytest
import units
from deploy_world import BUILD, world  # noqa: F401  (a fixture)
from notice_sinks import Web

SERVICES = ["ssm-backup", "ssm-backup-drill"]
PROGRAM = "/usr/local/bin/ssm-backup"
UNITS = sorted(path.name for path in units.SYSTEMD.glob("*@.*"))
MOST_EXPOSURE = 20  # tenths

needs_systemd = pytest.mark.usefixtures("systemd")
needs_strace = pytest.mark.usefixtures("strace")


def skipped(what: str, reason: str):
    """Said at the end of `./dev test`, too."""
    if list_of_those_not_run := os.environ.get("SSM_BACKUP_NOT_RUN"):
        with open(list_of_those_not_run, "a", encoding="utf-8") as file:
            file.write(f"deploy, {what}: {reason}\n")
    pytest.skip(reason)


@pytest.fixture(scope="module")
def systemd():
    if not shutil.which("systemd-analyze"):
        skipped("the units by systemd-analyze", "there is no systemd-analyze")


@pytest.fixture(scope="module")
def strace():
    if not shutil.which("strace"):
        skipped("the services' system calls", "there is no strace")
    if subprocess.run(["strace", "-qq", "-o", os.devnull, "true"], check=False).returncode != 0:
        skipped("the services' system calls", "strace may not trace here")


def analyze(*words: str, **environment: str) -> subprocess.CompletedProcess:
    return subprocess.run(["systemd-analyze", *map(str, words)], check=False, capture_output=True, text=True,
                          timeout=60, env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", **environment})


@pytest.fixture
def machine(tmp_path):
    """A root with our units in it, systemd's targets, and a program where ours would be."""
    place = tmp_path / "machine"
    system = place / "etc" / "systemd" / "system"
    (system / "ssm-backup@.service.d").mkdir(parents=True)
    for name in UNITS:
        shutil.copy(units.SYSTEMD / name, system / name)
    shutil.copy(units.SYSTEMD / "notices.conf", system / "ssm-backup@.service.d")
    for name in SERVICES:
        (system / f"{name}@.service.d").mkdir(exist_ok=True)
        shutil.copy(units.SYSTEMD / "metrics.conf", system / f"{name}@.service.d")
    targets = place / "usr" / "lib" / "systemd" / "system"
    targets.mkdir(parents=True)
    for path in pathlib.Path("/lib/systemd/system").glob("*.target"):
        shutil.copy(path, targets)
    program = place / PROGRAM.lstrip("/")
    program.parent.mkdir(parents=True)
    shutil.copy("/bin/true", program)
    return place


def verify(machine) -> str:
    """What systemd-analyze has to say of them: nothing, if all is well."""
    said = ""
    for name in SERVICES:
        done = analyze("verify", "--man=no", f"--root={machine}", f"{name}@dev.service", f"{name}@dev.timer")
        said += done.stdout + done.stderr + ("" if done.returncode == 0 else "failed\n")
    return said


@needs_systemd
def test_systemd_takes_them(machine):
    assert UNITS == sorted(f"{name}@.{kind}" for name in SERVICES for kind in ("service", "timer"))
    assert verify(machine) == ""


@needs_systemd
@pytest.mark.parametrize("planted", [
    ("ssm-backup@.service", "PrivateTmp=", "PrivateTemp="),
    ("ssm-backup@.service", "TimeoutStartSec=3h", "TimeoutStartSec=3 hrz"),
    ("ssm-backup@.service", PROGRAM, "/usr/local/bin/ssm-backups"),
    ("ssm-backup-drill@.timer", "Asia/Tokyo", "Asia/Tokio"),
    ("ssm-backup@.service.d/notices.conf", "LoadCredential=slack:", "LoadCredential=sl/ck:"),
    ("ssm-backup-drill@.service.d/metrics.conf", "ReadWritePaths=/", "ReadWritePaths="),
], ids=lambda row: row[2])
def test_what_systemd_would_not_take_is_found(machine, planted):
    name, right, wrong = planted
    path = machine / "etc" / "systemd" / "system" / name
    text = path.read_text()
    assert right in text
    path.write_text(text.replace(right, wrong))
    assert verify(machine) != ""


def exposure(machine, name: str) -> tuple[bool, float]:
    path = machine / "etc" / "systemd" / "system" / f"{name}@.service"
    done = analyze("security", "--no-pager", "--offline=true", f"--threshold={MOST_EXPOSURE}", path)
    [score] = re.findall(r"Overall exposure level for \S+: ([\d.]+)", done.stdout)
    return done.returncode == 0, float(score)


@needs_systemd
@pytest.mark.parametrize("name", SERVICES)
def test_the_service_is_exposed_little(machine, name):
    good, score = exposure(machine, name)
    print(f"{name}: {score}")
    assert good
    assert score < MOST_EXPOSURE / 10


@needs_systemd
def test_a_service_that_is_exposed_is_found(machine):
    path = machine / "etc" / "systemd" / "system" / "ssm-backup@.service"
    path.write_text(re.sub(r"^(SystemCall|Restrict|Capability).*\n", "", path.read_text(), flags=re.MULTILINE))
    assert not exposure(machine, "ssm-backup")[0]


def test_the_two_services_differ_in_what_they_run_only():
    backup, drill = (units.settings(f"{name}@.service") for name in SERVICES)
    assert [row for row in backup if row not in drill] == [
        ("Unit", "Description", "Backup of SSM Parameter Store, environment %i"),
        ("Service", "ExecStart", f"{PROGRAM} backup --env=%i --work-dir=%S/ssm-backup/%i --progress=plain "
                                 "$SSM_BACKUP_OPTIONS"),
        ("Service", "StateDirectory", "ssm-backup/%i")]
    assert len(backup) == len(drill)


@pytest.mark.parametrize("name", SERVICES)
def test_no_exit_code_but_0_is_a_success(name):
    keys = {key for _, key, _ in units.settings(f"{name}@.service")}
    assert not keys & {"SuccessExitStatus", "Restart", "RestartForceExitStatus", "ExecStartPre"}
    [line] = units.values(f"{name}@.service", "ExecStart")
    assert line.startswith(f"{PROGRAM} ")  # "-" before it would make every failure a success


@needs_systemd
@pytest.mark.parametrize(("name", "elapses"), [
    ("ssm-backup", ["2026-11-26 13:00:00", "2026-11-27 13:00:00"]),
    ("ssm-backup-drill", ["2026-11-29 17:00:00", "2026-12-06 17:00:00"]),
], ids=SERVICES)
def test_when_the_timer_elapses(name, elapses):
    [calendar] = units.values(f"{name}@.timer", "OnCalendar")
    done = analyze("calendar", "--iterations=2", "--base-time=2026-11-26 10:00:00 UTC", calendar, TZ="UTC")
    assert re.findall(r"(?:Next elapse|Iteration #2|Iter\. #2): \w+ ([\d-]+ [\d:]+) UTC", done.stdout) == elapses
    for key, value in [("Persistent", "true"), ("RandomizedDelaySec", "5min"), ("AccuracySec", "1min")]:
        assert units.values(f"{name}@.timer", key) == [value]


def started(world, name: str, before: tuple = (), program=BUILD / "ssm-backup", **more: str) -> subprocess.CompletedProcess:  # noqa: F811
    """ExecStart= with the variables of dev.env, `before` in front, the state in a directory of the test."""
    environment = units.environment_file((units.SYSTEMD / "dev.env").read_text()) | more
    state = str(world.directory / "state")
    words = units.command(f"{name}@.service", "dev", state, environment)
    assert words[0] == PROGRAM
    return world.call(*before, program, *words[1:], **environment)


def test_what_the_services_start_works(world):  # noqa: F811
    backup = started(world, "ssm-backup")
    assert backup.returncode == 0, backup.stdout
    assert "done and complete: 24 parameters of 3 Regions" in backup.stdout
    state = world.directory / "state"
    assert set(json.loads((state / "ssm-backup/dev/region_summaries.json").read_text())) == {
        "ap-northeast-1", "us-west-2", "eu-west-1"}
    drill = started(world, "ssm-backup-drill")
    assert drill.returncode == 0, drill.stdout
    assert json.loads((state / "ssm-backup-drill/dev/drill.json").read_text())["proven"] is True


def test_incomplete_is_an_exit_code_of_its_own(world):  # noqa: F811
    world.deny_key("us-west-2", "/app/dev/db/password")
    assert started(world, "ssm-backup").returncode == 3


def test_the_options_of_the_example_are_taken(world):  # noqa: F811
    """Those that dev.env has as comments."""
    text = re.sub(r"^#(?=SSM_)", "", (units.SYSTEMD / "dev.env").read_text(), flags=re.MULTILINE)
    offered = {name: value for name, value in units.environment_file(text).items() if name.startswith("SSM_")}
    assert set(offered) == {"SSM_BACKUP_OPTIONS", "SSM_BACKUP_DRILL_OPTIONS"}
    world.client("s3", "us-east-1").create_bucket(Bucket="copies")
    sink = Web()
    (world.directory / "slack").write_text(f"{sink.url}/services/x\n")
    (world.directory / "notify.yaml").write_text(
        f"slack:\n  webhook: file:{world.directory / 'slack'}\n")
    options = offered["SSM_BACKUP_OPTIONS"].replace(
        "s3://BUCKET,region=eu-west-1", "s3://copies,region=us-east-1").replace(
        "/etc/ssm-backup/dev.notify.yaml", str(world.directory / "notify.yaml"))
    try:
        backup = started(world, "ssm-backup", SSM_BACKUP_OPTIONS=options)
    finally:
        sink.stop()
    assert backup.returncode == 0, backup.stdout
    assert [path for path, _, _ in sink.posts] == ["/services/x"]
    assert world.client("s3", "us-east-1").list_objects_v2(Bucket="copies")["KeyCount"] > 3
    drill = started(world, "ssm-backup-drill", SSM_BACKUP_DRILL_OPTIONS=offered["SSM_BACKUP_DRILL_OPTIONS"])
    assert drill.returncode == 0, drill.stdout


def allowed_calls(filters: list[str]) -> set[str]:
    """What SystemCallFilter= lines leave, by systemd's own groups."""
    groups: dict[str, list[str]] = {}
    current = ""
    for line in analyze("syscall-filter", "--no-pager").stdout.splitlines():
        if hit := re.fullmatch(r"(@[\w-]+)", line):
            current = hit[1]
            groups[current] = []
        elif hit := re.fullmatch(r"\s+(@?[\w-]+)", line):
            groups[current].append(hit[1])

    def calls(word: str) -> set[str]:
        if not word.startswith("@"):
            return {word}
        return {call for member in groups[word] for call in calls(member)}

    left = calls("@default")
    for line in filters:
        of_line = {call for word in line.lstrip("~").split() for call in calls(word)}
        left = left - of_line if line.startswith("~") else left | of_line
    return left


@needs_systemd
@needs_strace
@pytest.mark.parametrize("name", SERVICES)
def test_the_program_keeps_within_what_the_service_may(world, name):  # noqa: F811
    """The filters are the kernel's to enforce, and none of them runs here: but all that the program asks of the
    kernel is seen, and must be among what they leave."""
    world.backup()
    log = world.directory / "strace"
    done = started(world, name, ("strace", "-f", "-qq", "-o", log))
    assert done.returncode == 0, done.stdout
    # The first is strace's own, before the filter: systemd's execve of the program.
    lines = log.read_text().splitlines()[1:]
    used = {hit[1] for line in lines if (hit := re.match(r"\d+ +(\w+)\(", line))}
    assert {"openat", "connect", "mmap"} <= used
    service = f"{name}@.service"
    assert used - allowed_calls(units.values(service, "SystemCallFilter")) == set()

    [families] = units.values(service, "RestrictAddressFamilies")
    asked = {hit[1] for line in lines if (hit := re.search(r" socket\((AF_\w+),", line))}
    assert "AF_INET" in asked
    assert asked - set(families.split()) <= {"AF_NETLINK"}  # getaddrinfo() does without

    # MemoryDenyWriteExecute=
    assert [line for line in lines if "PROT_WRITE|PROT_EXEC" in line] == []


@needs_systemd
def test_the_filter_leaves_what_it_says():
    left = allowed_calls(units.values("ssm-backup@.service", "SystemCallFilter"))
    assert {"read", "prlimit64", "execve"} <= left
    assert not {"mount", "setuid", "setrlimit", "ptrace", "bpf"} & left


def test_a_secret_of_a_notice_is_a_credential():
    """It is where the drop-in says that notify.yaml finds it."""
    text = (units.SYSTEMD / "notices.conf").read_text()
    assert units.values("notices.conf", "LoadCredential") == ["slack:/etc/ssm-backup/%i.slack"]
    assert "/run/credentials/ssm-backup@dev.service/" in text


METRICS = {key: value for _, key, value in units.settings("metrics.conf")}


def test_the_metrics_file_is_where_the_service_may_write():
    variable, _, file = METRICS["Environment"].partition("=")
    assert variable == "SSM_BACKUP_METRICS_FILE"
    assert METRICS["ReadWritePaths"] == str(pathlib.Path(file).parent)
    # The README makes that directory, for that group, so that both users of the moment may write there.
    readme = (units.SYSTEMD.parent / "README.md").read_text()
    group = METRICS["SupplementaryGroups"]
    assert f"groupadd --system {group}\n" in readme
    assert f"install -d -m 2775 -g {group} {METRICS['ReadWritePaths']}\n" in readme


def test_the_two_services_leave_one_metrics_file(world):  # noqa: F811
    directory = world.directory / "textfile"
    directory.mkdir()
    file = directory / "ssm_backup.prom"
    for name in SERVICES:
        done = started(world, name, SSM_BACKUP_METRICS_FILE=str(file))
        assert done.returncode == 0, done.stdout
    for metric in ("ssm_backup_complete{", "ssm_backup_drill_proven{"):
        assert metric in file.read_text()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can be two users")
@pytest.mark.parametrize(("mode", "group", "written"), [(0o2775, 64001, True), (0o777, 0, False)],
                         ids=["a group has the directory", "nothing in common but the directory"])
def test_another_user_after_the_first(world, mode, group, written):  # noqa: F811
    """As the users of the moment do: with UMask=0077, and nothing in common but a group."""
    directory = world.directory / "textfile"
    directory.mkdir()
    os.chown(directory, 0, group)
    directory.chmod(mode)
    for above in [directory, *directory.parents]:  # pytest's own are for root alone
        if above.is_relative_to("/tmp/") and above != directory:
            above.chmod(above.stat().st_mode | 0o011)
    program = shutil.copy(BUILD / "ssm-backup", world.directory)  # a clone may be for root alone
    file = directory / "ssm_backup.prom"
    said = []
    for name, user in zip(SERVICES, (64011, 64012), strict=True):
        state = world.directory / "state" / name
        state.mkdir(parents=True)
        os.chown(state, user, user)
        as_user = ("setpriv", f"--reuid={user}", f"--regid={user}", f"--groups={group or user}", "sh", "-c",
                   'umask 0077; exec "$@"', "sh")
        done = started(world, name, as_user, program, SSM_BACKUP_METRICS_FILE=str(file), HOME=str(state))
        assert done.returncode == 0, done.stdout
        said.append(done.stdout)
    assert "wrote metrics to" in said[0]
    if written:
        assert "wrote metrics to" in said[1]
        assert "ssm_backup_drill_proven{" in file.read_text()
        assert (directory / ".ssm_backup.prom.lock").stat().st_mode & 0o777 == 0o660
    else:
        assert "metrics not written: cannot lock" in said[1]
        assert "next: another user has written this file before" in said[1]
