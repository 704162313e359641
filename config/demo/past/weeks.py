"""The reviews of the past's weeks, with what was agreed in them: who does what about a pattern, since when it is done.

What is done shows: of the cases that a fix is for, few came afterwards.
"""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from uuid import UUID

from django.utils.timezone import localtime

from accounts.choices import EventKind
from accounts.ledger import record, stream_of
from accounts.models import Client, User
from config.demo.past.judged import FIXES
from escalations.auditing import week_around
from escalations.choices import PatternState
from escalations.models import Pattern, PatternCase, WeeklyReview
from escalations.services.weekly import review_week

WEEKS = 5
AGREED = 3
"""So many patterns of the newest review have an owner and an action."""

OWNERS = {
    "harbour": "imelda@handrail.test",
    "northline": "kofi@handrail.test",
    "meridian": "priya@handrail.test",
}
ACTIONS = {
    "billing": "The agent attaches the bank's line and the ledger's to the package",
    "operations": "Ask the carrier for its reason codes, so that the agent can pass them on",
    "collections": "The agent asks what is possible before it hands over",
    "compliance": "Compliance writes the three sentences that a first answer needs",
    "engineering": "The line test's result goes into the package",
    "frontline": "One more help page, and the agent names it",
}
ELSE = "The queue's owner goes through the cases with the agent's owner"


def write_reviews(
    scenarios: Mapping[UUID, str], people: Mapping[str, User], now: datetime, done: datetime
) -> None:
    """Review each week of the past that is over, the oldest first. `scenarios` says what each case was written as."""
    for client in Client.objects.filter(slug__in=OWNERS).order_by("slug"):
        owner = people[OWNERS[client.slug]]
        reviews = [review_week(client, monday) for monday in _mondays(now, client.timezone)]
        over = [one for one in reviews if one.ends_at <= done and one.handed]
        if over:
            _fixed(over[-1], scenarios, owner, done)
        _agree(reviews[-1], owner)


def _mondays(now: datetime, zone: str) -> list[date]:
    """Those of the weeks before this one, the oldest first."""
    return [week_around(now - timedelta(weeks=back), zone)[0] for back in range(WEEKS, 0, -1)]


def _fixed(review: WeeklyReview, scenarios: Mapping[UUID, str], owner: User, done: datetime) -> None:
    """The pattern that the fix is for was agreed then, and is done."""
    fixed = {case for case, scenario in scenarios.items() if scenario in FIXES}
    members = PatternCase.objects.filter(pattern__review=review, case__in=fixed).order_by("pattern__position")
    first = members.select_related("pattern").first()
    if first is not None:
        action = FIXES[scenarios[first.case_id]]
        _change(first.pattern, owner, action, PatternState.DONE, done)


def _agree(review: WeeklyReview, owner: User) -> None:
    around = Pattern.objects.select_related("case_type__default_queue")
    for pattern in around.filter(review=review, state=PatternState.OPEN).order_by("position")[:AGREED]:
        action = ACTIONS.get(pattern.case_type.default_queue.slug, ELSE)
        _change(pattern, owner, action, PatternState.AGREED, None)


def _change(pattern: Pattern, owner: User, action: str, state: PatternState, done: datetime | None) -> None:
    """As `change_pattern` does it, at a time that is over."""
    before = pattern.state
    Pattern.objects.filter(pk=pattern.pk).update(
        owner=owner, action=action, state=state, done_at=done, changed_at=done or localtime()
    )
    record(
        stream_of("pattern", pattern.pk), kind=EventKind.PATTERN_CHANGED, actor=owner, review=pattern.review_id,
        diff={"owner": [None, owner.pk], "state": [before, state]}, action="changed", demo="past",
    )  # fmt: skip
