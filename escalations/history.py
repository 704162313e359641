"""A case's life out of its events: where it stood from when to when. Pure.

Every clock and every answer to "who was responsible?" is derived from this, and from nothing else.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from itertools import pairwise
from typing import Any

from accounts.choices import ActorKind, EventKind
from escalations.choices import Author
from escalations.planting import ROUTED_IN, TRIAGED_IN


class Standing(StrEnum):
    """Where a case stands, told finer than its state: the waits by what they wait for."""

    TRIAGE = "triage"
    QUEUE = "queue"
    WORK = "work"
    HOLD = "hold"
    INFO = "info"
    SNOOZED = "snoozed"
    WITH_AI = "with_ai"
    RESOLVED = "resolved"
    SETTLED = "settled"
    CLOSED = "closed"


ENDED = (Standing.RESOLVED, Standing.SETTLED)
"""Decided, and not yet final: it may be taken back."""

LEADS_TO: dict[str, Standing] = {
    EventKind.CASE_RECEIVED: Standing.TRIAGE,
    EventKind.CASE_TRIAGING: Standing.TRIAGE,
    EventKind.CASE_AUTO_RESOLVED: Standing.SETTLED,
    EventKind.CASE_ROUTED: Standing.QUEUE,
    EventKind.CASE_CLAIMED: Standing.WORK,
    EventKind.CASE_TAKEN_OVER: Standing.WORK,
    EventKind.CASE_RELEASED: Standing.QUEUE,
    EventKind.CASE_SKIPPED: Standing.QUEUE,
    EventKind.CASE_LEASE_EXPIRED: Standing.QUEUE,
    EventKind.CASE_DECIDED: Standing.RESOLVED,
    EventKind.CASE_ESCALATED: Standing.QUEUE,
    EventKind.CASE_HELD: Standing.HOLD,
    EventKind.CASE_INFO_REQUESTED: Standing.INFO,
    EventKind.CASE_SNOOZED: Standing.SNOOZED,
    EventKind.CASE_RETURNED_TO_AI: Standing.WITH_AI,
    EventKind.CASE_WOKEN: Standing.QUEUE,
    EventKind.CASE_RAISED: Standing.QUEUE,
    EventKind.CASE_MOVED: Standing.QUEUE,
    EventKind.CASE_ASSIGNED: Standing.QUEUE,
    EventKind.CASE_UNDONE: Standing.WORK,
    EventKind.CASE_CLOSED: Standing.CLOSED,
    EventKind.CASE_REOPENED: Standing.QUEUE,
    EventKind.CASE_FLAGGED: Standing.QUEUE,
    EventKind.PLANT_ANSWERED: Standing.CLOSED,
    EventKind.PLANT_WITHDRAWN: Standing.CLOSED,
}
"""The standing after an event; every other kind leaves it as it was. A test holds it against `transitions.MOVES`."""

PLACES = {
    EventKind.CASE_ROUTED, EventKind.CASE_AUTO_RESOLVED, EventKind.CASE_TRIAGED, EventKind.CASE_WOKEN,
    EventKind.CASE_REOPENED, EventKind.CASE_ESCALATED, EventKind.CASE_RAISED, EventKind.CASE_MOVED,
    EventKind.CASE_REFILED,
}  # fmt: skip
"""Kinds whose `to` says a queue and a tier."""

PASSED_ON = {
    EventKind.CASE_RELEASED, EventKind.CASE_SKIPPED, EventKind.CASE_LEASE_EXPIRED, EventKind.CASE_ESCALATED,
    EventKind.CASE_RAISED, EventKind.CASE_MOVED, EventKind.CASE_ASSIGNED,
}  # fmt: skip
"""Kinds after which the case waits because somebody passed it on, not because nobody had come yet (R056)."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One event of a case: what the ledger says, as plain values."""

    at: datetime
    kind: str
    actor_kind: str = ""
    actor_id: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)


def as_if(fact: Fact) -> tuple[Fact, ...]:
    """The fact as people may read it: a planted case came, was scored and routed like any other, and ends like one
    (R094). What only some may know stands in the ledger.
    """
    if fact.kind == EventKind.PLANT_MADE:
        came = fact.at - ROUTED_IN
        return (
            Fact(came, EventKind.CASE_RECEIVED, "ai", str(fact.data.get("agent") or "")),
            Fact(came + TRIAGED_IN, EventKind.CASE_TRIAGING, "system"),
            Fact(
                fact.at, EventKind.CASE_ROUTED, "system", "",
                {"to": fact.data.get("to"), "reasons": fact.data.get("reasons")},
            ),
            Fact(fact.at, EventKind.SLA_STARTED, "system"),
        )  # fmt: skip
    if fact.kind in (EventKind.PLANT_ANSWERED, EventKind.PLANT_WITHDRAWN):
        return (Fact(fact.at, EventKind.CASE_CLOSED, "system"),)
    return (fact,)


@dataclass(frozen=True, slots=True)
class Stay:
    """A stretch in which nothing about a case's standing changed. `until` is None while it lasts.

    `queue` is a slug, empty before routing; `tier` is None while no event has said one; `holder` is a user's id;
    `decider` is whose decision stands, (actor kind, id), once one does. `passed_on` tells a wait after a hand-over
    from one before anybody came.
    """

    since: datetime
    until: datetime | None
    standing: Standing
    queue: str = ""
    tier: int | None = None
    holder: int | None = None
    decider: tuple[str, str] | None = None
    passed_on: bool = False


