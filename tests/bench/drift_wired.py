"""The breaker's row, asked of cases that came in through the services: `python -m tests.bench.drift --wired [--quick]`.

Engines of its own, everything committed: each case is posted, judged (by an engine that says what the world says),
settled or decided by a person, closed, drawn, read blind by people who know the truth. Of each fault one run, on a case
type of its own with 4,000 earlier cases and stable ones before the fault; looked at after every 25 cases. Quick: the
faults that are seen within a few hundred cases.
"""

import subprocess
import sys
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.bench.tables import table

if TYPE_CHECKING:
    from tests.cast import Cast
    from tests.escalations.autonomy.faults import Fault

EARLIER, CALM, STEP = 4_000, 250, 25
LONGEST, QUICK = 5_000, 600  # cases stated: longer faults are for arithmetic alone
HEAD = ("fault", "cases until the trip", "stated", "settled after it", "why", "cases a second")
SUPERSEDED = "decision under a superseded policy"
BEHIND = "wired-behind"
"""The case type whose AI agent says that it works under the version before."""
FORGETFUL = {"_id": "old-policy", "when": f'policy_superseded and case_type != "{BEHIND}"'}
"""A policy in force that lets it settle all the same: the wall behind has to see it."""


@dataclass(frozen=True)
class Row:
    """What became of one fault; `cases` None when nothing tripped."""

    name: str
    cases: int | None
    within: int
    after: int
    why: str
    pace: float

    def cells(self) -> tuple[str, ...]:
        cases = "none" if self.cases is None else f"{self.cases:,}"
        return self.name, cases, f"{self.within:,}", f"{self.after}", self.why, f"{self.pace:.0f}"


def measure(seed: int, *, quick: bool) -> int:
    """Start engines, run the faults in a process of its own that prints as it goes. Exit status 1 when one was late,
    or anything was settled after a trip.
    """
    from tests.faults.stack import Stack

    with Stack() as stack:
        stack.manage("migrate", "--verbosity", "0")
        command = [
            sys.executable,
            "-m",
            "tests.bench.drift_wired",
            str(seed),
            str(QUICK if quick else LONGEST),
        ]
        return subprocess.run(command, env=stack.environ, check=False).returncode


def run(seed: int, longest: int) -> int:
    """Inside the installation."""
    import django

    django.setup()

    from escalations.policy.default import default_data
    from escalations.policy.edits import with_row
    from escalations.services.policies import publish_policy
    from tests.cast import Cast, make_cast
    from tests.escalations.autonomy.faults import FAULTS, STABLE, Fault

    make_cast()
    publish_policy(document=with_row(default_data(), "reasons", FORGETFUL), actor=None)
    cast, rows = Cast(), []
    faults = {name: fault for name, fault in FAULTS.items() if fault.within <= longest}
    for name, fault in {SUPERSEDED: Fault(STABLE, 1), **faults}.items():
        place = list(FAULTS).index(name) if name in FAULTS else len(FAULTS)
        rows.append(_one(cast, name, fault, [seed, 4, place]))
        print(*rows[-1].cells(), sep="  ", flush=True)
    print(f"\n{table(HEAD, [row.cells() for row in rows])}\n")
    late, after = sum(row.cases is None for row in rows), sum(row.after for row in rows)
    print(f"{late} of {len(rows)} late; {after} cases settled after a trip", flush=True)
    return 1 if late or after else 0


def _one(cast: "Cast", name: str, fault: "Fault", dice_from: list[int]) -> Row:
    """One fault, from earlier cases to the trip."""
    import numpy as np

    from tests.autonomy.wired import Stream, autonomous
    from tests.escalations.autonomy.faults import STABLE
    from tests.escalations.autonomy.traffic import arrivals

    dice = np.random.default_rng(dice_from)
    slug = BEHIND if name == SUPERSEDED else f"wired-{dice_from[-1]}"
    stream = Stream(cast, autonomous(cast, slug, audited=0.05), said="2")
    stream.usual(list(arrivals(STABLE, dice, EARLIER)))
    begun, seen = time.monotonic(), 0
    for one in arrivals(STABLE, dice, CALM, EARLIER):
        stream.send(one)
    trip = stream.watch()
    assert trip is None, f"{name}: {trip.words} before the fault"
    stream.said = "1" if name == SUPERSEDED else "2"
    for one in arrivals(fault.world, dice, max(fault.within, CALM), EARLIER + CALM):
        case = stream.send(one)
        if name == SUPERSEDED and not stream.settled(case):
            continue  # a person had it: no decision under that policy
        seen += 1
        trip = stream.watch() if seen % min(STEP, fault.within) == 0 else None
        if trip or seen == fault.within:
            break
    pace = stream.sent / (time.monotonic() - begun)
    stream.said = "2"
    for one in arrivals(STABLE, dice, STEP) if trip else ():
        stream.send(one)
    after = stream.settled_after(trip) if trip else 0
    why = f"{trip.code}: {trip.words}" if trip else ""
    return Row(name, seen if trip else None, fault.within, after, why, pace)


if __name__ == "__main__":
    sys.exit(run(int(sys.argv[1]), int(sys.argv[2])))
