"""notify and backup --notify: Slack, mail, webhook and SNS, as others' servers see them."""

import datetime
import json
import os
import subprocess

import pytest
import yaml
from conftest import BUILD
from notice_sinks import Mails, Web, age_of, free_port
from parties import MOTO_ACCOUNT, Moto

HOME = "ap-northeast-1"
SUMMARIES = {
    HOME: {"status": "SUCCESS", "parameterCount": 12, "durationSeconds": 8, "dryRun": False,
           "s3Key": "2026-11-26/ap-northeast-1/ssm-backup-dev-x.json", "failedCount": 0, "complete": True},
    "us-west-2": {"status": "SUCCESS", "parameterCount": 3, "durationSeconds": 1, "dryRun": False,
                  "s3Key": "2026-11-26/us-west-2/ssm-backup-dev-x.json", "failedCount": 1, "complete": False,
                  "unreadable": [{"name": "/app/dev/パス", "accepted": False, "error": "denied"}]},
}
HOOK = "/services/T000/B000/s3cretpath"
TOKEN = "xoxb-s3cret-token"


class World:
    def __init__(self, directory):
        self.directory = directory
        self.web = Web()
        (directory / "empty").write_text("")
        (directory / "hook").write_text(self.web.url + HOOK + "\n")
        (directory / "password").write_text(Mails.PASSWORD.decode() + "\n")
        self.summaries(SUMMARIES)

    def summaries(self, content):
        (self.directory / "region_summaries.json").write_text(json.dumps(content))

    def config(self, **sinks):
        (self.directory / "notify.yaml").write_text(yaml.safe_dump(sinks, allow_unicode=True))

    def slack(self, **more):
        return {"slack": {"webhook": f"file:{self.directory / 'hook'}", **more}}

    def mail(self, mails, **more):
        return {"mail": {"server": f"localhost:{mails.port}", "user": "backup",
                         "password": f"file:{self.directory / 'password'}",
                         "from": "ssm-backup@example.com", "to": ["ops-alerts@example.com"],
                         "on_call": ["oncall@example.com"], **more}}

    def run(self, *words, **environment):
        empty = str(self.directory / "empty")
        done = subprocess.run(
            [BUILD / "ssm-backup", *words], cwd=self.directory, text=True, capture_output=True,
            timeout=120, check=False,
            env={"HOME": str(self.directory), "PATH": os.environ["PATH"],
                 "AWS_CONFIG_FILE": empty, "AWS_SHARED_CREDENTIALS_FILE": empty,
                 "AWS_EC2_METADATA_DISABLED": "true", "AWS_REGION": HOME, **environment})
        said = done.stdout + done.stderr
        for secret in (HOOK, TOKEN, Mails.PASSWORD.decode()):
            assert secret not in said
        return done

    def notify(self, *words, **environment):
        return self.run("notify", "--env", "dev", "--config", "notify.yaml", "--summaries",
                        "region_summaries.json", "--build-number", "42", *words, **environment)


@pytest.fixture
def world(tmp_path):
    made = World(tmp_path)
    yield made
    made.web.stop()


@pytest.fixture
def mails(tmp_path):
    (tmp_path / "smtp").mkdir()
    made = Mails(tmp_path / "smtp")
    yield made
    made.stop()


def test_slack_by_its_webhook(world):
    world.config(**world.slack())
    done = world.notify("--region", HOME, "--region", "us-west-2")
    assert done.returncode == 0, done.stderr
    assert done.stderr == "told Slack #infra-backup-alerts\n"
    [(path, headers, body)] = world.web.posts
    assert path == HOOK and headers["Content-Type"].startswith("application/json")
    assert body["channel"] == "#infra-backup-alerts"
    assert body["text"] == "[SSM Backup] [FAIL] dev #42"
    assert {it["color"] for it in body["attachments"]} == {"warning"}
    assert "us-west-2 /app/dev/パス" in json.dumps(body, ensure_ascii=False)


