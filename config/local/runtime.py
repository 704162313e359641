"""Who uses the local engines now, and how `manage.py ...` in a second terminal finds them."""

import contextlib
import fcntl
import json
import os
from collections.abc import Iterator

from .errors import LocalError
from .paths import STATE
from .processes import alive

FILE = STATE / "runtime.json"


def write_runtime(variables: dict[str, str]) -> None:
    """Note the environment variables that reach the running engines, readable for this account only."""
    FILE.touch(0o600)
    FILE.write_text(json.dumps({"pid": os.getpid(), "environ": variables}))


def forget_runtime() -> None:
    """The engines are stopped."""
    FILE.unlink(missing_ok=True)


def load_into_environ() -> None:
    """Fill in DATABASE_URL, REDIS_URL and what else the demo noted, where the environment says nothing.

    Does nothing when no demo runs in this checkout.
    """
    try:
        noted = json.loads(FILE.read_text())
    except (OSError, ValueError):
        return
    if not alive(noted["pid"]):
        return
    for name, value in noted["environ"].items():
        os.environ.setdefault(name, value)


@contextlib.contextmanager
def only_one_here(who: str) -> Iterator[None]:
    """Hold the engines of this checkout. Raises LocalError, saying who does, when they are held."""
    STATE.mkdir(parents=True, exist_ok=True)
    with (STATE / "lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            raise LocalError(
                f"The local engines are in use by {lock.read().strip()}.\n"
                "  Fix: stop it with Ctrl-C in its terminal."
            ) from None
        lock.truncate(0)
        lock.write(f"{who} (pid {os.getpid()})")
        lock.flush()
        yield
