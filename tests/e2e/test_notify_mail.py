"""notify by mail, to a server written by others, and to one that is late."""

import datetime
import json

import pytest
from notice_sinks import LateMails, Mails, age_of, free_port
from notice_world import HOME, SUMMARIES, mails, world  # noqa: F401: fixtures


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
    assert "結果: 不完全" in text.get_content()
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
    assert done.returncode == 1 and "the server said: 554 no such luck" in done.stderr, done.stderr


def test_a_recipient_that_is_refused_keeps_nobody_else_from_being_told(world, mails):
    """Nobody got the mail where the on-call address was mistyped."""
    mails.unknown = {"oncall@example.com": "550 5.1.1 no such user here"}
    world.config(**world.mail(mails))
    done = world.notify(AWS_CA_BUNDLE=str(mails.ca))
    assert done.returncode == 3, done.stderr
    assert "told mail to ops-alerts@example.com\n" in done.stderr
    assert ("warning: oncall@example.com has no notice: the mail server said: 550 5.1.1 no such user here"
            in done.stderr)
    [(_, recipients, _)] = mails.received
    assert recipients == ["ops-alerts@example.com"]


def test_a_mail_whose_every_recipient_is_refused_is_not_sent(world, mails):
    mails.unknown = dict.fromkeys(["oncall@example.com", "ops-alerts@example.com"], "550 nobody here")
    world.config(**world.mail(mails))
    done = world.notify(AWS_CA_BUNDLE=str(mails.ca))
    assert done.returncode == 1 and "the server said: 550 nobody here" in done.stderr, done.stderr
    assert mails.received == []


def test_what_a_server_answers_to_a_password_is_not_quoted(world, mails):
    world.config(**world.mail(mails, password="env:WRONG"))
    done = world.notify(WRONG="not-it", AWS_CA_BUNDLE=str(mails.ca))
    assert done.returncode == 1 and "the server said" not in done.stderr, done.stderr


def test_a_mail_server_that_greets_late_is_waited_for(world):
    """Greylisting and load hold the greeting back: after ten seconds it was given up."""
    late = LateMails(delay=12)
    world.config(mail={"server": f"localhost:{late.port}", "security": "none",
                       "from": "a@b.example", "to": ["c@d.example"]})
    done = world.notify()
    assert done.returncode == 0, done.stderr
    assert len(late.messages) == 1
    late.stop()


def test_a_mail_in_clear_over_the_network_is_refused_before_any_work(world):
    world.config(mail={"server": "192.0.2.1:25", "security": "none", "from": "a@b.example",
                       "to": ["c@d.example"]})
    done = world.notify()
    assert done.returncode == 2, done.stderr
    assert "mail.security is 'none': the notice would go in clear over the network" in done.stderr


def test_a_subject_that_is_not_ascii(world, mails):
    world.config(**world.mail(mails))
    done = world.run("notify", "--env", "dev", "--config", "notify.yaml", "--summaries",
                     "region_summaries.json", "--build-number", "ビルド42", AWS_CA_BUNDLE=str(mails.ca))
    assert done.returncode == 0, done.stderr
    [(_, _, message)] = mails.received
    assert message["Subject"] == "[SSM Backup] [FAIL] dev #ビルド42"
    head = message.as_bytes().split(b"\n\n")[0]
    assert all(byte < 128 for byte in head)
