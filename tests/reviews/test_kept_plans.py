"""Statements whose text and plan are kept: what a person gives to them is never kept with them."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.models.functions import Now
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from accounts.models.sql import Which, assignments, from_now
from escalations.choices import CaseState
from escalations.models import Case, Job
from escalations.transitions import inserting, touch
from reviews.selectors.case_page import case_page
from reviews.services.claim import claim_next
from reviews.services.lease import release_case
from tests.cast import Cast
from tests.reviews.conftest import MakeCase

KEPT = "SELECT statement, generic_plans, custom_plans FROM pg_prepared_statements WHERE statement LIKE %s"
TIMES = 8
"""A server plans a prepared statement anew five times before it may keep one plan."""


def kept(like: str) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(KEPT, [like])
        return list(cursor.fetchall())


def give_back(case: Case) -> None:
    assert case.holder
    release_case(case=case, actor=case.holder)


def assigned(**changes: Any) -> tuple[str, list[Any]]:
    return assignments(Case, changes)


def test_two_durations_are_two_statements_parameters_and_one_text() -> None:
    short, long = assigned(lease_until=from_now(60)), assigned(lease_until=from_now(600))
    assert (short[0], short[1], long[1]) == (long[0], [timedelta(seconds=60)], [timedelta(seconds=600)])
    assert assigned(lease_until=Now() + timedelta(seconds=60)) == short


def test_a_value_is_a_parameter_and_never_part_of_the_text(cast: Cast) -> None:
    one, other = assigned(holder=cast.fay, category="x"), assigned(holder=cast.finn, category="y'")
    assert one[0] == other[0] == '"holder_id" = %s, "category" = %s'
    assert (one[1], other[1]) == ([cast.fay.pk, "x"], [cast.finn.pk, "y'"])


def test_a_row_is_inserted_with_every_kind_of_value_as_its_field_stores_it(new_case: MakeCase) -> None:
    case = new_case()
    row = Job(kind="close", key="k", case=case, payload={"n": [1, None, "%s"]}, next_at=from_now(60))
    write = inserting(row)
    with connection.cursor() as cursor:
        cursor.execute(f"WITH moved AS (SELECT 1), w AS ({write.sql}) SELECT 1", write.params)
    made = Job.objects.get(case=case, kind="close")
    assert (made.key, made.payload, made.state) == ("k", {"n": [1, None, "%s"]}, row.state)
    assert timedelta(seconds=50) < made.next_at - timezone.now() < timedelta(seconds=70)


def test_a_condition_names_the_same_cases_as_the_queryset_does(cast: Cast, new_case: MakeCase) -> None:
    here, there = new_case(), new_case()
    moved = touch(Which("id = %s", (here.pk,)).also("version = %s", (here.version,)), reserved_by=cast.fay)
    assert [one.id for one in moved] == [here.pk]
    assert not touch(Which("id = %s", (there.pk,)).also("version = %s", (99,)), reserved_by=cast.fay)
    assert list(Case.objects.filter(reserved_by=cast.fay)) == [here]


def test_everybody_is_given_their_own_by_one_kept_statement(cast: Cast, new_case: MakeCase) -> None:
    """The person, the time of their grants and their lanes are parameters: nobody gets another's answer."""
    both = {new_case().pk, new_case().pk}
    for _ in range(TIMES):
        first, second = claim_next(actor=cast.fay), claim_next(actor=cast.finn)
        assert first
        assert second
        assert ([first.holder, second.holder], {first.pk, second.pk}) == ([cast.fay, cast.finn], both)
        for person, case in ((cast.fay, first), (cast.finn, second)):
            assert case_page(person, case.ref).case.holder == person
            give_back(case)
    claims = kept('WITH moved AS (UPDATE "escalations_case"%escalations_case.ctid%')
    assert len(claims) <= 2  # with and without lanes of their own
    assert sum(generic + custom for _, generic, custom in claims) == 2 * TIMES


@pytest.mark.parametrize("keep", [True, False])
def test_keeping_plans_can_be_turned_off(keep: bool, cast: Cast, new_case: MakeCase) -> None:
    """For poolers that give a connection to somebody else after each transaction."""
    case = new_case()
    before = connection.settings_dict.get("KEEP_PLANS", True)
    connection.settings_dict["KEEP_PLANS"] = keep
    try:
        with CaptureQueriesContext(connection) as asked:
            assert case_page(cast.fay, case.ref).case.state == CaseState.QUEUED
    finally:
        connection.settings_dict["KEEP_PLANS"] = before
    assert any("json_build_object" in one["sql"] for one in asked.captured_queries)
    assert bool(kept("SELECT c.%json_build_object%c.ref = $4%")) <= keep


def test_a_kept_plan_still_walks_the_index_of_waiting_cases(cast: Cast, new_case: MakeCase) -> None:
    """The state is a literal in the text, so a plan made for any parameters can use an index over some states."""
    person = User.objects.get(pk=cast.ella.pk)
    with CaptureQueriesContext(connection) as asked:
        assert claim_next(actor=person) is None
    claim = next(one["sql"] for one in asked.captured_queries if "ctid" in one["sql"])
    assert "'queued'" in claim
    assert "LIMIT 4" in claim
