"""A start that needs no set-up is known by its files, and only then."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from config.local import prepared as subject
from config.local.prepared import forget_prepared, note_prepared, prepared

SIGN_INS = ["sign in as", "  maria@handrail.test"]


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout whose set-up is through."""
    monkeypatch.setattr(subject, "ROOT", tmp_path)
    monkeypatch.setattr(subject, "STAMP", tmp_path / "prepared.json")
    monkeypatch.setattr(subject, "PAST", tmp_path / "past-loaded")
    for name in (
        "requirements.lock",
        "accounts/sql/walls.sql",
        "escalations/migrations/0001_initial.py",
        ".local/models/default.json",
        ".local/models/encoder.onnx",
        ".local/demo-tokens.json",
        ".local/demo-webhook-secret",
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name)
    note_prepared({}, SIGN_INS)
    return tmp_path


def engines(*, new: bool = False) -> list[Any]:
    return [SimpleNamespace(variable="DATABASE_URL", new=new)]


def test_nothing_changed_so_the_sign_ins_are_known(checkout: Path) -> None:
    assert prepared(engines(), {}) == SIGN_INS


def test_a_new_database_or_somebody_elses_is_never_taken_for_prepared(checkout: Path) -> None:
    assert prepared(engines(new=True), {}) is None
    assert prepared([], {}) is None


@pytest.mark.parametrize(
    "changed",
    [
        "requirements.lock",
        "accounts/sql/walls.sql",
        "escalations/migrations/0002_more.py",
        ".local/models/default.json",
    ],
)
def test_what_the_set_up_leans_on_has_changed(checkout: Path, changed: str) -> None:
    (checkout / changed).write_text("another")
    assert prepared(engines(), {}) is None


@pytest.mark.parametrize("gone", ["demo-tokens.json", "models/encoder.onnx", "demo-webhook-secret"])
def test_what_the_set_up_made_is_gone(checkout: Path, gone: str) -> None:
    (checkout / ".local" / gone).unlink()
    assert prepared(engines(), {}) is None


def test_an_inbox_at_another_address_must_be_written_down(checkout: Path) -> None:
    assert prepared(engines(), {"HANDRAIL_DEMO_INBOX": "http://127.0.0.1:8081"}) is None


def test_a_set_up_that_was_interrupted_is_none(checkout: Path) -> None:
    forget_prepared()
    assert prepared(engines(), {}) is None
    (checkout / "prepared.json").write_text("{")
    assert prepared(engines(), {}) is None
