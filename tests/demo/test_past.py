"""The demo's past: invented cases with known answers, from which its certificates are really computed."""

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from accounts.ledger.reading import ledger_faults
from config.demo import past
from config.demo.load import load_world
from config.demo.past import judged
from escalations.models import AuditDraw, BlindLabel, Case, CaseType, Certificate, Checklist
from escalations.triage.types import CaseView, Triage
from tests.engine import SURE

pytestmark = pytest.mark.django_db


class Knowing:
    """Answers what the agent says, and is sure of it."""

    version = "knowing-1"

    asked = 0

    def triage(self, case: CaseView) -> Triage:
        """The agent's intent."""
        self.asked += 1
        score = 0.9 + 0.0999 * (self.asked % 50) / 50
        return replace(
            SURE,
            category=case.agent_intent,
            confidence=score,
            model_version=self.version,
            intents=(case.agent_intent,),
        )


@pytest.fixture
def load(cast: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The demo's world beside the cast's; only Harbour's chats get a past."""
    load_world(tmp_path / "tokens.json")
    CaseType.objects.exclude(client__slug="harbour", slug="faq_chat").update(autonomy="suggest")
    monkeypatch.setattr(past, "AIMS", {})
    monkeypatch.setattr(judged, "TRUTH", {})  # this engine reads no text: what the agent says is true
    monkeypatch.setattr(past, "read_info", lambda _: SimpleNamespace(version=Knowing.version))

    monkeypatch.setattr(past, "engine_of", lambda _: Knowing())
    return lambda: past.load_past(tmp_path)


def test_the_demos_types_are_certified_from_a_past_that_holds_together(load: Any) -> None:
    """R129: checklist, audits and certificate of an autonomous type; a second start changes nothing."""
    made = load()
    kind = CaseType.objects.get(client__slug="harbour", slug="faq_chat")
    certificate = Certificate.objects.get(case_type=kind, ended_at=None)
    assert certificate.note.startswith("made by the demo")
    assert (certificate.model_version, certificate.errors, certificate.target) == ("knowing-1", 0, 0.05)
    assert not Checklist.objects.get(case_type=kind).missing
    audits = past.EARLIER + past.USUAL.audits
    assert BlindLabel.objects.filter(case_type=kind, probability=1).count() == audits
    assert AuditDraw.objects.filter(case_type=kind, uniform=True, rate=1).count() == audits <= made
    assert Case.objects.filter(case_type=kind, state="closed").count() == made
    assert list(ledger_faults()) == []
    assert load() == 0


def test_a_model_that_errs_is_certified_for_nothing(load: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(judged, "TRUTH", {"opening_hours": "order_status"})
    load()
    kind = CaseType.objects.get(client__slug="harbour", slug="faq_chat")
    assert BlindLabel.objects.filter(case_type=kind, wrong=True).count() >= 5
    assert not Certificate.objects.filter(case_type=kind, ended_at=None).exists()
