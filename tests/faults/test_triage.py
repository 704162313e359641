"""An acknowledged case is triaged once or reaches a person, whatever dies or hangs meanwhile."""

import threading
import time
from dataclasses import replace

import pytest
import redis
from celery import Celery

from tests.faults.agent import posts
from tests.faults.conftest import DEADLINE, ENVIRON, LONG, WORKER, Hurt
from tests.faults.words import MISBEHAVIOURS, POISON

OUTAGE = 20.0 if LONG else 5.0
PAUSE = 20.0 if LONG else 3.0
LATE = 5 if LONG else 20
"""Seconds that a busy machine may add to the deadline; the provider that hangs does so for longer."""
RUNNING = "SELECT count(*) > 1 FROM escalations_job WHERE state = 'running' AND kind = 'triage'"
ROUTED_AFTER = """
SELECT c.subject, extract(epoch FROM e.at - c.created_at)::float, 'TOOL_FAILURE' = ANY (c.reason_codes)
FROM escalations_case c JOIN accounts_event e ON e.stream = c.id AND e.kind = 'case.routed'
WHERE c.external_id LIKE %s
"""
ATTEMPTS = """
SELECT j.attempts, j.state, c.state, c.reason_codes, (SELECT count(*) FROM accounts_event e
  WHERE e.stream = c.id AND e.kind = 'job.dead')
FROM escalations_job j JOIN escalations_case c ON c.id = j.case_id WHERE j.kind = 'triage' AND c.subject = %s
"""


def test_workers_killed_in_the_middle_leave_no_case_undone_and_none_done_twice(hurt: Hurt) -> None:
    """G1, G2, G7: kill -9 of workers with cases in hand; their leases run out and others take over."""
    cases, kills = (500, 5) if LONG else (60, 2)
    victims = hurt.workers(*(f"victim-{number}" for number in range(kills)), slots=3)
    hurt.beat()
    posting = threading.Thread(target=hurt.post_all, args=("killed", cases))
    posting.start()
    for victim in victims:
        hurt.books.wait(RUNNING, seconds=120, what="triages are in hand")
        victim.kill()
        hurt.keep(hurt.stack.worker(f"after-{victim.name}", application=WORKER))
    posting.join()
    hurt.settled("killed", seconds=240)
    assert hurt.books.cases("killed") == cases
    assert hurt.books.wrong_effects("killed") == []
    assert hurt.books.broken_chains() == []


def test_a_broker_that_hangs_dies_or_forgets_costs_no_case(hurt: Hurt) -> None:
    """Safety P7, P15: Redis hung, killed, wiped, and hundreds of doubled wake-ups, while agents post on."""
    hurt.workers("worker-one", "worker-two")
    for name in ("beat-one", "beat-two"):
        hurt.beat(name)
    finished = threading.Event()
    waits: list[float] = []
    refused: list[str] = []
    poster = threading.Thread(target=keep_posting, args=(hurt, finished, waits, refused))
    poster.start()
    try:
        hang(hurt)
        die(hurt)
        broker = redis.Redis.from_url(hurt.stack.valkey.url, socket_timeout=5)
        for _ in range(3):
            broker.flushall()
            time.sleep(0.5)
        wake_madly(hurt.stack.valkey.url, 300)
    finally:
        finished.set()
        poster.join()
    assert refused == []
    assert max(waits) < 15, f"a post waited {max(waits):.1f} s for a broker that did not answer"
    hurt.settled("broker", seconds=180)
    assert hurt.books.cases("broker") == len(waits)
    assert hurt.books.wrong_effects("broker") == []
    assert hurt.books.broken_chains() == []


