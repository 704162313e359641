"""A threaded HTTP server that speaks the OpenAI chat protocol and misbehaves on demand."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Behaviour = Callable[["Handler"], None]


class Handler(BaseHTTPRequestHandler):
    """Plays the server's script: one behaviour a request, the last one for all that follow."""

    server: "FakeLLM"
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        with self.server.lock:
            number = len(self.server.requests)
            self.server.requests.append(json.loads(body))
            self.server.headers.append(dict(self.headers))
            self.server.paths.append(self.path)
        script = self.server.script
        with suppress(BrokenPipeError, ConnectionResetError):  # the client gave up: that is what is tested
            script[min(number, len(script) - 1)](self)

    def send(self, status: int, body: bytes, **headers: str) -> None:
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Keep quiet."""


class FakeLLM(ThreadingHTTPServer):
    """Remembers what it was asked."""

    daemon_threads = True

    def __init__(self, script: list[Behaviour]) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.script = script
        self.lock = threading.Lock()
        self.requests: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.paths: list[str] = []
        self.stopped = threading.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/v1"


@contextmanager
def serving(*script: Behaviour) -> Iterator[FakeLLM]:
    """A running server with that script."""
    server = FakeLLM(list(script))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.stopped.set()
        server.shutdown()
        server.server_close()
        thread.join()


def answer(**changes: Any) -> dict[str, Any]:
    """A well-formed answer, with changes."""
    return {
        "category": "late_parcel",
        "confidence": 0.95,
        "out_of_scope": 0.0,
        "sentiment": 0.0,
        "distress": 0.0,
        "risk": 0.1,
        "complexity": 0.1,
        "intents": ["late_parcel"],
        "signals": [],
        **changes,
    }


def completion(content: str, tokens: tuple[int, int] = (900, 100)) -> bytes:
    """A chat completion around the text."""
    usage = {"prompt_tokens": tokens[0], "completion_tokens": tokens[1]}
    choice = {"index": 0, "message": {"role": "assistant", "content": content}}
    return json.dumps({"id": "x", "choices": [choice], "usage": usage}).encode()


def says(**changes: Any) -> Behaviour:
    return lambda handler: handler.send(200, completion(json.dumps(answer(**changes))))


def writes(content: str) -> Behaviour:
    return lambda handler: handler.send(200, completion(content))


def sends(status: int, body: bytes = b"{}", **headers: str) -> Behaviour:
    return lambda handler: handler.send(status, body, **headers)


def waits(seconds: float, then: Behaviour) -> Behaviour:
    def behave(handler: Handler) -> None:
        handler.server.stopped.wait(seconds)
        then(handler)

    return behave


def drips(handler: Handler) -> None:
    """Begins an answer and sends a byte of it now and then, for ever."""
    handler.send_response(200)
    handler.send_header("Content-Length", "100000")
    handler.end_headers()
    while not handler.server.stopped.is_set():
        handler.wfile.write(b" ")
        handler.wfile.flush()
        time.sleep(0.05)


def hangs_up(handler: Handler) -> None:
    """Closes the connection without a word."""
    handler.close_connection = True
    handler.connection.close()
