"""A private Handrail made of real processes, to hurt and to measure: engines, web, workers, beat.

Every process runs in a group of its own below one temporary directory, dies with us, and leaves a log.
"""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from config.local.accounts import engine_account, private_directory
from config.local.health import web_answer
from config.local.paths import ROOT
from config.local.postgres import Postgres
from config.local.processes import die_with_parent, free_port
from config.local.programs import postgres_bindir
from config.local.valkey import Valkey

READY_SECONDS = 180.0  # a limit for what hangs, not for a machine that is busy
SECRET = "for-fault-tests-and-benchmarks-only-never-anywhere-else-0123456789"
SETTINGS = "config.settings.test"


def wait_for(condition: Callable[[], bool], *, seconds: float, what: str, every: float = 0.1) -> float:
    """Seconds until `condition` held; AssertionError naming `what` when it did not within `seconds`."""
    begun = time.monotonic()
    while not condition():
        if time.monotonic() - begun > seconds:
            raise AssertionError(f"not within {seconds:.0f} s: {what}")
        time.sleep(every)
    return time.monotonic() - begun


def shortened(line: str, most: int = 900) -> str:
    """A log line whose middle is left out when it is long: tracebacks tell at their ends."""
    return line if len(line) <= most else f"{line[: most // 3]} ... {line[-most * 2 // 3 :]}"


