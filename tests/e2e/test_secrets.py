"""Canaries in values and credentials: they are in nothing that the program prints or writes outside
document and index. (In its memory: test_secrets_in_memory.py.)
"""

import http.server
import os
import pathlib
import re
import resource
import signal
import socket
import threading

import pytest
from secrets_world import (
    CANARIES,
    DENIED,
    HOME,
    KEY,
    ONE_REGION,
    SAVED,
    VALUES,
    WRONG_KEY,
    World,
    control,
    in_the_middle,
    run,
    silent_server,
)


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    """Buckets, metadata, and one good backup, checked like all that follow."""
    made = World(tmp_path_factory.mktemp("secrets"), "http")
    for words in (["infra", "plan", "-f", "Pulumi.dev.yaml"],
                  ["infra", "apply", "-f", "Pulumi.dev.yaml"], ["backup", "--env", "dev"]):
        run(made, words, 0)
    made.save_document()
    yield made
    assert made.sandbox.stop() == 0


@pytest.fixture
def silent():
    with silent_server() as url:
        yield url


FORMS = ["text", "json"]
COMMANDS = [
    (["infra", "plan", "-f", "Pulumi.dev.yaml"], 0),
    (["infra", "apply", "-f", "Pulumi.dev.yaml"], 0),
    (["regions", "--env", "dev"], 0),
    (["backup", "--env", "dev", "--dry-run"], 0),
    (["backup", "--env", "dev", "--tags", "strict", *ONE_REGION], 0),
    (["backup", "--env", "dev", "--depth", "history", "--include", "*", *ONE_REGION], 0),
    (["backup", "--env", "dev", "--region", HOME, "--repository", "./repository"], 0),
    (["list", "--env", "dev"], 0),
    (["list", "--env", "dev", "--region", HOME, "--repository", "./repository"], 0),
    (["show", "--env", "dev"], 0),
    *[(["show", name, "--env", "dev"], 0) for name in list(VALUES)[:7]],
    (["show", "/app/dev/nothing", "--env", "dev"], 1),
    (["show", "/app/dev/secret", "--snapshot", SAVED, "--env", "dev"], 0),
    (["show", "/app/dev/secret", "--as-of", "2026-01-01", "--env", "dev"], 1),
    (["history", "/app/dev/secret", "--env", "dev"], 0),
    (["history", "/app/dev/history", "--env", "dev", *ONE_REGION], 0),
    (["history", "/app/dev/nothing", "--env", "dev"], 1),
    (["diff", "--env", "dev"], 0),
    (["diff", SAVED, "newest", "--env", "dev"], 0),
    (["diff", SAVED, "live", "--exact", "--tags", "strict", "--env", "dev"], 0),
    (["restore", "--env", "dev", "--region", HOME, "--verbose"], 0),
    (["restore", "--env", "dev", "--region", HOME, "--name", "/app/dev/nothing"], 1),
    (["restore", "--env", "dev", "--snapshot", SAVED, *ONE_REGION, "--map", "/app/dev=/b/dev"], 0),
    (["drill", "--env", "dev"], 0),
    (["drill", "--env", "dev", "--aws", "--under", "/drill/1", "--sample", "50"], 0),
    (["verify", "--env", "dev", "--all"], 0),
    (["verify", "--env", "dev", "--region", HOME, "--repository", "./repository"], 0),
    (["backup", "--env", "dev", "--no-such-flag"], 2),
]


@pytest.mark.parametrize("form", FORMS)
def test_no_command_says_a_value(world, form):
    for words, code in COMMANDS:
        run(world, [*words, "--output", form], code)
    world.check_objects()


@pytest.mark.parametrize("form", FORMS)
def test_a_value_is_revealed_on_standard_output_alone(world, form):
    name = "/app/dev/secret"
    words = ["show", name, "--reveal", "--env", "dev", "--region", HOME, "--output", form]
    run(world, words, 2)  # a pipe is no terminal
    run(world, [*words, "--force"], 0, revealed=[name])


@pytest.mark.parametrize("form", FORMS)
def test_a_value_that_differs_is_not_said(world, form):
    """The new value is another parameter's canary, so that it is looked for, too."""
    ssm = world.sandbox.client("ssm", HOME, KEY)

    def put(name, value):
        ssm.put_parameter(Name=name, Value=value, Overwrite=True)

    name, other = "/app/dev/secret", "/app/dev/neighbours"
    put(name, VALUES[other][1])
    try:
        out, _ = run(world, ["diff", "--env", "dev", *ONE_REGION, "--output", form], 4)
        assert name in out
        run(world, ["diff", SAVED, "live", "--exact", "--env", "dev", "--output", form], 4)
        run(world, ["backup", "--env", "dev", *ONE_REGION], 0)
        run(world, ["diff", SAVED, "newest", "--env", "dev", "--output", form], 4)
        out, _ = run(world, ["history", name, "--env", "dev", *ONE_REGION, "--output", form], 0)
        assert "changed" in out
    finally:
        put(name, VALUES[name][1])
        run(world, ["backup", "--env", "dev", *ONE_REGION], 0)


