"""Two who wait for each other: whoever the database breaks off begins anew, and the reviewer is not told (P3, P5)."""

import threading

import pytest
from django.db import OperationalError, connection, transaction

from accounts.models import Event, User
from escalations.models import Case, Decision
from reviews.services.again import TIMES, again_when_deadlocked
from tests.cast import Cast
from tests.live.server import until
from tests.reviews.deciding import decide, held
from tests.reviews.makers import waiting
from tests.reviews.test_races import at_once

BLOCKED = """
SELECT pg_stat_clear_snapshot(),
  (SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock')
"""


def somebody_is_blocked() -> bool:
    """Does another session of this database wait for a lock at this moment?"""
    with connection.cursor() as cursor:
        cursor.execute(BLOCKED)
        return bool(cursor.fetchone()[1])


def lock(case: Case) -> None:
    Case.objects.select_for_update().get(pk=case.pk)


@pytest.fixture
def finn(transactional_db: None) -> User:
    return Cast().finn


def test_a_decision_broken_off_by_a_deadlock_is_made_all_the_same(finn: User) -> None:
    """As when somebody in search of a case keeps the lock of one being decided, and waits for the one behind it."""
    cast = Cast()
    mine, following = (waiting(cast.case_type("billing_dispute"), cast.acme_bot) for _ in range(2))
    mine = held(mine, finn)
    has_mine = threading.Event()

    def other() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL deadlock_timeout = '10s'")  # so that the decision is what is broken off
            lock(mine)
            has_mine.set()
            until(somebody_is_blocked, seconds=60)  # it has claimed the case behind, and waits for its own
            lock(following)

    def deciding() -> bool:
        has_mine.wait(timeout=60)
        decided = decide(mine, finn, stay=False)
        return decided.next is not None and decided.next.ref == following.ref

    assert at_once([other, deciding]) == [None, True]
    assert Decision.objects.count() == Event.objects.filter(kind="case.decided").count() == 1
    following.refresh_from_db()
    assert (following.holder, following.claim_token) == (finn, 1)


def test_what_never_gets_through_is_told_after_a_few_attempts(finn: User) -> None:
    """And what is broken for another reason is not tried again."""
    tried: list[str] = []

    @again_when_deadlocked
    def work(code: str) -> None:
        tried.append(code)
        with connection.cursor() as cursor:
            cursor.execute(f"DO $$ BEGIN RAISE EXCEPTION 'no' USING ERRCODE = '{code}'; END $$")

    with pytest.raises(OperationalError):
        work("40P01")
    assert len(tried) == TIMES
    with pytest.raises(OperationalError):
        work("57014")
    assert tried == ["40P01"] * TIMES + ["57014"]
