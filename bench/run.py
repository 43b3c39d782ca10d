#!/usr/bin/env python3
"""Runs ssm-backup and its peers against the neutral server, in turn, and prints what each took.

usage: run.py --program FILE --neutral FILE --go-peer FILE [--rounds N] [--no-large]

Every run must end with the same parameters, values and tags in S3: a peer that does less is none.
Exits 1 where a bound is missed.
"""

import argparse
import contextlib
import dataclasses
import hashlib
import json
import os
import pathlib
import platform
import re
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request

HERE = pathlib.Path(__file__).resolve().parent
REGION, BUCKET = "us-west-2", "bench"
IN_FLIGHT = 16
MIB = 1 << 20


@dataclasses.dataclass
class Load:
    parameters: int
    value_bytes: int
    metadata_bytes: int

    def __str__(self):
        more = f" and {self.metadata_bytes} bytes of metadata" if self.metadata_bytes else ""
        return f"{self.parameters:,} parameters of {self.value_bytes:,} bytes{more}, with tags"


SMALL, LARGE = Load(10_000, 200, 0), Load(100_000, 8192, 500)


@dataclasses.dataclass
class Cost:
    wall: float
    cpu: float
    rss: int


class Server:
    """The neutral server, running; and the environment that leads AWS clients to it."""

    def __init__(self, program, load):
        self.load = load
        self.process = subprocess.Popen(
            [program, "-parameters", str(load.parameters), "-value-bytes", str(load.value_bytes),
             "-metadata-bytes", str(load.metadata_bytes)],
            stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        line = self.process.stdout.readline()
        if not (match := re.fullmatch(r"listening on (\S+)\n", line)):
            raise SystemExit(f"the neutral server said {line!r}")
        self.url = match[1]
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("AWS_")},
            "AWS_ENDPOINT_URL": self.url,
            "AWS_REGION": REGION,
            "AWS_ACCESS_KEY_ID": "bench",
            "AWS_SECRET_ACCESS_KEY": "bench",
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
            "NO_PROXY": "127.0.0.1",
        }

    def stop(self):
        self.process.terminate()
        self.process.wait(timeout=10)

    def ask(self, path, method="GET"):
        request = urllib.request.Request(self.url + path, method=method)
        with urllib.request.urlopen(request) as answer:
            return answer.read()

    def reset(self):
        self.ask("/_bench/reset", "POST")

    def check_delivered(self, who):
        """Has the client read all there is, and written at least as many bytes?"""
        delivered = json.loads(self.ask("/_bench/delivered"))
        count, size = self.load.parameters, self.load.parameters * self.load.value_bytes
        wanted = {"listed": count, "values": count, "tagged": count, "value_bytes": size}
        got = {name: delivered[name] for name in wanted}
        if got != wanted or delivered["object_bytes"] < size:
            raise SystemExit(f"{who} did not do the work: {delivered}, wanted {wanted}")

    def document_digest(self, key):
        """Of every name, value and tag in the object, whatever its form and order."""
        document = json.loads(self.ask(f"/{BUCKET}/{key}"))
        lines = []
        for record in document["parameters"]:
            tags = record["Tags"]
            if isinstance(tags, list):
                tags = {tag["Key"]: tag["Value"] for tag in tags}
            lines.append(json.dumps([record["Name"], record["Value"], sorted(tags.items())]))
        return hashlib.sha256("\n".join(sorted(lines)).encode()).hexdigest()

    def newest_document(self):
        listing = self.ask(f"/{BUCKET}?list-type=2&prefix=").decode()
        (key,) = re.findall(r"<Key>(\d[^<]*\.json)</Key>", listing)
        return key


