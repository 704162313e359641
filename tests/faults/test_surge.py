"""A surge: five times the ordinary traffic, thirty people at the desk (R060).

Nothing is lost, nothing is triaged twice, what is critical goes first, and what is due fires in time.
HANDRAIL_FAULTS=long surges for ten minutes (add `-o faulthandler_timeout=1800`); otherwise it is a quarter of one.
"""

import itertools
import json
import random
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from tests.faults.agent import Agents, Post, posts
from tests.faults.conftest import LONG, Hurt
from tests.faults.desk import Reviewer
from tests.faults.stack import wait_for
from tests.faults.wire import TROUBLE, Wire
from tests.faults.words import URGENT

RUN = "surge"
PEOPLE = 30
ORDINARY = 1.5  # cases a second
SURGE = 5 * ORDINARY
CALM_SECONDS, SURGE_SECONDS = (30, 600) if LONG else (4, 14)
CRITICAL = 0.1  # share of cases of severity 1

PATIENCE, MET = (1, 10) if LONG else (4, 30)
"""Seconds between a look at the queue and the claim that follows it, and until somebody has a critical case. Short, on
a machine that is busy with other tests, a claim may have looked some seconds ago."""
SEVERITY_ONE = """
SELECT c.ref, c.id,
  (SELECT min(e.at) FROM accounts_event e WHERE e.stream = c.id AND e.kind = 'case.routed') AS waits,
  (SELECT min(e.at) FROM accounts_event e WHERE e.stream = c.id AND e.kind IN ('case.offered', 'case.claimed')) AS met
FROM escalations_case c WHERE c.external_id LIKE 'surge-%%' AND c.severity = 1
"""

PASSED_OVER = """
SELECT e.at, c.ref, grave.ref FROM accounts_event e JOIN escalations_case c ON c.id = e.stream
JOIN ({grave}) AS grave
  ON grave.waits < e.at - interval '{patience} seconds' AND (grave.met IS NULL OR grave.met > e.at)
WHERE e.kind = 'case.claimed' AND c.severity > 1
"""
"""Claims of a less grave case while a critical one had been waiting, offered to nobody, for over PATIENCE."""

LATENESS = """
SELECT coalesce(max(extract(epoch FROM finished_at - next_at)), 0) FROM escalations_job
WHERE state = 'done' AND kind <> 'triage' AND case_id IS NOT NULL AND finished_at >= next_at
"""
OVERDUE = """
SELECT kind, state, attempts, last_error FROM escalations_job
WHERE state IN ('ready', 'running') AND case_id IS NOT NULL AND next_at < now() - interval '60 seconds'
"""
PUT_OFF = """
SELECT NOT EXISTS (SELECT 1 FROM escalations_job
                   WHERE state IN ('ready', 'running') AND case_id IS NULL AND next_at < now() - interval '5 seconds')
"""
"""What is about no case, such as the review of last week, stands behind triage in a surge, and is done after it."""


def test_in_a_surge_nothing_is_lost_or_done_twice_and_what_is_critical_goes_first(hurt: Hurt) -> None:
    """R060, R054."""
    seeded = hurt.stack.python("-m", "tests.faults.seed", str(PEOPLE), str(hurt.stack.base))
    sessions = json.loads(seeded)["sessions"]
    hurt.workers("surge-one", "surge-two")
    hurt.beat("surge-beat")
    over = threading.Event()
    with ThreadPoolExecutor(PEOPLE) as pool:
        people = [pool.submit(work, hurt, session, over, seed) for seed, session in enumerate(sessions)]
        try:
            made = traffic(hurt)
            hurt.settled(RUN, seconds=180)
            wait_for(
                lambda: waiting(hurt, "severity = 1") == 0, seconds=180, what="every critical case is taken"
            )
        finally:
            over.set()
        decided = [ref for person in people for ref in person.result()]
    assert hurt.books.cases(RUN) == made, "every acknowledged case is there"
    assert hurt.books.wrong_effects(RUN) == [], "each was routed or settled exactly once"
    assert len(decided) == len(set(decided)), "nobody decided what another had decided"
    assert hurt.books.decided_twice() == []
    assert_critical_first(hurt)
    assert hurt.books.rows(OVERDUE) == [], "nothing about a case is due for over a minute"
    hurt.books.wait(PUT_OFF, seconds=60, what="what stood behind the surge is done")
    late = float(hurt.books.one(LATENESS))
    assert late < 60, f"a timer fired {late:.0f} s late"
    if LONG:
        hurt.verify()
    print(f"surge: {made} cases, {len(decided)} decided, latest timer {late:.1f} s late")


