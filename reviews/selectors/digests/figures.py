"""The figures of one client's week, each part by itself: counts, codes and ids, no name and nobody's words (R098)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, F, Q

from accounts.choices import ActorKind, EventKind
from accounts.ledger import stream_of
from accounts.models import Client, Event, Team
from escalations.choices import AuditRole, AuditState
from escalations.models import (
    AuditAnswer,
    AuditItem,
    BlindLabel,
    CaseType,
    Certificate,
    Decision,
    Pattern,
    PolicyVersion,
    StepUp,
    Trip,
    real,
)
from escalations.selectors.plants import first_id
from reviews.choices import DigestPart as Part
from reviews.models import Correction, Lesson
from reviews.selectors.insight.asked import Asked
from reviews.selectors.insight.attention import LEAST_PEOPLE, LIMITS, Counted, counted_for
from reviews.selectors.insight.figures import total

COMMON = 8
"""Kinds of correction that are named, the most frequent."""

PATTERNS = 5
ATTENTION_WEEKS = 13
"""Planted errors are few: a quarter of a year of them says something of a team."""


A_MOMENT = timedelta(minutes=1)
"""Ids of decisions begin with the time, and no index knows `created_at`: less lies between making and writing one."""


@dataclass(frozen=True, slots=True)
class Span:
    """One client's week: its Monday in the client's zone, its first instant and the first after it."""

    client: Client
    monday: date
    starts_at: datetime
    ends_at: datetime

    def within(self, field: str) -> Q:
        """Rows whose `field` lies in the week."""
        return Q(**{f"{field}__gte": self.starts_at, f"{field}__lt": self.ends_at})


def figures_of(span: Span) -> dict[str, Any]:
    """Every part that is counted for a client; one's own corrections are counted for whoever reads."""
    return {part.value: count(span) for part, count in COUNTED.items()}


def lessons(span: Span) -> list[dict[str, Any]]:
    """What was published, in its order."""
    rows = Lesson.objects.filter(span.within("published_at"), client=span.client, erased_at=None)
    found = rows.order_by("published_at", "pk").values_list("pk", "case_type")
    return [{"lesson": str(pk), "type": kind} for pk, kind in found]


def errors(span: Span) -> dict[str, Any]:
    """How many of people's decisions corrected something, how many fields, and which kinds most; none of a planted
    case.
    """
    ids = {"pk__gte": first_id(span.starts_at - A_MOMENT), "pk__lt": first_id(span.ends_at + A_MOMENT)}
    made = Decision.objects.filter(
        span.within("created_at"), real("case"), case__client=span.client, actor_kind=ActorKind.HUMAN, **ids
    ).exclude(standing=Decision.Standing.UNDONE)
    fields = Correction.objects.filter(decision__in=made)
    kinds = fields.order_by().values("field", "error_type", type=F("decision__case__case_type"))
    common = kinds.annotate(n=Count("pk")).order_by("-n", "type", "field", "error_type")[:COMMON]
    return {
        "decided": made.count(),
        "corrected": fields.order_by().values("decision").distinct().count(),
        "fields": fields.count(),
        "common": [{"type": one["type"], "field": one["field"], "error": one["error_type"], "n": one["n"]}
                   for one in common],
    }  # fmt: skip


def audits(span: Span) -> list[dict[str, Any]]:
    """What blind audits concluded, by case type: how many, and in how many the AI was wrong."""
    labels = BlindLabel.objects.filter(span.within("at"), case_type__client=span.client)
    found = (
        labels.order_by().values("case_type").annotate(n=Count("pk"), bad=Count("pk", filter=Q(wrong=True)))
    )
    return [
        {"type": one["case_type"], "n": one["n"], "wrong": one["bad"]} for one in found.order_by("case_type")
    ]


def handoffs(span: Span) -> dict[str, int]:
    """Of the week's handoffs those judged for good, those of them that succeeded, and those still open."""
    rate = total(Asked(None, span.starts_at, span.ends_at, span.client))
    return {
        "handed": rate.known + rate.pending, "known": rate.known, "successes": rate.successes, "pending": rate.pending
    }  # fmt: skip


