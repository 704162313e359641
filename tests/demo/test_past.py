"""The demo's past: invented cases with known answers, from which its certificates are really computed."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from random import Random
from types import SimpleNamespace
from typing import Any

import pytest

from accounts.ledger.reading import ledger_faults
from config.demo import past
from config.demo.load import load_world
from config.demo.past import judged
from config.demo.past.readers import readings
from escalations.choices import AuditRole, PatternState, Verdict
from escalations.models import (
    AuditAnswer,
    AuditDraw,
    AuditItem,
    BlindLabel,
    Case,
    CaseType,
    Certificate,
    Checklist,
    HandoffOutcome,
    Pattern,
    WeeklyReview,
)
from escalations.services.handoff_judging import judge_handoffs
from escalations.triage.types import CaseView, Triage
from reviews.models import Digest, Lesson
from tests.engine import SURE

pytestmark = pytest.mark.django_db


class Knowing:
    """Answers what the agent says: sure of what is plain, less so of what is hard to tell."""

    version = "knowing-1"

    asked = 0

    def triage(self, case: CaseView) -> Triage:
        """The agent's intent."""
        self.asked += 1
        sure = 0.55 if case.subject in ("Question", "Hello", "Quick question") else 0.9
        return replace(
            SURE,
            category=case.agent_intent,
            confidence=sure + 0.0999 * (self.asked % 50) / 50,
            model_version=self.version,
            intents=(case.agent_intent,),
            alternatives=((case.agent_intent, 0.9), ("contract_change", 0.1)),
        )


@pytest.fixture
def load(cast: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The demo's world beside the cast's; only Harbour's chats and Northline's delays get a past."""
    load_world(tmp_path / "tokens.json")
    mine = CaseType.objects.filter(client__slug="harbour", slug="faq_chat")
    both = mine | CaseType.objects.filter(client__slug="northline", slug="delayed_shipment")
    kinds = both.select_related("client", "default_queue", "default_queue__owner").order_by("pk")
    monkeypatch.setattr(past, "_kinds", lambda: list(kinds))
    monkeypatch.setattr(past, "AIMS", {})
    monkeypatch.setattr(past, "USUAL", past.Aim(0.05, 180))  # this engine errs more than the shipped one
    monkeypatch.setattr(past, "read_info", lambda _: SimpleNamespace(version=Knowing.version))
    monkeypatch.setattr(past, "engine_of", lambda _: Knowing())
    return lambda: past.load_past(tmp_path)


def test_the_demos_types_are_certified_from_a_past_that_holds_together(load: Any) -> None:
    """R129: checklist, audits and certificate of an autonomous type; a second start changes nothing."""
    made = load()
    kind = CaseType.objects.get(client__slug="harbour", slug="faq_chat")
    certificate = Certificate.objects.get(case_type=kind, ended_at=None)
    assert certificate.note.startswith("made by the demo")
    assert (certificate.model_version, certificate.target) == ("knowing-1", past.USUAL.target)
    assert not Checklist.objects.get(case_type=kind).missing
    audits = past.EARLIER + past.USUAL.audits
    assert BlindLabel.objects.filter(case_type=kind, probability=1).count() == audits
    assert AuditDraw.objects.filter(case_type=kind, uniform=True, rate=1).count() == audits <= made
    assert Case.objects.filter(client__slug__in=["harbour", "northline"], state="closed").count() == made
    assert list(ledger_faults()) == []
    _the_ai_was_wrong_and_readers_differed(kind)
    _handoffs_are_judged_for_good(made)
    _what_was_done_shows()
    _what_was_learned_is_told()
    assert load() == 0


def _the_ai_was_wrong_and_readers_differed(kind: CaseType) -> None:
    """R087: verdicts follow from answers, and where readers differ a third settles it."""
    items = AuditItem.objects.filter(case_type=kind)
    assert 0 < items.filter(verdict=Verdict.WRONG).count() < items.count() / 4
    assert items.filter(answers__role=AuditRole.ADJUDICATOR).exists()
    for item in items.prefetch_related("answers"):
        last = max(item.answers.all(), key=lambda one: one.at)
        assert last.agrees == (item.verdict == Verdict.RIGHT)
    assert not AuditAnswer.objects.filter(item__in=items, user__email__startswith="maria").exists()


def _handoffs_are_judged_for_good(made: int) -> None:
    """R068: each was judged by the rule, some failed in each part, and the sweeper finds nothing to do."""
    rows = HandoffOutcome.objects.all()
    assert rows.count() == rows.filter(final=True).count() == made
    for part in ("nothing_asked_again", "right_queue", "not_reopened", "success"):
        assert 0 < rows.filter(**{part: False}).count() < made / 2, part
    assert judge_handoffs() == 0


def _what_was_done_shows() -> None:
    """R088, R095: five weeks a client were reviewed; what was agreed has an owner and an action."""
    assert WeeklyReview.objects.filter(client__slug="harbour").count() == 5
    assert Pattern.objects.filter(state=PatternState.AGREED, owner__isnull=False).exclude(action="").exists()


def _what_was_learned_is_told() -> None:
    """R097, R098: a lesson of the type that has a past, and last week's digests, each role's once."""
    lesson = Lesson.objects.get()
    assert (lesson.case_type.slug, lesson.state, lesson.texts.count()) == ("delayed_shipment", "published", 1)
    digests = Digest.objects.filter(client__slug="northline", starts_on__lte=lesson.published_at)
    told = digests.get(role="frontline")
    assert told.body["lessons"] == [{"lesson": str(lesson.pk), "type": lesson.case_type_id}]
    assert lesson.published_at is not None
    assert told.starts_at <= lesson.published_at < told.ends_at


def _hard() -> Iterator[Any]:
    for truth in ("faq_general", "cancellation", ""):
        said = Triage(**{**_plain(), "category": "faq_general"})
        one = SimpleNamespace(truth=truth, triage=said, wrong=truth != "faq_general",
                              script=SimpleNamespace(scenario="murky_question"))  # fmt: skip
        yield one


def _plain() -> dict[str, Any]:
    return {name: getattr(SURE, name) for name in SURE.__dataclass_fields__} | {
        "alternatives": (("faq_general", 0.6), ("cancellation", 0.3), ("payment_plan", 0.1))
    }


@pytest.mark.parametrize("double", [True, False])
def test_readers_err_only_where_another_one_looks(double: bool) -> None:
    """Every verdict is what is true: the last answer is right, and nobody is alone with an error for the AI."""
    dice, lengths = Random(5), set()
    for one in (one for _ in range(300) for one in _hard()):
        read = readings(one, double=double, dice=dice)
        lengths.add(len(read))
        assert read[-1].category == (one.truth or "person")
        assert read[-1].agrees != one.wrong
        assert len(read) == 3 or len({answer.category for answer in read}) == 1
    assert lengths == ({2, 3} if double else {1, 2, 3})


def test_a_model_that_errs_is_certified_for_nothing(load: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(judged, "true_of", lambda script: "order_status")
    load()
    kind = CaseType.objects.get(client__slug="harbour", slug="faq_chat")
    assert BlindLabel.objects.filter(case_type=kind, wrong=True).count() >= 5
    assert not Certificate.objects.filter(case_type=kind, ended_at=None).exists()
