"""What one client's requests cost, kind by kind: statements, database time, blocks, processor time, bytes."""

import html
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from tests.bench.meters import Cost, Meters
from tests.faults.agent import Agents, posts
from tests.faults.desk import HTMX, Reviewer
from tests.faults.wire import Answer, Wire

WARM = 8
"""Requests before the meters run: caches of templates, plans and connections fill."""

Kind = tuple[str, Callable[[], Answer]]


@dataclass(frozen=True, slots=True)
class Measured:
    """Per request: cost, latency in milliseconds, body bytes on the wire."""

    cost: Cost
    p50: float
    p95: float
    size: float


def measure(meters: Meters, samples: int, step: Callable[[], Answer]) -> Measured:
    """Run `step` `samples` times under the meters; AssertionError for an answer that is no success."""
    for _ in range(WARM):
        step()
    latencies, size = [], 0
    with meters.measure() as cost:
        for _ in range(samples):
            before = time.perf_counter()
            answer = step()
            latencies.append((time.perf_counter() - before) * 1000)
            size += answer.size
            assert answer.status < 300, f"{answer.status} {answer.text[:500]}"
    latencies.sort()
    return Measured(
        cost.per(samples), latencies[samples // 2], latencies[int(samples * 0.95)], size / samples
    )


def kinds(port: int, session: str, tokens: dict[str, str], run: str, count: int) -> Iterator[Kind]:
    """Every kind of request that people and agents wait for."""
    desk = Reviewer(Wire(port, session=session))
    yield "queue page, mine", lambda: desk.wire.get("/queue/")
    yield "queue page, team", lambda: desk.wire.get("/queue/?tab=team")
    yield "queue page, team, second page", second_page(desk.wire)
    case = desk.take_next()
    assert case is not None, "nothing waits"
    yield "case page", lambda: desk.wire.get(f"/cases/{case.ref}/")
    yield "similar cases", lambda: desk.wire.get(f"/cases/{case.ref}/similar/", **HTMX)
    yield "timeline", lambda: desk.wire.get(f"/cases/{case.ref}/timeline/", **HTMX)
    yield "decide and be shown the next", desk.decide
    yield "the same, next one prefetched", prefetched(desk)
    agents, ready = Agents(port, tokens), iter(posts(run, count + WARM))
    stored: list[str] = []

    def post() -> Answer:
        answer = agents.post(next(ready))
        stored.append(f"/api/v1/cases/{answer.json['id']}/")
        return answer

    yield "API: post a case", post
    yield "API: read a case", lambda: agents.wire.get(stored[-1])
    desk.release()


def prefetched(desk: Reviewer) -> Callable[[], Answer]:
    """Decide while the next case is on the screen already: two requests, the first before the decision."""

    def step() -> Answer:
        ahead = desk.prefetch()
        assert ahead.status == 200, f"prefetch: {ahead.status} {ahead.text[:300]}"
        answer = desk.take_prefetched(ahead)
        return Answer(answer.status, answer.headers, answer.body, answer.size + ahead.size)

    return step


def second_page(wire: Wire) -> Callable[[], Answer]:
    """The page behind the "more" link of a whole queue's list."""
    first = wire.get("/queue/?tab=team").text
    more = MORE.search(first)
    path = "/queue/?" + html.unescape(more[1]) if more else "/queue/?tab=team"
    return lambda: wire.get(path)


MORE = re.compile(r'href="(?:/queue/)?\?([^"]*\bafter=[^"]+)"')
