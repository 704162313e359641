"""Counting clocks again from the ledger alone, and saying where what is stored differs (R061)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any
from uuid import UUID

from accounts.choices import EventKind
from escalations.planting import planted
from escalations.segments import segments_of, spans_of
from escalations.selectors.clocks import SLA_TOLD, history_and_regimes
from escalations.selectors.timed import Kept, Timed, reading, timed_cases

COMPARED = (
    "tier",
    "target",
    "warn_after",
    "started_at",
    "stopped_at",
    "paused",
    "elapsed",
    "warn_at",
    "due_at",
    "met",
)


@dataclass(frozen=True, slots=True)
class Difference:
    """A clock whose stored value is not what the events say. `field` is empty when a whole clock is missing."""

    ref: str
    timer: str
    round: int
    field: str
    stored: Any
    told: Any


def differences(ids: Sequence[UUID]) -> Iterator[Difference]:
    """Where the clocks of these cases differ from what their events say; nothing when all is well."""
    for timed in timed_cases([one for one in ids if not planted(one)]):
        told = {(kept.timer, kept.round): kept for kept in recount(timed)}
        for key in sorted(told.keys() | timed.clocks.keys()):
            stored, counted = timed.clocks.get(key), told.get(key)
            if stored is None or counted is None:
                yield Difference(timed.ref, *key, "", stored is not None, counted is not None)
                continue
            for field in fields(Kept):
                was, now = getattr(stored, field.name), getattr(counted, field.name)
                if field.name in COMPARED and was != now:
                    yield Difference(timed.ref, *key, field.name, was, now)


def recount(timed: Timed) -> Iterator[Kept]:
    """The case's clocks from its events: what was promised, from when on what held, what has fired."""
    history, regimes = history_and_regimes(timed)
    promised = _promised(timed)
    fired = _fired(timed)
    for span in spans_of(history) if regimes else ():
        key = (span.timer.value, span.round)
        if key not in promised:
            continue
        tier, target, warn_after = promised[key]
        marks = Kept(
            *key, tier, 0, 0, target, warn_after, span.start, None, "", 0, None, None, None,
            fired.get((*key, EventKind.SLA_WARNED)), fired.get((*key, EventKind.SLA_BREACHED)), None, "", None,
        )  # fmt: skip
        yield reading(
            span, segments_of(span, history, regimes), marks, tier=tier, target=target, warn_after=warn_after,
            policy=0, calendar=0, costs=None,
        )  # fmt: skip


def _promised(timed: Timed) -> dict[tuple[str, int], tuple[int, int, int]]:
    told = [fact.data for fact in timed.facts if fact.kind in SLA_TOLD]
    return {
        (timer, number): (tier, target, warn)
        for data in told
        for timer, number, tier, target, warn in data.get("clocks", ())
    }


def _fired(timed: Timed) -> dict[tuple[str, int, str], datetime]:
    return {
        (fact.data["timer"], fact.data["round"], fact.kind): fact.at
        for fact in timed.facts
        if fact.kind in (EventKind.SLA_WARNED, EventKind.SLA_BREACHED)
    }
