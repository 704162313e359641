"""The audits that count in a proof, in the order in which they were drawn."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from escalations.autonomy.labels import Label
from escalations.choices import AuditState
from escalations.models import AuditItem, Proof

PATIENCE = timedelta(days=7)
"""So long an audit may stay unread before it counts as an error."""

_NEARLY = 1e-9  # probabilities are stored rounded


@dataclass(frozen=True, slots=True)
class Evidence:
    """`labels`: verdicts in the order of the draw, up to the first case that still waits for readers; `waiting`: how
    many were drawn from there on; `overdue`: how many of the labels are of audits that nobody finished in time, which
    count as errors until somebody does.
    """

    labels: tuple[Label, ...]
    waiting: int
    overdue: int


def evidence_of(proof: Proof, *, now: datetime) -> Evidence:
    """What the audits of a running proof say at `now` (aware).

    Verdicts come sooner when the first reader agrees with the AI than when two more must read, so whoever counted
    what has come so far would count right answers first. Hence the order of the draw, cut off at the first open audit;
    one that stays open is an error for the time being, which only makes the proof harder.
    """
    labels: list[Label] = []
    waiting = overdue = 0
    for score, probability, state, wrong, drawn_at in _rows(proof):
        done = state == AuditState.DONE and wrong is not None
        if waiting or (not done and drawn_at > now - PATIENCE):
            waiting += 1
            continue
        overdue += not done
        labels.append(Label(score, bool(wrong) if done else True, max(probability, proof.floor)))
    return Evidence(tuple(labels), waiting, overdue)


def _rows(proof: Proof) -> list[tuple[float, float, str, bool | None, datetime]]:
    items = AuditItem.objects.filter(
        case_type=proof.case_type_id, draw__at__gte=proof.began_at, draw__model_version=proof.model_version,
        draw__probability__gte=proof.floor - _NEARLY,
    )  # fmt: skip
    if proof.ended_at is not None:
        items = items.filter(draw__at__lt=proof.ended_at)
    return list(
        items.order_by("draw_id").values_list(
            "draw__score", "draw__probability", "state", "label__wrong", "draw__at"
        )
    )
