"""Finds amounts, dates and identifiers in text, in forms that can be compared."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

LONGEST = 20_000

_SYMBOL = r"(?:[$€£¥₹]|(?:US|A|C|NZ)\$|\b(?:USD|EUR|GBP|CHF|AUD|CAD|JPY|INR|SEK|NOK|DKK|PLN)\b)"
_NUMBER = r"\d{1,3}(?:[ ,.'\u00a0\u202f]\d{3})+(?:[.,]\d{1,2})?|\d+(?:[.,]\d{1,2})?"
_CODES = "USD|EUR|GBP|CHF|AUD|CAD|JPY|INR|SEK|NOK|DKK|PLN"
_UNIT = rf"(?:€|£|\b(?:{_CODES}|euros?|dollars?|pounds?|bucks|francs?)\b|%|\bper ?cent\b)"
MONEY = re.compile(
    rf"{_SYMBOL}\s?(?P<a>{_NUMBER})(?!\d)|(?<![\w.,])(?P<b>{_NUMBER})\s?{_UNIT}",
    re.IGNORECASE,
)
DECIMAL = re.compile(r"(?<![\w.,/:-])\d{1,9}(?:[ ,.']\d{3})*[.,]\d{2}(?![\w/:-]|[.,]\d)")
NUMBER = re.compile(rf"(?<![\w])(?:{_NUMBER})(?![\w])")
IDENTIFIER = re.compile(r"(?<![\w@./-])(?=[\w-]*\d)[A-Za-z0-9]+(?:[-_/#][A-Za-z0-9]+)*(?![\w@])")
EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")

_MEASURE = re.compile(
    r"\d+(?:st|nd|rd|th|am|pm|kg|g|km|cm|mm|m|h|hrs?|min|gb|mb|x|days?|weeks?|k)", re.IGNORECASE
)

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
DATE = re.compile(
    r"\b(?:(?P<y1>\d{4})-(?P<m1>\d{1,2})-(?P<d1>\d{1,2})"
    r"|(?P<a>\d{1,2})[./-](?P<b>\d{1,2})(?:[./-](?P<y2>\d{4}|\d{2}))?(?![\d.,/]*\d)"
    rf"|(?P<d3>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?(?P<n3>{_MONTH})\b(?:\.(?=\s+\d))?(?:,?\s+(?P<y3>\d{{4}}))?"
    rf"|(?P<n4>{_MONTH})\b\.?\s+(?P<d4>\d{{1,2}})(?:st|nd|rd|th)?\b(?:,?\s+(?P<y4>\d{{4}}))?)",
    re.I,
)

Day = tuple[int | None, int, int]
"""Year (None when not said), month, day."""


@dataclass(frozen=True, slots=True)
class Found:
    """A value at [start, end): `kind` is amount, date or identifier; `forms` are all it may mean."""

    kind: str
    start: int
    end: int
    text: str
    forms: frozenset[Any]


def to_decimal(text: str) -> Decimal | None:
    """The number meant by "1,234.50", "1.234,50", "1 234" or "12,5"; None when it is none."""
    digits = re.sub(r"[\s'\u00a0\u202f]", "", text)
    last = max(digits.rfind("."), digits.rfind(","))
    if last >= 0:
        whole, part = digits[:last], digits[last + 1 :]
        mark, other = digits[last], "," if digits[last] == "." else "."
        groups = re.fullmatch(rf"\d{{1,3}}(?:{re.escape(mark)}\d{{3}})*", whole)
        grouped = len(part) == 3 and other not in whole and groups is not None
        digits = re.sub(r"[.,]", "", digits) if grouped else re.sub(r"[.,]", "", whole) + "." + part
    try:
        return Decimal(digits).normalize()
    except InvalidOperation:
        return None


def amounts(text: str) -> Iterator[Found]:
    """Numbers with a currency or percent sign, and bare numbers with two decimals."""
    text = text[:LONGEST]
    taken: list[tuple[int, int]] = []
    for match in MONEY.finditer(text):
        value = to_decimal(match["a"] or match["b"])
        if value is not None:
            taken.append(match.span())
            yield Found("amount", *match.span(), match.group(), frozenset({value}))
    for match in DECIMAL.finditer(text):
        value = to_decimal(match.group())
        inside = any(a <= match.start() < b for a, b in taken)
        if value is not None and not inside and not DATE.fullmatch(match.group()):
            yield Found("amount", *match.span(), match.group(), frozenset({value}))


def days(match: re.Match[str]) -> frozenset[Day]:
    """The days that a date may mean: "3/4" is both the 3rd of April and the 4th of March."""
    options: list[Day]
    if match["y1"]:
        options = [(int(match["y1"]), int(match["m1"]), int(match["d1"]))]
    elif match["a"]:
        year = match["y2"]
        full = None if year is None else int(year) + (2000 if len(year) == 2 else 0)
        first, second = int(match["a"]), int(match["b"])
        options = [(full, first, second), (full, second, first)]
    else:
        name, day = match["n3"] or match["n4"], match["d3"] or match["d4"]
        year = match["y3"] or match["y4"]
        options = [(int(year) if year else None, _MONTHS.index(name[:3].lower()) + 1, int(day))]
    return frozenset((y, m, d) for y, m, d in options if 1 <= m <= 12 and 1 <= d <= 31)


def dates(text: str) -> Iterator[Found]:
    """Calendar dates, numeric or with a month's name."""
    for match in DATE.finditer(text[:LONGEST]):
        options = days(match)
        if options:
            yield Found("date", *match.span(), match.group(), frozenset(options))


def plain(identifier: str) -> str:
    """Letters and digits only, in capitals: INV-00 71 and inv0071 are the same."""
    return re.sub(r"[\W_]", "", identifier).upper()


def identifiers(text: str) -> Iterator[Found]:
    """Reference numbers: tokens of at least four characters with a digit, and e-mail addresses."""
    text = text[:LONGEST]
    for match in EMAIL.finditer(text):
        yield Found("identifier", *match.span(), match.group(), frozenset({match.group().casefold()}))
    for match in IDENTIFIER.finditer(text):
        token = plain(match.group())
        digits = sum(c.isdigit() for c in token)
        if len(token) >= 4 and digits >= 2 and not _is_other(match.group(), digits, token):
            yield Found("identifier", *match.span(), match.group(), frozenset({token}))


def _is_other(text: str, digits: int, token: str) -> bool:
    """Years, short plain numbers, times and ordinals are no identifiers."""
    if token.isdigit():
        return len(token) < 5
    return _MEASURE.fullmatch(text) is not None
