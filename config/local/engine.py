"""What PostgreSQL and Valkey have in common as a private server of one checkout."""

import os
import signal
import subprocess
import time
from abc import ABC, abstractmethod
from pathlib import Path

from .accounts import Account, run_as, spawn_options
from .errors import LocalError
from .processes import die_with_parent, free_port

START_SECONDS = 40.0
ATTEMPTS = 20
STOP_SECONDS = 15.0
POLL_SECONDS = 0.02


class Engine(ABC):
    """One server process on 127.0.0.1, on a port of its own, with a password, in its own directory.

    `throwaway` trades durability for speed: right for tests, wrong for anything else.
    """

    name: str
    variable: str
    """The environment variable that carries its URL."""
    stop_signal = signal.SIGTERM
    new: bool
    """Whether what it keeps was made by this start."""

    def __init__(
        self, directory: Path, log: Path, account: Account, password: str, *, throwaway: bool
    ) -> None:
        self.directory, self.log, self.account = directory, log, account
        self.password, self.throwaway = password, throwaway
        self.program = self.find_program()
        self.port = 0
        self.new = False
        self.process: subprocess.Popen[bytes] | None = None

    @property
    @abstractmethod
    def url(self) -> str:
        """Address with account and password, as Django and Celery want it."""

    @abstractmethod
    def find_program(self) -> Path:
        """The server program, reachable for our account. Raises LocalError."""

    @abstractmethod
    def prepare(self) -> None:
        """Make the directory fit to start on; ends a server that an earlier run left there."""

    @abstractmethod
    def command(self) -> list[str | Path]:
        """The command line, for the port in `self.port`."""

    @abstractmethod
    def answers(self) -> bool:
        """Whether the process that we started takes requests."""

    def version(self) -> str:
        """As the program prints it, for people."""
        return run_as(self.account, [self.program, "--version"]).stdout.split(" sha=")[0].strip()

    def start(self, port: int | None = None) -> None:
        """Start and wait until it answers. Raises LocalError with the end of its log.

        Tried several times: a free port may be taken in between, and for about a second a killed
        PostgreSQL's children still hold its shared memory.
        """
        self.prepare()
        deadline = time.monotonic() + START_SECONDS
        for _ in range(ATTEMPTS):
            self.port = port or free_port()
            process = self._spawn()
            while process.poll() is None and time.monotonic() < deadline:
                if self.answers():
                    return
                time.sleep(POLL_SECONDS)
            if process.poll() is None:
                break
            time.sleep(0.5)
        self.stop()
        raise LocalError(f"{self.name} did not start. End of {self.log}:\n{self._tail()}")

    def stop(self) -> None:
        """Ask it to stop; kill the group when it does not. Safe to call twice."""
        if self.process is None or self.process.poll() is not None:
            return
        self.process.send_signal(self.stop_signal)
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def _spawn(self) -> subprocess.Popen[bytes]:
        with self.log.open("ab") as out:
            self.process = subprocess.Popen(
                self.command(),
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                start_new_session=True,  # a Ctrl-C in the terminal is ours to handle, in order
                preexec_fn=die_with_parent(self.stop_signal),
                **spawn_options(self.account),
            )
        return self.process

    def _tail(self) -> str:
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-12:])