@pytest.mark.parametrize("answer, code, says", [
    ({"ok": True, "ts": "1"}, 0, "told Slack #alerts"),
    ({"ok": False, "error": "not_in_channel"}, 1, "Slack refused it: not_in_channel"),
    ("<html>", 1, "an answer that is not Slack's"),
])
def test_slack_by_a_bots_token(world, answer, code, says):
    world.web.body = json.dumps(answer).encode()
    world.config(slack={"token": "env:SLACK_TOKEN", "channel": "#alerts",
                        "api": world.web.url + "/api/chat.postMessage"})
    done = world.notify(SLACK_TOKEN=TOKEN)
    assert done.returncode == code and says in done.stderr, done.stderr
    [(path, headers, body)] = world.web.posts
    assert path == "/api/chat.postMessage" and headers["Authorization"] == f"Bearer {TOKEN}"
    assert body["channel"] == "#alerts"


def test_a_mail_over_starttls_with_a_password(world, mails):
    world.config(language="ja", **world.mail(mails))
    done = world.notify(AWS_CA_BUNDLE=str(mails.ca))
    assert done.returncode == 0, done.stderr
    [(sender, recipients, message)] = mails.received
    assert mails.logins
    assert sender == "ssm-backup@example.com"
    assert recipients == ["ops-alerts@example.com", "oncall@example.com"]
    assert message["Subject"] == "[SSM Backup] [FAIL] dev #42"
    assert message["Cc"] == "oncall@example.com"
    assert abs(age_of(message)) < datetime.timedelta(minutes=2)
    text, attached = message.iter_parts()
    assert "結果: 一部未取得" in text.get_content()
    assert "us-west-2 /app/dev/パス" in text.get_content()
    assert attached.get_filename() == "region_summaries.json"
    assert json.loads(attached.get_content()) == SUMMARIES


def test_a_success_calls_nobody(world, mails):
    world.summaries({HOME: SUMMARIES[HOME]})
    world.config(**world.mail(mails))
    assert world.notify(AWS_CA_BUNDLE=str(mails.ca)).returncode == 0
    [(_, recipients, message)] = mails.received
    assert recipients == ["ops-alerts@example.com"] and message["Cc"] is None
    assert message["Subject"] == "[SSM Backup] [SUCCESS] dev #42"


MAIL_TROUBLES = [
    # name, what of the configuration differs, trusted, what is said
    ("another password", {"password": "env:WRONG"}, True, "correct the user or the password"),
    ("an authority that nobody knows", {}, False, "name the authority's certificate"),
    ("a server that is down", {"server": "down"}, True, "see whether 127.0.0.1:"),
    ("TLS from the start where there is STARTTLS", {"security": "tls"}, True, "localhost:"),
    ("a password that is not there", {"password": "file:/nowhere/x"}, True, "/nowhere/x"),
]


@pytest.mark.parametrize("row", MAIL_TROUBLES, ids=lambda row: row[0])
def test_a_mail_that_cannot_be_sent_says_why(world, mails, row):
    _, more, trusted, says = row
    if more.get("server") == "down":
        more = {"server": f"127.0.0.1:{free_port()}"}
    world.config(**world.mail(mails, **more))
    trust = {"AWS_CA_BUNDLE": str(mails.ca)} if trusted else {}
    done = world.notify(WRONG="not-it", **trust)
    assert done.returncode == 1
    assert "warning: notice not sent: mail to ops-alerts@example.com" in done.stderr
    assert says in done.stderr, done.stderr
    assert mails.received == []


def test_no_password_goes_to_a_server_without_starttls(world, tmp_path):
    (tmp_path / "plain").mkdir()
    plain = Mails(tmp_path / "plain", starttls=False)
    try:
        world.config(**world.mail(plain))
        done = world.notify()
        assert done.returncode == 1 and "offers no STARTTLS" in done.stderr, done.stderr
        assert plain.received == [] and plain.logins == []
    finally:
        plain.stop()