@dataclass(frozen=True, slots=True)
class History:
    """A case's stays, without gap or overlap, and the times that its clocks turn on.

    `routed` is when a person was first needed; `asked` are the customer's later messages; `answered` what the
    customer was told and nobody took back. A decision that can still be taken back counts until it is.
    """

    stays: tuple[Stay, ...]
    routed: datetime | None
    asked: tuple[datetime, ...]
    answered: tuple[datetime, ...]

    @property
    def began(self) -> datetime:
        return self.stays[0].since


def history_of(facts: Iterable[Fact]) -> History:
    """The history that these events, in the order of the ledger, tell. Raises ValueError when there is none."""
    ordered = list(_in_order(facts))
    if not ordered:
        raise ValueError("a case without events has no history")
    stays = _stays(ordered)
    routed = next((stay.since for stay in stays if stay.standing == Standing.QUEUE), None)
    asked = tuple(
        fact.at for fact in ordered
        if fact.kind == EventKind.CASE_MESSAGE and fact.data.get("author") == Author.CUSTOMER
    )  # fmt: skip
    return History(stays, routed, asked, tuple(_answered(ordered)))


def ends_it(stays: Sequence[Stay], index: int) -> bool:
    """Does the stay of that index end the case? A decision that was taken back does not."""
    stay = stays[index]
    if stay.standing == Standing.CLOSED:
        return True
    later = stays[index + 1] if index + 1 < len(stays) else None
    return stay.standing in ENDED and (later is None or later.standing == Standing.CLOSED)


def _in_order(facts: Iterable[Fact]) -> Iterator[Fact]:
    """A database whose clock was set back must not make time run backwards here."""
    last: datetime | None = None
    for fact in facts:
        at = fact.at if last is None else max(last, fact.at)
        last = at
        yield fact if at == fact.at else replace(fact, at=at)


def _stays(facts: Sequence[Fact]) -> tuple[Stay, ...]:
    stays: list[Stay] = []
    before_decision: dict[str, Stay] = {}
    for fact in facts:
        now = stays[-1] if stays else Stay(fact.at, None, Standing.TRIAGE)
        if decided := str(fact.data.get("decision") or ""):
            before_decision.setdefault(decided, now)
        after = _after(now, fact, before_decision.get(decided, now))
        if stays and replace(after, since=now.since) == now:
            continue
        if stays and after.since == now.since:
            stays.pop()  # two events of one moment: only the later lasts
        elif stays:
            stays[-1] = replace(now, until=after.since)
        stays.append(after)
    return tuple(stays)


def _after(now: Stay, fact: Fact, then: Stay) -> Stay:
    """The stay that begins with `fact`; `then` is how it stood before the decision that the fact names."""
    standing = LEADS_TO.get(fact.kind, now.standing)
    queue, tier = _place(now, fact)
    if fact.kind == EventKind.CASE_UNDONE:
        queue, tier = then.queue, then.tier
    holder, passed_on = now.holder, now.passed_on
    if fact.kind in LEADS_TO:
        holder = _user(fact) if standing == Standing.WORK else None
        passed_on = fact.kind in PASSED_ON
    decider = now.decider if standing == Standing.CLOSED or fact.kind not in LEADS_TO else None
    if standing in ENDED and fact.kind in LEADS_TO:
        decider = (fact.actor_kind, fact.actor_id)
    return Stay(fact.at, None, standing, queue, tier, holder, decider, passed_on)


def _place(now: Stay, fact: Fact) -> tuple[str, int | None]:
    if fact.kind not in PLACES:
        return now.queue, now.tier
    to = fact.data.get("to")
    place = (
        to
        if isinstance(to, Mapping)
        else {"queue": to, "tier": fact.data.get("tier_to", fact.data.get("tier"))}
    )
    queue, tier = place.get("queue"), place.get("tier")
    return (
        queue if isinstance(queue, str) and queue else now.queue,
        tier if isinstance(tier, int) else now.tier,
    )


def _user(fact: Fact) -> int | None:
    return int(fact.actor_id) if fact.actor_kind == ActorKind.HUMAN and fact.actor_id.isdecimal() else None


def _answered(facts: Sequence[Fact]) -> Iterator[datetime]:
    """When the customer was told something that stands: a settlement that nobody took back, a question, a reply."""
    undone = {str(f.data.get("decision")) for f in facts if f.kind == EventKind.CASE_UNDONE}
    turns = [f for f in facts if f.kind in LEADS_TO]
    void = {
        id(a) for a, b in pairwise(turns)
        if LEADS_TO[a.kind] in ENDED and LEADS_TO[b.kind] != Standing.CLOSED
    }  # fmt: skip
    for fact in facts:
        ends = fact.kind in (EventKind.CASE_DECIDED, EventKind.CASE_AUTO_RESOLVED)
        asks = fact.kind == EventKind.CASE_INFO_REQUESTED or bool(fact.data.get("reply"))
        if (ends or asks) and id(fact) not in void and str(fact.data.get("decision")) not in undone:
            yield fact.at
