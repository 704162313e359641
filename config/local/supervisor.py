"""Keep engines and children running until somebody says stop.

Threads and polling on purpose: asyncio's Process.wait() (Python 3.11) returns only when the child's pipes are
closed, so a killed Celery parent whose pool children live on would never be noticed.
"""

import contextlib
import math
import os
import signal
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from types import FrameType

from .child import Child
from .console import say
from .engine import Engine
from .errors import LocalError
from .paths import ROOT
from .processes import running_processes

POLL_SECONDS = 0.1
READY_SECONDS = 120.0


class Supervisor:
    """Runs `first`, waits for `ready`, runs `then`, calls `announce`; restarts what ends.

    `ready` returns "" when everything works, else what is missing; it is asked from a thread of its own.
    """

    def __init__(
        self, engines: Sequence[Engine], first: Sequence[Child], then: Sequence[Child], notes: Path
    ) -> None:
        self.engines, self.first, self.then, self.notes = engines, first, then, notes
        self.failure = ""
        self.is_ready = threading.Event()
        self._signals = 0
        self._missing = "not asked yet"

    @property
    def children(self) -> list[Child]:
        """Those that were started."""
        return [child for child in (*self.first, *self.then) if child.started]

    def run(
        self, ready: Callable[[], str], announce: Callable[[], None], *, settle: float = math.inf
    ) -> bool:
        """Blocks until a signal, a failure, or `settle` seconds after ready. True when all was well.

        With a finite `settle` this is a check: then a child that ended in between is a failure too.
        """
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._on_signal)
        try:
            self._start(self.first)
            if self._wait_until(ready):
                self._start(self.then)
                announce()
                self._watch(settle)
        finally:
            self._stop()
        if self.failure:
            say("demo", f"FAILED: {self.failure}")
        return not self.failure and (settle == math.inf or self.is_ready.is_set())

    def _wait_until(self, ready: Callable[[], str]) -> bool:
        threading.Thread(target=self._ask, args=(ready,), daemon=True).start()
        deadline = time.monotonic() + READY_SECONDS
        while not self.is_ready.is_set() and self._go_on():
            if time.monotonic() > deadline:
                self.failure = f"not ready after {READY_SECONDS:.0f} s: {self._missing}"
        return self.is_ready.is_set()

    def _watch(self, settle: float) -> None:
        deadline = time.monotonic() + settle
        while time.monotonic() < deadline and self._go_on():
            pass
        unsettled = [child.name for child in self.children if child.ends]
        if settle < math.inf and unsettled and not self.failure:
            self.failure = f"{', '.join(unsettled)} ended although nobody asked"

    def _go_on(self) -> bool:
        """One round of looking after everything; False when it is time to stop."""
        self._look_after()
        time.sleep(POLL_SECONDS)
        return not self._signals and not self.failure

    def _start(self, children: Sequence[Child]) -> None:
        for child in children:
            child.start()
        self._note()

    def _ask(self, ready: Callable[[], str]) -> None:
        while not self._signals and not self.is_ready.is_set():
            self._missing = ready()
            if not self._missing:
                self.is_ready.set()
            time.sleep(0.2)

    def _look_after(self) -> None:
        for engine in self.engines:
            if engine.process and engine.process.poll() is not None:
                self._revive(engine)
        before = [child.process for child in self.children]
        for child in self.children:
            if reason := child.look_after():
                self.failure = reason
        if before != [child.process for child in self.children]:
            self._note()

    def _revive(self, engine: Engine) -> None:
        """On the same port, so that the addresses everybody holds stay true."""
        say("demo", f"{engine.name} died; restarting it on port {engine.port}")
        try:
            engine.start(port=engine.port)
        except LocalError as error:
            self.failure = str(error)
        else:
            say("demo", f"{engine.name} is back")

    def _stop(self) -> None:
        say("demo", "stopping")
        for child in self.children:
            child.terminate()
        for child in self.children:
            child.finish()

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        self._signals += 1
        if self._signals > 1:  # a second Ctrl-C: now
            for child in self.children:
                child.kill_group()

    def _note(self) -> None:
        """Write down the process groups, for `end_leftovers`."""
        self.notes.write_text(" ".join(str(child.process.pid) for child in self.children if child.process))


def end_leftovers(notes: Path) -> None:
    """End processes of a run whose supervisor was killed where the kernel did not (macOS).

    Only groups that this checkout wrote down, and of these only members whose command line names it.
    """
    try:
        groups = set(notes.read_text().split())
    except OSError:
        return
    for found in running_processes():
        if str(found.group) in groups and str(ROOT) in found.command:
            say("demo", f"ending process {found.pid}, left over from a killed run")
            with contextlib.suppress(ProcessLookupError):
                os.kill(found.pid, signal.SIGKILL)
    notes.unlink()
