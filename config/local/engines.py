"""Both engines together: start what the environment does not already name."""

import os
import secrets
from collections.abc import Sequence
from pathlib import Path

from .accounts import engine_account, private_directory
from .engine import Engine
from .postgres import Postgres
from .valkey import Valkey

KINDS: tuple[type[Engine], ...] = (Postgres, Valkey)


def start_engines(base: Path, *, throwaway: bool) -> tuple[list[Engine], dict[str, str]]:
    """Start PostgreSQL and Valkey below `base`, except those whose URL is in the environment.

    Returns the engines we started and the URLs of both, ready for `os.environ`. Raises LocalError; then
    nothing is left running.
    """
    account = engine_account()
    (base / "logs").mkdir(parents=True, exist_ok=True)
    password = secret(base, "engine-password")
    engines: list[Engine] = []
    urls: dict[str, str] = {}
    try:
        for kind in KINDS:
            if given := os.environ.get(kind.variable):
                urls[kind.variable] = given
                continue
            directory = private_directory(base, kind.name, account)
            log = base / "logs" / f"{kind.name}.log"
            engine = kind(directory, log, account, password, throwaway=throwaway)
            engines.append(engine)
            engine.start()
            urls[kind.variable] = engine.url
    except BaseException:
        stop_engines(engines)
        raise
    return engines, urls


def stop_engines(engines: Sequence[Engine]) -> None:
    """In the opposite order of starting."""
    for engine in reversed(engines):
        engine.stop()


def secret(base: Path, name: str) -> str:
    """A random value made once for this checkout and kept in a 0600 file."""
    file = base / name
    if not file.exists():
        file.touch(0o600)
        file.write_text(secrets.token_hex(32))
    return file.read_text()
