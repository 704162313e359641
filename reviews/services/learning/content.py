"""A case as a dataset shows it: what the customer wrote and what was decided, without personal data."""

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from accounts.ledger import canonical
from escalations.models import Case
from escalations.triage.case_text import customer_text
from escalations.triage.masking import Numbering, mask
from escalations.triage.types import CaseView, Extracted, Utterance

PERSONAL = re.compile(
    r"name|mail|phone|mobile|address|street|iban|account|card|birth|passport|ssn|tax_id", re.I
)
"""Fields that hold what identifies a person: their values are masked wherever they stand."""


class Masker:
    """Masks all texts of one case: the same person, number or address gets the same placeholder in each."""

    def __init__(self, case: Case, fields: Iterable[tuple[str, str]]) -> None:
        on_record = [
            str(value) for key, value in case.customer.items() if isinstance(value, str) and key != "tier"
        ]
        read = [value for name, value in fields if PERSONAL.search(name)]
        self.known = [value for value in (*on_record, *read) if value.strip()]
        self.numbering = Numbering()
        self.codes = _codes(self.known)

    def __call__(self, text: str) -> str:
        """The text with placeholders."""
        if self.codes and text:
            text = self.codes.sub(lambda found: self.numbering.placeholder("id", found.group()), text)
        return mask(text, self.known, self.numbering)[0] if text else ""

    def value(self, name: str, value: str) -> str:
        """A field's value; one that identifies a person is a placeholder as a whole."""
        if value and PERSONAL.search(name):
            return self.numbering.placeholder(re.sub(r"\W", "", name)[:20] or "value", value)
        return self(value)


def _codes(known: Iterable[str]) -> re.Pattern[str] | None:
    """Values of letters and digits, and such parts of them: account numbers, which no general pattern knows."""
    parts = {part for value in known for part in (value.strip(), *value.split())}
    told = sorted((p for p in parts if len(p) >= 4 and any(c.isdigit() for c in p)), key=len, reverse=True)
    return re.compile("|".join(rf"(?<!\w){re.escape(part)}(?!\w)" for part in told), re.I) if told else None


def text_of(case: Case, messages: Sequence[tuple[str, str, Any]], fields: Sequence[tuple[str, str]]) -> str:
    """What triage reads of a case: `messages` are (author, text, at), `fields` (name, value)."""
    view = CaseView(
        client="", case_type="", channel=case.channel, subject=case.subject,
        messages=tuple(Utterance(*message) for message in messages),
        fields=tuple(Extracted(name, value) for name, value in fields),
    )  # fmt: skip
    return customer_text(view)[0]


def digest_of(content: Mapping[str, Any] | None) -> str:
    """SHA-256, hex, of a sample's content as canonical JSON."""
    return hashlib.sha256(canonical(content)).hexdigest()
