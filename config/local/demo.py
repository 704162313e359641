"""`make demo`: everything the desk needs, in one terminal, stopped by one Ctrl-C."""

import math
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from types import FrameType
from typing import NoReturn

from .accounts import forget_shared_data
from .child import Child, spawn
from .console import announce, say
from .engines import secret, start_engines, stop_engines
from .errors import LocalError
from .health import web_answer, worker_answers
from .paths import STATE
from .prepared import PAST, forget_prepared, note_prepared, prepared
from .processes import die_with_parent
from .runtime import forget_runtime, only_one_here, write_runtime
from .static import note_collected, start_collecting
from .supervisor import Supervisor, end_leftovers

LOGS = STATE / "logs"
NOTES = STATE / "process-groups"
CHECK_SETTLE_SECONDS = 3.0


@dataclass(frozen=True)
class Options:
    """What the person asked for: `make demo PORT=8001 RESET=1 CHECK=1`."""

    port: int = 8000
    reset: bool = False
    check: bool = False

    @classmethod
    def from_environ(cls) -> "Options":
        """Raises LocalError when PORT is not a port."""
        port = os.environ.get("PORT") or "8000"
        if not port.isdigit() or not 0 < int(port) < 65536:
            raise LocalError(f"PORT={port} is not a port.\n  Fix: make demo PORT=8001")
        return cls(int(port), bool(os.environ.get("RESET")), bool(os.environ.get("CHECK")))

    @property
    def url(self) -> str:
        """Where the desk answers."""
        return f"http://127.0.0.1:{self.port}"


def main() -> int:
    """Exit status: 0 when it ran (or, with CHECK, came up) as it should."""
    if not_orphaned := die_with_parent(signal.SIGTERM):  # make itself may be killed
        not_orphaned()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _unwind)  # until the supervisor takes over: what was started is stopped again
    try:
        options = Options.from_environ()
        with only_one_here(f"the demo at {options.url}"):
            prepare(options)
            return 0 if run(options) else 1
    except LocalError as error:
        print(f"\n{error}\n", file=sys.stderr)
        return 1


def prepare(options: Options) -> None:
    """Tidy up after a killed run, throw the data away if asked. Raises LocalError for a taken port."""
    end_leftovers(NOTES)
    if options.reset:
        forget_shared_data(STATE)
        for path in STATE.iterdir():
            if path.name != "lock":
                shutil.rmtree(path) if path.is_dir() else path.unlink()
    LOGS.mkdir(parents=True, exist_ok=True)
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", options.port))
        except OSError:
            raise LocalError(
                f"Port {options.port} is in use by another program.\n  Fix: make demo PORT={options.port + 1}"
            ) from None


def run(options: Options) -> bool:
    """Engines, set-up, then the supervisor until Ctrl-C. Raises LocalError."""
    begun = time.monotonic()
    say("demo", "starting PostgreSQL and Valkey")
    engines, urls = start_engines(STATE, throwaway=False)
    try:
        for engine in engines:
            say("demo", f"{engine.version()} on 127.0.0.1:{engine.port}")
        local = {**urls, "SECRET_KEY": secret(STATE, "secret-key"), "HANDRAIL_URL": options.url}
        local["HANDRAIL_DEMO"] = "1"
        live_port = free_port(options.port + 1)
        local["HANDRAIL_LIVE_URL"] = f"http://127.0.0.1:{live_port}"
        mail_port, inbox_port = free_port(options.port + 25), free_port(options.port + 80)
        local |= inbox_settings(mail_port, inbox_port)
        write_runtime(local)
        environ = child_environ(local)
        sign_ins = set_up(environ, prepared(engines, environ))
        supervisor = Supervisor(engines, *children(options, live_port, environ, mail_port, inbox_port), NOTES)

        def ready() -> str:
            status, body = web_answer(options.port)
            if status != 200:
                return f"/readyz answers {status} {body}"
            return "" if worker_answers(urls["REDIS_URL"]) else "no worker answers"

        def announce_ready() -> None:
            say("demo", f"up after {time.monotonic() - begun:.1f} s; logs in {LOGS}; Ctrl-C stops everything")
            for line in sign_ins:
                announce(line)
            announce(f"alerts by mail and webhook: http://127.0.0.1:{inbox_port}/")
            announce(f"ready {options.url}")

        return supervisor.run(
            ready, announce_ready, settle=CHECK_SETTLE_SECONDS if options.check else math.inf
        )
    finally:
        stop_engines(engines)
        forget_runtime()
        say("demo", "stopped")