class Process:
    """One running command with its children."""

    def __init__(self, name: str, command: Sequence[str], environ: Mapping[str, str], log: Path) -> None:
        self.name, self.command, self.environ, self.log = name, command, environ, log
        self.popen: subprocess.Popen[bytes] | None = None

    def start(self) -> Self:
        """Run it (again); output is appended to its log."""
        with self.log.open("ab") as out:
            self.popen = subprocess.Popen(
                self.command,
                cwd=ROOT,
                env=self.environ,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                start_new_session=True,
                preexec_fn=die_with_parent(signal.SIGKILL),
            )
        return self

    @property
    def pid(self) -> int:
        """Process id, which is the id of its group too."""
        assert self.popen is not None, f"{self.name} was never started"
        return self.popen.pid

    @property
    def running(self) -> bool:
        """Whether its leader lives."""
        return self.popen is not None and self.popen.poll() is None

    def signal_group(self, number: signal.Signals) -> None:
        """Send a signal to it and all its children."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.pid, number)

    def kill(self) -> None:
        """kill -9 of the whole group: nothing gets to clean up."""
        self.signal_group(signal.SIGKILL)
        if self.popen is not None:
            self.popen.wait()

    def stop(self, seconds: float = 10) -> None:
        """Ask politely, then kill."""
        if self.popen is None:
            return
        self.popen.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.popen.wait(seconds)
        self.kill()

    def tail(self, lines: int = 30) -> str:
        """The end of its log, for messages."""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])


class Stack:
    """Engines and Handrail's processes, each startable, killable and countable on its own.

    `durable` engines sync every commit to disk as production does. The others hand it to the system: that
    survives every kill of a process, and loses only what a power cut would lose. `environ` is added to every
    process's environment; `postgres_options` are more `-c` settings of the server.
    """

    def __init__(
        self,
        *,
        durable: bool = False,
        environ: Mapping[str, str] | None = None,
        postgres_options: Mapping[str, str] | None = None,
    ) -> None:
        self.base = Path(tempfile.mkdtemp(prefix="handrail-stack-"))
        self.base.chmod(0o755)  # as root the engines run as somebody else, in 0700 directories below
        self.logs = self.base / "logs"
        self.logs.mkdir()
        account = engine_account()
        self.postgres = OptionedPostgres(
            private_directory(self.base, "postgres", account),
            self.logs / "postgres.log",
            account,
            "a" * 32,
            throwaway=not durable,
        )
        self.postgres.options = {"synchronous_commit": "on", **(postgres_options or {})}
        self.valkey = Valkey(
            private_directory(self.base, "valkey", account),
            self.logs / "valkey.log",
            account,
            "b" * 32,
            throwaway=not durable,
        )
        self.extra = dict(environ or {})
        self.processes: list[Process] = []
        self.port = 0

    def __enter__(self) -> Self:
        try:
            self.postgres.start()
            self.valkey.start()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is not None:
            print(self.last_words())
        self.close()

    @property
    def environ(self) -> dict[str, str]:
        """The environment of our processes: nothing of the caller's database, broker or proxies."""
        return {
            **os.environ,
            "DATABASE_URL": self.postgres.url,
            "REDIS_URL": self.valkey.url,
            "SECRET_KEY": SECRET,
            "DJANGO_SETTINGS_MODULE": SETTINGS,
            "HANDRAIL_HIDDEN_RATE": "0",  # the robots decide at once
            "PYTHONUNBUFFERED": "1",
            "PYTHONPATH": str(ROOT),
            "NO_PROXY": "127.0.0.1,localhost",
            "no_proxy": "127.0.0.1,localhost",
            **self.extra,
        }

    def close(self) -> None:
        """End everything and remove it, whatever state it is in."""
        for process in self.processes:
            if process.popen is not None:
                process.signal_group(signal.SIGCONT)
                process.kill()
        for engine in (self.valkey, self.postgres):
            if engine.process is not None and engine.process.poll() is None:
                engine.process.send_signal(signal.SIGCONT)
                engine.stop()
        shutil.rmtree(self.base, ignore_errors=True)

    def last_words(self) -> str:
        """The ends of all logs, to show beside a failure."""
        words = []
        for log in sorted(self.logs.glob("*.log")):
            lines = log.read_text(errors="replace").splitlines()[-15:]
            words += [f"--- {log.name}", *(shortened(line) for line in lines)]
        return "\n".join(words)

    def python(self, *arguments: str, seconds: float = 600) -> str:
        """Run `python ARGUMENTS` against this stack and return what it printed; AssertionError on failure."""
        done = subprocess.run(
            [sys.executable, *arguments],
            cwd=ROOT,
            env=self.environ,
            capture_output=True,
            text=True,
            check=False,
            timeout=seconds,
        )
        assert done.returncode == 0, f"{arguments} failed:\n{done.stdout[-2000:]}\n{done.stderr[-4000:]}"
        return done.stdout

    def manage(self, *arguments: str, seconds: float = 600) -> str:
        """Run `manage.py ARGUMENTS`."""
        return self.python("manage.py", *arguments, seconds=seconds)

    def copy(self, source: str) -> None:
        """Fill the empty database with what is in `source`: a migrated one is copied in a tenth of the time."""
        programs = postgres_bindir()
        dump = subprocess.run([programs / "pg_dump", source], capture_output=True, check=True)
        load: list[str | Path] = [
            programs / "psql",
            "--quiet",
            "--no-psqlrc",
            "-v",
            "ON_ERROR_STOP=1",
            self.postgres.url,
        ]
        subprocess.run(load, input=dump.stdout, stdout=subprocess.DEVNULL, check=True)

    def launch(self, name: str, command: Sequence[str], **environ: str) -> Process:
        """Start a process of ours under `name`; it is ended with the stack."""
        process = Process(name, command, self.environ | environ, self.logs / f"{name}.log")
        self.processes.append(process)
        return process.start()

    def web(
        self, application: str = "config.wsgi", *, workers: int = 2, threads: int = 4, path: str = "/healthz"
    ) -> Process:
        """Gunicorn on a port of its own (`self.port`), ready when `path` answers 200."""
        self.port = free_port()
        command = [sys.executable, "-m", "gunicorn", application, "--preload", "--no-control-socket"]
        command += ["--workers", str(workers), "--threads", str(threads), "--bind", f"127.0.0.1:{self.port}"]
        command += ["--graceful-timeout", "5", "--keep-alive", "30", "--log-level", "warning"]
        process = self.launch("web", command)
        self.wait_for_web(process, path)
        return process

    def wait_for_web(self, process: Process, path: str = "/healthz") -> None:
        """Until the web server answers; AssertionError with its log when it does not."""

        def answers() -> bool:
            assert process.running, f"web ended:\n{process.tail()}"
            return web_answer(self.port, path)[0] == 200

        wait_for(answers, seconds=READY_SECONDS, what=f"the web server (its log: {process.log})")

    def worker(
        self,
        name: str = "worker",
        *,
        slots: int = 2,
        application: str = "config",
        pool: str = "prefork",
        queue: str = "celery",
    ) -> Process:
        """A Celery worker of `slots` processes, or threads by `pool`; `wait_for_worker` says it is ready."""
        command = [sys.executable, "-W", "ignore", "-m", "celery", "-A", application, "worker", "-l", "INFO"]
        command += [
            "-Q",
            queue,
            "-c",
            str(slots),
            "-P",
            pool,
            "-n",
            f"{name}@%h",
            "--without-gossip",
            "--without-mingle",
        ]
        return self.launch(name, command, LOG_LEVEL="INFO", DATABASE_POOL_SIZE=str(slots))

    def wait_for_worker(self, process: Process) -> None:
        """Until the worker says in its log that it is ready."""
        wait_for(
            lambda: " ready." in process.log.read_text(errors="replace") or not process.running,
            seconds=READY_SECONDS,
            what=f"{process.name} ready",
        )
        assert process.running, f"{process.name} ended:\n{process.tail()}"

    def beat(self, name: str = "beat") -> Process:
        """Celery's clock, as a process of its own."""
        schedule = str(self.base / f"{name}-schedule")
        command = [sys.executable, "-m", "celery", "-A", "config", "beat", "-l", "INFO"]
        return self.launch(name, [*command, "--pidfile=", "--schedule", schedule])

    def crash_postgres(self) -> float:
        """Immediate shutdown (no checkpoint, every session cut) and recovery; seconds without a server."""
        begun = time.monotonic()
        assert self.postgres.process is not None
        self.postgres.process.send_signal(signal.SIGQUIT)
        self.postgres.process.wait()
        self.postgres.start(port=self.postgres.port)
        return time.monotonic() - begun

    def kill_valkey(self) -> None:
        """kill -9 of the broker."""
        assert self.valkey.process is not None
        self.valkey.process.kill()
        self.valkey.process.wait()

    def pause_valkey(self) -> None:
        """Stop it from answering; connections stay open and new ones are still taken by the kernel."""
        assert self.valkey.process is not None
        self.valkey.process.send_signal(signal.SIGSTOP)

    def resume_valkey(self) -> None:
        """Let it answer again."""
        assert self.valkey.process is not None
        self.valkey.process.send_signal(signal.SIGCONT)

    def revive_valkey(self) -> None:
        """Start it again on its old port. A throw-away one comes back empty."""
        self.valkey.start(port=self.valkey.port)


class OptionedPostgres(Postgres):
    """PostgreSQL with more settings than the demo's."""

    options: Mapping[str, str] = {}

    def command(self) -> list[str | Path]:
        """The demo's command line and our options after it: the last one of a name counts."""
        more = [part for key, value in self.options.items() for part in ("-c", f"{key}={value}")]
        return [*super().command(), *more]
