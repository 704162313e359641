"""A limit in real time. A socket's own time-out starts anew with every byte: a slow enough host holds it for ever."""

import contextlib
import socket
import threading
import time
from types import TracebackType


class Deadline:
    """Everything done on the watched socket within the block ends `seconds` after its beginning, by force.

    Reading or writing then fails as if the other side had gone; `passed` says that it was us.
    """

    def __init__(self, seconds: float) -> None:
        self.seconds, self.passed = seconds, False
        self._until = time.monotonic() + seconds
        self._lock = threading.Lock()
        self._sock: socket.socket | None = None
        self._timer = threading.Timer(seconds, self._cut)
        self._timer.daemon = True

    @property
    def left(self) -> float:
        """Seconds that remain, never less than a hundredth: a time-out of nothing would mean none at all."""
        return max(0.01, self._until - time.monotonic())

    def watch(self, sock: socket.socket) -> None:
        """From now on this is the socket to cut."""
        with self._lock:
            self._sock = sock
            if self.passed:
                _shut(sock)

    def __enter__(self) -> "Deadline":
        self._timer.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._timer.cancel()

    def _cut(self) -> None:
        with self._lock:
            self.passed = True
            if self._sock is not None:
                _shut(self._sock)


def _shut(sock: socket.socket) -> None:
    with contextlib.suppress(OSError):
        socket.socket.shutdown(
            sock, socket.SHUT_RDWR
        )  # not an SSLSocket's own: it drops what a reader still uses
