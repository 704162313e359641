"""Made-up traffic of one case type, for drift: stable weeks with their rhythm, and what can go wrong with it."""

import math
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from escalations.autonomy.drift import Audit, Breaker, Case, Review, arrived, audited, reviewed
from escalations.autonomy.labels import Label

CATEGORIES = ("billing", "refund", "login", "delivery", "cancel", "other", "warranty", "invoice")
SHARES = (0.30, 0.20, 0.15, 0.12, 0.10, 0.06, 0.04, 0.03)
FIELDS = frozenset({"subject", "body", "order", "amount"})
SETTLED = 0.9  # the certified threshold: about two thirds of the cases
DAY = 200  # cases
RATE = 0.05  # of what is settled is audited


@dataclass(frozen=True)
class World:
    """`scores`: beta parameters; `failing`: how often the AI is wrong in each category that it fails on; `sway`: how
    much the mix moves over a week; `typos`: the share of cases with an odd field anyway; `foreign`: the share that is
    none of the AI's business, which it scores low and gets wrong in half of the cases.
    """

    shares: tuple[float, ...] = SHARES
    scores: tuple[float, float] = (12.0, 0.8)
    fields: frozenset[str] = FIELDS
    failing: dict[str, float] = field(default_factory=dict)
    sway: float = 0.15
    typos: float = 0.002
    foreign: float = 0.0


@dataclass
class Day:
    """What one stretch of traffic brings."""

    cases: list[Case]
    reviews: list[Review]
    audits: list[Audit]


@dataclass(frozen=True, slots=True)
class Arrival:
    """One case that comes in, and what is true of it: is the AI's answer `wrong`?"""

    category: str
    score: float
    fields: frozenset[str]
    wrong: bool


def arrivals(world: World, dice: np.random.Generator, size: int, begin: int = 0) -> Iterator[Arrival]:
    """`size` cases of a world, one after the other; `begin` of them have come before."""
    kinds, scores = _kinds(world, dice, size, begin), dice.beta(*world.scores, size)
    for at in range(size):
        category, score = CATEGORIES[kinds[at]], float(scores[at])
        strange = dice.random() < world.foreign
        score = float(dice.beta(3, 2)) if strange else score
        odd = frozenset({f"x{dice.integers(50)}"}) if dice.random() < world.typos else frozenset()
        wrong = bool(dice.random() < max(1 - score, 0.5 if strange else world.failing.get(category, 0.0)))
        yield Arrival(category, score, world.fields | odd, wrong)


def stretch(world: World, dice: np.random.Generator, size: int, name: str, begin: int = 0) -> Day:
    """`size` cases; those below the threshold are reviewed, those above are audited at the rate."""
    day = Day([], [], [])
    for at, one in enumerate(arrivals(world, dice, size, begin)):
        case = Case(f"{name}-{begin + at}", one.category, one.score, one.fields)
        day.cases.append(case)
        if one.score < SETTLED:
            day.reviews.append(Review(case.case_id, one.category, one.wrong))
        elif dice.random() < RATE:
            day.audits.append(Audit(one.category, Label(one.score, one.wrong, RATE)))
    return day


def after(breaker: Breaker, day: Day) -> Breaker:
    """The breaker when all of it has come in."""
    return audited(reviewed(arrived(breaker, day.cases), day.reviews), day.audits)


def _kinds(world: World, dice: np.random.Generator, size: int, begin: int) -> list[int]:
    """Categories by lot; odd ones peak at the weekend, even ones in the middle of the week."""
    shares = np.array(world.shares)
    kinds: list[int] = []
    for start in range(0, size, DAY):
        swing = world.sway * math.sin(2 * math.pi * ((begin + start) // DAY) / 7)
        today = shares * np.where(np.arange(len(shares)) % 2, 1 + swing, 1 - swing)
        kinds += dice.choice(len(shares), min(DAY, size - start), p=today / today.sum()).tolist()
    return kinds
