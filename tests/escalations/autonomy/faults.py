"""What can go wrong with the traffic of `traffic.World`, and the number of cases within which the breaker is promised
to see it: in nine runs of ten, with 4,000 cases of reference, three quarters settled, 5 % of them audited.
"""

from dataclasses import dataclass, replace

from tests.escalations.autonomy.traffic import CATEGORIES, FIELDS, SHARES, World

STABLE = World()
BAD = 0.7  # of the answers in a category on which the model fails


@dataclass(frozen=True, slots=True)
class Fault:
    """The world from some case on, and `within` how many cases after it the breaker trips."""

    world: World
    within: int


FAULTS = {
    "covariate shift: 15 % foreign messages": Fault(World(foreign=0.15), 1_200),
    "covariate shift: every score lower": Fault(replace(STABLE, scores=(6.0, 0.8)), 600),
    "label shift: invoices from 3 % to 18 %": Fault(replace(STABLE, shares=(0.15, *SHARES[1:7], 0.18)), 300),
    "new field in every case": Fault(replace(STABLE, fields=FIELDS | {"iban_new"}), 25),
    "new field in one case in five": Fault(replace(STABLE, typos=0.2), 100),
    "fails on 15 % of the traffic": Fault(replace(STABLE, failing={"login": BAD}), 5_000),
    "fails on 30 % of the traffic": Fault(replace(STABLE, failing={"billing": BAD}), 1_500),
    "wrong in a quarter of all cases": Fault(replace(STABLE, failing=dict.fromkeys(CATEGORIES, 0.25)), 2_500),
    "fails on 10 % of the traffic": Fault(replace(STABLE, failing={"cancel": BAD}), 10_000),
    "fails on 6 % of the traffic": Fault(replace(STABLE, failing={"other": BAD}), 20_000),
    "fails on 3 % of the traffic": Fault(replace(STABLE, failing={"invoice": BAD}), 45_000),
}  # fmt: skip
"""The order counts: a run's dice are thrown by a fault's place."""
