"""Lets `manage.py ...` in a second terminal find the engines of the running demo."""

import json
import os
from pathlib import Path

from .paths import STATE
from .processes import alive


def _file() -> Path:
    return STATE / "runtime.json"


def write_runtime(variables: dict[str, str]) -> None:
    """Note the environment variables that reach the running engines, readable for this account only."""
    file = _file()
    file.touch(0o600)
    file.write_text(json.dumps({"pid": os.getpid(), "environ": variables}))


def forget_runtime() -> None:
    """The engines are stopped."""
    _file().unlink(missing_ok=True)


def load_into_environ() -> None:
    """Fill in DATABASE_URL, REDIS_URL and what else the demo noted, where the environment says nothing.

    Does nothing when no demo runs in this checkout.
    """
    try:
        noted = json.loads(_file().read_text())
    except (OSError, ValueError):
        return
    if not alive(noted["pid"]):
        return
    for name, value in noted["environ"].items():
        os.environ.setdefault(name, value)
