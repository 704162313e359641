"""From the rows that fired to the reasons that people read."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from escalations.policy.document import PolicyDocument
from escalations.policy.evidence import Evidence
from escalations.policy.jdm import ROW
from escalations.policy.signals import Measured
from escalations.policy.types import Facts, Reason
from escalations.policy.vocabulary import REASON_CODES


def reasons_by_rule(
    fired: Sequence[Mapping[str, Any]], measured: Measured, policy: PolicyDocument
) -> tuple[Reason, ...]:
    """One reason for each finding behind each row; the first row wins where two say the same of one field."""
    found: dict[tuple[str, str, tuple[str, ...]], Reason] = {}
    for hit in fired:
        text = policy.tables.rows["reasons"][hit[ROW]].text
        for evidence in measured.evidence.get(hit.get("evidence") or "", ()) or (Evidence(),):
            reason = Reason(
                code=hit["code"],
                text=text,
                score=_shown(hit.get("score") if evidence.score is None else evidence.score),
                limit=_shown(hit.get("limit") if evidence.limit is None else evidence.limit),
                field=evidence.field,
                spans=evidence.spans,
                values=evidence.values,
            )
            found.setdefault((reason.code, reason.field, reason.values), reason)
    return tuple(found.values())


def _shown(value: Any) -> float | str | None:
    return float(value) if isinstance(value, int | float) else value


def reasons_given(facts: Facts, fired: set[str]) -> Iterator[Reason]:
    """Reasons that somebody gave, unless a rule gave them already: they count whatever the tables say."""
    given = {"A person set this flag": facts.flags, "The AI agent gave this reason": facts.handoff_reasons}
    seen = set(fired)
    for who, codes in given.items():
        for word in (code.strip().upper() for code in codes):
            code = word if word in REASON_CODES else "MANUAL_FLAG"
            if code not in seen:
                seen.add(code)
                yield Reason(code, who)
