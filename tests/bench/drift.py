"""How many cases until the breaker trips, and is stable traffic left alone? `python -m tests.bench.drift [--quick]`.

4,000 cases make the reference, 2,000 stable ones follow, then the fault. Exit status 1 when stable traffic trips in
more than 5 % of the replays, or a fault is not found in time in nine of ten. `--seed` throws other dice: what is stated
was set from seed 0, so only another seed can refute it. `--wired` sends cases through the services instead, and asks
the breaker's row (`tests.bench.drift_wired`).
"""

import argparse
import os
import sys
from concurrent.futures import ProcessPoolExecutor
from functools import partial

import numpy as np

from escalations.autonomy.drift import baseline
from escalations.autonomy.verdicts import Superseded, verdict
from tests.bench.tables import table
from tests.escalations.autonomy.faults import FAULTS, STABLE
from tests.escalations.autonomy.traffic import after, stretch

REFERENCE, CALM, REPLAY, STEP = 4_000, 2_000, 5_000, 25
TARGET = 0.04  # 3.5 % of what is settled is wrong in the stable world: a promise that it keeps
MOST = 60_000  # cases, before a fault counts as not found
ENOUGH = 0.9  # of the runs within what is stated


def replayed(seed: int, number: int) -> str | None:
    """One stable replay; the signal that trips, if one does."""
    dice = _dice(seed, 1, number)
    past = stretch(STABLE, dice, REFERENCE, "past")
    breaker = baseline(past.cases, past.reviews, target=TARGET)
    found = verdict(after(breaker, stretch(STABLE, dice, REPLAY, "calm", REFERENCE)))
    return found.reasons[0].signal if found.tripped else None


def delay(name: str, seed: int, number: int) -> tuple[int, str]:
    """Cases from the fault until the trip, and the signal that saw it first; MOST when none did."""
    dice = _dice(seed, 2, number, list(FAULTS).index(name))
    past = stretch(STABLE, dice, REFERENCE, "past")
    breaker = baseline(past.cases, past.reviews, target=TARGET)
    breaker = after(breaker, stretch(STABLE, dice, CALM, "calm", REFERENCE))
    if verdict(breaker).tripped:
        return 0, "before"
    begin = REFERENCE + CALM
    for seen in range(STEP, MOST + 1, STEP):
        breaker = after(breaker, stretch(FAULTS[name].world, dice, STEP, "bad", begin + seen))
        found = verdict(breaker)
        if found.tripped:
            return seen, found.reasons[0].signal
    return MOST, "none"


def superseded() -> bool:
    """One decision under a policy that is no longer live is enough."""
    past = stretch(STABLE, np.random.default_rng(3), REFERENCE, "past")
    breaker = baseline(past.cases, past.reviews, target=TARGET)
    return verdict(breaker, [Superseded("v8", "v7", 1, "C-1")]).tripped


def _dice(seed: int, *place: int) -> np.random.Generator:
    return np.random.default_rng([seed, *place] if seed else place)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a tenth of it")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--runs", type=int, default=20, help="of each fault")
    parser.add_argument("--wired", action="store_true", help="cases through the services, on PostgreSQL")
    asked = parser.parse_args()
    if asked.wired:
        from tests.bench.drift_wired import measure  # it needs engines, the rest only arithmetic

        return measure(asked.seed, quick=asked.quick)
    replays, runs = (20, 4) if asked.quick else (200, asked.runs)
    rows, good = [], True
    with ProcessPoolExecutor(min(2, os.cpu_count() or 1)) as pool:
        for name, fault in FAULTS.items():
            each = pool.map(partial(delay, name, asked.seed), range(runs))
            found = [one for one in each if one[1] != "before"]
            cases = np.array([one[0] for one in found])
            within, signals = float((cases <= fault.within).mean()), sorted({one[1] for one in found})
            good &= within >= ENOUGH
            worst = f"{cases.max():,}" if cases.max() < MOST else f"over {MOST:,}"
            rows.append((
                name, f"{np.median(cases):,.0f}", f"{np.quantile(cases, ENOUGH):,.0f}", worst, f"{fault.within:,}",
                f"{within:.0%}", ", ".join(signals),
            ))  # fmt: skip
            print(*rows[-1], sep="  ", flush=True)
        seen = "100%" if superseded() else "0%"
        rows.append(("decision under a superseded policy", "1", "1", "1", "1", seen, "policy"))
        head = (
            "fault",
            "median cases until the trip",
            "nine of ten",
            f"worst of {runs}",
            "stated",
            "within it",
            "seen by",
        )
        print(f"\n{table(head, rows)}\n", flush=True)
        trips = [one for one in pool.map(partial(replayed, asked.seed), range(replays)) if one]
    print(f"{len(trips)} of {replays} replays of {REPLAY:,} stable cases tripped {sorted(trips)}")
    return 0 if good and len(trips) <= 0.05 * replays else 1


if __name__ == "__main__":
    sys.exit(main())
