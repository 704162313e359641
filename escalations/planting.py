"""Cases that are planted to see whether people look: how they are told apart, when one is due, and what is wrong in it.

Pure: plain values, no ORM, no clock reads (R094).
"""

import hmac
import math
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from uuid import UUID

import uuid6

from escalations.choices import PlantOutcome, Verb, WrongIn

MOST = 0.02
"""At most so many of a client's decisions may be on planted cases, whatever is agreed: each costs people's time."""

VERSION = 8
_NIBBLE = 76  # the bit at which a UUID's version begins

TRIAGED_IN, ROUTED_IN = timedelta(seconds=0.3), timedelta(seconds=1.2)
"""How long after it came a case is usually looked at by triage, and routed: a planted one seems to have been, too."""

KEPT = (Verb.APPROVE, Verb.CORRECT)
"""Verbs under which what the AI proposes is carried out."""
AGAINST = (Verb.OVERRIDE, Verb.REJECT)
LATER = (Verb.HOLD, Verb.SNOOZE)
"""Verbs that say nothing yet: the case comes back."""


def planted(case_id: UUID) -> bool:
    """Is it a planted case? Its id is a UUID of version 8, by which the database's doors to the outside know it too
    (`is_planted` in sql/planted.sql).
    """
    return case_id.version == VERSION


def planted_id() -> UUID:
    """An id for a planted case; it begins with the time as every case's does."""
    return _with_version(uuid6.uuid7(), VERSION)


def shown_id(case_id: UUID) -> UUID:
    """The id as pages may carry it: of version 7 always, so that no page's source tells a planted case."""
    return _with_version(case_id, 7) if planted(case_id) else case_id


def _with_version(one: UUID, version: int) -> UUID:
    return UUID(int=one.int & ~(0xF << _NIBBLE) | version << _NIBBLE)


def due_after(secret: str, place: str, rate: float) -> int:
    """After how many decisions the next one of a place is planted: drawn from the geometric distribution, so that on
    average the share `rate` of the decisions is on planted cases and nobody can foresee which. The same every time for
    the same `place`, which names how many there were; 0 < rate <= 1.
    """
    drawn = hmac.digest(secret.encode(), f"plant:{place}".encode(), "sha256")
    uniform = (int.from_bytes(drawn[:8]) + 0.5) / 2**64
    return max(1, math.ceil(math.log(uniform) / math.log1p(-min(rate, 0.999_999))))


@dataclass(frozen=True, slots=True)
class Truth:
    """A finished case as people left it: what was right. `texts` are the customer's words."""

    category: str
    action: str
    fields: Mapping[str, str]
    texts: Collection[str]


@dataclass(frozen=True, slots=True)
class Wrong:
    """The one thing that is made wrong: where (a WrongIn), the field's name, what is shown and what would be right."""

    where: str
    name: str
    shown: str
    right: str


def wrong_of(truth: Truth, actions: Iterable[str], categories: Iterable[str], dice: Random) -> Wrong | None:
    """What to make wrong in a copy of a case, drawn by `dice` among all that somebody who reads it can see; None when
    nothing can be. A field only where the customer's own words hold the right value; a category only where there is
    nothing better, for it is the least of what is approved.
    """
    found = [one for name, value in truth.fields.items() if (one := _field(name, value, truth.texts, dice))]
    if others := sorted({*actions} - {truth.action}) if truth.action else []:
        found.append(Wrong(WrongIn.ACTION, "", dice.choice(others), truth.action))
    if not found and truth.category and (rest := sorted({*categories} - {truth.category, ""})):
        found.append(Wrong(WrongIn.CATEGORY, "", dice.choice(rest), truth.category))
    return dice.choice(found) if found else None


def outcome_of(wrong: Wrong, verb: str, values: Mapping[str, str]) -> str:
    """What a person made of the planted error (a PlantOutcome), "" for a verb that decides nothing yet. `values` are
    the fields as they left them, `category` among them where they named another.

    Who escalates, asks for more or gives it back to the AI refuses to let the suggestion stand: that is PASSED, which
    counts as caught wherever misses are counted, and is kept apart because they did not say what was wrong.
    """
    if verb in LATER:
        return ""
    if verb in AGAINST:
        return PlantOutcome.CAUGHT
    if verb not in KEPT:
        return PlantOutcome.PASSED
    if wrong.where == WrongIn.ACTION:
        return PlantOutcome.MISSED
    name = wrong.name if wrong.where == WrongIn.FIELD else "category"
    stands = values.get(name, wrong.shown).split() == wrong.shown.split()
    return PlantOutcome.MISSED if stands else PlantOutcome.CAUGHT


def _field(name: str, value: str, texts: Collection[str], dice: Random) -> Wrong | None:
    value = value.strip()
    if not value or not any(value in text for text in texts):
        return None
    other = altered(value, dice)
    if other is None or any(other in text for text in texts):
        return None
    return Wrong(WrongIn.FIELD, name, other, value)


def altered(value: str, dice: Random) -> str | None:
    """The value as a careless reader would have it: another day, or two digits the wrong way round; None without."""
    try:
        return (date.fromisoformat(value) + timedelta(days=dice.choice((3, 7, 10, 30)))).isoformat()
    except ValueError:
        pass
    at = [
        found.start() for found in re.finditer(r"\d(?=\d)", value)
        if value[found.start()] != value[found.start() + 1]
        and not (value[found.start() + 1] == "0" and (found.start() == 0 or not value[found.start() - 1].isdigit()))
    ]  # fmt: skip
    if not at:
        return None
    place = dice.choice(at)
    return value[:place] + value[place + 1] + value[place] + value[place + 2 :]
