"""Clients that press as fast as they are answered: one process each, one kept-alive connection each."""

import multiprocessing
import time
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from multiprocessing.synchronize import Barrier
from typing import Any, Protocol

FORK = multiprocessing.get_context("fork")


class Client(Protocol):
    """Somebody who does one thing again and again. `log` holds what must be checked afterwards."""

    log: list[Any]

    def warm(self) -> None:
        """Connect and take the first case, before the clock runs."""
        ...

    def step(self) -> bool:
        """One request; False when there is nothing left to do."""
        ...

    def leave(self) -> None:
        """Tidy up, after the clock."""
        ...


@dataclass
class Result:
    """What the clients together saw. Latencies are milliseconds, sorted; `log` is what they noted."""

    clients: int
    seconds: float
    latencies: list[float]
    log: list[Any] = field(default_factory=list)

    @property
    def per_second(self) -> float:
        """Steps a second of all clients together."""
        return len(self.latencies) / self.seconds if self.seconds else 0.0

    def percentile(self, share: float) -> float:
        """The latency that `share` (0 to 1) of the steps did not exceed."""
        return (
            self.latencies[min(int(len(self.latencies) * share), len(self.latencies) - 1)]
            if self.latencies
            else 0
        )


def run(make: Callable[[int], Client], clients: int, *, seconds: float, steps: int = 0) -> Result:
    """Let `clients` clients step for `seconds`, or each for `steps` steps. Raises what a client raised."""
    barrier = FORK.Barrier(clients)
    results: Any = FORK.Queue()
    processes = [
        FORK.Process(target=_client, args=(make, number, seconds, steps, barrier, results), daemon=True)
        for number in range(clients)
    ]
    for process in processes:
        process.start()
    answers: Sequence[tuple[float, float, list[float], list[Any], str]] = [results.get() for _ in processes]
    for process in processes:
        process.join()
    failed = [trouble for *_, trouble in answers if trouble]
    if failed:
        raise RuntimeError(f"{len(failed)} of {clients} clients failed; the first:\n{failed[0]}")
    begun, ended = min(answer[0] for answer in answers), max(answer[1] for answer in answers)
    latencies = sorted(latency for answer in answers for latency in answer[2])
    return Result(clients, ended - begun, latencies, [line for answer in answers for line in answer[3]])


def _client(
    make: Callable[[int], Client], number: int, seconds: float, steps: int, barrier: Barrier, results: Any
) -> None:
    begun = ended = time.monotonic()
    latencies: list[float] = []
    log: list[Any] = []
    trouble = ""
    try:
        client = make(number)
        client.warm()
        barrier.wait(60)
        begun = ended = time.monotonic()
        while (len(latencies) < steps) if steps else (ended - begun < seconds):
            before = time.perf_counter()
            more = client.step()
            latencies.append((time.perf_counter() - before) * 1000)
            ended = time.monotonic()
            if not more:
                break
        client.leave()
        log = client.log
    except BaseException:
        barrier.abort()
        trouble = traceback.format_exc()
    results.put((begun, ended, latencies, log, trouble))
