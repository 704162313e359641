"""One past case under two policies: which way it went under either, and whether that is another one."""

from collections.abc import Iterator, Mapping
from typing import Any

from escalations.models import Rehearsal, RehearsedMove
from escalations.policy.document import PolicyDocument
from escalations.policy.replay import replay
from escalations.policy.types import Outcome, Reason
from escalations.rehearsal import Path, Sums, verdict
from escalations.selectors.pasts import PastCase
from escalations.selectors.policy import document_of
from escalations.services.entering import entry_of

_DECIDES = (
    "settle", "queue", "tier", "severity", "sla_minutes", "category", "risk", "oversee", "confidence",
)  # fmt: skip
_ASKED = ("amount", "repeated_errors")
"""Of an outcome and of what it measured: all that `entry_of` looks at."""


class CannotReplay(Exception):
    """A case that broke the rehearsal."""


def replayed(case: PastCase, rehearsal: Rehearsal, draft: PolicyDocument, sums: Sums) -> RehearsedMove | None:
    """Count `case` in `sums`; its move, if it moves. CannotReplay names a case that breaks either policy."""
    if not case.facts:
        sums.left_out += 1
        return None
    try:
        base = document_of(rehearsal.base)
        old = _known(case.outcome) if case.outcome else replay(case.facts, case.result, base)
        new = replay(case.facts, case.result, draft)
        before = _path(case, old, base)
        after = before if _alike(old, new, base, draft) else _path(case, new, draft)
    except Exception as error:
        raise CannotReplay(f"{case.ref}: {type(error).__name__}") from error
    kind = sums.add(before, after, case.past, {"old": _rows(old), "new": _rows(new)})
    if not kind:
        return None
    return RehearsedMove(
        rehearsal=rehearsal, case_id=case.id, kind=kind, old=before.stored(), new=after.stored(),
        outcome=verdict(case.past),
    )  # fmt: skip


def _path(case: PastCase, outcome: Outcome, document: PolicyDocument) -> Path:
    reasons = tuple(dict.fromkeys(reason.code for reason in outcome.reasons))
    queue, tier = outcome.queue, outcome.tier
    if not outcome.settle:
        entry = entry_of(case.seen_as, outcome, document, case.result or {}, case.ways)
        queue, tier = entry.queue.slug, entry.tier
    return Path(outcome.settle, queue, tier, outcome.severity, outcome.sla_minutes, reasons)


def _alike(old: Outcome, new: Outcome, base: PolicyDocument, draft: PolicyDocument) -> bool:
    """Whether two outcomes are one to whatever decides the path: most cases are, and need no second walk."""
    return (
        all(getattr(old, name) == getattr(new, name) for name in _DECIDES)
        and [reason.code for reason in old.reasons] == [reason.code for reason in new.reasons]
        and all(old.trace["signals"].get(name) == new.trace["signals"].get(name) for name in _ASKED)
        and base.topics == draft.topics
        and base.queues == draft.queues
        and base.ladder == draft.ladder
    )


def _known(stored: Mapping[str, Any]) -> Outcome:
    """A stored outcome, as far as a rehearsal looks at it: the version that made it would make it again."""
    left_out = {"cells": (), "rows": ()}
    reasons = tuple(Reason(reason["code"], reason["text"]) for reason in stored["reasons"])
    return Outcome(**{**stored, **left_out, "reasons": reasons})


def _rows(outcome: Outcome) -> Iterator[str]:
    for table, rows in outcome.trace["matched"].items():
        yield from (f"{table}:{row}" for row in rows)
