"""Replaces personal data in a text by numbered placeholders before it leaves the house.

Found: e-mail addresses, cards (Luhn), IBANs (mod 97), telephone numbers (strict grouping), US social security
and British insurance numbers, IP addresses, names that are known from the record, and names that introduce
or sign themselves. Order numbers, amounts and dates stay: triage needs them.
"""

import ipaddress
import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

import phonenumbers
from stdnum import iban, luhn
from stdnum.exceptions import ValidationError
from stdnum.us import ssn

REGIONS = ("US", "GB")
"""Numbers without a country code are read as one of these."""

LONGEST = 20_000

_EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")
_CARD = re.compile(r"(?<![\w-])[3-6]\d{3}(?:[ -]?\d){8,15}(?![\w-])")
_CARD_LENGTHS = {"3": (14, 15, 16), "4": (13, 16, 19), "5": (16,), "6": (16, 17, 18, 19)}
_IBAN = re.compile(r"(?<!\w)[A-Z]{2}\d{2}(?: ?[A-Z0-9]){11,30}(?!\w)", re.IGNORECASE)
_SSN = re.compile(r"(?<![\w-])\d{3}-\d{2}-\d{4}(?![\w-])")
_NINO = re.compile(r"\b(?!BG|GB|NK|KN|TN|NT|ZZ)[A-CEGHJ-PR-TW-Z]{2} ?\d{2} ?\d{2} ?\d{2} ?[A-D]\b")
_IP = re.compile(
    r"(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?![\w.]?\d)"
    r"|(?<![\w:])(?:[0-9a-f]{0,4}:){2,7}[0-9a-f]{0,4}(?![\w:])",
    re.IGNORECASE,
)
_WORD = r"(?:van |von |de |da |bin |al-)?[A-Z][\w'-]+"
_SAID_NAME = re.compile(
    rf"(?:\b(?i:my name is)\s+(?P<told>[A-Z][\w'-]+(?: {_WORD}){{0,2}})"
    rf"|\b(?i:this is|i am|i'm)\s+(?P<full>[A-Z][\w'-]+(?: {_WORD}){{1,2}})"
    r"|(?i:\b(?:kind |best |warm |many )?regards|\bsincerely|\bthanks|\bcheers|\bthank you|\bbest wishes"
    rf"|\byours truly)[,.!]?\s*\n+\s*(?P<signed>[A-Z][\w'-]+(?: {_WORD}){{0,2}}))"
    r"(?=\s*(?:[.,\n]|$| and\b| here\b))"
)


@dataclass(frozen=True, slots=True)
class MaskedSpan:
    """[start, end) of the original was replaced by `placeholder`, which begins at `at` of the masked text."""

    kind: str
    start: int
    end: int
    placeholder: str
    at: int


@dataclass(slots=True)
class Numbering:
    """Gives the same value the same placeholder in all texts of a case."""

    given: dict[tuple[str, str], str] = field(default_factory=dict)

    def placeholder(self, kind: str, value: str) -> str:
        """`[EMAIL_1]` and so on."""
        key = kind, re.sub(r"\W", "", value).casefold()
        if key not in self.given:
            self.given[key] = f"[{kind.upper()}_{sum(k == kind for k, _ in self.given) + 1}]"
        return self.given[key]


Place = tuple[int, int, str]


def valid_card(number: str) -> bool:
    """As many digits as a card of that first digit has, and a right check digit."""
    digits = re.sub(r"\D", "", number)
    return len(digits) in _CARD_LENGTHS[digits[0]] and bool(luhn.is_valid(digits))


def valid_ip(text: str) -> bool:
    """Whether the text is an address."""
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def valid_ssn(number: str) -> bool:
    """Whether the number could have been issued."""
    return bool(ssn.is_valid(number))


def valid_iban(text: str) -> str:
    """The longest beginning of the text that is an IBAN; words after it may look like part of it."""
    parts = text.split(" ")
    for count in range(len(parts), 0, -1):
        head = " ".join(parts[:count])
        try:
            iban.validate(head)
        except ValidationError:
            continue
        return head
    return ""


