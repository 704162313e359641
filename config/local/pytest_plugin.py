"""Throw-away PostgreSQL and Valkey for every pytest run, unless DATABASE_URL / REDIS_URL name others.

Loaded by `-p config.local.pytest_plugin` (see pyproject.toml). With pytest-xdist the controller starts both, and each
worker a Valkey of its own besides: databases of one server are apart, but what is published is heard in all of them,
and so would one worker's hints be by the other's browsers. A worker whose run names REDIS_URL shares that one.
"""

import os
import shutil
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from .engine import Engine
from .engines import KINDS, start_engines, stop_engines
from .errors import LocalError
from .valkey import Valkey

SETTINGS = "config.settings.test"
THROWN_AWAY = "HANDRAIL_TEST_ENGINES"
"""Where the controller's engines live, for its workers and fixtures: what is in them is nobody's."""
LOOKING_ONLY = {"--help", "-h", "--version", "-V"}


@dataclass
class Session:
    """What this pytest run started."""

    base: Path
    engines: list[Engine]
    seconds: float


KEY = pytest.StashKey[Session]()


@pytest.hookimpl(tryfirst=True)  # before pytest-django reads the settings, which read these variables
def pytest_load_initial_conftests(early_config: pytest.Config, args: list[str]) -> None:
    """Start the engines and tell Django where they are."""
    os.environ["DJANGO_SETTINGS_MODULE"] = SETTINGS
    os.environ.setdefault("SECRET_KEY", "for-tests-only-and-never-anywhere-else")
    if LOOKING_ONLY & set(args):
        return
    begun = time.monotonic()
    if worker := os.environ.get("PYTEST_XDIST_WORKER"):
        if THROWN_AWAY not in os.environ:
            return
        base = Path(os.environ[THROWN_AWAY]) / worker
        base.mkdir(mode=0o755, exist_ok=True)  # a worker that died has a successor of another name
        del os.environ[Valkey.variable]
    else:
        base = Path(tempfile.mkdtemp(prefix="handrail-test-"))
        base.chmod(0o755)  # as root the engines run as somebody else, in 0700 directories below
        if not {kind.variable for kind in KINDS} & set(os.environ):
            os.environ[THROWN_AWAY] = str(base)
    try:
        engines, urls = start_engines(base, throwaway=True)
    except LocalError as error:
        shutil.rmtree(base, ignore_errors=True)
        raise pytest.UsageError(f"the tests need PostgreSQL and Valkey or Redis.\n{error}") from None
    os.environ.update(urls)
    early_config.stash[KEY] = Session(base, engines, time.monotonic() - begun)


def pytest_report_header(config: pytest.Config) -> str | None:
    """One line that says which servers the run was made on."""
    session = config.stash.get(KEY, None)
    if session is None:
        return None
    versions = ", ".join(engine.version() for engine in session.engines) or "from the environment"
    return f"engines: {versions} (started in {session.seconds:.1f} s)"


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop the engines and remove their data."""
    if session := config.stash.get(KEY, None):
        stop_engines(session.engines)
        shutil.rmtree(session.base, ignore_errors=True)
