"""Time arithmetic of the queue. Pure: times come in, times go out."""

from datetime import datetime, timedelta

HEAD_START = {1: timedelta(days=3650), 2: timedelta(hours=8), 3: timedelta(hours=2), 4: timedelta(0)}
"""How far a severity moves a case ahead of its due time. Critical goes before everything else, whatever is
due (R060); among the others a low case that is long overdue overtakes a high one that has hours left, so nothing
starves."""

WEIGHT_STEP = timedelta(minutes=15)
"""What one more unit of client or type weight is worth."""

MAX_WEIGHT = 8
"""Weights above this count as this: together they must never outdo a step of severity (8 x 15 min = 2 h)."""


def rank_at(*, severity: int, due_at: datetime, weight: int = 1) -> datetime:
    """When the case's turn is: the smaller comes first (R053).

    Raising the severity (a smaller number), the weight, or bringing `due_at` nearer never makes it larger.
    """
    steps = min(max(weight, 1), MAX_WEIGHT) - 1
    return due_at - HEAD_START[severity] - steps * WEIGHT_STEP
