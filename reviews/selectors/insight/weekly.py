"""The weekly review as its page shows it (R088, R095)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Prefetch, QuerySet

from accounts.actors import Actor
from accounts.choices import Capability
from accounts.models import Client, User
from accounts.permissions import reach
from escalations.auditing import week_around
from escalations.choices import ReasonCode
from escalations.models import Case, CaseType, HandoffOutcome, Pattern, PatternCase, WeeklyReview
from escalations.permissions import seen_by
from escalations.selectors.patterns import Found, patterns_in
from reviews.selectors.insight.asked import clients_seen
from reviews.selectors.words import humanize

EXAMPLES = 3
SO_FAR = 600
"""Handoffs of the running week that a page groups, the newest; a review groups all of them."""

REASONS = {code: str(label) for code, label in ReasonCode.choices}
WEEKS = 26


@dataclass(frozen=True, slots=True)
class Row:
    """One pattern in words, with the references of typical cases that the reader may open."""

    pattern: Pattern | None
    case_type: str
    category: str
    reasons: str
    terms: str
    n: int
    examples: tuple[str, ...]


def reviews_seen(actor: Actor, client: Client | None) -> QuerySet[WeeklyReview]:
    """The reviews of the reader's clients, the newest first."""
    mine = WeeklyReview.objects.filter(client__in=clients_seen(actor)).select_related("client")
    return mine if client is None else mine.filter(client=client)


def pattern_for(actor: Actor, pk: UUID) -> Pattern | None:
    """The pattern, if it is of a client whose figures the actor may know."""
    around = Pattern.objects.select_related("review__client", "case_type", "owner")
    return around.filter(pk=pk, review__client__in=clients_seen(actor)).first()


def rows_of(actor: Actor, review: WeeklyReview) -> list[Row]:
    """A review's patterns."""
    opened = PatternCase.objects.filter(case__in=Case.objects.filter(seen_by(actor))).select_related("case")
    patterns = (
        Pattern.objects.filter(review=review)
        .select_related("case_type", "owner")
        .prefetch_related(Prefetch("members", opened.order_by("-nearness", "case_id"), "opened"))
    )
    return [
        _row(one, one.case_type.name, one.category, one.reasons, one.terms, one.n, _refs(one))
        for one in patterns.order_by("position")
    ]


def so_far(actor: Actor, client: Client, now: datetime) -> tuple[datetime, int, list[Row]]:
    """The running week of a client: its first instant, its handoffs, and what goes together in the newest of them."""
    _, starts_at, _ = week_around(now, client.timezone)
    mine = HandoffOutcome.objects.filter(
        reach(actor, Capability.INSIGHT_VIEW, client="client_id", queue="queue__slug", tier="tier"),
        client=client, handed_at__gte=starts_at,
    )  # fmt: skip
    found = patterns_in(list(mine.order_by("-handed_at")[:SO_FAR]))
    types = dict(CaseType.objects.filter(client=client).values_list("pk", "name"))
    refs = _opened(actor, found)
    rows = [
        _row(None, types[one.case_type], one.category, one.reasons, one.group.terms, len(one.group.members),
             [refs[case] for case, _ in one.group.members if case in refs])
        for one in found
    ]  # fmt: skip
    return starts_at, mine.count(), rows


def members_of(actor: Actor, pattern: Pattern) -> QuerySet[PatternCase]:
    """The pattern's cases that the reader may open, the most typical first."""
    opened = pattern.members.filter(case__in=Case.objects.filter(seen_by(actor))).select_related("case")
    return opened.order_by("-nearness", "case_id")


def owners_for(client_id: int) -> QuerySet[User]:
    """Who may be asked to do something about a pattern: active people with a role at the client."""
    here = User.objects.filter(grants__client=client_id) | User.objects.filter(grants__client=None)
    return here.filter(is_active=True, grants__isnull=False).distinct().order_by("name")


def title_of(pattern: Pattern) -> str:
    """A pattern in a line."""
    row = _row(
        pattern, pattern.case_type.name, pattern.category, pattern.reasons, pattern.terms, pattern.n, ()
    )
    return ", ".join(part for part in (row.case_type, row.category, row.reasons, row.terms) if part)


def _opened(actor: Actor, found: Sequence[Found]) -> dict[str, str]:
    near = [case for one in found for case, _ in one.group.members[:EXAMPLES]]
    rows = Case.objects.filter(seen_by(actor), pk__in=near).values_list("pk", "ref")
    return {str(pk): ref for pk, ref in rows}


def _refs(pattern: Pattern) -> list[str]:
    opened: list[PatternCase] = pattern.opened  # type: ignore[attr-defined]  # the prefetch's own name
    return [member.case.ref for member in opened[:EXAMPLES]]


def _row(
    pattern: Pattern | None, kind: str, category: str, reasons: Sequence[str], terms: Sequence[str], n: int,
    refs: Sequence[str],
) -> Row:  # fmt: skip
    said = " and ".join(REASONS.get(code, code) for code in reasons)
    return Row(pattern, kind, humanize(category), said, ", ".join(terms), n, tuple(refs[:EXAMPLES]))