def free_port(wanted: int) -> int:
    """The port wanted, or any that is free when another program has it."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", wanted if wanted < 65536 else 0))
        except OSError:
            probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def child_environ(local: dict[str, str]) -> dict[str, str]:
    """The environment of every child: ours, the engines, and no surprises from proxies or macOS."""
    environ = {**os.environ, **local, "PYTHONUNBUFFERED": "1"}
    environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.local")
    environ["NO_PROXY"] = environ["no_proxy"] = "127.0.0.1,localhost"
    if sys.platform == "darwin":
        environ["OBJC_DISABLE_INITIALIZE_FORK_SAFETY"] = "YES"  # Celery forks after numpy loaded Accelerate
    return environ


def set_up(environ: dict[str, str], known: list[str] | None) -> list[str]:
    """Migrate, load the demo world, collect static files; returns the sign-ins, which are `known` when all but the
    files is as the last set-up left it. Raises LocalError.
    """
    collecting = start_collecting(environ)  # beside it: it needs no database
    setup = None if known else spawn([sys.executable, "manage.py", "setup_demo"], environ)
    try:
        sign_ins = _printed(setup, environ) if setup else list(known or ())
        if collecting:
            said = collecting.communicate()[0].decode(errors="replace")
            if collecting.returncode:
                raise LocalError(f"manage.py collectstatic failed:\n{said.strip()}")
            note_collected()
    finally:
        for process in filter(None, (setup, collecting)):
            process.kill()  # nothing to do but after Ctrl-C or a failure
            process.wait()
    return sign_ins


def _printed(setup: subprocess.Popen[bytes], environ: dict[str, str]) -> list[str]:
    """The sign-ins that the set-up prints once it is through."""
    forget_prepared()
    lines = list(_echo(setup))
    if setup.wait():
        raise LocalError(f"manage.py setup_demo failed (status {setup.returncode}); its message is above.")
    sign_ins = sign_in_lines(lines)
    note_prepared(environ, sign_ins)
    return sign_ins


def _echo(process: subprocess.Popen[bytes]) -> Iterator[str]:
    for raw in process.stdout or ():
        line = raw.decode(errors="replace").rstrip()
        say("setup", line)
        yield line


def sign_in_lines(lines: list[str]) -> list[str]:
    """From the line that begins with "sign in" to the end."""
    first = next((at for at, line in enumerate(lines) if line.startswith("sign in")), len(lines))
    return lines[first:]


def inbox_settings(mail_port: int, inbox_port: int) -> dict[str, str]:
    """Where the demo's alerts go: a mail box and a webhook receiver of its own, which webhooks may reach."""
    return {
        "EMAIL_URL": f"smtp://127.0.0.1:{mail_port}",
        "HANDRAIL_DEMO_INBOX": f"http://127.0.0.1:{inbox_port}",
        "HANDRAIL_DEMO_WEBHOOK_SECRET": str(STATE / "demo-webhook-secret"),
        "HANDRAIL_TRUSTED_TARGETS": f"127.0.0.1:{inbox_port}",
    }


def children(
    options: Options, live_port: int, environ: dict[str, str], mail_port: int, inbox_port: int
) -> tuple[list[Child], list[Child]]:
    """Those that make the desk work, and those that need it to."""
    python = [sys.executable, "-m"]
    gunicorn = [*python, "gunicorn", "config.wsgi", "--preload", "--workers", "2", "--threads", "4"]
    gunicorn += ["--bind", f"127.0.0.1:{options.port}", "--graceful-timeout", "5", "--no-control-socket"]
    celery = [
        sys.executable,
        "-W",
        "ignore::UserWarning:celery.platforms",
        "-m",
        "celery",
        "-q",
        "-A",
        "config",
    ]
    worker = [*celery, "worker", "-c", "2", "--without-gossip", "--without-mingle", "-l", "INFO"]
    # beat is a process of its own: inside the worker (-B) it dies unnoticed when the database goes away
    beat = [*celery, "beat", "-l", "INFO", "--pidfile=", "--schedule", str(STATE / "beat-schedule")]
    agents = [sys.executable, "manage.py", "run_demo_agents"]
    past = [sys.executable, "manage.py", "load_demo_past", "--note", str(PAST)]
    live = [*python, "config.live", str(live_port)]
    inbox = [*python, "config.local.inbox", str(mail_port), str(inbox_port)]
    # threads: a host that hangs holds one for ten seconds, and no triage waits behind it
    notify = [*celery, "worker", "-Q", "notify", "--pool", "threads", "-c", "3", "-n", "notify@%h"]
    notify += ["--without-gossip", "--without-mingle", "-l", "INFO"]
    return (
        [
            Child("web", gunicorn, environ, LOGS),
            Child("live", live, environ, LOGS, grace=5),
            Child("worker", worker, {"DATABASE_POOL_SIZE": "2", **environ}, LOGS, grace=15),
            Child("notify", notify, {"DATABASE_POOL_SIZE": "3", **environ}, LOGS),
            Child("beat", beat, environ, LOGS),
            Child("inbox", inbox, environ, LOGS),
        ],
        [
            Child("agents", agents, environ, LOGS),
            # half a minute's work that nobody who has just signed in waits for
            *([] if PAST.exists() else [Child("past", past, environ, LOGS, once=True)]),
        ],
    )


def _unwind(number: int, frame: FrameType | None) -> NoReturn:
    raise SystemExit(128 + number)


if __name__ == "__main__":
    sys.exit(main())