def test_a_case_that_kills_its_worker_gets_five_attempts_and_then_a_person(hurt: Hurt) -> None:
    """G9, safety P9: the poison case ends before a person with TOOL_FAILURE, and no other case is harmed."""
    hurt.workers("mortal", application="tests.faults.scripted")
    hurt.beat()
    [poison] = posts("poison", 1)
    assert hurt.agents().post(replace(poison, body=poison.body | {"subject": POISON})).status == 202
    hurt.without_deadline("poison")  # it would send the case to a person earlier
    hurt.post_all("beside", 100 if LONG else 20)
    hurt.settled("beside", seconds=180)
    hurt.settled("poison", seconds=180)
    [(attempts, job, state, reasons, given_up)] = hurt.books.rows(ATTEMPTS, POISON)
    assert (attempts - 1, job, state, given_up) == (5, "dead", "queued", 1)
    assert "TOOL_FAILURE" in reasons
    assert hurt.books.wrong_effects("beside") == []
    assert hurt.books.broken_chains() == []


def test_however_an_engine_fails_a_person_has_the_case_by_the_deadline(hurt: Hurt) -> None:
    """G10, R011: a provider that hangs, fails, refuses, babbles, overstates or breaks off: TOOL_FAILURE."""
    hurt.workers("patient", slots=len(MISBEHAVIOURS) + 1, pool="threads", application="config")
    hurt.beat()
    asked, agents = (*MISBEHAVIOURS, "think"), hurt.agents()
    for post, how in zip(posts("engine", len(asked)), asked, strict=True):
        assert agents.post(replace(post, body=post.body | {"subject": f"please {how}"})).status == 202
    hurt.settled("engine", seconds=DEADLINE + 60)
    assert hurt.provider.did == {*MISBEHAVIOURS, "well"}
    found = {
        subject.removeprefix("please "): (after, failed)
        for subject, after, failed in hurt.books.rows(ROUTED_AFTER, "engine-%")
    }
    assert {how for how, (_, failed) in found.items() if failed} == set(MISBEHAVIOURS), found
    assert all(after < DEADLINE + LATE for after, _ in found.values()), found


@pytest.mark.skipif(not LONG, reason="takes over a minute: HANDRAIL_FAULTS=long")
def test_a_dead_provider_keeps_no_case_from_people_for_a_minute(hurt: Hurt) -> None:
    """G10, safety P10: every call hangs, every slot of the worker is in one, and the clocks are production's."""
    hurt.web.stop()
    hurt.stack.extra = {name: value for name, value in ENVIRON.items() if "SECONDS" not in name} | {
        "LLM_BASE_URL": hurt.provider.url
    }
    hurt.web = hurt.stack.web()
    hurt.workers("stuck", slots=2)
    hurt.beat()
    agents = hurt.agents()
    for post in posts("dead", 12):
        assert agents.post(replace(post, body=post.body | {"subject": "please hang"})).status == 202
    hurt.settled("dead", seconds=120)
    waited = [after for _, after, _ in hurt.books.rows(ROUTED_AFTER, "dead-%")]
    assert len(waited) == 12
    assert max(waited) < 60, sorted(waited)


def keep_posting(hurt: Hurt, finished: threading.Event, waits: list[float], refused: list[str]) -> None:
    """Post about ten cases a second until told to stop; how long each took, and what was not acknowledged."""
    agents = hurt.agents()
    for post in posts("broker", 2000):
        begun = time.monotonic()
        answer = agents.post(post)
        waits.append(time.monotonic() - begun)
        if answer.status != 202:
            refused.append(f"{answer.status} {answer.text[:200]}")
        if finished.wait(0.1):
            return


def hang(hurt: Hurt) -> None:
    """Redis accepts connections and says nothing."""
    hurt.stack.pause_valkey()
    time.sleep(PAUSE)
    hurt.stack.resume_valkey()


def die(hurt: Hurt) -> None:
    """Redis is killed and comes back empty."""
    hurt.stack.kill_valkey()
    time.sleep(OUTAGE)
    hurt.stack.revive_valkey()


def wake_madly(url: str, times: int) -> None:
    """The same wake-up again and again."""
    with Celery(broker=url, set_as_current=False) as app:
        for _ in range(times):
            app.send_task("escalations.tasks.drain", ignore_result=True)
