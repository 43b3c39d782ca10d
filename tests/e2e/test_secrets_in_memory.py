"""Canaries in values and credentials: the memory of the program holds none when it is done.

It is that of ssm-backup-dumpable (cmake/Tests.cmake): the same program, but that dumps are allowed
and that it stops after main(). A switch in the program itself would be one for everybody.
"""

import json
import os
import resource
import signal

import pytest
from canaries import Canaries, canary, memory_of
from notice_sinks import Mails, Web
from secrets_world import (
    BIG,
    CANARIES,
    HOME,
    MADE_KEYS,
    ONE_REGION,
    SAVED,
    VALUES,
    WRONG_KEY,
    World,
    in_the_middle,
    run,
    silent_server,
    until,
)


@pytest.fixture
def silent():
    with silent_server() as url:
        yield url


def holding(process, canaries=CANARIES):
    """Which canaries a stopped process holds, with the mappings; and that the search finds."""
    found, public = [], False
    for name, content in memory_of(process.pid):
        found += [f"{canary_name} in {name}" for canary_name in canaries.plain_in(content)]
        found += [f"{made!r} in {name}" for made in MADE_KEYS.findall(content)]
        public = public or b"AWS_ENDPOINT_URL=http" in content
    assert public, "the search does not even find what is no secret"
    return found


def allow_cores():
    _, hard = resource.getrlimit(resource.RLIMIT_CORE)
    resource.setrlimit(resource.RLIMIT_CORE, (hard, hard))


@pytest.fixture(scope="module", params=["http", "https"])
def open_world(request, tmp_path_factory):
    made = World(tmp_path_factory.mktemp(f"memory-{request.param}"), request.param)
    for words in (["infra", "apply", "-f", "Pulumi.dev.yaml"], ["backup", "--env", "dev"]):
        run(made, words, 0)
    made.save_document()
    yield made
    assert made.sandbox.stop() == 0


def test_in_the_middle_the_memory_does_hold_them(open_world, silent):
    """Else the search below would prove nothing."""
    process = in_the_middle(open_world, silent, program="tests/ssm-backup-dumpable")
    found = []

    def values_are_there():
        process.send_signal(signal.SIGSTOP)
        os.waitpid(process.pid, os.WUNTRACED)
        found[:] = holding(process)
        process.send_signal(signal.SIGCONT)
        return any(text.startswith("/app/dev/") for text in found)

    until(process, values_are_there)
    process.kill()
    process.communicate(timeout=20)
    assert any(text.startswith("secret key") for text in found)


# The words that say that it did what it was to do; values that it may print.
MEMORY = [
    ("infra", ["infra", "plan", "-f", "Pulumi.dev.yaml"], "nothing differs", {}),
    ("backup", ["backup", "--env", "dev", "--quota-share", "100"], "done and complete", {}),
    ("strict tags", ["backup", "--env", "dev", "--tags", "strict", *ONE_REGION],
     "done and complete", {}),
    ("history", ["backup", "--env", "dev", "--depth", "history", *ONE_REGION],
     "done and complete", {}),
    ("directory", ["backup", "--env", "dev", *ONE_REGION, "--repository", "./there"],
     "done and complete", {}),
    ("dry run", ["backup", "--env", "dev", "--dry-run"], "dry run", {}),
    ("list", ["list", "--env", "dev"], "complete", {}),
    ("verify", ["verify", "--env", "dev", "--all"], "all sound", {}),
    ("show", ["show", "/app/dev/secret", "--env", "dev"], "hidden", {}),
    ("restore, planned", ["restore", "--env", "dev", "--region", HOME],
     "nothing to do", {}),
    ("restore", ["restore", "--env", "dev", "--region", HOME, "--to-region", "eu-central-1",
                 "--quota-share", "off", "--apply"], "done and complete", {}),
    ("diff", ["diff", "--env", "dev"], "no difference", {}),
    ("drill", ["drill", "--env", "dev"], "would come back", {}),
    ("drill, in the store", ["drill", "--env", "dev", "--aws", "--under", "/drill/1"],
     "is removed", {}),
    ("diff exactly, from a file", ["diff", SAVED, "live", "--env", "dev", "--exact"],
     "no difference", {}),
    ("parameter's history", ["history", "/app/dev/secret", "--env", "dev"], "first seen", {}),
    ("reveal", ["show", "/app/dev/big", "--reveal", "--force", "--env", "dev", "--region", HOME],
     BIG[:40], {}),
    ("reveal as JSON", ["show", "/app/dev/escapes", "--reveal", "--force", "--env", "dev",
                        "--region", HOME, "--output", "json"], VALUES["/app/dev/escapes"][1][1:41], {}),
    ("keys of a profile", ["list", "--env", "dev"], "complete", {"profile": "keys"}),
    ("keys of a process", ["list", "--env", "dev"], "complete", {"profile": "process"}),
    ("keys of a role", ["list", "--env", "dev"], "complete", {"profile": "role"}),
    ("refused", ["backup", "--env", "dev"], "InvalidSignatureException", {"key": WRONG_KEY}),
]