def measure(command, environment):
    """The cost of one run; ends all where the run failed."""
    done = subprocess.run(
        [sys.executable, "-I", "-S", HERE / "measure.py", *command],
        env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    cost = json.loads(done.stderr.rsplit("\n", 2)[-2])
    if cost.pop("exit") != 0:
        raise SystemExit(f"failed: {command}\n{done.stdout}{done.stderr}")
    return Cost(**cost)


def contenders(arguments):
    """Name, command, and the key of the object that it writes (None: asked of the bucket)."""
    ours = [str(pathlib.Path(arguments.program).resolve()), "backup", "--env", "dev", "--region", REGION,
            "--repository", f"s3://{BUCKET}", "--concurrency", str(IN_FLIGHT),
            "--progress", "none", "--quota-share", "off"]  # fmt: skip
    peer = HERE / "peers" / "boto3" / "peer.py"
    return [
        ("ssm-backup", ours, None),
        ("aws-sdk-go-v2", [arguments.go_peer, REGION, BUCKET, "go.json"], "go.json"),
        ("boto3", [sys.executable, peer, REGION, BUCKET, "boto3.json"], "boto3.json"),
    ]


@contextlib.contextmanager
def serving(arguments, load):
    server = Server(arguments.neutral, load)
    try:
        yield server
    finally:
        server.stop()


def compare(arguments, load, rounds, documents):
    """The median cost of each contender: A B C A B C, not A A B B."""
    costs, digests = {}, {}
    with serving(arguments, load) as server, tempfile.TemporaryDirectory() as place:
        for turn in range(rounds):
            for name, command, key in contenders(arguments):
                more = ["--work-dir", f"{place}/{turn}"] if key is None else []
                server.reset()
                costs.setdefault(name, []).append(measure([*command, *more], server.environment))
                server.check_delivered(name)
                if documents and turn == 0:
                    digests[name] = server.document_digest(key or server.newest_document())
    if len(set(digests.values())) > 1:
        raise SystemExit(f"the documents differ: {digests}")
    return {
        name: Cost(*(statistics.median(getattr(cost, field.name) for cost in all_of)
                     for field in dataclasses.fields(Cost)))
        for name, all_of in costs.items()
    }  # fmt: skip


def print_table(title, costs):
    print(f"\n{title}\n")
    print(f"{'':<15}{'wall':>9}{'':>8}{'CPU':>9}{'':>8}{'peak RSS':>12}")
    ours = next(iter(costs.values()))
    for name, cost in costs.items():
        def times(field):
            ratio = getattr(cost, field) / getattr(ours, field)
            return "" if cost is ours else f" x {ratio:.1f}"
        print(f"{name:<15}{cost.wall:>7.2f} s{times('wall'):<8}{cost.cpu:>7.2f} s{times('cpu'):<8}"
              f"{cost.rss / MIB:>8,.0f} MiB{times('rss')}")  # fmt: skip


def help_milliseconds(program, rounds=20):
    def once():
        begin = time.monotonic()
        subprocess.run([program, "--help"], stdout=subprocess.DEVNULL, check=True)
        return time.monotonic() - begin

    return statistics.median(once() for _ in range(rounds)) * 1000


def describe_machine(arguments):
    model = "unknown CPU"
    for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            model = line.split(":", 1)[1].strip()
            break
    peer = subprocess.run([arguments.go_peer, "version"], capture_output=True, text=True, check=True)
    import boto3  # noqa: PLC0415: only its version is wanted here

    print(f"{model}, {os.cpu_count()} cores, Linux {platform.release()}")
    print(f"{peer.stdout.strip()}; boto3 {boto3.__version__} on Python {platform.python_version()}")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("--program", "--neutral", "--go-peer"):
        parser.add_argument(name, required=True)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--no-large", action="store_true")
    arguments = parser.parse_args()

    describe_machine(arguments)
    small = compare(arguments, SMALL, arguments.rounds, documents=True)
    print_table(f"{SMALL}; {IN_FLIGHT} in flight, no latency; median of {arguments.rounds}", small)
    ours, go, boto3 = small.values()
    bounds = [
        (f"CPU at most that of aws-sdk-go-v2: {ours.cpu / go.cpu:.2f} of it", ours.cpu <= go.cpu),
        (f"CPU at most a tenth of boto3's: {ours.cpu / boto3.cpu:.3f} of it",
         ours.cpu <= boto3.cpu / 10),
    ]  # fmt: skip
    if not arguments.no_large:
        large = compare(arguments, LARGE, 1, documents=False)
        print_table(f"{LARGE}; one run each", large)
        rss = large["ssm-backup"].rss
        bounds.append((f"peak RSS under 96 MiB: {rss / MIB:.1f} MiB", rss < 96 * MIB))
    shown = help_milliseconds(arguments.program)
    bounds.append((f"--help within 20 ms: {shown:.1f} ms, median of 20", shown <= 20))

    print()
    for text, holds in bounds:
        print(f"{'holds ' if holds else 'MISSED'}  {text}")
    return 0 if all(holds for _, holds in bounds) else 1


if __name__ == "__main__":
    sys.exit(main())
