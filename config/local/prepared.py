"""Is the demo prepared already? Then a start needs no set-up: asking Django costs seconds, comparing files none."""

import hashlib
import json
import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from .engine import Engine
from .paths import ROOT, STATE

STAMP = STATE / "prepared.json"
PAST = STATE / "past-loaded"
"""There once the demo's past is written, which goes on after the desk is up."""
SOURCES = ("accounts", "config", "escalations", "reviews")
"""What the set-up runs, migrates or loads; the lock beside it names everybody else's migrations."""
SUFFIXES = frozenset({".py", ".sql", ".json", ".txt"})
ASKED = ("HANDRAIL_DEMO_INBOX", "HANDRAIL_MODEL_DIR", "HANDRAIL_TRIAGE_ENGINE", "DJANGO_SETTINGS_MODULE")
"""Of the environment, what the set-up writes down or leans on."""


def prepared(engines: Sequence[Engine], environ: Mapping[str, str]) -> list[str] | None:
    """The sign-ins that the last set-up printed, if nothing that it depends on has changed since; else None.

    Only a database of this checkout that was there before is known: another one may hold anything.
    """
    database = next((engine for engine in engines if engine.variable == "DATABASE_URL"), None)
    if database is None or database.new or not _things(environ):
        return None
    try:
        noted = json.loads(STAMP.read_text())
    except (OSError, ValueError):
        return None
    same = isinstance(noted, dict) and noted.get("fingerprint") == fingerprint(environ)
    return list(noted["sign_ins"]) if same else None


def note_prepared(environ: Mapping[str, str], sign_ins: Sequence[str]) -> None:
    """The set-up is through."""
    STAMP.write_text(json.dumps({"fingerprint": fingerprint(environ), "sign_ins": list(sign_ins)}))


def forget_prepared() -> None:
    """A set-up begins: until it is through, nothing is."""
    STAMP.unlink(missing_ok=True)
    PAST.unlink(missing_ok=True)


def fingerprint(environ: Mapping[str, str]) -> str:
    """Changes with the code, the packages, the settings that the set-up reads, and the files that it made."""
    digest = hashlib.sha256((ROOT / "requirements.lock").read_bytes())
    for path in _sources():
        digest.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes())
    digest.update(json.dumps([environ.get(name, "") for name in ASKED]).encode())
    for path in _things(environ):
        found = path.stat()
        digest.update(f"{path.name} {found.st_size} {found.st_mtime_ns}".encode())
    return digest.hexdigest()


def _sources() -> Iterable[Path]:
    for top in SOURCES:
        for folder, inside, names in os.walk(ROOT / top):
            inside[:] = sorted(name for name in inside if name != "__pycache__")
            for name in sorted(names):
                if os.path.splitext(name)[1] in SUFFIXES:
                    yield Path(folder, name)


def _things(environ: Mapping[str, str]) -> list[Path]:
    """Model, encoder, tokens and secret; none when one kind of them is missing."""
    models = Path(environ.get("HANDRAIL_MODEL_DIR") or ROOT / ".local" / "models")
    tokens = Path(environ.get("HANDRAIL_DEMO_TOKENS") or ROOT / ".local" / "demo-tokens.json")
    secret = Path(environ.get("HANDRAIL_DEMO_WEBHOOK_SECRET") or ROOT / ".local" / "demo-webhook-secret")
    made = [
        sorted(models.glob("default*")),
        sorted(models.glob("*.onnx")),
        *([path] if path.exists() else [] for path in (tokens, secret)),
    ]
    return [path for kind in made for path in kind] if all(made) else []
