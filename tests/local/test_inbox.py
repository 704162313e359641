"""The demo's mail box and webhook log."""

import http.client
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from config.local import inbox
from escalations.notify import webhooks


@pytest.fixture
def shelf(tmp_path: Path) -> inbox.Shelf:
    return inbox.Shelf(tmp_path / "inbox")


@pytest.fixture
def port(shelf: inbox.Shelf) -> Iterator[int]:
    server = inbox.page_server(shelf, 0)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_port
    server.shutdown()
    server.server_close()


def test_the_inbox_keeps_a_webhook_and_says_whether_its_signature_holds(
    shelf: inbox.Shelf, port: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = webhooks.new_secret()
    monkeypatch.setattr(inbox, "SECRET", tmp_path / "secret")
    inbox.SECRET.write_text(secret)
    for key, status in ((secret, 200), (webhooks.new_secret(), 401)):
        sent = webhooks.post(
            f"http://127.0.0.1:{port}/hook", key, message="msg_1", payload={"type": "<b>"}, now=datetime.now(UTC),
            allowed=["127.0.0.1"],
        )  # fmt: skip
        assert sent.status == status
    assert [item["verified"] for item in shelf.items()] == [False, True]
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    connection.request("GET", "/")
    page = connection.getresponse().read().decode()
    assert "signature verified" in page
    assert "BAD SIGNATURE" in page
    assert "<b>" not in page


def test_the_inbox_keeps_the_newest_only(shelf: inbox.Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inbox, "MOST", 3)
    for number in range(5):
        shelf.put({"kind": "mail", "title": str(number)})
    assert [item["title"] for item in shelf.items()] == ["4", "3", "2"]
