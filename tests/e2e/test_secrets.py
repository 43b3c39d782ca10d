"""Canaries in values and credentials: they are in nothing that the program prints or writes outside
document and index, and not in its memory when it is done.

The memory is that of ssm-backup-dumpable (cmake/Tests.cmake): the same program, but that dumps are
allowed and that it stops after main(). A switch in the program itself would be one for everybody.
"""

import contextlib
import http.server
import json
import os
import pathlib
import re
import resource
import signal
import socket
import ssl
import subprocess
import threading
import time
import urllib.request

import pytest
from canaries import Canaries, canary, files_below, is_secret_key, memory_of, objects_of
from conftest import ACCOUNT, BUILD, Sandbox

REGIONS = HOME, OTHER = ["us-west-2", "eu-west-1"]
STACK = f"""config:
  jenkins-ssm-backup-s3:projectName: jenkins-infra
  jenkins-ssm-backup-s3:environment: dev
  jenkins-ssm-backup-s3:regions: [{HOME}, {OTHER}]
  jenkins-ssm-backup-s3:defaultRegion: {HOME}
"""
DENIED = "/app/dev/denied"
BIG = " ".join(canary(63) for _ in range(128))[:8192]
VALUES = {
    "/app/dev/text": ("String", canary(12)),
    "/app/dev/secret": ("SecureString", canary()),
    "/app/dev/list": ("StringList", ",".join(canary() for _ in range(3))),
    "/app/dev/big": ("SecureString", BIG),
    "/app/dev/neighbours": ("SecureString", canary()),
    "/app/dev/escapes": ("String", f'"{canary()}"\n\t{canary()}\\'),
    "/app/dev/history": ("SecureString", canary()),
    DENIED: ("SecureString", canary()),
    **{f"/app/dev/many/{number:02}": ("String", canary(20 + number)) for number in range(12)},
}
OLD_VALUES = [canary(), canary()]
KEY = {
    "access_key_id": "ASIA" + canary(16).upper(),
    "secret_access_key": canary(40),
    "session_token": canary(300),
}
# The same session with a secret key that is not its own.
WRONG_KEY = {**KEY, "secret_access_key": canary(40)}
TEXTS = {
    **{name: value for name, (_, value) in VALUES.items() if len(value) >= 16},
    **{f"{VALUES['/app/dev/list'][0]} {at}": item
       for at, item in enumerate(VALUES["/app/dev/list"][1].split(","))},
    "old value 1": OLD_VALUES[0],
    "old value 2": OLD_VALUES[1],
    "secret key": KEY["secret_access_key"],
    "wrong secret key": WRONG_KEY["secret_access_key"],
    "session token": KEY["session_token"],
}
CANARIES = Canaries(TEXTS)


def bucket(region):
    return f"jenkins-infra-ssm-backup-dev-{ACCOUNT}-{region}"


def seed(sandbox, region):
    """Through the control path, which also writes a history."""
    rows = [{"Name": name, "Type": kind, "Value": value,
             "Tier": "Advanced" if len(value) > 4096 else "Standard"}
            for name, (kind, value) in VALUES.items()]
    by_name = {row["Name"]: row for row in rows}
    by_name["/app/dev/neighbours"] |= {
        "Description": "beside a value", "AllowedPattern": "^.*$", "Tier": "Advanced",
        "Policies": [{"PolicyText": '{"Type":"NoChangeNotification","Version":"1.0"}',
                      "PolicyType": "NoChangeNotification", "PolicyStatus": "Pending"}],
        "Tags": [{"Key": "team", "Value": "ops"}],
    }
    by_name["/app/dev/history"] |= {
        "Version": 3, "History": [{"Version": at + 1, "Value": value}
                                  for at, value in enumerate(OLD_VALUES)],
    }
    control(sandbox, "seed", {"account": ACCOUNT, "region": region, "parameters": rows})


def control(sandbox, path, body=None):
    """POST with a body, GET without."""
    context = ssl.create_default_context(cafile=sandbox.ca) if sandbox.ca else None
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(f"{sandbox.url}/_sandbox/{path}", data=data)
    with urllib.request.urlopen(request, context=context) as answer:
        return json.loads(answer.read())


class World:
    """A sandbox with canaries, and a directory where the program runs."""

    def __init__(self, directory, scheme):
        self.sandbox = Sandbox(
            directory, scheme,
            who_may_call={"accounts": [{"id": ACCOUNT, "keys": [{**KEY, "user": "backup"}]}]},
        )
        self.place = directory / "place"
        for name in ("", "home", "tmp"):
            (self.place / name).mkdir()
        (self.place / "Pulumi.dev.yaml").write_text(STACK)
        for region in REGIONS:
            seed(self.sandbox, region)

    def environment(self, key=KEY, **more):
        return {**self.sandbox.environment(HOME, key), "HOME": str(self.place / "home"),
                "TMPDIR": str(self.place / "tmp"), **more}

    def start(self, *words, program="ssm-backup", key=KEY, limit=None, **more):
        return subprocess.Popen(
            [BUILD / program, *words], cwd=self.place, env=self.environment(key, **more),
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, preexec_fn=limit,
        )

    def check_files(self):
        """All that lies about, but for a directory repository's documents and indexes."""
        for path, content in files_below(self.place):
            if not is_secret_key(path.name):
                assert CANARIES.found_in(content) == [], path

    def check_objects(self):
        for region in REGIONS:
            told = dict(objects_of(self.sandbox.client("s3", region, KEY), bucket(region)))
            assert any(key.startswith("manifests/") for key in told)
            for key, text in told.items():
                assert CANARIES.found_in(text) == [], key


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    """Buckets, metadata, and one good backup, checked like all that follow."""
    made = World(tmp_path_factory.mktemp("secrets"), "http")
    for words in (["infra", "plan", "-f", "Pulumi.dev.yaml"],
                  ["infra", "apply", "-f", "Pulumi.dev.yaml"], ["backup", "--env", "dev"]):
        run(made, words, 0)
    yield made
    assert made.sandbox.stop() == 0


