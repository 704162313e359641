"""Time to resolution per tier and day, from the daily roll-up (R106)."""

import json
from collections import defaultdict
from datetime import date, timedelta
from typing import Any

from django.db.models import QuerySet

from escalations import durations
from escalations.choices import Tier
from escalations.models import TierDay
from reviews.selectors.board.kept import rows_of
from reviews.selectors.board.scope import Floor
from reviews.selectors.board.shapes import TierTrend, TrendDay

DAYS = 14


def trend_on(floor: Floor) -> tuple[TierTrend, ...]:
    """Every tier that closed something in the last two weeks; minutes, days by UTC."""
    today = floor.now.date()
    first = today - timedelta(days=DAYS - 1)
    took: dict[int, dict[date, list[dict[str, int]]]] = defaultdict(lambda: defaultdict(list))
    for tier, day, histogram in rows_of(floor, _closed):
        took[tier][day].append(json.loads(histogram))
    days = [first + timedelta(days=n) for n in range(DAYS)]
    labels = dict(Tier.choices)
    return tuple(
        TierTrend(
            tier, str(labels.get(tier, f"Tier {tier}")), tuple(_day(day, took[tier][day]) for day in days)
        )
        for tier in sorted(took)
    )


def _closed(floor: Floor) -> QuerySet[TierDay, Any]:
    first = floor.now.date() - timedelta(days=DAYS - 1)
    rows = floor.of(TierDay.objects.all(), kept=False).filter(day__gte=first)
    return rows.values_list("tier", "day", "took")


def finding(trends: tuple[TierTrend, ...]) -> str:
    """The figure's sentence: the tier whose median changed most from the week before to this one."""
    worst: tuple[float, str] | None = None
    for tier in trends:
        before, after = _middle(tier.days[: DAYS // 2]), _middle(tier.days[DAYS // 2 :])
        if before and after and (worst is None or abs(after / before - 1) > abs(worst[0])):
            worst = (after / before - 1, tier.label)
    if worst is None or abs(worst[0]) < 0.1:
        return "No change beyond noise in two weeks." if trends else "Nothing closed in two weeks."
    return (
        f"{worst[1]} takes {abs(worst[0]):.0%} {'longer' if worst[0] > 0 else 'less'} than the week before."
    )


def _middle(days: tuple[TrendDay, ...]) -> float | None:
    """The mean of daily medians, by cases."""
    cases = sum(day.n for day in days if day.median is not None)
    return sum(day.n * day.median for day in days if day.median is not None) / cases if cases else None


def _day(day: date, histograms: list[dict[str, int]]) -> TrendDay:
    took = durations.merged(histograms)
    median, slow = durations.quantile(took, 0.5), durations.quantile(took, 0.9)
    return TrendDay(
        f"{day.day} {day:%b}", sum(took.values()),
        median / 60 if median is not None else None, slow / 60 if slow is not None else None,
    )  # fmt: skip
