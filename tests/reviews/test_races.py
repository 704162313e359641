"""Many reviewers at once, each on a connection of their own, against rows that are really committed."""

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.conf import LazySettings
from django.db import connection, connections, transaction
from django.db.models import Count
from django.db.models.functions import Now

from accounts.ledger.verify import Line, faults
from accounts.models import Event, Head, User
from accounts.services.roles import give_grant
from escalations.errors import Conflict, Stale
from escalations.models import Case, Decision
from reviews.services.claim import claim_case, claim_next, take_over
from reviews.services.lease import reserve_next
from reviews.services.sweep import expire_leases
from tests.cast import Cast
from tests.reviews.deciding import decide, held
from tests.reviews.makers import waiting

pytestmark = pytest.mark.django_db(transaction=True)
PEOPLE = 32


@pytest.fixture
def crowd(transactional_db: None) -> list[User]:
    """Thirty-two experts who may take everything."""
    people = []
    for number in range(PEOPLE):
        person = User.objects.create_user(f"crowd{number}@example.test", name=f"Crowd {number}")
        give_grant(to=person, role="sme", actor=None)
        people.append(person)
    return people


def at_once(tasks: list[Callable[[], Any]]) -> list[Any]:
    """The result or the exception of each task, all begun at the same moment on connections of their own."""
    found: list[Any] = [None] * len(tasks)
    gate = threading.Barrier(len(tasks))

    def run(place: int) -> None:
        connection.ensure_connection()
        gate.wait(timeout=120)
        try:
            found[place] = tasks[place]()
        except Exception as error:
            found[place] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(place,)) for place in range(len(tasks))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=240)
    return found


def new_cases(count: int, **more: Any) -> list[Case]:
    cast = Cast()
    kind, agent = cast.case_type("billing_dispute"), cast.acme_bot
    return [waiting(kind, agent, severity=1 + n % 4, **more) for n in range(count)]


def chains_hold() -> bool:
    """Every chain of the ledger, from first to last event."""
    rows = Event.objects.order_by("stream", "seq")
    lines: Iterator[Line] = (
        Line(e.stream, e.seq, e.version, e.at, bytes(e.body), bytes(e.prev), bytes(e.hash)) for e in rows
    )
    heads = {head.stream: (head.seq, bytes(head.hash)) for head in Head.objects.all()}
    return not list(faults(lines, heads))


def test_of_thirty_two_who_claim_next_exactly_one_gets_the_only_case(crowd: list[User]) -> None:
    """P3."""
    (case,) = new_cases(1)
    got = at_once([partial(claim_next, actor=person) for person in crowd])
    winners = [one for one in got if one is not None]
    assert [one.pk for one in winners] == [case.pk]
    case.refresh_from_db()
    assert (case.claim_token, case.version) == (1, winners[0].version)


def test_of_thirty_two_who_claim_this_case_all_but_one_are_told_who_has_it(crowd: list[User]) -> None:
    """P3."""
    (case,) = new_cases(1)
    got = at_once([partial(claim_case, case=case, actor=person) for person in crowd])
    refused = [one for one in got if isinstance(one, Stale)]
    assert len(refused) == PEOPLE - 1
    case.refresh_from_db()
    assert case.holder is not None
    assert {one.extra["who"] for one in refused} == {case.holder.short_name}


def test_thirty_two_reviewers_drain_two_hundred_cases_none_twice_none_lost(crowd: list[User]) -> None:
    """P3, P5, R081: exactly one decision a case, every chain verifies, nobody is told "empty" too early."""
    cases = new_cases(200)

    def work(person: User) -> list[str]:
        done = []
        while (case := claim_next(actor=person)) is not None:
            decide(case, person)
            done.append(case.ref)
        return done

    got = at_once([partial(work, person) for person in crowd])
    assert not [one for one in got if isinstance(one, Exception)], got
    refs = [ref for done in got for ref in done]
    assert Counter(refs) == Counter(case.ref for case in cases)
    assert Case.objects.filter(state="resolved").count() == 200
    assert not Case.objects.annotate(n=Count("decisions")).exclude(n=1).exists()
    assert Decision.objects.count() == Event.objects.filter(kind="case.decided").count() == 200
    assert chains_hold()


def test_deciding_and_going_on_drains_the_queue_as_well(crowd: list[User]) -> None:
    """The screen's way: each decision claims the next case in its own transaction."""
    new_cases(60)

    def work(person: User) -> int:
        case = claim_next(actor=person)
        done = 0
        while case is not None:
            following = decide(case, person, stay=False).next
            done += 1
            case = Case.objects.get(pk=following.id) if following else claim_next(actor=person)
        return done

    got = at_once([partial(work, person) for person in crowd[:12]])
    assert sum(got) == 60
    assert Decision.objects.count() == 60
    assert not Case.objects.exclude(state="resolved").exists()


