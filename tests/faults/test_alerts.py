"""Notifications while senders are killed and hosts hang: at least once, one id, never lost (safety P17)."""

import contextlib
import json
import threading
import time
from collections import Counter
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tests.faults.conftest import LONG, Hurt
from tests.faults.stack import wait_for

ALERTS = 600 if LONG else 60
OPEN = "SELECT count(*) FROM escalations_delivery WHERE state IN ('ready', 'sending')"
RAISE = """
INSERT INTO escalations_alert (kind, key, severity, people, roles, data, count, level, raised_at, last_at, notify_at,
                               end_reason)
SELECT 'channel_failing', %s::text || n, 1, '{}', '{}', '{}', 1, 0, now(), now(), now(), ''
FROM generate_series(1, %s) n
RETURNING id
"""
"""One alert a key, critical: none waits for its fellows."""

PLACE = """
import django
django.setup()
from escalations.choices import AlertKind
from escalations.services.endpoints import save_endpoint
from escalations.services.subscribing import set_endpoint
made, secret = save_endpoint(endpoint=None, name="%(name)s", kind="webhook", address="%(url)s", actor=None,
                             per_minute=600)
set_endpoint(endpoint=made, kinds=list(AlertKind), least=4, client=None, actor=None)
"""


class Receiver:
    """Keeps every id and every alert it was sent; slow enough that there is a middle to be killed in."""

    def __init__(self, pause: float) -> None:
        self.pause, self.ids, self.alerts = pause, Counter[str](), Counter[int]()
        self.bodies: dict[str, set[str]] = {}
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                name = self.headers["webhook-id"]
                outer.ids[name] += 1
                outer.bodies.setdefault(name, set()).add(body)
                for alert in json.loads(body)["data"]["alerts"]:
                    outer.alerts[alert["id"]] += 1
                time.sleep(outer.pause)
                with contextlib.suppress(OSError):
                    self.send_response(200)
                    self.end_headers()

            def log_message(self, format: str, *args: object) -> None:
                return

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    made = Receiver(0.4)
    yield made
    made.server.shutdown()


def place(hurt: Hurt, name: str, url: str) -> None:
    hurt.stack.python("-c", PLACE % {"name": name, "url": url})


def test_a_sender_killed_in_the_middle_loses_no_message_and_keeps_its_id(
    hurt: Hurt, receiver: Receiver
) -> None:
    """R063, P17: two senders, one killed -9 again and again while it sends; every alert arrives, repetitions under the
    id and with the body they had.
    """
    hurt.books.rows("UPDATE escalations_endpoint SET is_active = false RETURNING id")
    place(hurt, "killed senders", receiver.url)
    made = [row[0] for row in hurt.books.rows(RAISE, "k", ALERTS)]
    hurt.books.rows("UPDATE escalations_endpoint SET per_minute = 30000 RETURNING id")
    hurt.beat()
    hurt.workers("teller")
    senders = hurt.workers("sender-one", "sender-two", queue="notify")
    wait_for(lambda: sum(receiver.ids.values()) >= 1, seconds=120, what="the first message")
    for again in range(3):
        time.sleep(0.6)
        senders[0].kill()
        senders[0].start()
        hurt.stack.wait_for_worker(senders[0])
        hurt.books.rows(RAISE, f"later {again} ", 5)
    mine = "SELECT count(*) FROM escalations_alert WHERE notify_at IS NOT NULL"
    hooks = OPEN + " AND via = 'webhook'"
    wait_for(
        lambda: hurt.books.one(mine) == 0 and hurt.books.one(hooks) == 0,
        seconds=180,
        what="everything is sent",
    )
    assert set(made) <= set(receiver.alerts)
    assert all(len(bodies) == 1 for bodies in receiver.bodies.values())
    told = "SELECT count(*), count(DISTINCT (alert_id, user_id, level)) FROM escalations_notice"
    (all_of_them, distinct), *_ = hurt.books.rows(told)
    assert all_of_them == distinct
    hurt.verify()
