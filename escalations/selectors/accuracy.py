"""How right the AI is where it settles alone: estimated from the blind audit, with its interval (R117)."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import sqrt
from typing import Any

import numpy as np
from django.db.models import Count, F, Q, QuerySet, Sum

from escalations.autonomy import bounds
from escalations.autonomy.labels import Columns, Label, columns, weighted_error
from escalations.choices import DrawArm
from escalations.models import AuditDraw, BlindLabel

DOUBT = 0.05
"""Two-sided: the interval holds the true share in 95 of 100 cases."""

BAND = 2.5758
"""Standard deviations on either side of a 99 % band."""

NEEDED = 30
"""Fewer labels than this are shown as what they are: too few."""


@dataclass(frozen=True, slots=True)
class Accuracy:
    """Share of settled cases that were right, 0 to 1, with its 95 % interval; None without a label.

    `method`: exact (Clopper-Pearson, every case drawn with the same chance) or weighted (labels weigh by the inverse of
    theirs, the interval is by betting).
    """

    labels: int
    wrong: int
    share: float | None
    low: float
    high: float
    method: str


@dataclass(frozen=True, slots=True)
class Covered:
    """One case type over a stretch of time: how many cases took part, how many the plan asks for (the sum of their
    chances, give or take `spread`, its standard deviation), how many were drawn and how many of these are concluded;
    the same for candidates; and the accuracy.
    """

    case_type: int
    settled: int
    planned: float
    spread: float
    drawn: int
    concluded: int
    candidates: int
    candidates_drawn: int
    accuracy: Accuracy

    @property
    def share(self) -> float:
        """Of what was settled, how much was drawn."""
        return self.drawn / self.settled if self.settled else 0.0

    @property
    def unlikely(self) -> bool:
        """Is what was drawn outside the 99 % band of the plan (R087)? By chance one type in a hundred is."""
        return abs(self.drawn - self.planned) > BAND * self.spread + 0.5


def accuracy_of(
    *, case_type: int | None = None, client: int | None = None, since: datetime | None = None,
    until: datetime | None = None,
) -> Accuracy:  # fmt: skip
    """The accuracy of what the AI settled, of one type, one client or all; `since` and `until` (aware) are when the
    decisions became final.
    """
    found = BlindLabel.objects.filter(settled=True)
    named = {"case_type": case_type, "case_type__client": client}
    found = found.filter(**{name: value for name, value in named.items() if value is not None})
    return accuracy(_labels(_between(found, "item__draw__at", since, until)))


def accuracy(labels: Sequence[Label]) -> Accuracy:
    """The accuracy that these labels show, and its interval."""
    data = columns(labels)
    wrong = int(data.wrong.sum()) if labels else 0
    if not labels:
        return Accuracy(0, 0, None, 0.0, 1.0, "exact")
    even = len(np.unique(data.probabilities)) == 1
    low, high = _exact(wrong, len(labels)) if even else _weighted(data)
    share = 1 - weighted_error(data)
    return Accuracy(len(labels), wrong, share, 1 - high, 1 - low, "exact" if even else "weighted")


def covered(types: Iterable[int], since: datetime) -> dict[int, Covered]:
    """Coverage and accuracy of each of these case types since then: three statements, however many types."""
    ids = list(types)
    settled, candidate = Q(arm=DrawArm.SETTLED), Q(arm=DrawArm.CANDIDATE)
    counted = AuditDraw.objects.filter(case_type__in=ids, at__gte=since).values("case_type").annotate(
        settled=Count("pk", filter=settled), planned=Sum("probability", filter=settled),
        variance=Sum(F("probability") * (1 - F("probability")), filter=settled),
        taken=Count("item", filter=settled), concluded=Count("item__label", filter=settled),
        candidates=Count("pk", filter=candidate), candidates_drawn=Count("item", filter=candidate),
    )  # fmt: skip
    by_type: dict[int, list[Label]] = defaultdict(list)
    labels = BlindLabel.objects.filter(case_type__in=ids, settled=True, item__draw__at__gte=since)
    for case_type, score, wrong, chance in labels.order_by("at", "pk").values_list(
        "case_type", "score", "wrong", "probability"
    ):
        by_type[case_type].append(Label(score, wrong, chance))
    return {
        row["case_type"]: _covered(row, by_type[row["case_type"]]) for row in counted.order_by("case_type")
    }


def _covered(row: Mapping[str, Any], labels: list[Label]) -> Covered:
    spread = sqrt(row["variance"] or 0.0)
    return Covered(
        row["case_type"], row["settled"], row["planned"] or 0.0, spread, row["taken"], row["concluded"],
        row["candidates"], row["candidates_drawn"], accuracy(labels),
    )  # fmt: skip


def _labels(found: QuerySet[BlindLabel]) -> list[Label]:
    rows = found.order_by("at", "pk").values_list("score", "wrong", "probability")
    return [Label(*row) for row in rows]


def _between(
    found: QuerySet[BlindLabel], column: str, since: datetime | None, until: datetime | None
) -> QuerySet[BlindLabel]:
    limits = {f"{column}__gte": since, f"{column}__lt": until}
    return found.filter(**{name: value for name, value in limits.items() if value is not None})


def _exact(wrong: int, labels: int) -> tuple[float, float]:
    return bounds.lower(wrong, labels, DOUBT / 2), bounds.upper(wrong, labels, DOUBT / 2)


def _weighted(data: Columns) -> tuple[float, float]:
    """The lower limit is one less the upper limit of being right: the bets are the same with the sides exchanged."""
    floor = float(data.probabilities.min())
    right = Columns(data.scores, 1 - data.wrong, data.probabilities)
    return (
        1 - bounds.upper_by_betting(right, DOUBT / 2, floor),
        bounds.upper_by_betting(data, DOUBT / 2, floor),
    )
