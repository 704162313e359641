"""Each channel against a server that misbehaves; every attempt ends in time (R063)."""

import socket
import time
from datetime import UTC, datetime

import pytest
from pytest_django.fixtures import Settings
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from escalations.notify import chat, mail, webhooks
from escalations.notify.deadline import Deadline
from escalations.notify.outcome import Outcome
from escalations.notify.sealing import seal, unseal
from tests.alerts.sink import Script, Sink, answers, body_of, drips, garbage, hangs, headers_of

SECRET = webhooks.new_secret()


def post(sink: Sink, seconds: float = 5.0) -> Outcome:
    return webhooks.post(
        sink.url, SECRET, message="msg_1", payload={"type": "t", "data": {}}, now=datetime.now(UTC),
        allowed=[sink.trusted], seconds=seconds,
    )  # fmt: skip


def test_a_receiver_can_verify_the_signature_with_the_standard_library_of_the_format() -> None:
    """R063. And a changed body, or another key, fails."""
    with Sink(answers(200)) as sink:
        assert post(sink) == Outcome(True, "ok", 200)
        headers, body = headers_of(sink.requests[0]), body_of(sink.requests[0])
    assert headers["webhook-id"] == "msg_1"
    assert headers["host"] == sink.trusted
    Webhook(SECRET).verify(body, headers)
    for bad, key in ((body + " ", SECRET), (body, webhooks.new_secret())):
        with pytest.raises(WebhookVerificationError):
            Webhook(key).verify(bad, headers)


@pytest.mark.parametrize(
    ("script", "code"),
    [(hangs, "timeout"), (drips, "timeout"), (garbage, "garbage")],
    ids=["hangs", "drips", "garbage"],
)
def test_a_webhook_host_that_hangs_drips_or_talks_nonsense_costs_its_time_limit_and_no_more(
    script: Script, code: str
) -> None:
    begun = time.monotonic()
    with Sink(script) as sink:
        assert post(sink, seconds=1.0).code == code
    assert time.monotonic() - begun < 20


def test_a_host_that_asks_for_a_pause_is_heard() -> None:
    with Sink(answers(503, headers="Retry-After: 120\r\n")) as sink:
        assert post(sink) == Outcome(False, "status", 503, 120.0)
    with Sink(answers(429, headers="Retry-After: nonsense\r\n")) as sink:
        assert post(sink).retry_after is None


def test_nobody_there_is_an_outcome_and_no_exception() -> None:
    with Sink(answers(200)) as sink:
        pass
    assert post(sink).code in ("unreachable", "timeout")


@pytest.mark.parametrize(("script", "code"), [(hangs, "timeout"), (drips, "timeout"), (garbage, "garbage")])
def test_a_mail_host_that_hangs_drips_or_talks_nonsense_is_left_in_time(
    script: Script, code: str, settings: Settings
) -> None:
    begun = time.monotonic()
    with Sink(script, greets=True) as sink:
        settings.EMAIL_BACKEND = "escalations.notify.mail.TimedBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", sink.port
        outcome = mail.send(["a@example.test"], "s", "t", message="m", host="desk.test", seconds=1.5)
    assert not outcome.ok
    assert outcome.code in (code, "status", "unreachable")
    assert time.monotonic() - begun < 20


def test_chat_goes_out_through_apprise_to_a_listed_host() -> None:
    """R063: Mattermost's webhook; the room's address is all that names the service."""
    with Sink(answers(200)) as sink:
        url = f"mmost://127.0.0.1:{sink.port}/{'a' * 26}"
        assert chat.say(url, "Title", "Text", allowed=[sink.trusted], seconds=60) == Outcome(True, "ok")
    assert "Text" in body_of(sink.requests[0])


@pytest.mark.parametrize("service", ["mmost", "json"])
def test_chat_makes_no_connection_to_an_address_inside_the_house(service: str) -> None:
    """T21: the interpreter of the chat process refuses, whatever library asks."""
    with Sink(answers(200)) as sink:
        url = f"{service}://127.0.0.1:{sink.port}/{'a' * 26}"
        assert chat.say(url, "Title", "Text", seconds=60).code == "refused:private"
        assert not chat.check(url, seconds=60).ok
        assert sink.connections == 0


def test_a_chat_service_that_hangs_is_ended() -> None:
    begun = time.monotonic()
    with Sink(hangs) as sink:
        outcome = chat.say(f"json://127.0.0.1:{sink.port}/", "T", "B", allowed=[sink.trusted], seconds=4)
    assert not outcome.ok
    assert time.monotonic() - begun < 40


def test_other_apprise_schemes_are_not_spoken() -> None:
    assert chat.say("syslog://", "T", "B") == Outcome(False, "refused:service")
    assert chat.say("file:///etc/passwd", "T", "B") == Outcome(False, "refused:service")


def test_a_secret_is_sealed_with_the_key_of_the_deployment() -> None:
    sealed = seal("whsec_x", "key one")
    assert "whsec_x" not in sealed
    assert unseal(sealed, "key one") == "whsec_x"
    assert unseal(sealed, "key two") is None


def test_a_deadline_that_passed_before_the_connection_cuts_it_at_once() -> None:
    with Sink(hangs) as sink, Deadline(0.05) as deadline:
        time.sleep(0.2)
        with socket.create_connection(("127.0.0.1", sink.port)) as sock:
            deadline.watch(sock)
            assert sock.recv(1) == b""
