"""The supervisor with small programs of our own as its children."""

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from config.local.child import CRASHES, Child
from config.local.paths import ROOT
from config.local.processes import running_processes
from config.local.supervisor import Supervisor, end_leftovers

SLEEPER = "import time, sys; print('up', flush=True); time.sleep(600)"
STUBBORN = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); " + SLEEPER
PARENT = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {SLEEPER!r}, sys.argv[1]])"


@pytest.fixture
def spawn(tmp_path: Path) -> Iterator[Callable[..., Child]]:
    """Makes children that are surely gone after the test."""
    made: list[Child] = []

    def make(program: str, *, grace: float = 5.0, once: bool = False) -> Child:
        command = [sys.executable, "-c", program, str(tmp_path)]
        child = Child(f"child{len(made)}", command, {}, tmp_path, grace=grace, once=once)
        made.append(child)
        return child

    yield make
    for child in made:
        child.kill_group()


@pytest.fixture(autouse=True)
def signals_as_before() -> Iterator[None]:
    """The supervisor takes them over."""
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


def running(tmp_path: Path) -> list[int]:
    """Processes of this test that are still there."""
    return [found.pid for found in running_processes() if str(tmp_path) in found.command]


def until(condition: Callable[[], object], seconds: float = 60.0) -> bool:
    """Wait for it."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.02)
    return False


def test_ready_is_said_once_everything_works_and_a_signal_leaves_nothing(
    spawn: Callable[..., Child], tmp_path: Path
) -> None:
    web, agents = spawn(SLEEPER), spawn(SLEEPER)
    supervisor = Supervisor([], [web], [agents], tmp_path / "notes")
    said: list[list[bool]] = []

    def announce() -> None:
        said.append([web.started, agents.started])
        signal.raise_signal(signal.SIGTERM)

    assert supervisor.run(lambda: "" if "up" in web.last_lines else "web is not up", announce)
    assert said == [[True, True]]
    assert running(tmp_path) == []


def test_a_killed_process_comes_back_and_its_own_children_do_not_stay(
    spawn: Callable[..., Child], tmp_path: Path
) -> None:
    child = spawn(PARENT)
    child.start()
    assert until(lambda: len(running(tmp_path)) == 2)
    first = child.process
    assert first is not None
    first.kill()
    assert until(lambda: child.look_after() is None and child.process is not first)
    assert until(lambda: len(running(tmp_path)) == 2)
    child.terminate()
    child.finish()
    assert until(lambda: running(tmp_path) == [])


def test_a_crash_loop_stops_the_demo_with_the_last_words(
    spawn: Callable[..., Child], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("config.local.child.LONGEST_PAUSE", 0.01)
    child = spawn("print('no such table', flush=True); raise SystemExit(3)")
    child.start()
    reasons: list[str] = []

    def look_after() -> bool:
        reasons.extend(filter(None, [child.look_after()]))
        return bool(reasons)

    assert until(look_after)
    assert len(child.ends) == CRASHES
    assert "exit status 3" in reasons[-1]
    assert "no such table" in reasons[-1]


def test_a_process_that_ignores_the_signal_is_killed_after_its_grace(
    spawn: Callable[..., Child], tmp_path: Path
) -> None:
    child = spawn(STUBBORN, grace=0.3)
    child.start()
    assert until(lambda: "up" in child.last_lines)
    begun = time.monotonic()
    child.terminate()
    child.finish()
    assert 0.3 <= time.monotonic() - begun < 30  # the process would sleep for ten minutes
    assert running(tmp_path) == []


def test_a_check_fails_when_something_ended_after_ready(spawn: Callable[..., Child], tmp_path: Path) -> None:
    supervisor = Supervisor([], [spawn(SLEEPER)], [spawn("raise SystemExit(1)")], tmp_path / "notes")
    assert not supervisor.run(lambda: "", lambda: None, settle=1.0)
    assert supervisor.failure == "child1 ended although nobody asked"


def test_what_runs_once_may_end_well_and_is_begun_again_when_it_does_not(
    spawn: Callable[..., Child],
) -> None:
    good, bad = spawn("", once=True), spawn("raise SystemExit(1)", once=True)
    for child in (good, bad):
        child.start()
        assert child.process is not None
        child.process.wait(60)
        assert child.look_after() is None
    assert not good.ends
    assert len(bad.ends) == 1


def test_not_ready_in_time_says_what_was_missing(
    spawn: Callable[..., Child], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("config.local.supervisor.READY_SECONDS", 0.3)
    supervisor = Supervisor([], [spawn(SLEEPER)], [], tmp_path / "notes")
    assert not supervisor.run(lambda: "/readyz answers 503", lambda: None)
    assert supervisor.failure.endswith("/readyz answers 503")


def test_leftovers_are_ended_only_when_they_are_ours(tmp_path: Path) -> None:
    """The kernel ends them on Linux; elsewhere the next start does, by the notes of the last one."""

    def start(mark: Path | str) -> subprocess.Popen[bytes]:
        return subprocess.Popen(["/bin/sh", "-c", f"sleep 600; : {mark}"], start_new_session=True)

    ours, reused_number, not_noted = start(ROOT), start("elsewhere"), start(ROOT)
    notes = tmp_path / "notes"
    notes.write_text(f"{ours.pid} {reused_number.pid}")
    try:
        end_leftovers(notes)
        assert ours.wait(5) == -signal.SIGKILL
        assert reused_number.poll() is None
        assert not_noted.poll() is None
        assert not notes.exists()
    finally:
        for process in (ours, reused_number, not_noted):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def test_a_signal_before_ready_stops_everything(spawn: Callable[..., Child], tmp_path: Path) -> None:
    web = spawn(SLEEPER)
    supervisor = Supervisor([], [web], [], tmp_path / "notes")
    main = threading.main_thread().ident or 0
    threading.Timer(0.5, signal.pthread_kill, (main, signal.SIGTERM)).start()
    assert supervisor.run(lambda: "not yet", lambda: pytest.fail("it was never ready"))
    assert running(tmp_path) == []