def assert_critical_first(hurt: Hurt) -> None:
    """Each critical case was offered or taken within seconds, and none was passed over for a lesser one."""
    rows = hurt.books.rows(SEVERITY_ONE)
    assert rows, "there were critical cases"
    waits = sorted((met - waits).total_seconds() for _, _, waits, met in rows)
    assert waits[int(len(waits) * 0.95)] < MET, f"critical cases met nobody for {waits[-5:]} s"
    assert hurt.books.rows(PASSED_OVER.format(grave=SEVERITY_ONE, patience=PATIENCE)) == []
    print(
        f"critical: {len(rows)}, half met somebody in {waits[len(waits) // 2]:.2f} s, all in {waits[-1]:.2f} s"
    )


def traffic(hurt: Hurt) -> int:
    """Post ordinary traffic, then five times as much; how many cases were acknowledged."""
    made = 0
    stream = iter(urgent(posts(RUN, int(ORDINARY * CALM_SECONDS + SURGE * SURGE_SECONDS) + 1)))
    for rate, seconds in ((ORDINARY, CALM_SECONDS), (SURGE, SURGE_SECONDS)):
        with ThreadPoolExecutor(4) as pool:
            made += sum(pool.map(send, itertools.repeat(hurt), paced(stream, rate, seconds)))
    return made


def urgent(cases: list[Post]) -> list[Post]:
    """Some of them say that somebody is in distress."""
    dice = random.Random(60)
    for post in cases:
        if dice.random() < CRITICAL:
            post.body["subject"] = f"{URGENT}: {post.body.get('subject', '')}"[:200]
    return cases


def paced(stream: Iterator[Post], rate: float, seconds: float) -> Iterator[Post]:
    """So many a second, for so long; late ones follow at once."""
    begun = time.monotonic()
    for number in range(int(rate * seconds)):
        time.sleep(max(0.0, begun + number / rate - time.monotonic()))
        yield next(stream)


def send(hurt: Hurt, post: Post) -> int:
    with agent(hurt) as agents:
        answer = agents.post(post)
    assert answer.status == 202, f"{answer.status} {answer.text[:300]}"
    return 1


_of_thread = threading.local()


@contextmanager
def agent(hurt: Hurt) -> Iterator[Agents]:
    """One connection a thread."""
    if not hasattr(_of_thread, "agents"):
        _of_thread.agents = hurt.agents()
    yield _of_thread.agents


def work(hurt: Hurt, session: str, over: threading.Event, seed: int) -> list[str]:
    """One person: take the next, think, decide, again; what they decided."""
    dice, reviewer, done = random.Random(seed), Reviewer(Wire(hurt.stack.port, session=session)), []
    over.wait(dice.uniform(0, 3))
    while not over.is_set():
        try:
            if reviewer.case is None and reviewer.take_next() is None:
                over.wait(1.0)
                continue
            over.wait(dice.uniform(1, 3) if LONG else dice.uniform(0.5, 1.5))
            held = reviewer.case
            answer = reviewer.decide()
            if answer.status == 200 and held is not None:
                done.append(held.ref)
            else:
                assert answer.status == 409, f"{answer.status} {answer.text[:300]}"
                reviewer.case = None
        except TROUBLE:
            reviewer.case = None
    return done


def waiting(hurt: Hurt, condition: str) -> int:
    return hurt.books.cases(RUN, f"state = 'queued' AND {condition}")
