"""A language model's endpoint on this machine that misbehaves on command."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

from tests.faults.words import MISBEHAVIOURS

JUDGEMENT: dict[str, Any] = {
    "confidence": 0.9,
    "out_of_scope": 0.1,
    "sentiment": 0.0,
    "distress": 0.0,
    "risk": 0.2,
    "complexity": 0.2,
    "intents": [],
    "signals": [],
}


class Provider:
    """Speaks the OpenAI-compatible protocol on a free port of 127.0.0.1."""

    def __init__(self) -> None:
        self.released = threading.Event()
        self.behave()
        provider = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                request = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                provider.answer(self, request)

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/v1"

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.released.set()
        self._server.shutdown()
        self._server.server_close()

    def behave(self, *, delay: float = 0.0) -> None:
        """From now on answer after `delay` seconds; whoever hangs from before is let go."""
        self.released.set()
        self.released = threading.Event()
        self.delay = delay
        self.did: set[str] = set()

    def answer(self, handler: BaseHTTPRequestHandler, request: bytes) -> None:
        """Well, unless the case says "please" and one of MISBEHAVIOURS."""
        how = next((how for how in MISBEHAVIOURS if f"please {how}".encode() in request), "well")
        self.did.add(how)
        getattr(self, f"_{how}")(handler, request)

    def _well(self, handler: BaseHTTPRequestHandler, request: bytes) -> None:
        self.released.wait(self.delay)
        complete(handler, json.dumps(judgement(request)))

    def _hang(self, handler: BaseHTTPRequestHandler, request: bytes) -> None:
        self.released.wait()
        handler.close_connection = True

    def _fail(self, handler: BaseHTTPRequestHandler, request: bytes) -> None:
        reply(handler, 500, b'{"error": {"message": "overloaded"}}')

    def _refuse(self, handler: BaseHTTPRequestHandler, request: bytes) -> None:
        reply(handler, 429, b'{"error": {"message": "slow down"}}')

    def _babble(self, handler: BaseHTTPRequestHandler, request: bytes) -> None:
        complete(handler, "I would be happy to help! The category is <b>billing</b>.")

    def _overstate(self, handler: BaseHTTPRequestHandler, request: bytes) -> None:
        """Well-formed JSON that claims what no probability can be."""
        complete(handler, json.dumps(judgement(request) | {"confidence": 17}))

    def _break_off(self, handler: BaseHTTPRequestHandler, request: bytes) -> None:
        handler.send_response(200)
        handler.send_header("Content-Type", "application/json")
        handler.send_header("Content-Length", "5000")
        handler.end_headers()
        handler.wfile.write(b'{"choices": [{"message": {"content": "{\\"categ')
        handler.close_connection = True


def judgement(request: bytes) -> dict[str, Any]:
    """An answer that fits the schema the request asks for: its first category."""
    asked = json.loads(request)["response_format"]["json_schema"]["schema"]
    return JUDGEMENT | {"category": asked["properties"]["category"]["enum"][0]}


def complete(handler: BaseHTTPRequestHandler, content: str) -> None:
    """One whole chat completion."""
    message = {"role": "assistant", "content": content}
    answer = {
        "id": "completion-1",
        "object": "chat.completion",
        "choices": [{"index": 0, "finish_reason": "stop", "message": message}],
        "usage": {"prompt_tokens": 700, "completion_tokens": 90, "total_tokens": 790},
    }
    reply(handler, 200, json.dumps(answer).encode())


def reply(handler: BaseHTTPRequestHandler, status: int, body: bytes) -> None:
    """One whole JSON response."""
    handler.send_response(status)
    handler.send_header("Content-Type", "application/json")
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body)
