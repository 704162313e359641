"""How a second terminal finds the engines, and how it is kept from starting them twice."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from config.local import runtime
from config.local.paths import ROOT


@pytest.fixture
def state(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A state directory of our own."""
    monkeypatch.setattr(runtime, "STATE", tmp_path)
    monkeypatch.setattr(runtime, "FILE", tmp_path / "runtime.json")
    return tmp_path


@pytest.mark.usefixtures("state")
def test_a_second_terminal_finds_the_running_engines(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("REDIS_URL")
    runtime.write_runtime({"REDIS_URL": "redis://found"})
    runtime.load_into_environ()
    assert os.environ["REDIS_URL"] == "redis://found"


@pytest.mark.usefixtures("state")
def test_a_server_that_the_person_named_is_not_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REDIS_URL", "redis://named")
    runtime.write_runtime({"REDIS_URL": "redis://found"})
    runtime.load_into_environ()
    assert os.environ["REDIS_URL"] == "redis://named"


def test_addresses_are_readable_for_their_owner_only(state: Path) -> None:
    runtime.write_runtime({"DATABASE_URL": "postgres://app:secret@127.0.0.1/handrail"})
    assert (state / "runtime.json").stat().st_mode & 0o077 == 0


def test_what_a_killed_demo_noted_is_not_believed(state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("REDIS_URL")
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    (state / "runtime.json").write_text(f'{{"pid": {ended.pid}, "environ": {{"REDIS_URL": "redis://gone"}}}}')
    runtime.load_into_environ()
    assert "REDIS_URL" not in os.environ


def test_a_second_start_is_told_who_is_first(state: Path) -> None:
    second = (
        "import sys; from pathlib import Path; from config.local import runtime; "
        "runtime.STATE = Path(sys.argv[1])\nwith runtime.only_one_here('the second'): pass"
    )
    with runtime.only_one_here("the first"):
        refused = subprocess.run(
            [sys.executable, "-c", second, str(state)], cwd=ROOT, capture_output=True, text=True, check=False
        )
    assert refused.returncode != 0
    assert "in use by the first" in refused.stderr
    with runtime.only_one_here("the third"):
        pass
