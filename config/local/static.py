"""Collect static files for the demo, only when they changed: compressing them takes seconds."""

import hashlib
import subprocess
import sys
from collections.abc import Mapping

from .child import spawn
from .paths import ROOT, STATE

UNUSED = ("redoc", "rest_framework")
"""Directories that packages bring along and no page of ours links to."""
MANIFEST = ROOT / "staticfiles" / "staticfiles.json"
STAMP = STATE / "static-stamp"


def start_collecting(environ: Mapping[str, str]) -> subprocess.Popen[bytes] | None:
    """Start `collectstatic` beside the set-up; None when nothing changed since `note_collected`."""
    if MANIFEST.exists() and STAMP.exists() and STAMP.read_text() == fingerprint():
        return None
    command = [sys.executable, "manage.py", "collectstatic", "--noinput", "--verbosity", "0"]
    command += [part for name in UNUSED for part in ("--ignore", name)]
    return spawn(command, environ)


def note_collected() -> None:
    """What is collected now is up to date."""
    STAMP.write_text(fingerprint())


def fingerprint() -> str:
    """Changes with the packages and with every file below static/."""
    digest = hashlib.sha256((ROOT / "requirements.lock").read_bytes())
    for path in sorted((ROOT / "static").rglob("*")):
        if path.is_file():
            digest.update(str(path.relative_to(ROOT)).encode() + path.read_bytes())
    return digest.hexdigest()
