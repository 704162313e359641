"""Worlds with a known truth for the guarantee: how often the AI is wrong at each score, and what it says of itself.

`Support` has the risk and coverage of the recommended classifier on a public set of bank questions (1, 2 and 5 % wrong
at 76, 85 and 96 % coverage), `Foreign` of the same kind of classifier when one message in six is none of its business
(67, 73 and 79 %) and it believes itself twice as good as it is, `Murky` of an AI whose surest answers are wrong too.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from escalations.autonomy.grid import Grid, grid_of
from escalations.autonomy.labels import Label

Floats = npt.NDArray[np.float64]
POPULATION = 100_000
PAST = 2_500  # cases that make the grid


@dataclass(frozen=True)
class World:
    """Ranked by score, the best u of all cases are wrong in `floor + slope x u**power` of them; `boast`: how many times
    better than that its scores say it is.
    """

    name: str
    floor: float
    slope: float
    power: float
    boast: float

    def wrong(self, ranks: Floats) -> Floats:
        """The chance of being wrong at each rank, 0 the surest: the derivative of u times the above."""
        return np.minimum(1.0, self.floor + self.slope * (self.power + 1) * ranks**self.power)


WORLDS = (
    World("Support", 0.001, 0.0686, 7.47, 1.0),
    World("Foreign", 0.002, 0.5145, 10.28, 2.0),
    World("Murky", 0.008, 0.04, 2.0, 1.0),
)


@dataclass
class Population:
    """All cases there are: ranked by score from the surest on, with the verdict of each, so that the truth is known."""

    labels: list[Label]
    scores: Floats
    bad: Floats
    grid: Grid

    def truth(self, threshold: float) -> tuple[float, float]:
        """(coverage, error rate) of settling at this threshold."""
        count = int(np.searchsorted(-self.scores, -threshold, side="right"))
        return count / len(self.scores), float(self.bad[:count].mean()) if count else 0.0

    def best(self, target: float) -> float:
        """The largest coverage that keeps the target, for who knows the truth."""
        rates = self.bad.cumsum() / np.arange(1, len(self.bad) + 1)
        kept = np.flatnonzero(rates <= target)
        return float(kept[-1] + 1) / len(self.bad) if len(kept) else 0.0


def population(world: World, dice: np.random.Generator) -> Population:
    """One such world, and the grid that its past makes."""
    ranks = np.sort(dice.random(POPULATION))
    chances = world.wrong(ranks)
    bad = (dice.random(POPULATION) < chances).astype(np.float64)
    scores = 1 - chances / world.boast - ranks * 1e-9  # the last term only breaks ties
    past = 1 - world.wrong(dice.random(PAST)) / world.boast
    labels = [Label(float(score), bool(one)) for score, one in zip(scores, bad, strict=True)]
    return Population(labels, scores, bad, grid_of(past.tolist()))
