"""Whether what the AI proposes or wrote occurs in the evidence of the case (R009).

Evidence is what did not come from the AI: subject, messages of customer and staff, results of tools, what is
on record, and the dates of messages. Fields that the AI read count only where no text exists to read them
from (forms, invoices, records sent as data).
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from itertools import islice
from typing import Any

from escalations.triage.case_text import DEEPEST
from escalations.triage.text.values import (
    NUMBER,
    Day,
    Found,
    amounts,
    dates,
    identifiers,
    plain,
    to_decimal,
)
from escalations.triage.types import CaseView, Signal, Span

AS_DATA = ("form", "invoice", "api", "action")
"""Channels on which fields are sent as data and not read out of a text."""

SMALL = 31
"""Whole numbers up to this under a name that is not money's are counts (days, items), not claims."""

MONEY_NAMES = ("amount", "total", "price", "sum", "fee", "refund", "credit", "balance", "net", "tax", "cost")

MARGIN = Decimal("0.005")

MOST_CLAIMS = 200
"""Values of each kind that are looked at in one text."""


@dataclass(slots=True)
class Evidence:
    """All values that the case itself contains."""

    numbers: set[Decimal] = field(default_factory=set)
    days: set[Day] = field(default_factory=set)
    tokens: set[str] = field(default_factory=set)
    compact: str = ""
    said: str = ""

    def add(self, text: str) -> None:
        """Read one more text."""
        for match in NUMBER.finditer(text[:20_000]):
            value = to_decimal(match.group())
            if value is not None:
                self.numbers.add(abs(value))
        for found in amounts(text):
            self.numbers.update(found.forms)
        for found in dates(text):
            self.days.update(found.forms)
        self.compact += " " + plain(text[:20_000])
        self.said += " " + text[:20_000].casefold()

    def add_moment(self, moment: datetime) -> None:
        """The day of a message or step may be named."""
        self.days.add((moment.year, moment.month, moment.day))

    def holds(self, found: Found) -> bool:
        """Whether the value occurs, in whatever form."""
        if found.kind == "amount":
            return any(self.holds_number(value) for value in found.forms)
        if found.kind == "date":
            return any(same_day(a, b) for a in found.forms for b in self.days)
        return any(str(form) in self.compact or str(form) in self.said for form in found.forms)

    def holds_number(self, value: Decimal) -> bool:
        """Whether the number occurs, to half a cent."""
        value = abs(value)
        return value in self.numbers or any(abs(value - known) <= MARGIN for known in self.numbers)


def same_day(one: Day, other: Day) -> bool:
    """Equal, a year that is not said matching any."""
    return one[1:] == other[1:] and (one[0] is None or other[0] is None or one[0] == other[0])


def leaves(value: Any, name: str = "", depth: int = 0) -> Iterator[tuple[str, Any]]:
    """Every scalar in nested data with the nearest name above it."""
    if depth > DEEPEST:
        return
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from leaves(inner, str(key), depth + 1)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from leaves(inner, name, depth + 1)
    elif value is not None and not isinstance(value, bool):
        yield name, value


def evidence_of(case: CaseView) -> Evidence:
    """Gather what the case contains that the AI did not write."""
    evidence = Evidence()
    evidence.add(case.subject)
    for message in case.messages:
        evidence.add_moment(message.at)
        if message.author != "ai":
            evidence.add(message.text)
    for step in case.steps:
        if step.at is not None:
            evidence.add_moment(step.at)
        if step.ok and step.result is not None:
            evidence.add(
                step.result if isinstance(step.result, str) else json.dumps(step.result, default=str)
            )
    for text in (*case.known_names, *case.known_facts):
        evidence.add(text)
    if case.channel in AS_DATA or not any(m.author == "customer" for m in case.messages):
        for read in case.fields:
            evidence.add(read.value)
    return evidence


def claims(text: str) -> list[Found]:
    """Amounts, dates and identifiers of a text, none inside another."""
    found = [each for kind in (dates, amounts, identifiers) for each in islice(kind(text), MOST_CLAIMS)]
    kept: list[Found] = []
    for each in found:
        if all(each.end <= other.start or each.start >= other.end for other in kept):
            kept.append(each)
    return kept


def missing_from_arguments(case: CaseView, evidence: Evidence) -> list[str]:
    """`name value` of every proposed argument that the evidence does not contain."""
    missing: list[str] = []
    for name, value in leaves(case.proposed_arguments):
        if isinstance(value, int | float):
            money = any(word in name.lower() for word in MONEY_NAMES)
            number = Decimal(str(value)) if abs(value) < 1e15 else None
            counted = not money and float(value).is_integer() and 0 <= value <= SMALL
            if not counted and (number is None or not evidence.holds_number(number)):
                missing.append(f"{name} {value}")
        elif isinstance(value, str):
            missing.extend(f"{name} {found.text}" for found in claims(value) if not evidence.holds(found))
    return missing


def ungrounded(case: CaseView, evidence: Evidence | None = None) -> Signal | None:
    """The signal for claims without evidence in proposed arguments or texts of the AI; None if all hold."""
    known = evidence or evidence_of(case)
    words = missing_from_arguments(case, known)
    spans: list[Span] = []
    for number, message in enumerate(case.messages):
        if message.author != "ai":
            continue
        for found in claims(message.text):
            if not known.holds(found):
                words.append(found.text)
                spans.append(Span(number, found.start, found.end))
    if not words:
        return None
    return Signal("ungrounded", 1.0, ", ".join(list(dict.fromkeys(words))[:8])[:300], tuple(spans))