def test_a_mail_that_the_server_refuses(world, mails):
    mails.refuses = "554 no such luck"
    world.config(**world.mail(mails))
    done = world.notify(AWS_CA_BUNDLE=str(mails.ca))
    assert done.returncode == 1 and "554" in done.stderr, done.stderr


def test_the_webhook_gets_json(world):
    world.config(webhook="env:HOOK")
    done = world.notify("--build-url", "https://jenkins/42", HOOK=world.web.url + "/x?key=1")
    assert done.returncode == 0, done.stderr
    [(path, _, body)] = world.web.posts
    assert path == "/x?key=1"
    assert body["result"] == "INCOMPLETE" and body["buildUrl"] == "https://jenkins/42"
    assert body["regions"] == SUMMARIES


WEB_TROUBLES = [
    # name, statuses in turn, tries, exit code, what is said
    ("500 once", [500, 200], 2, 0, "told webhook"),
    ("500 for ever", 500, 3, 1, "127.0.0.1 answered 500"),
    ("throttled once", [429, 200], 2, 0, "told webhook"),
    ("gone", 404, 1, 1, "127.0.0.1 answered 404\n"),
    ("not allowed", 403, 1, 1, "127.0.0.1 answered 403"),
]


@pytest.mark.parametrize("row", WEB_TROUBLES, ids=lambda row: row[0])
def test_a_webhook_in_trouble(world, row):
    _, world.web.status, tries, code, says = row
    world.config(webhook="env:HOOK")
    # As many servers do.
    world.web.body = b"Cannot POST /s3cretpath?sig=s3cret" if code else b"ok"
    done = world.notify(HOOK=world.web.url + "/s3cretpath?sig=s3cret")
    assert "s3cret" not in done.stdout + done.stderr
    assert done.returncode == code and says in done.stderr, done.stderr
    assert len(world.web.posts) == tries


def test_a_sink_that_is_slow_is_waited_for(world, mails):
    """Ten seconds each: both are told."""
    world.web.delay, mails.delay = 10, 10
    world.config(**world.slack(), **world.mail(mails))
    done = world.notify(AWS_CA_BUNDLE=str(mails.ca))
    assert done.returncode == 0, done.stderr
    assert len(world.web.posts) == 1 and len(mails.received) == 1


def test_one_that_is_down_keeps_nobody_else_from_being_told(world, mails):
    world.config(slack={"webhook": "env:DOWN"}, **world.mail(mails))
    done = world.notify(AWS_CA_BUNDLE=str(mails.ca),
                        DOWN=f"http://127.0.0.1:{free_port()}/services/x")
    assert done.returncode == 3
    assert "warning: notice not sent: Slack" in done.stderr
    assert "told mail to ops-alerts@example.com" in done.stderr
    assert len(mails.received) == 1


@pytest.fixture(scope="module")
def moto():
    running = Moto()
    yield running
    running.stop()


def test_sns_and_a_webhook_whose_url_is_a_securestring(world, moto):
    sns, sqs = moto.client("sns", HOME), moto.client("sqs", HOME)
    topic = sns.create_topic(Name="ops")["TopicArn"]
    queue = sqs.create_queue(QueueName="ops")["QueueUrl"]
    sns.subscribe(TopicArn=topic, Protocol="sqs",
                  Endpoint=f"arn:aws:sqs:{HOME}:{MOTO_ACCOUNT}:ops")
    moto.client("ssm", HOME).put_parameter(
        Name="/ops/hook", Type="SecureString", Value=world.web.url + HOOK)
    world.config(sns=topic, slack={"webhook": "ssm:/ops/hook"})
    done = world.notify(AWS_ENDPOINT_URL=moto.url,
                        AWS_ACCESS_KEY_ID=moto.key["access_key_id"],
                        AWS_SECRET_ACCESS_KEY=moto.key["secret_access_key"])
    assert done.returncode == 0, done.stderr
    assert world.web.posts[0][0] == HOOK
    [message] = sqs.receive_message(QueueUrl=queue)["Messages"]
    body = json.loads(message["Body"])
    assert body["Subject"] == "[SSM Backup] [FAIL] dev #42"
    assert "us-west-2: SUCCESS, count=3, stage=1s" in body["Message"]


