"""A server that does as it is told: answers, hangs, drips, talks nonsense. It counts every connection."""

import contextlib
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

Script = Callable[[socket.socket, bytes], None]


@dataclass
class Sink:
    """`requests` are what came, whole; `connections` how often anybody connected at all."""

    script: Script
    greets: bool = False  # speaks first, as mail servers do
    requests: list[bytes] = field(default_factory=list)
    connections: int = 0

    def __enter__(self) -> "Sink":
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port = self._server.getsockname()[1]
        threading.Thread(target=self._run, daemon=True).start()
        return self

    def __exit__(self, *_: Any) -> None:
        with contextlib.suppress(OSError):
            self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook"

    @property
    def trusted(self) -> str:
        return f"127.0.0.1:{self.port}"

    def _run(self) -> None:
        while True:
            try:
                conn, _ = self._server.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self._talk, args=(conn,), daemon=True).start()

    def _talk(self, conn: socket.socket) -> None:
        with conn, contextlib.suppress(OSError):
            conn.settimeout(2)
            data = b""
            with contextlib.suppress(TimeoutError):
                while not self.greets and not _whole(data) and (more := conn.recv(65536)):
                    data += more
            self.requests.append(data)
            self.script(conn, data)


def _whole(data: bytes) -> bool:
    head, found, body = data.partition(b"\r\n\r\n")
    if not found:
        return False
    for line in head.split(b"\r\n"):
        if line.lower().startswith(b"content-length:"):
            return len(body) >= int(line.split(b":")[1])
    return True


def answers(*statuses: int, headers: str = "") -> Script:
    """These statuses in turn, the last for ever."""
    left = list(statuses)

    def talk(conn: socket.socket, data: bytes) -> None:
        status = left.pop(0) if len(left) > 1 else left[0]
        conn.sendall(f"HTTP/1.1 {status} X\r\n{headers}Content-Length: 2\r\n\r\nok".encode())

    return talk


def hangs(conn: socket.socket, data: bytes) -> None:
    time.sleep(60)


def drips(conn: socket.socket, data: bytes) -> None:
    """A byte at a time: no time-out of a single read ever passes."""
    for byte in b"HTTP/1.1 200 OK\r\nX-Slow: " + b"a" * 500:
        conn.sendall(bytes([byte]))
        time.sleep(0.1)


def garbage(conn: socket.socket, data: bytes) -> None:
    conn.sendall(b"\x00\xff\xfe nonsense \r\n\r\n" * 50)


def headers_of(request: bytes) -> dict[str, str]:
    """Lower-case names to values."""
    lines = request.partition(b"\r\n\r\n")[0].decode().split("\r\n")[1:]
    return {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}


def body_of(request: bytes) -> str:
    return request.partition(b"\r\n\r\n")[2].decode()