@pytest.mark.parametrize("name, words, said, how", MEMORY, ids=[row[0] for row in MEMORY])
def test_when_it_is_done_its_memory_holds_none(open_world, name, words, said, how):
    process = open_world.start(
        *words, program="tests/ssm-backup-dumpable", limit=allow_cores, **how
    )
    # What it prints fits into the pipes: nobody needs to read while it runs.
    _, status = os.waitpid(process.pid, os.WUNTRACED)
    assert os.WIFSTOPPED(status), process.communicate()
    found = holding(process)
    os.kill(process.pid, signal.SIGABRT)
    os.kill(process.pid, signal.SIGCONT)
    out, err = process.communicate(timeout=20)
    assert process.returncode == -signal.SIGABRT
    assert said in out + err
    assert found == []
    # Registers are in a core only; not every machine writes one here.
    for core in open_world.place.glob("core*"):
        text = core.read_bytes()
        core.unlink()
        assert b"AWS_ENDPOINT_URL=http" in text
        assert CANARIES.plain_in(text) == [] and not MADE_KEYS.search(text)


def test_when_a_notice_is_sent_its_memory_holds_no_token(open_world, tmp_path):
    """A bot's token and a webhook's path; and the password of a mail server, which libcurl copies."""
    secrets = {"token": canary(), "webhook": canary(), "password": canary()}
    web, mails = Web(), Mails(tmp_path)
    mails.PASSWORD = secrets["password"].encode()
    web.body = b'{"ok": true}'
    (tmp_path / "hook").write_text(f"{web.url}/services/{secrets['webhook']}\n")
    (tmp_path / "notify.yaml").write_text(json.dumps({
        "slack": {"token": "env:SSM_BACKUP_SLACK", "api": f"{web.url}/api"},
        "webhook": f"file:{tmp_path / 'hook'}",
        "mail": {"server": f"localhost:{mails.port}", "user": "backup", "password": "env:SSM_BACKUP_MAIL",
                 "from": "a@example.com", "to": ["b@example.com"]}}))
    (tmp_path / "summaries.json").write_text(
        json.dumps({HOME: {"status": "FAILED", "message": "made up"}}))
    process = open_world.start(
        "notify", "--env", "dev", "--config", tmp_path / "notify.yaml", "--summaries",
        tmp_path / "summaries.json", program="tests/ssm-backup-dumpable", SSL_CERT_FILE=str(mails.ca),
        AWS_CA_BUNDLE=str(mails.ca), SSM_BACKUP_SLACK=secrets["token"], SSM_BACKUP_MAIL=secrets["password"])
    try:
        _, status = os.waitpid(process.pid, os.WUNTRACED)
        assert os.WIFSTOPPED(status), process.communicate()
        found = holding(process, Canaries(secrets))
        process.kill()
        os.kill(process.pid, signal.SIGCONT)
        err = process.communicate(timeout=20)[1]
        assert err.count("told ") == 3, err
        assert found == []
    finally:
        web.stop()
        mails.stop()
