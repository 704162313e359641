"""A language model's endpoint on this machine that misbehaves on command."""

import json
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

JUDGEMENT: dict[str, Any] = {}

OK = {
    "id": "x",
    "object": "chat.completion",
    "choices": [{"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": ""}}],
    "usage": {"prompt_tokens": 700, "completion_tokens": 90, "total_tokens": 790},
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
                with provider._counting:
                    provider.calls += 1
                provider.misbehaviour(self, request)

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        self._counting = threading.Lock()
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

    def behave(self, how: str = "well", *, delay: float = 0.0) -> None:
        """From now on answer `well` (after `delay` seconds), or as one of MISBEHAVIOURS."""
        self.released.set()  # whoever hangs from before is let go
        self.released = threading.Event()
        self.delay, self.calls = delay, 0
        self.misbehaviour: Callable[[BaseHTTPRequestHandler, bytes], None] = getattr(self, f"_{how}")

    def _well(self, handler: BaseHTTPRequestHandler, request: bytes) -> None:
        if self.delay:
            self.released.wait(self.delay)
        answer = json.loads(json.dumps(OK))
        answer["choices"][0]["message"]["content"] = json.dumps(JUDGEMENT)
        reply(handler, 200, json.dumps(answer).encode())

    def _hang(self, handler: BaseHTTPRequestHandler, request: bytes) -> None:
        self.released.wait()
        handler.close_connection = True

    def _fail(self, handler: BaseHTTPRequestHandler, request: bytes) -> None:
        reply(handler, 500, b'{"error": {"message": "overloaded"}}')

    def _refuse(self, handler: BaseHTTPRequestHandler, request: bytes) -> None:
        reply(handler, 429, b'{"error": {"message": "slow down"}}')

    def _babble(self, handler: BaseHTTPRequestHandler, request: bytes) -> None:
        answer = json.loads(json.dumps(OK))
        answer["choices"][0]["message"]["content"] = (
            "I would be happy to help! The category is <b>billing</b>."
        )
        reply(handler, 200, json.dumps(answer).encode())

    def _overstate(self, handler: BaseHTTPRequestHandler, request: bytes) -> None:
        """Well-formed JSON that claims what no probability can be."""
        answer = json.loads(json.dumps(OK))
        answer["choices"][0]["message"]["content"] = json.dumps(JUDGEMENT | {"confidence": 17})
        reply(handler, 200, json.dumps(answer).encode())

    def _break_off(self, handler: BaseHTTPRequestHandler, request: bytes) -> None:
        handler.send_response(200)
        handler.send_header("Content-Type", "application/json")
        handler.send_header("Content-Length", "5000")
        handler.end_headers()
        handler.wfile.write(b'{"choices": [{"message": {"content": "{\\"categ')
        handler.close_connection = True


MISBEHAVIOURS = ("hang", "fail", "refuse", "babble", "overstate", "break_off")


def reply(handler: BaseHTTPRequestHandler, status: int, body: bytes) -> None:
    """One whole JSON response."""
    handler.send_response(status)
    handler.send_header("Content-Type", "application/json")
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body)
