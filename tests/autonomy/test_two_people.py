"""More for the AI takes two people, also where somebody writes to the tables: each statement fails by itself (R129)."""

from collections.abc import Callable

import pytest
from django.db import DatabaseError, transaction
from django.db.models.functions import Now

from accounts.models import User
from escalations.models import (
    Breaker,
    CaseType,
    PolicyDraft,
    PolicyVersion,
    StepApproval,
    StepUp,
    Trip,
)
from escalations.services.breaking import stop
from escalations.services.stepping import approve, propose
from tests.autonomy.test_levels import complete, level_of, up
from tests.autonomy.test_levels import faq as faq
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def refused(act: Callable[[], object]) -> str:
    """What the database says to it."""
    with pytest.raises(DatabaseError) as told, transaction.atomic():
        act()
    return str(told.value)


def alone(kind: CaseType, level: str = "autonomous") -> int:
    return CaseType.objects.filter(pk=kind.pk).update(autonomy=level)


def forged(of: CaseType, people: dict[str, User], **step: object) -> Callable[[], object]:
    """A step that somebody wrote as taken, with these approvals, and the level that it is for."""

    def act() -> None:
        about = {
            "kind": "up",
            "level": "autonomous",
            "state": "done",
            "ended_at": Now(),
            "reason": "x",
        } | step
        made = StepUp.objects.create(case_type=of, proposed_by=next(iter(people.values())), **about)
        for side, by in people.items():
            StepApproval.objects.create(step=made, side=side, by=by)
        alone(of)

    return act


def test_no_level_rises_without_two_approvals_of_two_sides(cast: Cast, faq: CaseType) -> None:
    """R129: not by hand, not with one person's word, not with that of another step; down goes always."""
    assert "two people" in refused(lambda: alone(faq))
    assert "two people" in refused(forged(faq, {"ai": cast.adam}))
    assert "two_sides_two_people" in refused(forged(faq, {"ai": cast.adam, "ops": cast.adam}))
    both = {"ai": cast.adam, "ops": cast.sunny}
    assert "two people" in refused(forged(faq, both, level="supervised"))
    assert "two people" in refused(forged(faq, both, kind="resume"))
    assert "two people" in refused(forged(faq, both, state="refused"))
    complete(cast, faq)
    step = up(faq, cast.adam)
    approve(step=step, side="ops", actor=cast.sunny)
    assert level_of(faq) == "autonomous"
    assert "written once" in refused(lambda: StepApproval.objects.update(by=cast.cora))
    assert "written once" in refused(lambda: StepApproval.objects.all()._raw_delete("default"))
    alone(faq, "off")
    assert "two people" in refused(lambda: alone(faq, "suggest"))


def test_no_breaker_closes_without_them(cast: Cast, faq: CaseType) -> None:
    """R089, R129: nor takes another stop in place of the one that two people looked at."""
    stop(case_type=faq, reason="Odd answers", actor=cast.sunny)
    mine = Breaker.objects.filter(case_type=faq)
    assert "two people" in refused(lambda: mine.update(state="closed", trip=None))
    step = propose(case_type=faq, kind="resume", reason="Looked at it", actor=cast.sunny)
    assert "two people" in refused(lambda: mine.update(state="closed", trip=None))
    approve(step=step, side="ai", actor=cast.adam)
    assert (mine.get().state, Trip.objects.get().resumed_at is not None) == ("closed", True)


def test_nobody_leaves_the_authors_of_a_draft(cast: Cast) -> None:
    """R091: else whoever wrote it could approve it."""
    version = PolicyVersion.objects.get()
    draft = PolicyDraft.objects.create(
        base=version, author=cast.adam, author_ids=[cast.adam.pk], document=version.document, digest=version.digest,
        title="Mine", changed_at=Now(),
    )  # fmt: skip
    mine = PolicyDraft.objects.filter(pk=draft.pk)
    assert "keeps its authors" in refused(lambda: mine.update(author_ids=[cast.sunny.pk]))
    assert "keeps its authors" in refused(lambda: mine.update(author=cast.sunny))
    assert mine.update(author_ids=[cast.adam.pk, cast.sunny.pk]) == 1
