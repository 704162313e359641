"""Run a command with engines: `python -m config.local.with_engines [--fresh] python manage.py shell`.

The running demo's engines when there are any, else the demo's data with engines started for this command.
`--fresh` takes others on empty data, as durable as the demo's, so that measurements stay honest.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from .engines import KINDS, secret, start_engines, stop_engines
from .errors import LocalError
from .paths import ROOT, STATE
from .runtime import load_into_environ, only_one_here


def main(arguments: list[str]) -> int:
    """Exit status of the command."""
    fresh = arguments[:1] == ["--fresh"]
    command = arguments[1:] if fresh else arguments
    try:
        return _on_fresh_data(command) if fresh else _on_the_demo(command)
    except LocalError as error:
        print(f"\n{error}\n", file=sys.stderr)
        return 1


def _on_the_demo(command: list[str]) -> int:
    load_into_environ()
    if all(os.environ.get(kind.variable) for kind in KINDS):
        return _run(command, STATE)
    if not (STATE / "postgres").exists():
        raise LocalError(
            "There is no demo data here yet.\n  Fix: make demo, or set DATABASE_URL and REDIS_URL."
        )
    with only_one_here("another command"):
        return _with_engines(command, STATE)


def _on_fresh_data(command: list[str]) -> int:
    base = Path(tempfile.mkdtemp(prefix="handrail-fresh-"))
    base.chmod(0o755)  # as root the engines run as somebody else, in 0700 directories below
    try:
        return _with_engines(command, base)
    finally:
        shutil.rmtree(base, ignore_errors=True)


def _with_engines(command: list[str], base: Path) -> int:
    engines, urls = start_engines(base, throwaway=False)
    try:
        os.environ.update(urls)
        return _run(command, base)
    finally:
        stop_engines(engines)


def _run(command: list[str], base: Path) -> int:
    os.environ.setdefault("SECRET_KEY", secret(base, "secret-key"))
    try:
        return subprocess.run(command, cwd=ROOT, check=False).returncode
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
