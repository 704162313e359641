"""A private Valkey (or Redis: the same protocol and options)."""

import contextlib
import os
import signal
import socket
import time
from pathlib import Path

from .accounts import give, runnable
from .engine import Engine
from .processes import running_processes
from .programs import valkey_program


class Valkey(Engine):
    """The broker and the cache. Queued wake-ups survive a crash by the append-only file."""

    name, variable = "valkey", "REDIS_URL"

    @property
    def url(self) -> str:
        """Address of database 0."""
        return f"redis://:{self.password}@127.0.0.1:{self.port}/0"

    def find_program(self) -> Path:
        """See Engine."""
        return runnable(valkey_program(), self.account)

    def prepare(self) -> None:
        """End a server that a killed run left, but only if that pid really serves our directory."""
        with contextlib.suppress(OSError, ValueError):
            pid = int(self._pid_file.read_text())
            if any(
                found.pid == pid and str(self.directory) in found.command for found in running_processes()
            ):
                os.kill(pid, signal.SIGTERM)
                for _ in range(100):
                    os.kill(pid, 0)  # ProcessLookupError: it is gone
                    time.sleep(0.05)

    def command(self) -> list[str | Path]:
        """Options in a 0600 file, because everybody may read a command line."""
        options = {
            "bind": "127.0.0.1",
            "port": str(self.port),
            "dir": str(self.directory),
            "daemonize": "no",
            "requirepass": self.password,
            "appendonly": "no" if self.throwaway else "yes",
            "appendfsync": "everysec",
            "save": '""',
            "maxmemory-policy": "noeviction",  # refuse a message rather than forget one
            "loglevel": "warning",
        }
        file = self.directory / "server.conf"
        file.touch(0o600)
        file.write_text("".join(f"{key} {value}\n" for key, value in options.items()))
        give(file, self.account)
        return [self.program, file, "--dir", str(self.directory)]

    def answers(self) -> bool:
        """A PING over the wire, with the password: no other server on this port would accept it."""
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=2) as connection:
                connection.sendall(f"AUTH {self.password}\r\nPING\r\n".encode())
                with connection.makefile("rb") as reply:
                    ready = [reply.readline(), reply.readline()] == [b"+OK\r\n", b"+PONG\r\n"]
        except OSError:
            return False
        if ready and self.process:
            self._pid_file.write_text(str(self.process.pid))
        return ready

    @property
    def _pid_file(self) -> Path:
        return self.directory / "supervised.pid"
