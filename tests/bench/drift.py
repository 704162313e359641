"""How many cases until the breaker trips, and is stable traffic left alone? `python -m tests.bench.drift [--quick]`.

4,000 cases make the reference, 2,000 stable ones follow, then the fault. Exit status 1 when stable traffic trips in
more than 5 % of the replays, or a fault is not found in time in nine of ten.
"""

import argparse
import os
import sys
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from functools import partial

import numpy as np

from escalations.autonomy.drift import baseline
from escalations.autonomy.verdicts import Superseded, verdict
from tests.bench.tables import table
from tests.escalations.autonomy.traffic import CATEGORIES, FIELDS, SHARES, World, after, stretch

STABLE = World()
REFERENCE, CALM, REPLAY, STEP = 4_000, 2_000, 5_000, 25
TARGET = 0.03
MOST = 12_000  # cases, before a fault counts as not found

FAULTS = {
    "covariate shift: 15 % foreign messages": (World(foreign=0.15), 1_200),
    "covariate shift: every score lower": (replace(STABLE, scores=(6.0, 0.8)), 600),
    "label shift: invoices from 3 % to 18 %": (replace(STABLE, shares=(0.15, *SHARES[1:7], 0.18)), 300),
    "new field in every case": (replace(STABLE, fields=FIELDS | {"iban_new"}), 25),
    "new field in one case in five": (replace(STABLE, typos=0.2), 100),
    "fails on 15 % of the traffic (7 of 10 wrong)": (replace(STABLE, failing={"login": 0.7}), 5_000),
    "fails on 30 % of the traffic (7 of 10 wrong)": (replace(STABLE, failing={"billing": 0.7}), 1_500),
    "wrong in a quarter of all cases": (replace(STABLE, failing=dict.fromkeys(CATEGORIES, 0.25)), 2_500),
}  # fmt: skip
"""Each with the number of cases that the README states: found by then in nine of ten."""


def replayed(number: int) -> str | None:
    """One stable replay; the signal that trips, if one does."""
    dice = np.random.default_rng([1, number])
    past = stretch(STABLE, dice, REFERENCE, "past")
    breaker = baseline(past.cases, past.reviews, target=TARGET)
    found = verdict(after(breaker, stretch(STABLE, dice, REPLAY, "calm", REFERENCE)))
    return found.reasons[0].signal if found.tripped else None


def delay(name: str, number: int) -> tuple[int, str]:
    """Cases from the fault until the trip, and the signal that saw it first; MOST when none did."""
    dice = np.random.default_rng([2, number, list(FAULTS).index(name)])
    past = stretch(STABLE, dice, REFERENCE, "past")
    breaker = baseline(past.cases, past.reviews, target=TARGET)
    breaker = after(breaker, stretch(STABLE, dice, CALM, "calm", REFERENCE))
    if verdict(breaker).tripped:
        return 0, "before"
    begin = REFERENCE + CALM
    for seen in range(STEP, MOST + 1, STEP):
        breaker = after(breaker, stretch(FAULTS[name][0], dice, STEP, "bad", begin + seen))
        found = verdict(breaker)
        if found.tripped:
            return seen, found.reasons[0].signal
    return MOST, "none"


def superseded() -> bool:
    """One decision under a policy that is no longer live is enough."""
    dice = np.random.default_rng(3)
    past = stretch(STABLE, dice, REFERENCE, "past")
    return verdict(
        baseline(past.cases, past.reviews, target=TARGET), [Superseded("v8", "v7", 1, "C-1")]
    ).tripped


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a tenth of it")
    quick = parser.parse_args().quick
    replays, runs = (20, 4) if quick else (200, 20)
    rows, good = [], True
    with ProcessPoolExecutor(min(2, os.cpu_count() or 1)) as pool:
        for name, (_, stated) in FAULTS.items():
            found = [one for one in pool.map(partial(delay, name), range(runs)) if one[1] != "before"]
            cases = np.array([one[0] for one in found])
            within, signals = float((cases <= stated).mean()), sorted({one[1] for one in found})
            good &= within >= 0.9
            worst = f"{cases.max():,}" if cases.max() < MOST else f"over {MOST:,}"
            rows.append(
                [name, f"{np.median(cases):,.0f}", worst, f"{stated:,}", f"{within:.0%}", ", ".join(signals)]
            )
        rows.append(
            ["decision under a superseded policy", "1", "1", "1", "100%" if superseded() else "0%", "policy"]
        )
        head = ("fault", "median cases until the trip", f"worst of {runs}", "stated", "within it", "seen by")
        print(f"{table(head, rows)}\n", flush=True)
        trips = [one for one in pool.map(replayed, range(replays)) if one]
    print(f"{len(trips)} of {replays} replays of {REPLAY:,} stable cases tripped {sorted(trips)}")
    return 0 if good and len(trips) <= 0.05 * replays else 1


if __name__ == "__main__":
    sys.exit(main())
