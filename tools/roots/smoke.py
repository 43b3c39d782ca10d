"""Runs the image's program as the pods of deploy/kubernetes do, against a sandbox of AWS."""

import json
import pathlib
import ssl
import subprocess
import sys
import urllib.request

TREE = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(TREE / "tests" / "deploy"))

import pods  # noqa: E402  (the path comes first)
from namespace import say  # noqa: E402

WORK = "/work"
ACCOUNT = "123456789012"
REGIONS = ["ap-northeast-1", "us-west-2"]
STACK = json.dumps({"config": {
    "jenkins-ssm-backup-s3:projectName": "jenkins-infra",
    "jenkins-ssm-backup-s3:environment": "dev",
    "jenkins-ssm-backup-s3:regions": REGIONS,
    "jenkins-ssm-backup-s3:defaultRegion": REGIONS[0],
}})


def seal(root, live: pathlib.Path):
    """The root once more, where only /work can be written: readOnlyRootFilesystem and its emptyDir."""
    user, group = root.user.split(":")
    live.mkdir()
    subprocess.run(["mount", "--rbind", root.path, live], check=True)
    subprocess.run(["mount", "-o", "remount,bind,ro", live], check=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"uid={user},gid={group},mode=0700", "tmpfs",
                    live / WORK.lstrip("/")], check=True)
    root.path = live


def seed(url: str, authority: pathlib.Path):
    context = ssl.create_default_context(cafile=str(authority))
    for region in REGIONS:
        held = [{"Name": f"/app/dev/{region}/{name}", "Type": "SecureString", "Value": "made up",
                 "LastModifiedDate": "2026-01-15T03:00:00Z"} for name in "abc"]
        body = json.dumps({"account": ACCOUNT, "region": region, "parameters": held}).encode()
        asked = urllib.request.Request(f"{url}/_sandbox/seed", body, method="POST")
        urllib.request.urlopen(asked, context=context).close()


def program(root, *arguments: str, says: str, **variables: str):
    print(f"$ {' '.join([*root.entrypoint, *arguments])}", flush=True)
    done = root.execute(*root.entrypoint, *arguments, variables=variables, stdin=subprocess.DEVNULL,
                        stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    print(done.stdout, end="", flush=True)
    if done.returncode != 0 or says not in done.stdout:
        raise SystemExit(f"dockerfile: exit code {done.returncode}, and it was to say {says!r}")


def image(root, sandbox: pathlib.Path, live: pathlib.Path):
    user, group = map(int, root.user.split(":"))
    if user == 0 or group == 0:
        raise SystemExit("dockerfile: the image's user is root")
    seal(root, live)
    work = live / WORK.lstrip("/")
    running = subprocess.Popen([sandbox, "--listen", "127.0.0.1:0", "--tls", work], stdout=subprocess.PIPE,
                               text=True)
    try:
        url = running.stdout.readline().split()[-1]
        (work / "ca.pem").chmod(0o644)  # it is the sandbox's, root's
        seed(url, work / "ca.pem")
        (work / "Pulumi.dev.yaml").write_text(STACK)
        of_aws = {"AWS_ENDPOINT_URL": url, "AWS_CA_BUNDLE": f"{WORK}/ca.pem", "AWS_ACCESS_KEY_ID": "any",
                  "AWS_SECRET_ACCESS_KEY": "any", "AWS_EC2_METADATA_DISABLED": "true"}
        say(f"as {root.user}, in a root that cannot be written")
        program(root, "--version", says="ssm-backup ")
        program(root, "infra", "apply", "-f", "Pulumi.dev.yaml", says="changes done", **of_aws,
                AWS_REGION=REGIONS[0])
        if root.execute("/bin/touch", "/tmp/x", stderr=subprocess.DEVNULL).returncode == 0:
            raise SystemExit("dockerfile: the root can be written, so this shows nothing")
        found = pods.objects()
        for name, says in [("ssm-backup", "done and complete: "), ("ssm-backup-drill", "proven")]:
            arguments, variables = pods.command(found, name)
            program(root, *arguments, says=says, **of_aws, **variables)
        owner = (work / "region_summaries.json").stat().st_uid
        if owner != user:
            raise SystemExit(f"dockerfile: {owner} wrote the summaries, not {user}")
        say("the image does what the pods ask of it")
    finally:
        running.terminate()
        running.wait()
