"""The breaker's row, asked of cases that came in through the services: `python -m tests.bench.drift --wired`.

Engines of its own, everything committed: each case is posted, judged (by an engine that says what the world says),
settled or decided by a person, closed, drawn, read blind by people who know the truth. Of each fault one run, on a case
type of its own with 4,000 earlier cases and stable ones before the fault; looked at after every 25 cases.
"""

import sys
import time

from tests.bench.tables import table

EARLIER, CALM, STEP = 4_000, 250, 25
LONGEST = 5_000  # cases stated: longer faults are for arithmetic alone
HEAD = ("fault", "cases until the trip", "stated", "settled after it", "why", "cases a second")


def measure(seed: int) -> int:
    """Start engines, run all faults in a process of its own, print the table. Exit status as `drift`."""
    from tests.faults.stack import Stack

    with Stack() as stack:
        stack.manage("migrate", "--verbosity", "0")
        said = stack.python("-m", "tests.bench.drift_wired", str(seed), seconds=7200)
    print(said)
    return 0 if said.rstrip().endswith("all in time") else 1


def run(seed: int) -> None:
    """Inside the installation."""
    import django

    django.setup()

    from tests.cast import Cast, make_cast
    from tests.escalations.autonomy.faults import FAULTS

    make_cast()
    cast, rows, late = Cast(), [], 0
    for place, (name, fault) in enumerate(FAULTS.items()):
        if fault.within <= LONGEST:
            rows.append(_one(cast, name, [seed, 4, place]))
            late += rows[-1][1] == "none"
    print(table(HEAD, rows))
    print(f"{late} late" if late else "all in time")


def _one(cast: object, name: str, dice_from: list[int]) -> tuple[str, ...]:
    """One fault, from earlier cases to the trip."""
    import numpy as np

    from tests.autonomy.wired import Stream, autonomous
    from tests.cast import Cast
    from tests.escalations.autonomy.faults import FAULTS, STABLE
    from tests.escalations.autonomy.traffic import arrivals

    assert isinstance(cast, Cast)
    fault, dice = FAULTS[name], np.random.default_rng(dice_from)
    stream = Stream(cast, autonomous(cast, f"wired-{dice_from[-1]}", audited=0.05))
    stream.usual(list(arrivals(STABLE, dice, EARLIER)))
    begun, seen = time.monotonic(), 0
    for one in arrivals(STABLE, dice, CALM, EARLIER):
        stream.send(one)
    trip = stream.watch()
    assert trip is None, f"{name}: {trip.words} before the fault"
    for seen, one in enumerate(arrivals(fault.world, dice, fault.within, EARLIER + CALM), start=1):
        stream.send(one)
        if seen % STEP == 0 and (trip := stream.watch()) is not None:
            break
    pace = stream.sent / (time.monotonic() - begun)
    for one in arrivals(STABLE, dice, STEP) if trip else ():
        stream.send(one)
    after = str(stream.settled_after(trip)) if trip else ""
    cases, why = (f"{seen:,}", f"{trip.code}: {trip.words}") if trip else ("none", "")
    return name, cases, f"{fault.within:,}", after, why, f"{pace:.0f}"


if __name__ == "__main__":
    run(int(sys.argv[1]))
