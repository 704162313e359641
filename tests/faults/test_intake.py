"""A case that was acknowledged is stored, once, whatever dies meanwhile (R001; safety P1, P2, P12, G1)."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import psycopg

from tests.faults.agent import Post, posts
from tests.faults.conftest import LONG, Hurt

POSTERS = 8


def test_the_same_request_two_hundred_times_at_once_is_one_case(hurt: Hurt) -> None:
    """R001: clients that lose patience and repeat a request make one case and hear one answer."""
    [post] = posts("again", 1)

    def client(number: int) -> list[tuple[int, str]]:
        patient, hasty = hurt.agents(), hurt.agents(timeout=0.02)
        heard = []
        for _ in range(13):
            hasty.try_post(post)  # often gives up before the answer comes
            if answer := patient.try_post(post):
                heard.append((answer.status, answer.text))
        return heard

    with ThreadPoolExecutor(16) as pool:
        heard = [line for lines in pool.map(client, range(16)) for line in lines]
    assert len(heard) == 16 * 13
    assert {status for status, _ in heard} <= {200, 202}, {status for status, _ in heard}
    assert len({text for _, text in heard}) == 1
    assert hurt.books.cases("again") == 1
    assert only_whole_cases(hurt, "again", [post]) == 1


def test_a_web_server_killed_before_the_commit_leaves_nothing_and_the_retry_one_case(hurt: Hurt) -> None:
    """Safety P2, P12: kill -9 while the case is being written; the agent asks the next server."""
    [post] = posts("torn", 1)
    with psycopg.connect(hurt.stack.postgres.url) as blocker:
        blocker.execute("LOCK TABLE accounts_head IN EXCLUSIVE MODE")  # the ledger's line cannot be written
        with ThreadPoolExecutor(1) as pool:
            first = pool.submit(hurt.agents().try_post, post)
            wait_until_blocked(hurt)
            hurt.web.kill()
            assert first.result() is None
        blocker.rollback()
    assert hurt.books.cases("torn") == 0
    hurt.web = hurt.stack.web()
    answer = hurt.agents().post(post)
    assert answer.status == 202
    assert only_whole_cases(hurt, "torn", [post]) == 1


def test_a_database_that_crashes_under_load_keeps_every_acknowledged_case_whole(hurt: Hurt) -> None:
    """Safety P1, P12: PostgreSQL shuts down at once in the middle of many posts; agents repeat them."""
    made = posts("crash", 600 if LONG else 90)
    crashes = 3 if LONG else 1
    work, acknowledged = list(reversed(made)), []
    lock = threading.Lock()

    def client(_: int) -> None:
        agents = hurt.agents(timeout=10)
        while True:
            with lock:
                if not work:
                    return
                post = work.pop()
            for _attempt in range(200):
                answer = agents.try_post(post)
                if answer is not None and answer.status in (200, 202):
                    with lock:
                        acknowledged.append(answer.json["id"])
                    break
                assert answer is None or answer.status in (500, 503), f"{answer.status} {answer.text[:300]}"
                time.sleep(0.05)

    with ThreadPoolExecutor(POSTERS) as pool:
        running = [pool.submit(client, number) for number in range(POSTERS)]
        for number in range(crashes):
            while len(work) > len(made) * (crashes - number) / (crashes + 1):
                time.sleep(0.02)
            hurt.stack.crash_postgres()
        for one in running:
            one.result()
    hurt.books.reconnect()
    assert len(acknowledged) == len(made) == len(set(acknowledged))
    assert only_whole_cases(hurt, "crash", made) == len(made)
    assert hurt.books.broken_chains() == []


def wait_until_blocked(hurt: Hurt) -> None:
    """Until the server's transaction waits for the lock that we hold."""
    hurt.books.wait(
        "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE 'WITH %%'",
        seconds=60,
        what="the post waits inside its transaction",
    )


def only_whole_cases(hurt: Hurt, run: str, made: list[Post]) -> int:
    """How many cases of the run are stored; each must be there with everything it came with."""
    expected = sorted(
        (len(post.body["messages"]), 1 if post.body.get("handoff") else 0, 1, 1, 1) for post in made
    )
    found = hurt.books.parts(run)
    assert sorted(found.values()) == expected
    return len(found)
