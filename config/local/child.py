"""One process of the demo: started, listened to, restarted with back-off, stopped."""

import contextlib
import os
import signal
import subprocess
import threading
import time
from collections import deque
from collections.abc import Mapping, Sequence
from pathlib import Path

from .console import say
from .paths import ROOT
from .processes import die_with_parent

CRASHES, CRASH_WINDOW = 5, 60.0
"""So many ends within so many seconds are a crash loop."""
SETTLED = 30.0
LONGEST_PAUSE = 8.0


def spawn(command: Sequence[str], environ: Mapping[str, str]) -> subprocess.Popen[bytes]:
    """Start a program in the checkout, in a session of its own, its output in one pipe; it ends with us."""
    return subprocess.Popen(
        command,
        cwd=ROOT,
        env=environ,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
        preexec_fn=die_with_parent(signal.SIGTERM),  # one call into libc: no lock to wait for
    )


class Child:
    """A command that should run until we stop it, or `once`: until it ends well. Times are seconds of the monotonic
    clock.
    """

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        environ: Mapping[str, str],
        logs: Path,
        *,
        grace: float = 8.0,
        once: bool = False,
    ) -> None:
        self.name, self.command, self.environ, self.grace, self.once = name, command, environ, grace, once
        self.log = logs / f"{name}.log"
        self.process: subprocess.Popen[bytes] | None = None
        self.last_lines: deque[str] = deque(maxlen=15)
        self.ends: deque[float] = deque(maxlen=CRASHES)
        self._started = 0.0
        self._restart_at: float | None = None

    @property
    def started(self) -> bool:
        """Whether it was ever started."""
        return self.process is not None

    def start(self) -> None:
        """Run the command in a session of its own; its output goes to the terminal and to its log."""
        if not self.started and self.log.exists():
            self.log.replace(self.log.with_suffix(".log.1"))  # the previous run's, for looking back
        self._started, self._restart_at = time.monotonic(), None
        self.process = spawn(self.command, self.environ)
        threading.Thread(target=self._listen, args=(self.process,), daemon=True).start()

    def look_after(self) -> str | None:
        """Restart it when it ended. Returns why the whole demo should stop, when it should."""
        now = time.monotonic()
        if self._restart_at is not None:
            if now >= self._restart_at:
                self.start()
            return None
        status = self.process.poll() if self.process else None
        if status is None or (self.once and status == 0):
            return None
        self.kill_group()  # what a killed parent left behind
        self.ends.append(now)
        if len(self.ends) == CRASHES and now - self.ends[0] < CRASH_WINDOW:
            return self._crash_loop(status)
        pause = restart_pause(now - self._started, len(self.ends))
        say("demo", f"{self.name} ended with status {status}; starting it again in {pause:.1f} s")
        self._restart_at = now + pause
        return None

    def terminate(self) -> None:
        """Ask it to stop; `finish` waits for it."""
        self._restart_at = None
        if self.process and self.process.poll() is None:
            self.process.terminate()

    def finish(self) -> None:
        """Wait for its grace, then kill what is left of its group."""
        if self.process is None:
            return
        try:
            self.process.wait(self.grace)
        except subprocess.TimeoutExpired:
            say("demo", f"{self.name} did not stop in {self.grace:.0f} s; killing it")
        self.kill_group()
        self.process.wait()

    def kill_group(self) -> None:
        """End it and its own children at once."""
        if self.process:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, signal.SIGKILL)

    def _crash_loop(self, status: int) -> str:
        time.sleep(0.3)  # its last words may still be on their way
        words = "\n".join(f"    {line}" for line in self.last_lines)
        return (
            f"{self.name} ended {CRASHES} times within {CRASH_WINDOW:.0f} s (last exit status {status}). "
            f"Its last lines:\n{words}"
        )

    def _listen(self, process: subprocess.Popen[bytes]) -> None:
        with self.log.open("ab", buffering=0) as log:
            for raw in process.stdout or ():
                log.write(raw)
                line = raw.decode(errors="replace").rstrip()
                if line:
                    self.last_lines.append(line)
                    say(self.name, line)


def restart_pause(lived: float, ends: int) -> float:
    """Seconds to wait before a restart: half a second, doubled with every recent end up to LONGEST_PAUSE."""
    return 0.5 if lived > SETTLED else min(LONGEST_PAUSE, 0.5 * 2 ** (ends - 1))
