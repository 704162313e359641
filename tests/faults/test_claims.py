"""Nobody holds or decides what another holds or decided (safety P3, P4, G3, G4; R014)."""

import threading
from concurrent.futures import ThreadPoolExecutor

from tests.faults.conftest import LONG, REVIEWERS, Hurt
from tests.faults.desk import Reviewer
from tests.faults.stack import wait_for

CASES = 2000 if LONG else 200
LAPSE = """
UPDATE escalations_case SET lease_until = now() - interval '1 second' WHERE state = 'claimed' RETURNING ref
"""
WAITING = "state IN ('queued', 'claimed') AND reserved_until IS NULL"
QUEUES = ("frontline", "billing", "operations", "collections", "supervisors", "sme", "compliance")


def test_sixteen_reviewers_drain_the_queue_and_no_case_is_decided_twice_or_lost(hurt: Hurt) -> None:
    """G1 to G3: everybody presses "commit and next" until nothing waits; each case has one decision."""
    waiting = fill(hurt, CASES)

    def drain(number: int) -> list[str]:
        reviewer, refs = hurt.reviewer(number), []
        reviewer.take_next()
        while reviewer.case is not None:
            refs.append(reviewer.case.ref)
            answer = reviewer.decide()
            assert answer.status == 200, f"{answer.status} {answer.text[:500]}"
        return refs

    with ThreadPoolExecutor(REVIEWERS) as pool:
        decided = [ref for refs in pool.map(drain, range(REVIEWERS)) for ref in refs]
    assert len(decided) == len(set(decided)) == waiting
    assert hurt.books.decided_twice() == []
    assert hurt.books.one(f"SELECT count(*) FROM escalations_case WHERE {WAITING}") == 0  # noqa: S608
    decisions = "SELECT count(*) FROM accounts_event WHERE kind = 'case.decided'"
    assert hurt.books.one(decisions) == hurt.books.one("SELECT count(*) FROM escalations_decision")
    hurt.verify()


def test_of_sixteen_people_who_send_the_same_decision_at_once_one_is_heard(hurt: Hurt) -> None:
    """G4: a token is worth one decision, however many tabs, retries and colleagues send it."""
    fill(hurt, 4)
    holder = hurt.reviewer(0)
    case = holder.take_next()
    assert case is not None
    together = threading.Barrier(REVIEWERS)

    def send(number: int) -> int:
        reviewer = hurt.reviewer(number // 2)  # the holder's other tab, and colleagues with theirs
        together.wait(timeout=120)
        return reviewer.send(case).status

    with ThreadPoolExecutor(REVIEWERS) as pool:
        statuses = sorted(pool.map(send, range(REVIEWERS)))
    assert statuses.count(200) == 1, statuses
    assert set(statuses) <= {200, 403, 409}, statuses
    assert hurt.books.decided_twice() == []


def test_two_beats_and_two_workers_return_a_lapsed_lease_once(hurt: Hurt) -> None:
    """Safety P15, R014: the case of a holder who went away is back once, and the old token is worthless."""
    fill(hurt, 6)
    holders = [hurt.reviewer(number) for number in range(4)]
    for holder in holders:
        assert holder.take_next() is not None
    hurt.books.rows(LAPSE)
    hurt.workers("sweeper-one", "sweeper-two")
    for name in ("beat-one", "beat-two"):
        hurt.beat(name)
    claimed = "SELECT count(*) FROM escalations_case WHERE state = 'claimed'"
    wait_for(lambda: hurt.books.one(claimed) == 0, seconds=120, what="the lapsed leases are returned")
    assert returns_of(hurt, holders) == {1}
    for holder in holders:
        assert holder.decide().status == 409
    assert hurt.books.decided_twice() == []


def returns_of(hurt: Hurt, holders: list[Reviewer]) -> set[int]:
    """How often the clock took each of these people's cases back."""
    counted = hurt.books.rows(
        "SELECT count(e.id) FROM escalations_case c LEFT JOIN accounts_event e "
        "ON e.stream = c.id AND e.kind = 'case.lease_expired' WHERE c.ref = ANY(%s) GROUP BY c.id",
        [holder.case.ref for holder in holders if holder.case],
    )
    return {row[0] for row in counted}


def fill(hurt: Hurt, cases: int) -> int:
    """Bring the queues to at least `cases` waiting cases, copies of real ones; how many wait."""
    if not hurt.books.cases("source"):
        hurt.post_all("source", 24)
        [worker] = hurt.workers("source-triage")
        hurt.settled("source", seconds=180)
        worker.kill()
    hurt.stack.python("-m", "tests.bench.world", str(cases), "0", *QUEUES)
    return int(hurt.books.one(f"SELECT count(*) FROM escalations_case WHERE {WAITING}"))  # noqa: S608