def patterns(span: Span) -> list[dict[str, Any]]:
    """The most frequent patterns of the week's review."""
    rows = Pattern.objects.filter(review__client=span.client, review__starts_on=span.monday)
    found = rows.order_by("position")[:PATTERNS].values_list("pk", "n")
    return [{"pattern": str(pk), "n": n} for pk, n in found]


def attention(span: Span) -> dict[str, Any]:
    """Planted errors met and missed by each team, without names: none of a team of which fewer than three people met
    one, and no share from fewer than the meter asks for (R094).
    """
    since = span.ends_at - timedelta(weeks=ATTENTION_WEEKS)
    nothing = Q(pk__in=[])
    counted = counted_for(nothing, nothing, Q(client=span.client, told_at__lt=span.ends_at), since)
    told, small = [], 0
    for team in Team.objects.filter(client=span.client).prefetch_related("members").order_by("pk"):
        met = [counted[one.pk] for one in team.members.all() if one.pk in counted]
        if line := _team(met):
            told.append({"team": team.pk, **line})
        small += bool(met) and line is None
    return {"weeks": ATTENTION_WEEKS, "teams": told, "small": small}


def _team(met: list[Counted]) -> dict[str, int] | None:
    planted, missed = sum(one.planted for one in met), sum(one.missed for one in met)
    if len(met) < LEAST_PEOPLE or planted < LIMITS.least:
        return None
    return {"people": len(met), "planted": planted, "missed": missed}


def reading(span: Span) -> dict[str, int]:
    """Audits drawn, read blind for the first time, how many of these answers differ from the AI's, disputes settled by
    a third, audits concluded, and what was left open when the week was over.
    """
    items = AuditItem.objects.filter(case__client=span.client)
    answers = AuditAnswer.objects.filter(span.within("at"), item__case__client=span.client)
    first = answers.filter(role=AuditRole.FIRST)
    return {
        "drawn": items.filter(span.within("created_at")).count(),
        "read": first.count(),
        "differed": first.filter(agrees=False).count(),
        "adjudicated": answers.filter(role=AuditRole.ADJUDICATOR).count(),
        "concluded": items.filter(span.within("done_at"), state=AuditState.DONE).count(),
        "open": items.filter(created_at__lt=span.ends_at)
        .exclude(done_at__lt=span.ends_at, state=AuditState.DONE)
        .count(),
    }


def autonomy(span: Span) -> dict[str, Any]:
    """Levels that changed, steps proposed or ended, times that the AI was stopped, certificates given and ended, and
    policy that went live.
    """
    mine = Q(case_type__client=span.client)
    steps = StepUp.objects.filter(mine, span.within("proposed_at") | span.within("ended_at")).order_by("pk")
    trips = Trip.objects.filter(mine, span.within("at")).order_by("pk")
    proofs = Certificate.objects.filter(mine)
    kinds = CaseType.objects.filter(client=span.client).values_list("pk", flat=True)
    changed = Event.objects.filter(
        span.within("at"), kind=EventKind.AUTONOMY_CHANGED, stream__in=[stream_of("autonomy", pk) for pk in kinds]
    ).order_by("at")  # fmt: skip
    live = PolicyVersion.objects.filter(span.within("live_from")).order_by("number")
    return {
        "levels": [{"type": one.data["type"], "before": one.data["before"]["level"],
                    "after": one.data["after"]["level"]} for one in changed],
        "steps": [{"type": one.case_type_id, "kind": one.kind, "level": one.level, "state": one.state}
                  for one in steps],
        "trips": [{"type": one.case_type_id, "code": one.code, "resumed": one.resumed_at is not None}
                  for one in trips],
        "issued": proofs.filter(span.within("issued_at")).count(),
        "ended": proofs.filter(span.within("ended_at")).count(),
        "policies": list(live.values_list("number", flat=True)),
    }  # fmt: skip


COUNTED: Mapping[Part, Callable[[Span], Any]] = {
    Part.LESSONS: lessons, Part.ERRORS: errors, Part.AUDITS: audits, Part.HANDOFFS: handoffs,
    Part.PATTERNS: patterns, Part.ATTENTION: attention, Part.READING: reading, Part.AUTONOMY: autonomy,
}  # fmt: skip
