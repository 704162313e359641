"""The demo's mail box and webhook log: `python -m config.local.inbox <smtp port> <http port>`.

Everything stays on this machine: mails and webhooks that Handrail really sends are kept under .local/inbox and shown on
a page. Signatures of webhooks are checked as any receiver would, with the library of the Standard Webhooks format.
"""

import email
import email.policy
import html
import json
import signal
import sys
import threading
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import Envelope
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from .paths import STATE

KEPT = STATE / "inbox"
SECRET = STATE / "demo-webhook-secret"
MOST = 200
LARGEST = 256 * 1024

PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="color-scheme" content="light dark">
<meta name="viewport" content="width=device-width, initial-scale=1"><meta http-equiv="refresh" content="5">
<title>Demo inbox</title></head><body><main><h1>Demo inbox</h1>
<p>What Handrail sent: {mails} e-mails, {hooks} webhooks. Nothing left this machine.</p>
{items}</main></body></html>"""
SIGNATURES = {"True": ", signature verified", "False": ", BAD SIGNATURE"}
ITEM = "<article><h2>{title}</h2><p>{facts}</p><pre>{text}</pre></article>"


class Shelf:
    """What arrived, as one JSON file each, the newest MOST of them."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self._lock = threading.Lock()
        directory.mkdir(parents=True, exist_ok=True)

    def put(self, item: dict[str, Any]) -> None:
        """Keep `item`."""
        with self._lock:
            name = f"{datetime.now().astimezone():%Y%m%d-%H%M%S-%f}-{item['kind']}.json"
            (self.directory / name).write_text(json.dumps(item, indent=1))
            for old in sorted(self.directory.glob("*.json"))[:-MOST]:
                old.unlink(missing_ok=True)

    def items(self) -> list[dict[str, Any]]:
        """The newest first."""
        return [json.loads(path.read_text()) for path in sorted(self.directory.glob("*.json"), reverse=True)]


class MailBox:
    """What aiosmtpd calls for each mail."""

    def __init__(self, shelf: Shelf) -> None:
        self.shelf = shelf

    async def handle_DATA(self, server: Any, session: Any, envelope: Envelope) -> str:  # noqa: N802  its name
        content = envelope.content if isinstance(envelope.content, bytes) else str(envelope.content).encode()
        mail = email.message_from_bytes(content, policy=email.policy.default)
        body = "" if mail.is_multipart() else mail.get_content()
        self.shelf.put(
            {
                "kind": "mail", "at": _now(), "to": list(envelope.rcpt_tos),
                "title": str(mail["Subject"] or "").strip(), "id": str(mail["Message-ID"] or ""), "text": body,
            }
        )  # fmt: skip
        return "250 kept"


def page_server(shelf: Shelf, port: int) -> ThreadingHTTPServer:
    """The page at /, the webhook receiver at /hook, everything as JSON at /items."""

    class Handler(BaseHTTPRequestHandler):
        timeout = 10

        def do_GET(self) -> None:
            if self.path == "/items":
                self._answer(200, json.dumps(shelf.items()).encode(), "application/json")
            else:
                self._answer(200, _page(shelf.items()).encode(), "text/html; charset=utf-8")

        def do_POST(self) -> None:
            length = self.headers.get("Content-Length", "")
            if not length.isdigit() or int(length) > LARGEST:
                self._answer(413, b"too large", "text/plain")
                return
            body = self.rfile.read(int(length)).decode(errors="replace")
            headers = {name.lower(): value for name, value in self.headers.items()}
            verified = _verified(body, headers)
            shelf.put(
                {
                    "kind": "webhook", "at": _now(), "to": [self.path], "title": _title(body), "verified": verified,
                    "id": headers.get("webhook-id", ""), "text": body,
                }
            )  # fmt: skip
            self._answer(200 if verified else 401, b"ok" if verified else b"bad signature", "text/plain")

        def log_message(self, format: str, *args: Any) -> None:
            return

        def _answer(self, status: int, body: bytes, kind: str) -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Content-Security-Policy", "default-src 'none'")
            self.end_headers()
            self.wfile.write(body)

    return ThreadingHTTPServer(("127.0.0.1", port), Handler)


def _verified(body: str, headers: dict[str, str]) -> bool:
    try:
        Webhook(SECRET.read_text().strip()).verify(body, headers)
    except (WebhookVerificationError, OSError, ValueError, RuntimeError):
        return False
    return True


def _title(body: str) -> str:
    try:
        return str(json.loads(body).get("type", ""))[:120]
    except (ValueError, AttributeError):
        return "not JSON"


def _page(items: list[dict[str, Any]]) -> str:
    parts = []
    for item in items:
        signature = SIGNATURES.get(str(item.get("verified", "")), "")
        facts = f"{item['at']} · {item['kind']} to {', '.join(item['to'])} · {item['id']}{signature}"
        parts.append(
            ITEM.format(
                title=html.escape(item["title"]), facts=html.escape(facts), text=html.escape(item["text"])
            )
        )
    mails = sum(item["kind"] == "mail" for item in items)
    return PAGE.format(mails=mails, hooks=len(items) - mails, items="\n".join(parts) or "<p>Nothing yet.</p>")


def _now() -> str:
    return f"{datetime.now().astimezone():%Y-%m-%d %H:%M:%S}"


def main(smtp_port: int, http_port: int) -> None:
    """Runs until it is told to stop."""
    shelf = Shelf(KEPT)
    mail = Controller(MailBox(shelf), hostname="127.0.0.1", port=smtp_port)
    mail.start()
    server = page_server(shelf, http_port)
    signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=server.shutdown, daemon=True).start())
    print(
        f"mail on 127.0.0.1:{smtp_port}, webhooks and the page on http://127.0.0.1:{http_port}/", flush=True
    )
    try:
        server.serve_forever()
    finally:
        mail.stop()


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
