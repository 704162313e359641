"""`python -m tests.bench [--quick] [--cases 10000,100000]`: speed, cost, and whether they grow."""

import argparse
import os
import sys
import time
from functools import partial

from tests.bench import floor_run, ledger, load, pages, targets
from tests.bench.clients import Decider, Poster
from tests.bench.meters import Meters
from tests.bench.setting import PEOPLE, Bench, installation, machine
from tests.bench.tables import table
from tests.bench.targets import FLOOR, exponent
from tests.faults.books import UNSETTLED
from tests.faults.stack import wait_for

CLIENTS = (1, 4, 16)
COST_HEAD = ("one client, per request", "SQL", "control", "SQL ms", "blocks", "app CPU ms", "DB CPU ms",
             "p50 ms", "p95 ms", "bytes", "CPU / floor")  # fmt: skip


def main() -> int:
    """Exit status: 0 when nothing was decided twice, nothing lost, and every chain verifies."""
    options = arguments()
    with installation() as bench:
        costs: dict[int, dict[str, pages.Measured]] = {}
        loads: dict[int, tuple[load.Result, load.Result]] = {}
        decided: list[str] = []
        posted: list[str] = []
        for cases in options.cases:
            made, seconds = bench.fill(cases)
            print(
                f"\n## {cases:,} waiting cases (made {made:,} in {seconds:.0f} s; {machine()})\n", flush=True
            )
            costs[cases] = one_client(bench, cases, options.samples, options.statements)
            more_decided, more_posted, loads[cases] = throughput(bench, cases, options.seconds)
            decided += more_decided
            posted += more_posted
        growth(costs)
        triage(bench)
        status = check(bench, decided, posted)
        chained = ledger.measure(
            bench.stack.postgres.url, partial(decider, bench), max(CLIENTS), options.seconds
        )
        print("\n" + table(targets.HEAD, [aim.row() for aim in targets.aims(costs, loads, chained)]))
        print(f"(chained {chained[0]:.1f}, not chained {chained[1]:.1f} cycles a second)")
        return status


def arguments() -> argparse.Namespace:
    """What was asked for."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument(
        "--cases",
        type=lambda text: [int(n) for n in text.split(",")],
        default=os.environ.get("BENCH_SIZES") or "10000,100000",
        help="numbers of waiting cases, growing; a million takes half an hour to make",
    )
    parser.add_argument("--seconds", type=float, default=6.0, help="of every stretch under load")
    parser.add_argument("--samples", type=int, default=100, help="requests of each kind for the cost table")
    parser.add_argument("--quick", action="store_true", help="short stretches, for a look")
    parser.add_argument(
        "--statements", action="store_true", help="list every statement of every kind of request"
    )
    options = parser.parse_args()
    if options.quick:
        options.seconds, options.samples = 2.0, 30
    return options


def one_client(bench: Bench, cases: int, samples: int, statements: bool) -> dict[str, pages.Measured]:
    """The cost table: reliable on a busy machine too, but for the milliseconds."""
    meters = Meters(bench.stack.postgres.url, postmaster(bench), [bench.web.pid])
    measured = {
        name: pages.measure(meters, samples, step)
        for name, step in pages.kinds(bench.port, bench.sessions[-1], bench.tokens, f"cost{cases}", samples)
    }
    meters.close()
    measured[FLOOR] = floor_cost(bench, cases, samples)
    print(table(COST_HEAD, [cost_row(name, one, measured[FLOOR]) for name, one in measured.items()]))
    if statements:
        for name, one in measured.items():
            print(f"\n{name}")
            for query, calls, ms, blocks in one.cost.statements:
                print(f"  {calls:5.2f} x {ms:7.3f} ms {blocks:7.1f} blocks  {' '.join(query.split())[:200]}")
    return measured


def floor_cost(bench: Bench, cases: int, samples: int) -> pages.Measured:
    """The floor's cycle under the same meters."""
    web, cookies = floor_run.start(bench.stack, cases, PEOPLE)
    client = floor_run.FloorClient(bench.stack.port, cookies[0])
    client.warm()
    meters = Meters(bench.stack.postgres.url, postmaster(bench), [web.pid])
    measured = pages.measure(meters, samples, client.cycle)
    meters.close()
    web.stop()
    return measured


def cost_row(name: str, one: pages.Measured, floor: pages.Measured) -> list[str]:
    """One line of the cost table; the last column compares processor time with the floor's."""
    cost = one.cost
    cpu, least = cost.app_cpu_ms + cost.db_cpu_ms, floor.cost.app_cpu_ms + floor.cost.db_cpu_ms
    times = f"{cpu / least:.1f}" if least else "-"
    numbers = (cost.sql, cost.control, cost.sql_ms, cost.blocks, cost.app_cpu_ms, cost.db_cpu_ms)
    return [name, *(f"{n:.{d}f}" for n, d in zip(numbers, (1, 1, 2, 0, 1, 1), strict=True)),
            f"{one.p50:.1f}", f"{one.p95:.1f}", f"{one.size:.0f}", times]  # fmt: skip


