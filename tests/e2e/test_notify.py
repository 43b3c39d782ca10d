"""notify: Slack, webhook and SNS, as others' servers see them."""

import json
import signal
import time

import pytest
from notice_sinks import free_port
from notice_world import HOME, HOOK, SUMMARIES, TOKEN, mails, until, world  # noqa: F401: fixtures
from parties import MOTO_ACCOUNT, Moto


def test_slack_by_its_webhook(world):
    world.config(**world.slack())
    done = world.notify("--region", HOME, "--region", "us-west-2")
    assert done.returncode == 0, done.stderr
    assert done.stderr == "told Slack by its webhook\n"
    [(path, headers, body)] = world.web.posts
    assert path == HOOK and headers["Content-Type"].startswith("application/json")
    assert body["channel"] == "#infra-backup-alerts"
    assert body["text"] == "[SSM Backup] [FAIL] dev #42"
    assert {it["color"] for it in body["attachments"]} == {"warning"}
    assert "us-west-2 /app/dev/パス" in json.dumps(body, ensure_ascii=False)


@pytest.mark.parametrize("answer, code, says", [
    ({"ok": True, "ts": "1"}, 0, "told Slack #alerts"),
    ({"ok": False, "error": "not_in_channel"}, 1,
     "Slack refused it: not_in_channel\nnext: invite the bot into the channel"),
    ({"ok": False, "error": "invalid_auth"}, 1,
     "Slack refused it: invalid_auth\nnext: the token is no good any more"),
    ({"ok": False, "error": "missing_scope"}, 1,
     "Slack refused it: missing_scope\nnext: give the bot the scope chat:write"),
    ({"ok": False, "error": "is_archived"}, 1,
     "Slack refused it: is_archived\nnext: name a channel that is not archived"),
    ({"ok": False, "error": "made_up"}, 1, "Slack refused it: made_up\nnext: look the code up"),
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
    ("throttled for ever", 429, 3, 1, "127.0.0.1 answered 429 (after 3 tries)"),
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


def test_a_connection_that_broke_between_two_notices(world):
    """The second was lost with 'socket is closed; it may have arrived', now and then."""
    world.web.hangs_up = True
    world.config(**world.slack(), webhook="file:hook")
    done = world.notify()
    assert done.returncode == 0, done.stderr
    assert len(world.web.posts) == 2


def test_a_web_server_that_says_when_is_asked_then(world):
    world.web.status, world.web.headers = [429, 200], {"Retry-After": "6"}
    world.config(webhook="env:HOOK")
    begin = time.monotonic()
    done = world.notify(HOOK=world.web.url + "/x")
    assert done.returncode == 0 and time.monotonic() - begin >= 6, done.stderr
    world.web.status, world.web.headers = 429, {"Retry-After": "600"}
    world.web.posts.clear()
    done = world.notify(HOOK=world.web.url + "/x")
    assert done.returncode == 1 and "answered 429 ok and wants 10 min" in done.stderr, done.stderr
    assert len(world.web.posts) == 1


@pytest.mark.parametrize("number, code", [(signal.SIGTERM, 143), (signal.SIGINT, 130)])
def test_a_signal_leaves_a_notice_a_few_seconds(world, number, code):
    """It went on for 26 seconds, and ended with 0."""
    world.web.delay = 30
    world.config(**world.slack(), webhook="file:hook")
    process = world.start("notify", "--env", "dev", "--config", "notify.yaml", "--summaries",
                          "region_summaries.json")
    until(lambda: world.web.posts)
    begin = time.monotonic()
    process.send_signal(number)
    said = process.communicate(timeout=60)[1]
    assert process.returncode == code, said
    assert time.monotonic() - begin < 10
    assert said.count("warning: notice not sent") == 2, said


def test_a_signal_lets_a_notice_that_is_under_way_arrive(world):
    world.web.delay = 3
    world.config(**world.slack())
    process = world.start("notify", "--env", "dev", "--config", "notify.yaml", "--summaries",
                          "region_summaries.json")
    until(lambda: world.web.posts)
    process.send_signal(signal.SIGTERM)
    said = process.communicate(timeout=60)[1]
    assert process.returncode == 143 and "told Slack" in said, said


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
    # SNS refuses a subject that is not ASCII.
    done = world.run("notify", "--env", "dev", "--config", "notify.yaml", "--summaries",
                     "region_summaries.json", "--build-number", "ビルド42", AWS_ENDPOINT_URL=moto.url,
                     AWS_ACCESS_KEY_ID=moto.key["access_key_id"],
                     AWS_SECRET_ACCESS_KEY=moto.key["secret_access_key"])
    assert done.returncode == 0, done.stderr
    [message] = sqs.receive_message(QueueUrl=queue)["Messages"]
    assert json.loads(message["Body"])["Subject"] == "[SSM Backup] [FAIL] dev #???42"


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


def test_a_reason_is_not_dropped_where_it_has_failed_already(world):
    world.summaries({HOME: {"status": "FAILED", "message": "x"}})
    done = world.notify("--print", "--result", "FAILURE", "--because", "us-west-2:\tended by Jenkins ")
    assert "\nReason: us-west-2:\\tended by Jenkins\n" in done.stdout, done.stdout
    assert "\nReason" not in world.notify("--print", "--because", " ").stdout


UNREADABLE = [
    # name, what the file holds, what is said of it
    ("cut short", '{"us-west-2": {"status": "SUC', "is not JSON"),
    ("a list", "[]", "not an object of objects"),
    ("a number for a Region", '{"us-west-2": 1}', "not an object of objects"),
    ("empty", "", "is not JSON"),
]


@pytest.mark.parametrize("row", UNREADABLE, ids=lambda row: row[0])
def test_summaries_that_cannot_be_read_are_told(world, row):
    """Nobody was told of anything."""
    _, content, says = row
    (world.directory / "region_summaries.json").write_text(content)
    world.config(**world.slack())
    done = world.notify("--region", "us-west-2")
    assert done.returncode == 0, done.stderr
    [(_, _, body)] = world.web.posts
    assert body["text"] == "[SSM Backup] [FAIL] dev #42"
    texts = json.dumps(body)
    assert "The summaries cannot be read: " in texts and says in texts
    assert "us-west-2: UNKNOWN" in texts


def test_another_environments_summaries_are_refused(world):
    key = "2026-11-26/us-west-2/ssm-backup-dev-us-west-2-20261126_130000.json"
    world.summaries({"us-west-2": {**SUMMARIES["us-west-2"], "s3Key": key}})
    done = world.run("notify", "--env", "prod", "--summaries", "region_summaries.json", "--print")
    assert done.returncode == 2 and "the summaries are not of prod" in done.stderr
