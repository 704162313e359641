"""What an audit is about, in plain values: which cases are drawn from, and whether two answers agree. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

FREE = frozenset({"autonomy", "confidence", "certificate", "level", "breaker"})
"""What may keep a candidate from being settled: the AI's own doubt, or that nobody gave it the right yet."""

LEARNED = 1000
"""So many blind labels end the learning rate: from then on a candidate is drawn as rarely as anything settled."""

NO_ACTION, PERSON = "none", "person"
"""Answers beside the tools: nothing is carried out; a person had to decide this case."""

_NUMBER = re.compile(r"[-+]?\d{1,3}(?:,\d{3})+(?:\.\d+)?|[-+]?\d+(?:\.\d+)?")


@dataclass(frozen=True, slots=True)
class Answer:
    """What is true of a case, as the AI or a reader says: its category, the action to take, its required values."""

    category: str
    action: str
    values: Mapping[str, str] = field(default_factory=dict)


def arm_of(outcome: Mapping[str, Any], *, required: bool) -> str:
    """ "settled", "candidate" or "": which draw a case takes part in, from its routing's outcome.

    A candidate has an AI answer that nothing but confidence, the missing certificate or the level keeps from being
    settled: LOW_CONFIDENCE may be its only reason. `required`: does its type name fields that must be read.
    """
    if outcome.get("settle"):
        return "settled"
    held = set((outcome.get("trace") or {}).get("held_by") or ("unknown",))
    codes = {reason["code"] for reason in outcome.get("reasons") or ()}
    if "reasons" in held and codes == {"LOW_CONFIDENCE"}:
        held.discard("reasons")
    if "allocation" in held and _only_unsure(outcome, required):
        held.discard("allocation")
    judged = outcome.get("confidence") is not None and bool(outcome.get("category"))
    return "candidate" if judged and held <= FREE else ""


def _only_unsure(outcome: Mapping[str, Any], required: bool) -> bool:
    """Does the matrix leave the case to a person because of the AI's doubt alone? A type that requires no field counts
    as structured once its intent is certain (policy.shape.data_structure), so doubt shows in that row, too.
    """
    trace = outcome.get("trace") or {}
    signals = trace.get("signals") or {}
    others = [cell["allocation"] for cell in outcome.get("cells") or () if cell["row"] != "data_structure"]
    simple = float(signals.get("complexity", 1)) < float((signals.get("n") or {}).get("complexity_limit", 0))
    unsure = "confidence" in (trace.get("held_by") or ()) and not required
    return unsure and simple and not signals.get("unclear") and bool(others) and set(others) == {"ai"}


def risk_of(outcome: Mapping[str, Any]) -> float:
    """How risky triage found the case, 0 to 1: what the second sample weights by."""
    signals = (outcome.get("trace") or {}).get("signals") or {}
    return min(max(float(signals.get("risk_score") or 0.0), 0.0), 1.0)


def rate_of(arm: str, rate: float, learning_rate: float, labels: int) -> float:
    """With which chance the honest draw takes a case of this arm, when its type has so many blind labels."""
    return learning_rate if arm == "candidate" and labels < LEARNED else rate


def differences(mine: Answer, other: Answer) -> tuple[str, ...]:
    """In what two answers differ: "category", "action", and the names of values. Case, blanks and how a number is
    written do not count.
    """
    found = [
        name for name in ("category", "action") if plain(getattr(mine, name)) != plain(getattr(other, name))
    ]
    names = sorted({*mine.values, *other.values})
    found += [name for name in names if plain(mine.values.get(name, "")) != plain(other.values.get(name, ""))]
    return tuple(found)


def plain(value: str) -> str:
    """`value` as it is compared: 1,200.50 is 1200.5, "Main  Street" is "main street"."""
    text = " ".join(str(value).split()).casefold()
    bare = text.strip("$€£ ")
    if _NUMBER.fullmatch(bare) and len(bare) < 40:
        if bare[0] == "0" and bare.isdigit():  # an account number keeps its zeros
            return bare
        return format(Decimal(bare.replace(",", "")).normalize(), "f")
    return text


def week_around(moment: datetime, zone: str) -> tuple[date, datetime, datetime]:
    """(Monday, its first instant, the first instant after Sunday) of the week that `moment` falls in, in `zone`."""
    place = ZoneInfo(zone)
    local = moment.astimezone(place).date()
    monday = local - timedelta(days=local.weekday())
    ends = monday + timedelta(days=7)
    starts_at, ends_at = (datetime.combine(day, time(), place).astimezone(UTC) for day in (monday, ends))
    return monday, starts_at, ends_at
