"""The tables of waiting and held cases: written by the cases' own moves, whoever makes them, and by nothing else.

That they agree with the cases is asked after every test there is (`tests/conftest.py`).
"""

import pytest
from django.db import DatabaseError, connection, transaction

from accounts.choices import EventKind
from escalations.models import Case, Hold, Waiting
from escalations.transitions import move_all
from tests.accounts.ledger import run
from tests.cast import Cast
from tests.database import walls_down
from tests.places import misplaced
from tests.reviews.deciding import decide, held
from tests.reviews.makers import waiting

MOVING = (
    "state", "version", "queue_id", "tier", "severity", "rank_at", "holder_id", "claim_token", "claimed_at",
    "lease_until", "reserved_by_id", "reserved_until", "resolved_at",
)  # fmt: skip
"""What a claim, a reservation, a decision and an escalation change."""

INDEXED = """
SELECT a.attname FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid
WHERE i.indrelid = 'escalations_case'::regclass AND (a.attnum = ANY (i.indkey) OR EXISTS (
  SELECT 1 FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = i.indexrelid
    AND d.refclassid = 'pg_class'::regclass AND d.refobjid = i.indrelid AND d.refobjsubid = a.attnum))
"""
"""Every column that an index of cases has a key, an expression, a condition or a companion of."""


@pytest.fixture
def case(cast: Cast) -> Case:
    return waiting(cast.case_type("billing_dispute"), cast.acme_bot)


def test_no_index_of_cases_speaks_of_what_a_move_changes(db: None) -> None:
    """So a move is a rewrite in place: its new row stays on the page, and no index is written (A2)."""
    with connection.cursor() as cursor:
        cursor.execute(INDEXED)
        found = {name for (name,) in cursor.fetchall()}
    assert {"id", "ref", "wake_at", "closed_at"} <= found, "the question finds keys and conditions"
    assert not found & set(MOVING)


def test_a_case_waits_then_is_held_then_is_neither(cast: Cast, case: Case) -> None:
    assert (Waiting.objects.get().case_id, Hold.objects.count()) == (case.pk, 0)
    case = held(case, cast.fay)
    assert (Waiting.objects.count(), Hold.objects.get().holder) == (0, cast.fay)
    decide(case, cast.fay)
    assert (Waiting.objects.count(), Hold.objects.count()) == (0, 0)


def test_whatever_changes_while_it_waits_is_told_at_once(case: Case) -> None:
    """Also by a statement that knows of no such table: a new order, a reservation, a mark."""
    Case.objects.filter(pk=case.pk).update(subject="Third visit", rank_at=case.created_at, senior_only=True)
    told = Waiting.objects.get()
    assert (told.subject, told.rank_at, told.senior_only) == ("Third visit", case.created_at, True)
    assert told.need == Case.objects.get(pk=case.pk).need, "what follows from it by another trigger as well"


def test_many_move_at_once(cast: Cast, case: Case) -> None:
    for _ in range(3):
        waiting(cast.case_type("billing_dispute"), cast.acme_bot)
    moved = move_all(Case.objects.all(), EventKind.CASE_UNROUTABLE, actor=None, data={}, oversee=True)
    assert len(moved) == 4
    assert dict(Waiting.objects.values_list("case_id", "version")) == {one.id: one.version for one in moved}


def test_nobody_else_writes_them(cast: Cast, case: Case) -> None:
    statements = (
        "DELETE FROM escalations_waiting",
        "UPDATE escalations_waiting SET rank_at = now()",
        "INSERT INTO escalations_hold (case_id, holder_id) SELECT case_id, 1 FROM escalations_waiting",
    )
    for statement in statements:
        with pytest.raises(DatabaseError, match="written by nobody else"), transaction.atomic():
            run(statement)


def test_a_row_that_is_lost_or_different_is_named(case: Case) -> None:
    with transaction.atomic():
        with walls_down("escalations_waiting"):
            run("UPDATE escalations_waiting SET tier = 3")
            assert misplaced() == [case.pk]
            run("DELETE FROM escalations_waiting")
            assert misplaced() == [case.pk]
        transaction.set_rollback(True)
    assert misplaced() == []