def throughput(
    bench: Bench, cases: int, seconds: float
) -> tuple[list[str], list[str], tuple[load.Result, load.Result]]:
    """Cycles, posts and the floor under 1, 4 and 16 clients; the refs decided, the ids posted, and the results of
    the most clients: deciding, and at the floor.
    """
    decided: list[str] = []
    posted: list[str] = []
    rows = []
    web, cookies = floor_run.start(bench.stack, cases, PEOPLE)
    floor_port = bench.stack.port
    for clients in CLIENTS:
        deciding = load.run(partial(decider, bench), clients, seconds=seconds)
        posting = load.run(partial(poster, bench, f"load{cases}x{clients}"), clients, seconds=seconds)
        floor = load.run(partial(floor_run.client, floor_port, cookies), clients, seconds=seconds)
        decided += deciding.log
        posted += posting.log
        ratio = deciding.per_second / floor.per_second
        for name, result, note in (("decide + next", deciding, f"{ratio:.2f} x floor"), ("post", posting, ""),
                                   (FLOOR, floor, "")):  # fmt: skip
            rows.append([name, clients, f"{result.per_second:.1f}", f"{result.percentile(0.5):.1f}",
                         f"{result.percentile(0.95):.1f}", note])  # fmt: skip
    web.stop()
    print("\n" + table(("under load", "clients", "per second", "p50 ms", "p95 ms", ""), rows))
    return decided, posted, (deciding, floor)


def decider(bench: Bench, number: int) -> Decider:
    """Reviewer `number` at work."""
    return Decider(bench.port, bench.sessions[number])


def poster(bench: Bench, run: str, number: int) -> Poster:
    """AI agents posting over connection `number`."""
    return Poster(bench.port, bench.tokens, f"{run}x{number}", seed=number)


def growth(costs: dict[int, dict[str, pages.Measured]]) -> None:
    """How time and blocks grow between the smallest and the largest."""
    small, large = min(costs), max(costs)
    if small == large:
        return
    rows = []
    for name, before in costs[small].items():
        after = costs[large][name]
        pairs = [(before.cost.sql_ms, after.cost.sql_ms), (before.cost.blocks, after.cost.blocks)]
        exponents = [exponent(a, b, small, large) for a, b in pairs]
        rows.append([name, *(f"{a:.2f} / {b:.2f}" for a, b in pairs), *(f"{b:+.2f}" for b in exponents)])
    head = (f"growth {small:,} to {large:,}", "SQL ms", "blocks", "b of time", "b of blocks")
    print("\n" + table(head, rows))


def triage(bench: Bench) -> None:
    """How fast one worker of two processes, model and all, works off what the posting clients left."""
    left = partial(bench.books.one, f"SELECT count(*) FROM escalations_case WHERE {UNSETTLED}")  # noqa: S608
    waiting = left()
    worker, beat = bench.stack.worker(), bench.stack.beat()
    bench.stack.wait_for_worker(worker)
    begun = time.monotonic()
    meters = Meters(bench.stack.postgres.url, postmaster(bench), [worker.pid])
    with meters.measure() as cost:
        wait_for(lambda: left() == 0, seconds=600, what="triage of what was posted")
    meters.close()
    seconds, each = time.monotonic() - begun, cost.per(waiting)
    print(f"\ntriage: {waiting} posted cases in {seconds:.0f} s, {waiting / seconds:.1f} a second")
    print(
        f"each {each.app_cpu_ms:.0f} ms of the worker, {each.db_cpu_ms:.0f} of the database, {each.sql:.0f} SQL"
    )
    beat.stop()
    worker.stop()


def check(bench: Bench, decided: list[str], posted: list[str]) -> int:
    """Nothing decided twice, nothing acknowledged and lost, every chain as it was written. 0 when so."""
    wrong = []
    if len(set(decided)) != len(decided):
        wrong.append(f"{len(decided) - len(set(decided))} cases were decided by two clients")
    if twice := bench.books.decided_twice():
        wrong.append(f"{len(twice)} cases hold two decisions")
    final = bench.books.one("SELECT count(*) FROM escalations_decision WHERE actor_kind = 'human'")
    if final < len(decided):
        wrong.append(f"{len(decided) - final} acknowledged decisions are not stored")
    if misplaced := bench.books.misplaced():
        wrong.append(f"{len(misplaced)} cases do not stand where their state says")
    found = bench.books.one("SELECT count(*) FROM escalations_case WHERE id = ANY(%s::uuid[])", posted)
    if found != len(posted):
        wrong.append(f"{len(posted) - found} acknowledged cases are not stored")
    begun = time.monotonic()
    print("\n" + bench.stack.manage("verify_ledger", seconds=1800).strip())
    events = bench.books.one("SELECT count(*) FROM accounts_event")
    print(f"{events:,} events verified in {time.monotonic() - begun:.0f} s")
    print(f"{len(decided):,} decisions, {len(posted):,} posts: {'; '.join(wrong) or 'none twice, none lost'}")
    return 1 if wrong else 0


def postmaster(bench: Bench) -> int:
    """Process id of the database server."""
    process = bench.stack.postgres.process
    assert process is not None
    return process.pid


if __name__ == "__main__":
    sys.exit(main())
