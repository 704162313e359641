"""How unusual the numbers of a case are: an amount against earlier ones, figures that contradict each other.

The score is 1 minus the share of clean cases that would look at least as unusual, so .98 means "two in a
hundred clean ones look like this".
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from math import exp, log
from statistics import median
from typing import Any

from escalations.triage.grounding import MONEY_NAMES, leaves
from escalations.triage.text.values import amounts, dates, to_decimal
from escalations.triage.types import CaseView, Signal, Span

PRIOR_SPREAD, PRIOR_WEIGHT = 0.9, 4.0
"""With few earlier amounts their spread (of logarithms) is drawn towards this one, as if seen this often."""

ROUND_SHIFTS = (10.0, 100.0, 1000.0)
FEWEST_PAST = 3
CENT = Decimal("0.02")


@dataclass(frozen=True, slots=True)
class Amount:
    """What the case is about in money, and where it stands (None when only in data)."""

    value: float
    span: Span | None = None


def named_amount(case: CaseView) -> float | None:
    """The proposed amount, or else the one a field names; in the case's own currency."""
    for name, value in leaves(case.proposed_arguments):
        number = as_number(value) if is_money(name) else None
        if number:
            return number
    found = {field.name.lower(): as_number(field.value) for field in case.fields if is_money(field.name)}
    for wanted in ("total", "amount"):
        for name, number in found.items():
            if wanted in name and number:
                return number
    return next((number for number in found.values() if number), None)


def is_money(name: str) -> bool:
    """Whether a field or argument of this name holds money."""
    lowered = name.lower()
    return any(word in lowered for word in MONEY_NAMES) and "number" not in lowered and "date" not in lowered


def as_number(value: Any) -> float | None:
    """A positive number from data or from text such as "EUR 1,234.50"; None when there is none."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return float(abs(value)) if 0 < abs(value) < 1e15 else None
    text = str(value)[:100].strip()
    found = next(amounts(text), None)
    number = next(iter(found.forms)) if found else to_decimal(text)
    return float(abs(number)) if number else None


def case_amount(case: CaseView) -> Amount | None:
    """The named amount, or the largest one with a currency in the customer's messages."""
    named = named_amount(case)
    if named is not None:
        return Amount(named)
    best: Amount | None = None
    for number, message in enumerate(case.messages):
        for found in amounts(message.text) if message.author == "customer" else ():
            value = float(next(iter(found.forms)))
            if "%" not in found.text and value > 0 and (best is None or value > best.value):
                best = Amount(value, Span(number, found.start, found.end))
    return best


def tail_probability(value: float, past: Sequence[float]) -> float:
    """Two-sided chance that a clean amount lies at least as far from the middle of the earlier ones.

    Logarithms; median and 1.4826·MAD with the spread shrunk towards PRIOR_SPREAD; Student's t, because the
    spread is an estimate. Never below what so few examples can tell: 1 / (n + 1) is not undercut more than
    tenfold for each further spread.
    """
    logs = [log(amount) for amount in past if amount > 0]
    middle = median(logs)
    spread = 1.4826 * median(abs(entry - middle) for entry in logs)
    n = len(logs)
    shrunk = ((n * spread**2 + PRIOR_WEIGHT * PRIOR_SPREAD**2) / (n + PRIOR_WEIGHT)) ** 0.5
    from scipy.special import stdtr  # slow to import, and most processes never need it

    return float(2 * stdtr(n + PRIOR_WEIGHT - 1, -abs(log(value) - middle) / shrunk))


def amount_outlier(case: CaseView) -> Signal | None:
    """The amount against `past_amounts`; None where there is nothing to compare."""
    amount = case_amount(case)
    past = [value for value in case.past_amounts if value > 0]
    if amount is None or len(past) < FEWEST_PAST:
        return None
    usual = exp(median(log(value) for value in past))
    score = 1 - tail_probability(amount.value, past)
    ratio = amount.value / usual
    words = f"{amount.value:,.2f}, usually {usual:,.2f}"
    shift = next((s for s in ROUND_SHIFTS for r in (ratio, 1 / ratio) if abs(r / s - 1) < 0.02), None)
    if shift:
        score, words = max(score, 0.9), f"{words}: {shift:.0f} times as much or as little"
    return Signal("amount_outlier", round(score, 4), words, (amount.span,) if amount.span else ())


def arithmetic_problem(case: CaseView) -> str:
    """What does not add up among net, tax and total, or among lines and total; empty if all does."""
    values: dict[str, Decimal] = {}
    for field in case.fields:
        number = as_number(field.value)
        if number is not None:
            values.setdefault(field.name.lower().replace(" ", "_"), Decimal(str(round(number, 4))))
    net = _first(values, "net", "net_amount", "net_total", "subtotal")
    tax = _first(values, "tax", "vat", "tax_amount", "vat_amount")
    total = _first(values, "total", "gross", "invoice_total", "total_amount", "amount")
    if net is not None and tax is not None and total is not None and abs(net + tax - total) > CENT:
        return f"{net} + {tax} is {net + tax}, not {total}"
    quantity, price = _first(values, "quantity"), _first(values, "unit_price")
    if quantity and price and net is not None and abs(quantity * price - net) > CENT:
        return f"{quantity} x {price} is {quantity * price}, not {net}"
    return ""


def _first(values: dict[str, Decimal], *names: str) -> Decimal | None:
    return next((values[name] for name in names if name in values), None)


def repeated_problem(case: CaseView) -> str:
    """What a tool said about a duplicate; empty if none did."""
    for step in case.steps:
        for name, value in leaves(step.result, step.tool):
            said = f"{name} {value}".lower()
            if isinstance(value, str) and any(
                word in said for word in ("duplicate", "already paid", "already refunded")
            ):
                negative = any(
                    word in said for word in ("no duplicate", "not a duplicate", "without duplicate")
                )
                if not negative:
                    return f"{step.tool}: {str(value)[:80]}"
    return ""


def date_problem(case: CaseView) -> str:
    """An invoice or charge dated after the message that brings it; empty if none is."""
    if not case.messages:
        return ""
    last = (case.messages[-1].at + timedelta(days=1)).date()
    for field in case.fields:
        name = field.name.lower()
        if not any(word in name for word in ("invoice_date", "charge_date", "payment_date", "order_date")):
            continue
        for found in dates(field.value):
            options = [day for day in found.forms if day[0] is not None]
            if options and all(day > (last.year, last.month, last.day) for day in options):
                return f"{field.name} {found.text} lies in the future"
    return ""


def inconsistent(case: CaseView) -> Signal | None:
    """Figures that contradict each other, whatever is usual; None if none do."""
    problems = [
        text for text in (arithmetic_problem(case), repeated_problem(case), date_problem(case)) if text
    ]
    return Signal("inconsistent", 0.99, "; ".join(problems)) if problems else None
