"""What people said the customer wants, and which cases only test. Pure: plain values, no ORM."""

import hashlib
import re
from collections.abc import Collection, Iterable, Mapping
from uuid import UUID

from escalations.choices import ErrorType, LabelSource, Verb

CATEGORY_FIELDS = frozenset({"category", "intent"})
"""Fields that hold what the customer wants."""

HELD_OUT = 5
"""One case in so many tests models and never teaches one."""

Label = tuple[str, str]


def label_of(
    verb: str, said: str, corrections: Iterable[Mapping[str, str]], labels: Collection[str]
) -> Label:
    """(category, LabelSource) that a person's final decision gives a case, ("", "") where they did not say.

    `said` is the AI's category, `corrections` have `field`, `after` and `error_type`, `labels` are the categories that
    the case type knows (empty: any). Who overrides or rejects says only that the answer was wrong, not the category.
    """
    wrong = False
    for change in corrections:
        if change["field"].lower() in CATEGORY_FIELDS:
            named = slug(change["after"])
            known = bool(named) and (not labels or named in labels)
            return (named, LabelSource.CORRECTED.value) if known else ("", "")
        wrong |= change["error_type"] == ErrorType.WRONG_CATEGORY
    if verb in (Verb.APPROVE, Verb.CORRECT) and said and not wrong:
        return said, LabelSource.CONFIRMED.value
    return "", ""


def slug(text: str) -> str:
    """A category as models name it: "Charged twice " is charged_twice."""
    return re.sub(r"[^a-z0-9]+", "_", text.lower()).strip("_")[:80]


def held_out(case_id: UUID) -> bool:
    """Does the case only test? By its hash, so that it is the same for every dataset and model."""
    return int.from_bytes(hashlib.sha256(case_id.bytes).digest()[:8]) % HELD_OUT == 0
