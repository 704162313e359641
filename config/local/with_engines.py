"""Run a command on the demo's data: `python -m config.local.with_engines python manage.py shell`.

On the running demo's engines when there are any, else on engines started for this command.
"""

import os
import subprocess
import sys

from .engines import KINDS, secret, start_engines, stop_engines
from .errors import LocalError
from .paths import ROOT, STATE
from .runtime import load_into_environ, only_one_here


def main(command: list[str]) -> int:
    """Exit status of the command."""
    load_into_environ()
    if all(os.environ.get(kind.variable) for kind in KINDS):
        return _run(command)
    try:
        return _with_engines(command)
    except LocalError as error:
        print(f"\n{error}\n", file=sys.stderr)
        return 1


def _with_engines(command: list[str]) -> int:
    if not (STATE / "postgres").exists():
        raise LocalError("There is no demo data here yet.\n  Fix: make demo, or set DATABASE_URL, REDIS_URL.")
    with only_one_here("another command"):
        engines, urls = start_engines(STATE, throwaway=False)
        try:
            os.environ.update(urls)
            return _run(command)
        finally:
            stop_engines(engines)


def _run(command: list[str]) -> int:
    os.environ.setdefault("SECRET_KEY", secret(STATE, "secret-key"))
    try:
        return subprocess.run(command, cwd=ROOT, check=False).returncode
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