@pytest.mark.parametrize("form", FORMS)
def test_a_restore_says_no_value(world, form):
    """Neither its plan, nor its journal, nor what it says of values that differ or are refused."""
    target = {"text": "eu-central-1", "json": "eu-north-1"}[form]
    restore = ["restore", "--env", "dev", "--region", HOME, "--to-region", target,
               "--output", form, "--work-dir", f"restored-{form}"]
    # What is there differs: its value is another parameter's canary.
    ssm = world.sandbox.client("ssm", target, KEY)
    ssm.put_parameter(Name="/app/dev/secret", Value=VALUES["/app/dev/neighbours"][1],
                      Type="SecureString")
    control(world.sandbox, "faults", {"rules": [
        {"fault": "access-denied", "operation": "ssm:PutParameter",
         "parameter": "/app/dev/neighbours"},
    ]})
    try:
        run(world, [*restore, "--verbose"], 3)
        run(world, [*restore, "--apply"], 3)
    finally:
        control(world.sandbox, "faults", {"rules": []})
    assert (world.place / f"restored-{form}" / f"restore-journal-{target}.jsonl").exists()
    run(world, [*restore, "--on-conflict", "overwrite", "--apply"], 0)


class Echo(http.server.BaseHTTPRequestHandler):
    """Answers 500 with all that it was sent, as a debugging proxy would; `prefix` goes before."""

    prefix = b""

    def do_GET(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        answer = self.prefix + str(self.headers).encode() + body
        self.send_response(400)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answer)

    do_POST = do_PUT = do_HEAD = do_DELETE = do_GET  # noqa: N815 (the base class's names)

    def log_message(self, *words):
        """Nothing."""


@pytest.fixture
def echo():
    """Its address; the session token is the first thing that its answers hold."""
    handler = type("TokenFirst", (Echo,), {"prefix": f"{KEY['session_token']} ".encode()})
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.fixture
def nobody():
    """An address where nobody listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{free.getsockname()[1]}"


# Tags that are not to be had in bulk are asked for one by one: that run ends well.
FAILING = [("SSM", "text", 1), ("SSM", "json", 1), ("S3", "json", 1), ("STS", "text", 1),
           ("RESOURCE_GROUPS_TAGGING_API", "text", 0)]


@pytest.mark.parametrize("service, form, code", FAILING)
def test_an_endpoint_that_fails(world, echo, nobody, service, form, code):
    """One that refuses connections, and one that repeats all that it was sent."""
    words = ["backup", "--env", "dev", *ONE_REGION, "--output", form]
    run(world, words, code, **{f"AWS_ENDPOINT_URL_{service}": nobody})
    run(world, words, code, **{f"AWS_ENDPOINT_URL_{service}": echo})


@pytest.mark.parametrize("form", FORMS)
def test_keys_that_are_refused(world, form):
    _, err = run(world, ["backup", "--env", "dev", "--output", form], 2, key=WRONG_KEY)
    assert "InvalidSignatureException" in err
    run(world, ["list", "--env", "dev", "--output", form], 2, key=WRONG_KEY)


@pytest.mark.parametrize("form", FORMS)
def test_a_parameter_that_is_denied(world, form):
    control(world.sandbox, "options", {"deny_decrypt": [{"of": DENIED}]})
    try:
        _, err = run(world, ["backup", "--env", "dev", "--output", form], 3)
        assert DENIED in err
    finally:
        control(world.sandbox, "options", {"allow_decrypt": [{"of": DENIED}]})
    world.check_objects()


def limited_files():
    """A disk that is full after 100 bytes of each file."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))


@pytest.mark.parametrize("form", FORMS)
def test_a_full_disk(world, form):
    words = ["backup", "--env", "dev", "--region", HOME, "--output", form]
    _, err = run(world, words, 1, limit=limited_files)
    assert "backup-work" in err
    run(world, [*words, "--repository", "./full", "--work-dir", "full-work"], 1,
        limit=limited_files)
    run(world, [*words, "--work-dir", "Pulumi.dev.yaml/work"], 1)


@pytest.mark.parametrize("number, code", [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_an_interrupted_run(world, silent, number, code):
    process = in_the_middle(world, silent)
    process.send_signal(number)
    out, err = process.communicate(timeout=20)
    assert process.returncode == code, err
    assert CANARIES.found_in(out, err) == []
    world.check_files()


SYS_PTRACE, SYS_RESOURCE = 19, 24


def may(capability):
    """Has this process the capability? Root in a container often has not."""
    status = pathlib.Path("/proc/self/status").read_text()
    effective = int(re.search(r"^CapEff:\s*(\w+)$", status, re.MULTILINE)[1], 16)
    return bool(effective >> capability & 1)


def test_no_core_is_written(world, silent):
    """Neither by the limit nor, where somebody raises it, by the kernel."""
    process = in_the_middle(world, silent)
    place = pathlib.Path(f"/proc/{process.pid}")
    limits = (place / "limits").read_text()
    assert re.search(r"^Max core file size +0 +0 ", limits, re.MULTILINE), limits
    if not may(SYS_PTRACE):
        with pytest.raises(PermissionError):
            (place / "environ").read_bytes()
    if may(SYS_RESOURCE):
        resource.prlimit(process.pid, resource.RLIMIT_CORE, (resource.RLIM_INFINITY,) * 2)
    process.send_signal(signal.SIGABRT)
    _, status = os.waitpid(process.pid, 0)
    process.returncode = -signal.SIGABRT
    process.stdout.close()
    process.stderr.close()
    assert os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGABRT
    assert not os.WCOREDUMP(status)
    assert not list(world.place.glob("core*"))


def test_arguments_and_environment_hold_no_secret_while_it_runs(world, silent):
    """`ps e` shows the environment; the secrets in it are wiped when they have been read."""
    process = in_the_middle(world, silent, program="tests/ssm-backup-dumpable")
    place = pathlib.Path(f"/proc/{process.pid}")
    argv, environ = ((place / name).read_bytes() for name in ("cmdline", "environ"))
    process.kill()
    process.communicate(timeout=20)
    assert b"ssm-backup" in argv and KEY["access_key_id"].encode() in environ
    assert CANARIES.found_in(argv, environ) == []