def run(world, words, code, *, revealed=(), **how):
    """Runs it at the highest log level, and looks at what it says and what it left."""
    process = world.start(*words, "--log-level", "info", **how)
    argv = pathlib.Path(f"/proc/{process.pid}/cmdline").read_bytes()
    out, err = process.communicate(timeout=120)
    assert process.returncode == code, out + err
    assert CANARIES.found_in(err, argv) == []
    assert set(CANARIES.found_in(out)) == set(revealed)
    world.check_files()
    return out, err


FORMS = ["text", "json"]
# A call for each parameter takes its time.
ONE_REGION = ["--region", HOME, "--quota-share", "100"]
COMMANDS = [
    (["infra", "plan", "-f", "Pulumi.dev.yaml"], 0),
    (["infra", "apply", "-f", "Pulumi.dev.yaml"], 0),
    (["regions", "--env", "dev"], 0),
    (["backup", "--env", "dev", "--dry-run"], 0),
    (["backup", "--env", "dev", "--tags", "strict", *ONE_REGION], 0),
    (["backup", "--env", "dev", "--depth", "history", "--include", "*", *ONE_REGION], 0),
    (["backup", "--env", "dev", "--region", HOME, "--repository", "repository"], 0),
    (["list", "--env", "dev"], 0),
    (["list", "--env", "dev", "--region", HOME, "--repository", "repository"], 0),
    (["show", "--env", "dev"], 0),
    *[(["show", name, "--env", "dev"], 0) for name in list(VALUES)[:7]],
    (["show", "/app/dev/nothing", "--env", "dev"], 1),
    (["verify", "--env", "dev", "--all"], 0),
    (["verify", "--env", "dev", "--region", HOME, "--repository", "repository"], 0),
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
    run(world, words, 0, revealed=[name])


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
def silent():
    """The address of a server that takes connections and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"http://127.0.0.1:{server.getsockname()[1]}"


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
    run(world, [*words, "--repository", "full", "--work-dir", "full-work"], 1,
        limit=limited_files)
    run(world, [*words, "--work-dir", "Pulumi.dev.yaml/work"], 1)


def in_the_middle(world, silent, program="ssm-backup"):
    """A run that has asked for all values, and waits for tags."""
    control(world.sandbox, "reset-counters", {})
    process = world.start(
        "backup", "--env", "dev", "--region", HOME, "--repository", "interrupted",
        "--log-level", "info", program=program,
        AWS_ENDPOINT_URL_RESOURCE_GROUPS_TAGGING_API=silent,
    )
    until(process, lambda: calls(world.sandbox, "GetParameters") * 10 >= len(VALUES))
    return process


def calls(sandbox, operation):
    """How often it was called since the counters were set to zero."""
    rows = control(sandbox, "state")["counters"]
    return sum(row["calls"] for row in rows if row["operation"].endswith(operation))


def until(process, condition):
    """Waits for something to come true while the process runs."""
    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline
        with contextlib.suppress(subprocess.TimeoutExpired):
            raise AssertionError(f"the run ended with {process.wait(timeout=0.05)}")


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


def holding(process):
    """Which canaries a stopped process holds, with the mappings; and that the search finds."""
    found, public = [], False
    for name, content in memory_of(process.pid):
        found += [f"{canary_name} in {name}" for canary_name in CANARIES.plain_in(content)]
        public = public or KEY["access_key_id"].encode() in content
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
    ("directory", ["backup", "--env", "dev", *ONE_REGION, "--repository", "there"],
     "done and complete", {}),
    ("dry run", ["backup", "--env", "dev", "--dry-run"], "dry run", {}),
    ("list", ["list", "--env", "dev"], "complete", {}),
    ("verify", ["verify", "--env", "dev", "--all"], "all sound", {}),
    ("show", ["show", "/app/dev/secret", "--env", "dev"], "hidden", {}),
    ("reveal", ["show", "/app/dev/big", "--reveal", "--env", "dev", "--region", HOME],
     BIG[:40], {}),
    ("reveal as JSON", ["show", "/app/dev/escapes", "--reveal", "--env", "dev", "--region", HOME,
                        "--output", "json"], VALUES["/app/dev/escapes"][1][1:41], {}),
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
        assert KEY["access_key_id"].encode() in text
        assert CANARIES.plain_in(text) == []
