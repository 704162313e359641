"""What a decision must say. Pure: plain values in, messages out; no ORM, no clock reads."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from escalations.choices import FINAL_VERBS, ErrorType, Verb
from reviews.choices import CATEGORY, WhatWasWrong

LONGEST_WAIT = timedelta(days=90)
"""Further away nobody means a snooze or a hold."""

DEFAULT_WAIT = {
    Verb.SNOOZE: timedelta(hours=1),
    Verb.HOLD: timedelta(hours=24),
    Verb.REQUEST_INFO: timedelta(hours=72),
}
"""Ours: how long a case waits when the person names no time."""

PARTS_END = ("done", "drop")
"""What a final decision may say of sub-tasks that are open (R049)."""

WITH_REASON = (Verb.OVERRIDE, Verb.ESCALATE)


@dataclass(frozen=True, slots=True)
class Submission:
    """What a person sent: a verb, the version and token they saw, and the rest as the verb asks.

    `values` are the fields as they left them, `error_types` what was wrong with those they changed; `until`
    is aware. `provisional` is the verb they chose while the AI's proposal was still folded, if it was; `subtasks` is
    what becomes of the parts that other departments still owe: done, drop, or "" for none of it.
    """

    verb: str
    version: int
    claim_token: int
    disposition: str = ""
    reason: str = ""
    note: str = ""
    reply: str = ""
    instructions: str = ""
    target: str = ""
    until: datetime | None = None
    provisional: str = ""
    subtasks: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    error_types: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Read:
    """A field as the AI read it; `others` are further readings that disagree with it."""

    name: str
    value: str
    confidence: float | None = None
    others: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Allowed:
    """What this case lets its holder say."""

    verbs: Collection[str]
    dispositions: Collection[str]
    targets: Collection[str]
    fields: Mapping[str, Read]
    subtasks_open: int = 0
    categories: Collection[str] = ()


@dataclass(frozen=True, slots=True)
class Change:
    """One field that a person changed."""

    read: Read
    after: str
    error_type: str


def readings(rows: Collection[Mapping[str, object]]) -> dict[str, Read]:
    """Rows of name, value and confidence by name: the surest reading first, the others beside it (R022)."""
    found: dict[str, Read] = {}
    for row in sorted(rows, key=lambda r: -(_number(r["confidence"]) or 0.0)):
        name, value = str(row["name"]), str(row["value"])
        if (known := found.get(name)) is None:
            found[name] = Read(name, value, _number(row["confidence"]))
        elif value != known.value:
            found[name] = Read(name, known.value, known.confidence, (*known.others, value))
    return found


def with_category(
    read: Mapping[str, Read], category: str, confidence: float | None, categories: Collection[str]
) -> dict[str, Read]:
    """The readings with the category among them, where the case type knows `categories` and no field is called so."""
    if not category or not categories or CATEGORY in read:
        return dict(read)
    return {CATEGORY: Read(CATEGORY, category, confidence), **read}


def changes(given: Submission, read: Mapping[str, Read]) -> list[Change]:
    """The fields whose value differs from what the AI read; a browser's own line ends and spaces do not count."""
    return [
        Change(read[name], value, given.error_types.get(name, ""))
        for name, value in given.values.items()
        if name in read and value.split() != read[name].value.split()
    ]


def problems(given: Submission, allowed: Allowed, now: datetime) -> dict[str, str]:
    """What is wrong with a submission, by form field; empty when nothing is (R071)."""
    if given.verb not in allowed.verbs:
        return {"verb": "Choose what to do." if not given.verb else "This cannot be done with this case."}
    changed = changes(given, allowed.fields)
    found = _reasons(given, allowed) | _times(given, now)
    if given.verb in FINAL_VERBS:
        found |= _ending(given, allowed, changed)
    return found


def _ending(given: Submission, allowed: Allowed, changed: list[Change]) -> dict[str, str]:
    found = {}
    if allowed.subtasks_open and given.subtasks not in PARTS_END:
        found["subtasks"] = (
            "Other departments still owe their part: say that it is done or not needed, or end each in Departments."
        )
    if given.disposition not in allowed.dispositions:
        found["disposition"] = "Choose how the case ends."
    if given.verb == Verb.APPROVE and changed:
        found["verb"] = "You changed a field: choose Correct, or put the value back."
    if given.verb == Verb.CORRECT and not changed:
        found["verb"] = "Nothing is corrected: change a field, or choose Approve."
    if given.verb != Verb.APPROVE:
        for change in changed:
            if change.read.name == CATEGORY and allowed.categories and change.after not in allowed.categories:
                found[f"f.{CATEGORY}"] = "Choose one of the categories."
            if change.error_type not in ErrorType.values:
                found[f"e.{change.read.name}"] = "Say what was wrong with it."
    return found


def _reasons(given: Submission, allowed: Allowed) -> dict[str, str]:
    found = {}
    if given.verb == Verb.OVERRIDE and given.reason not in WhatWasWrong.values:
        found["reason"] = "Say what was wrong."
    if given.verb == Verb.ESCALATE:
        if not given.reason:
            found["reason"] = "Say why it goes up."
        if given.target and given.target not in allowed.targets:
            found["target"] = "Choose a queue."
        if not given.target and not allowed.targets:
            found["target"] = "There is no queue above this one."
    if given.verb == Verb.RETURN_TO_AI and not given.instructions:
        found["instructions"] = "Tell the AI what to do."
    return found


def _times(given: Submission, now: datetime) -> dict[str, str]:
    if given.verb not in DEFAULT_WAIT or given.until is None:
        return {}
    if given.until <= now:
        return {"until": "That time is past."}
    if given.until > now + LONGEST_WAIT:
        return {"until": f"At most {LONGEST_WAIT.days} days."}
    return {}


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) else None