RESULTS = [
    # name, flags, what is there, the subject
    ("a Region that was never begun", ["--region", HOME, "--region", "eu-west-1"], {HOME}, "FAIL"),
    ("aborted", ["--result", "ABORTED"], {HOME}, "FAIL"),
    ("Jenkins knows of a failure", ["--result", "FAILURE"], {HOME}, "FAIL"),
    ("unstable for what no summary says", ["--result", "UNSTABLE"], {HOME}, "FAIL"),
    ("well by all accounts", ["--result", "SUCCESS"], {HOME}, "SUCCESS"),
    ("no summaries", [], None, "FAIL"),
]


@pytest.mark.parametrize("row", RESULTS, ids=lambda row: row[0])
def test_the_result_is_the_worst_that_anybody_knows(world, row):
    _, flags, regions, word = row
    if regions is None:
        (world.directory / "region_summaries.json").unlink()
    else:
        world.summaries({region: SUMMARIES[region] for region in regions})
    done = world.notify("--print", *flags)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(f"[SSM Backup] [{word}] dev #42\n"), done.stdout


@pytest.fixture
def sandbox(world):
    process = subprocess.Popen([BUILD / "ssm-sandbox", "--listen", "127.0.0.1:0"],
                               stdout=subprocess.PIPE, text=True)
    url = process.stdout.readline().split()[-1]
    stack = {"projectName": "jnk", "environment": "dev", "regions": [HOME],
             "defaultRegion": HOME}
    (world.directory / "Pulumi.dev.yaml").write_text(
        yaml.safe_dump({"config": {f"jenkins-ssm-backup-s3:{key}": value
                                   for key, value in stack.items()}}))
    yield {"AWS_ENDPOINT_URL": url, "AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b"}
    process.terminate()
    process.wait(timeout=10)


@pytest.mark.parametrize("status", [200, 500], ids=["told", "not told"])
def test_a_backup_tells_how_it_came_out_and_is_what_it_is(world, sandbox, status):
    world.web.status = status
    world.config(**world.slack())
    backup = ["backup", "--env", "dev", "--notify", "notify.yaml"]
    early = world.run(*backup, **sandbox)  # nothing is there yet
    assert early.returncode == 2
    assert world.run("infra", "apply", "-f", "Pulumi.dev.yaml", **sandbox).returncode == 0
    done = world.run(*backup, BUILD_NUMBER="7", **sandbox)
    assert done.returncode == 0, done.stderr
    said = "told Slack" if status == 200 else "warning: notice not sent: Slack"
    assert said in done.stderr and said in early.stderr
    texts = [body["text"] for _, _, body in world.web.posts]
    assert texts[0] == "[SSM Backup] [FAIL] dev"
    assert texts[-1] == "[SSM Backup] [SUCCESS] dev #7"


def test_a_notify_file_that_is_wrong_is_told_before_any_work(world, sandbox):
    assert world.run("infra", "apply", "-f", "Pulumi.dev.yaml", **sandbox).returncode == 0
    done = world.run("backup", "--env", "dev", "--notify", "nowhere.yaml", **sandbox)
    assert done.returncode == 2 and "there is no file nowhere.yaml" in done.stderr
    assert not (world.directory / "backup-work").exists()


def test_another_environments_summaries_are_refused(world):
    key = "2026-11-26/us-west-2/ssm-backup-dev-us-west-2-20261126_130000.json"
    world.summaries({"us-west-2": {**SUMMARIES["us-west-2"], "s3Key": key}})
    done = world.run("notify", "--env", "prod", "--summaries", "region_summaries.json", "--print")
    assert done.returncode == 2 and "the summaries are not of prod" in done.stderr