CHECKED: tuple[tuple[str, re.Pattern[str], Callable[[str], bool]], ...] = (
    ("email", _EMAIL, bool),
    ("card", _CARD, valid_card),
    ("ssn", _SSN, valid_ssn),
    ("nino", _NINO, bool),
    ("ip", _IP, valid_ip),
)


def pattern_places(text: str) -> Iterator[Place]:
    """Everything that a pattern and its checksum recognise."""
    for match in _IBAN.finditer(text):
        number = valid_iban(match.group())
        if number:
            yield match.start(), match.start() + len(number), "iban"
    for kind, pattern, is_valid in CHECKED:
        for match in pattern.finditer(text):
            if is_valid(match.group()):
                yield *match.span(), kind
    for match in _SAID_NAME.finditer(text):
        yield *match.span(match.lastgroup or 0), "name"


def phone_places(text: str) -> Iterator[Place]:
    """Telephone numbers grouped as their country groups them, or written with a plus sign."""
    if sum(char.isdigit() for char in text) < 7:
        return
    for region in REGIONS:
        strict = phonenumbers.Leniency.STRICT_GROUPING
        for match in phonenumbers.PhoneNumberMatcher(text, region, leniency=strict):
            before = text[max(0, match.start - 1) : match.start]
            if not (before.isalnum() or before in ("-", "#", "/", "_")):
                yield match.start, match.end, "phone"


def known_places(text: str, known: Iterable[str]) -> Iterator[Place]:
    """Values from the record, whole words, in any case; also each part of a name that is long enough."""
    wanted = {value.strip() for value in known if len(value.strip()) >= 3}
    wanted |= {part for value in wanted if "@" not in value for part in value.split() if len(part) >= 3}
    for value in sorted(wanted, key=len, reverse=True):
        kind = "email" if "@" in value else "phone" if sum(c.isdigit() for c in value) >= 6 else "name"
        if kind == "name" and any(char.isdigit() for char in value):
            continue
        for match in re.finditer(rf"(?<!\w){re.escape(value)}(?!\w)", text, re.IGNORECASE):
            yield *match.span(), kind


def mask(
    text: str, known: Iterable[str] = (), numbering: Numbering | None = None
) -> tuple[str, list[MaskedSpan]]:
    """The text with placeholders, cut at 20,000 characters, and what was replaced, in reading order.

    `known` are names, addresses and numbers of the customer from the record. Where two finds overlap the
    first to begin wins, then the longer one.
    """
    numbering = numbering or Numbering()
    text = text[:LONGEST]
    places = sorted(
        [*pattern_places(text), *phone_places(text), *known_places(text, known)],
        key=lambda place: (place[0], -place[1]),
    )
    out: list[str] = []
    spans: list[MaskedSpan] = []
    done = length = 0
    for start, end, kind in places:
        if start < done:
            continue
        label = numbering.placeholder(kind, text[start:end])
        out += [text[done:start], label]
        length += start - done
        spans.append(MaskedSpan(kind, start, end, label, length))
        length += len(label)
        done = end
    out.append(text[done:])
    return "".join(out), spans


def original_range(spans: list[MaskedSpan], start: int, end: int) -> tuple[int, int]:
    """Where [start, end) of the masked text lies in the original; a touched placeholder counts whole."""
    return original_place(spans, start, at_end=False), original_place(spans, end, at_end=True)


def original_place(spans: list[MaskedSpan], place: int, *, at_end: bool) -> int:
    """One place of the masked text in the original."""
    number = bisect_right([span.at for span in spans], place - (1 if at_end else 0)) - 1
    if number < 0:
        return place
    span = spans[number]
    after = span.at + len(span.placeholder)
    if place < after or (at_end and place == after):
        return span.end if at_end else span.start
    return span.end + place - after