def test_a_case_that_somebody_is_touching_is_waited_for_and_not_reported_as_absent(crowd: list[User]) -> None:
    """Liveness: nobody is told "nothing waits" while a case does."""
    (case,) = new_cases(1)
    touched = threading.Event()

    def touch() -> None:
        with transaction.atomic():
            Case.objects.select_for_update().get(pk=case.pk)
            touched.set()
            time.sleep(0.4)

    def claim() -> Case | None:
        touched.wait(timeout=60)
        return claim_next(actor=crowd[0])

    assert at_once([touch, claim])[1] == case


def test_a_locked_case_is_passed_by_when_another_waits(crowd: list[User]) -> None:
    first, second = new_cases(2)
    touched, claimed = threading.Event(), threading.Event()

    def touch() -> None:
        with transaction.atomic():
            Case.objects.select_for_update().get(pk=first.pk)
            touched.set()
            claimed.wait(timeout=60)

    def claim() -> Case | None:
        touched.wait(timeout=60)
        got = claim_next(actor=crowd[0])
        claimed.set()
        return got

    assert at_once([touch, claim])[1] == second


def test_two_tabs_of_one_person_never_hold_more_than_the_limit(
    crowd: list[User], settings: LazySettings
) -> None:
    settings.HANDRAIL_MAX_CLAIMS = 3
    new_cases(20)
    got = at_once([lambda: claim_next(actor=crowd[0]) for _ in range(12)])
    assert len([one for one in got if isinstance(one, Case)]) == 3
    assert len([one for one in got if isinstance(one, Conflict)]) == 9
    assert Case.objects.filter(holder=crowd[0]).count() == 3


def test_of_two_decisions_on_one_lease_one_stands(crowd: list[User]) -> None:
    """P4: the fence, met by two requests at the same moment."""
    (case,) = new_cases(1)
    case = held(case, crowd[0])
    got = at_once([lambda: decide(case, crowd[0]) for _ in range(8)])
    assert len([one for one in got if isinstance(one, Stale)]) == 7
    assert Decision.objects.count() == 1


def test_the_same_request_sent_eight_times_at_once_is_one_decision_and_eight_equal_answers(
    crowd: list[User],
) -> None:
    case, _ = new_cases(2)
    case = held(case, crowd[0])
    got = at_once([lambda: decide(case, crowd[0], key="once", stay=False) for _ in range(8)])
    assert len({(one.id, one.next, one.undo_seconds) for one in got}) == 1
    assert Decision.objects.count() == 1
    assert Case.objects.filter(holder=crowd[0]).count() == 1


def test_a_decision_that_meets_a_take_over_or_the_sweeper_never_both_stands_and_is_lost(
    crowd: list[User],
) -> None:
    """P4: whoever comes second finds the row moved on."""
    cast = Cast()
    for case in new_cases(6):
        mine = held(case, crowd[0])
        if mine.tier % 2:
            Case.objects.filter(pk=case.pk).update(lease_until=Now() + timedelta(milliseconds=30))
        at_once([
            partial(decide, mine, crowd[0]),
            partial(take_over, case=mine, actor=cast.sunny),
            expire_leases,
        ])  # fmt: skip
        now = Case.objects.get(pk=case.pk)
        decided = Decision.objects.filter(case=case).exists()
        assert decided == (now.state == "resolved"), now.state
        Case.objects.filter(pk=case.pk, state="claimed").update(lease_until=Now())
        expire_leases()
    assert chains_hold()


def test_no_case_is_reserved_for_two(crowd: list[User]) -> None:
    new_cases(8)
    got = at_once([partial(reserve_next, actor=person) for person in crowd[:16]])
    kept = [one.pk for one in got if one is not None]
    assert len(kept) == len(set(kept)) == 8


def test_eight_sweepers_return_each_lease_once(crowd: list[User], settings: LazySettings) -> None:
    """P15: more sweepers are as good as one."""
    settings.HANDRAIL_MAX_CLAIMS = 100
    for case in new_cases(16):
        claim_case(case=case, actor=crowd[0])
    Case.objects.update(lease_until=Now() - timedelta(seconds=1))
    got = at_once([expire_leases for _ in range(8)])
    assert sum(got) == 16
    assert Event.objects.filter(kind="case.lease_expired").count() == 16
