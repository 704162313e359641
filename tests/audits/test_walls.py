"""R087: what was drawn, answered and concluded is the database's to keep."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.db.models.functions import Now

from accounts.ledger import new_salt
from accounts.models import User
from escalations.autonomy.labels import Label
from escalations.models import (
    AuditAnswer,
    AuditDraw,
    AuditItem,
    AuditPeriod,
    AuditPlan,
    AuditSkip,
    BlindLabel,
    Case,
)
from escalations.selectors.audits import labels_of
from escalations.services.auditing import commit_period, seed_of
from tests.cast import Cast
from tests.engine import Scripted
from tests.escalations.bodies import faq
from tests.escalations.cases import let_undo_pass, queued
from tests.escalations.people import claim, decide


@pytest.fixture
def case(cast: Cast) -> Case:
    """A case that Sunny decided and that was drawn."""
    AuditPlan.objects.create(case_type=cast.case_type("faq_chat"), learning_rate=1)
    case = queued(cast, engine=Scripted(confidence=0.6), **faq())
    claim(case, cast.sunny)
    decide(case, cast.sunny, "approve", disposition="answered")
    let_undo_pass(case)
    return case


@pytest.fixture
def item(case: Case) -> AuditItem:
    return AuditItem.objects.select_related("draw").get(case=case)


def answer(item: AuditItem, user: User) -> AuditAnswer:
    return AuditAnswer.objects.create(
        item=item, role="first", user=user, category="x", action="none", salt=new_salt(), agrees=True
    )


def label(item: AuditItem, cast: Cast, **changes: Any) -> BlindLabel:
    """What a concluded audit of a wrong candidate says, or something else."""
    says: dict[str, Any] = {
        "case_type": item.case_type, "score": 0.6, "wrong": True, "probability": 1.0, "model_version": "scripted-1",
        "policy": cast.policy, "settled": False,
    }  # fmt: skip
    return BlindLabel.objects.create(item=item, **says | changes)


def concluded(item: AuditItem) -> AuditItem:
    """Found wrong."""
    AuditItem.objects.filter(pk=item.pk).update(state="done", verdict="wrong", done_at=Now())
    return item


def refused(what: Callable[[], object]) -> str:
    """What the database says to it."""
    with pytest.raises(DatabaseError) as told, transaction.atomic():
        what()
    return str(told.value)


def test_draws_answers_skips_and_labels_are_written_once(cast: Cast, item: AuditItem) -> None:
    answer(item, cast.quinn)
    label(concluded(item), cast)
    AuditSkip.objects.create(item=item, user=cast.ella, reason="other", until=Now())
    changes = {AuditDraw: {"score": 0.1}, AuditAnswer: {"agrees": False}, BlindLabel: {"wrong": False},
               AuditSkip: {"reason": "nothing"}}  # fmt: skip
    for model, change in changes.items():
        rows = model._default_manager.all()
        assert "written once" in refused(lambda rows=rows, change=change: rows.update(**change))  # type: ignore[misc]
        assert "written once" in refused(lambda rows=rows: rows._raw_delete(rows.db))  # type: ignore[misc]


def test_an_item_is_never_deleted_never_changed_and_never_goes_back(cast: Cast, item: AuditItem) -> None:
    mine = AuditItem.objects.filter(pk=item.pk)
    mine.update(holder=cast.quinn, lease_until=Now() + timedelta(minutes=5))
    mine.update(state="second", holder=None, lease_until=None)
    for change in ({"state": "open"}, {"double": not item.double}, {"created_at": Now() - timedelta(days=1)}):
        said = refused(lambda change=change: mine.update(**change))  # type: ignore[misc]
        assert "only moves forward" in said, change
    assert "never deleted" in refused(lambda: mine._raw_delete(mine.db))
    mine.update(state="done", verdict="right", done_at=Now())
    assert "only moves forward" in refused(lambda: mine.update(verdict="wrong"))


def test_a_committed_week_is_kept_and_opens_only_with_its_own_seed_when_it_is_over(cast: Cast) -> None:
    now = datetime.now(UTC)
    over, current = commit_period(cast.acme, now - timedelta(days=14)), commit_period(cast.acme, now)
    weeks = AuditPeriod.objects.filter(pk=over.pk)
    assert "never deleted" in refused(lambda: weeks._raw_delete(weeks.db))
    assert "never changes" in refused(lambda: weeks.update(commitment="0" * 64))
    assert "only the committed seed" in refused(lambda: weeks.update(seed="ab" * 32, revealed_at=Now()))
    early, seed = seed_of(current), seed_of(over)
    assert early is not None
    assert seed is not None
    opened = AuditPeriod.objects.filter(pk=current.pk)
    assert "its week is over" in refused(lambda: opened.update(seed=early.hex(), revealed_at=Now()))
    weeks.update(seed=seed.hex(), revealed_at=Now())
    assert "never changes" in refused(lambda: weeks.update(seed="", revealed_at=None))


def test_nobody_audits_a_case_they_had_a_hand_in(cast: Cast, item: AuditItem) -> None:
    assert "a hand in" in refused(lambda: answer(item, cast.sunny))  # she decided it
    answer(item, cast.quinn)


def test_a_rate_below_5_percent_says_why(cast: Cast) -> None:
    kind = cast.case_type("order_status")
    assert "audit_rate" in refused(lambda: AuditPlan.objects.create(case_type=kind, rate=0.04))
    AuditPlan.objects.create(case_type=kind, rate=0.04, because="Agreed with the client for November.")


def test_labels_come_in_their_order_with_their_probability(cast: Cast, item: AuditItem) -> None:
    made = label(concluded(item), cast)
    kind = item.case_type_id
    assert labels_of(kind) == [Label(0.6, True, 1.0)]
    assert labels_of(kind, since=made.at + timedelta(seconds=1)) == []
    assert labels_of(kind, model_version="m-2") == []
    assert labels_of(kind, since=made.at, model_version="scripted-1") == [Label(0.6, True, 1.0)]


def test_a_label_says_what_its_audit_concluded_and_nothing_else(cast: Cast, item: AuditItem) -> None:
    """R087: what certifies autonomy follows from an audit."""
    assert "what its audit concluded" in refused(lambda: label(item, cast))  # nobody has read it
    concluded(item)
    lies: tuple[dict[str, Any], ...] = (
        {"wrong": False}, {"score": 0.99}, {"probability": 0.5}, {"settled": True}, {"model_version": "m-2"},
    )  # fmt: skip
    for lie in lies:
        assert "what its audit concluded" in refused(lambda lie=lie: label(item, cast, **lie))  # type: ignore[misc]
    label(item, cast)
