"""One past case under two policies: which way it went under either, and whether that is another one."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from escalations.models import Rehearsal
from escalations.policy.course import course_of
from escalations.policy.document import PolicyDocument, load
from escalations.policy.jdm import ROW
from escalations.policy.remembered import Remembered
from escalations.policy.replay import restored
from escalations.policy.signals import signals_of
from escalations.policy.types import Facts
from escalations.rehearsal import Path, Sums, verdict
from escalations.selectors.pasts import PastCase
from escalations.selectors.policy import document_of
from escalations.services.entering import Told, place_of


class CannotReplay(Exception):
    """A case that broke the rehearsal."""


@dataclass(frozen=True, slots=True)
class Move:
    """A case that goes another way."""

    case: UUID
    kind: str
    old: Path
    new: Path
    outcome: str


class Side:
    """One of the two policies, with what its tables have answered so far."""

    def __init__(self, document: PolicyDocument) -> None:
        self.document = document
        self._run = Remembered(document.tables).run

    def told(self, facts: Facts) -> tuple[Told, Mapping[str, list[str]]]:
        """What it makes of a case, and the rows that matched: as `decide`, without the words."""
        signals = signals_of(facts, self.document)
        course = course_of(signals, facts, self.document, self._run)
        said = Told(
            course.settle, course.queue, course.tier, course.severity, course.sla_minutes, signals["category"],
            signals["risk"], course.oversee, signals["confidence"] if facts.triage else None, course.codes,
            signals["amount"] or None, signals["repeated_errors"],
        )  # fmt: skip
        return said, {table: [hit[ROW] for hit in found] for table, found in course.hits.items()}


class Sides:
    """The version in force and the draft, side by side."""

    def __init__(self, rehearsal: Rehearsal) -> None:
        self.old = Side(document_of(rehearsal.base))
        self.new = Side(load(rehearsal.digest, rehearsal.document))
        base, draft = self.old.document, self.new.document
        self.one_way = all(
            getattr(base, part) == getattr(draft, part) for part in ("topics", "queues", "ladder")
        )
        """Whether cases of which both say the same enter at the same place."""

    def replayed(self, case: PastCase, sums: Sums) -> Move | None:
        """Count `case` in `sums`; its move, if it moves. CannotReplay names a case that breaks either policy."""
        if not case.facts:
            sums.left_out += 1
            return None
        try:
            facts = restored(case.facts, case.result)
            old, matched = _known(case.outcome) if case.outcome else self.old.told(facts)
            new, matches = self.new.told(facts)
            before = _path(case, old, self.old.document)
            alike = self.one_way and old == new
            after = before if alike else _path(case, new, self.new.document)
        except Exception as error:
            raise CannotReplay(f"{case.ref}: {type(error).__name__}") from error
        kind = sums.add(before, after, case.past, {"old": _rows(matched), "new": _rows(matches)})
        return Move(case.id, kind, before, after, verdict(case.past)) if kind else None


def _path(case: PastCase, said: Told, document: PolicyDocument) -> Path:
    queue, tier = said.queue, said.tier
    if not said.settle:
        queue, tier = place_of(case.seen_as, said, document, case.result or {}, case.ways)
    return Path(said.settle, queue, tier, said.severity, said.minutes, said.reasons)


def _known(stored: Mapping[str, Any]) -> tuple[Told, Mapping[str, list[str]]]:
    """A stored outcome, as far as a rehearsal looks at it: the version that made it would make it again."""
    signals, codes = stored["trace"]["signals"], (reason["code"] for reason in stored["reasons"])
    said = Told(
        stored["settle"], stored["queue"], stored["tier"], stored["severity"], stored["sla_minutes"],
        stored["category"], stored["risk"], stored["oversee"], stored["confidence"], tuple(dict.fromkeys(codes)),
        signals.get("amount") or None, int(signals.get("repeated_errors") or 0),
    )  # fmt: skip
    return said, stored["trace"]["matched"]


def _rows(matched: Mapping[str, list[str]]) -> Iterator[str]:
    for table, rows in matched.items():
        yield from (f"{table}:{row}" for row in rows)
