"""Make .venv match requirements.lock, then run a program from it: `python3 bootstrap.py pytest -q`.

Standard library only, and no syntax newer than Python 3.8: it runs before anything is installed and
has to say clearly that a Python is too old.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LOCK = ROOT / "requirements.lock"
VENV = Path(os.environ.get("LOCAL_VENV") or ROOT / ".venv")
PYTHON = VENV / "bin" / "python"
STAMP = VENV / ".handrail-stamp"
OLDEST = (3, 11)
SYSTEM_CERTIFICATES = (
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/cert.pem",
)


def main(command: list[str]) -> None:
    """Replace this process by `command`, its first word looked up in .venv/bin."""
    if sys.platform == "win32":
        sys.exit("Windows is not supported directly. Use WSL2 and run make inside it.")
    if sys.version_info < OLDEST:
        _restart_with_newer_python()
    with _alone():
        ensure_environment()
    os.chdir(ROOT)
    os.environ["PATH"] = f"{VENV / 'bin'}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    os.environ["VIRTUAL_ENV"] = str(VENV)
    # Images often set this; then every start would compile Django again. Compiling all that the lock names
    # at install time takes 20 s; what is imported is compiled once, by whoever imports it first.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    program = VENV / "bin" / command[0]
    os.execv(program, [str(program), *command[1:]])


def ensure_environment() -> None:
    """Install what requirements.lock names, unless that was done before."""
    if STAMP.exists() and PYTHON.exists() and STAMP.read_text() == fingerprint():
        return
    begun = time.monotonic()
    print("Setting up .venv from requirements.lock (once, and again whenever it changes) ...", flush=True)
    if not _usable():
        shutil.rmtree(VENV, ignore_errors=True)
        # without pip: Debian's python3 has no ensurepip unless python3-venv is installed
        if _run([sys.executable, "-m", "venv", "--without-pip", VENV]):
            _fail(
                "creating .venv",
                "Debian/Ubuntu: apt-get install -y python3-venv; or set LOCAL_VENV to a writable directory.",
            )
    uv = shutil.which("uv") or _install_uv()
    if not (uv and _install_with_uv(uv)) and not _install_with_pip():
        _fail(
            "installing the locked packages",
            "is PyPI (or your PIP_INDEX_URL) reachable, is pip there (apt-get install -y python3-pip), "
            "is there 1.5 GB of free disk?",
        )
    STAMP.write_text(fingerprint())
    print(f"  done in {time.monotonic() - begun:.0f} s", flush=True)


def fingerprint() -> str:
    """Changes with the lock, the Python inside .venv, and the place (scripts name it in their first line)."""
    interpreter = (VENV / "pyvenv.cfg").read_bytes()
    return hashlib.sha256(b"\n".join([LOCK.read_bytes(), interpreter, str(VENV).encode()])).hexdigest()


def uv_requirement(lock: str) -> str:
    """The lines of the lock that pin uv, with their hashes; empty when it does not."""
    found = re.search(r"^uv==.*(?:\n +--hash=.*)+", lock, re.MULTILINE)
    return found.group() + "\n" if found else ""


def _usable() -> bool:
    """An environment made here, by a Python that is still there and new enough."""
    if not PYTHON.exists():
        return False
    probe = f"import sys; sys.exit(sys.version_info < {OLDEST} or sys.prefix != {str(VENV)!r})"
    return _run([PYTHON, "-c", probe]) == 0


def _install_uv() -> str | None:
    """Uv installs ten times faster than pip; pip can do without it."""
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as pinned:
        pinned.write(uv_requirement(LOCK.read_text()))
        pinned.flush()
        status = _pip("install", "--quiet", "--require-hashes", "--no-deps", "-r", pinned.name)
    return str(VENV / "bin" / "uv") if status == 0 else None


def _install_with_uv(uv: str) -> bool:
    # No dependencies: the lock is complete, and one wheel declares packages nobody wants (see pyproject).
    command: list[str | Path] = [uv, "pip", "install", "--quiet", "--python", PYTHON]
    command += ["--require-hashes", "--no-deps", "-r", LOCK]
    environ = {"UV_PYTHON_DOWNLOADS": "never", "VIRTUAL_ENV": str(VENV)}
    if any(
        map(os.path.exists, SYSTEM_CERTIFICATES)
    ):  # a company's proxy is in there, and not in uv's own list
        environ["UV_SYSTEM_CERTS"] = "1"
    return _run(command, **environ) == 0


def _install_with_pip() -> bool:
    print("  uv is not to be had here; installing with pip takes a minute or two ...", flush=True)
    return _pip("install", "--quiet", "--require-hashes", "--no-deps", "--no-compile", "-r", LOCK) == 0


def _pip(*arguments: str | Path) -> int:
    command = [sys.executable, "-m", "pip", "--python", PYTHON, *arguments, "--no-warn-script-location"]
    return _run(command, PIP_DISABLE_PIP_VERSION_CHECK="1", PIP_ROOT_USER_ACTION="ignore")


def _run(command: Sequence[str | Path], **environ: str) -> int:
    return subprocess.run(list(map(str, command)), env={**os.environ, **environ}, check=False).returncode


def _fail(what: str, fix: str) -> None:
    sys.exit(f"\n{what} failed; the message of the program is above.\n  Fix: {fix}\n")


def _restart_with_newer_python() -> None:
    for name in ("python3.11", "python3.12", "python3.13", "python3.14"):
        if newer := shutil.which(name):
            os.execv(newer, [newer, *sys.argv])
    sys.exit(
        f"Python 3.11 or newer is needed; {sys.executable} is {sys.version.split()[0]}.\n"
        "  Fix: apt-get install -y python3 python3-pip (Debian 12 or newer),\n"
        "       brew install python@3.13 (macOS), or make PYTHON=/path/to/python3.11 ..."
    )


@contextlib.contextmanager
def _alone() -> Iterator[None]:
    """Two `make` at once in one checkout: the second waits until the first has installed."""
    VENV.parent.mkdir(parents=True, exist_ok=True)
    with open(ROOT / "requirements.lock") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


if __name__ == "__main__":
    main(sys.argv[1:])
