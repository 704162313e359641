"""`decide`: one case, one policy, one outcome. Same facts and document, equal outcome."""

from collections.abc import Iterator, Mapping

from escalations.policy.course import BROKEN, Course, Hits, course_of
from escalations.policy.document import PolicyDocument
from escalations.policy.jdm import ROW
from escalations.policy.reasons import reasons_by_rule, reasons_given
from escalations.policy.signals import Measured, measure
from escalations.policy.types import Facts, Outcome, Reason, RowHit


def decide(facts: Facts, policy: PolicyDocument) -> Outcome:
    """Decide who settles the case, why a person is needed if one is, where it goes and how urgent it is.

    The AI may settle only when no test of `course` holds it. Whatever a machine or the agent says can add
    a reason or raise tier and severity, never take one away.
    """
    measured = measure(facts, policy)
    course = course_of(measured.signals, facts, policy, policy.tables.run)
    signals = course.signals
    trace = {
        "policy": policy.version_hash,
        "signals": signals,
        "matched": {table: [hit[ROW] for hit in found] for table, found in course.hits.items()},
        "held_by": course.held_by,
    }
    return Outcome(
        settle=course.settle,
        allocation=course.allocation,
        cells=course.cells,
        reasons=_reasons(course, measured, facts, policy),
        rows=tuple(_row_hits(course.hits, policy)),
        queue=course.queue,
        tier=course.tier,
        severity=course.severity,
        oversee=course.oversee,
        sla_minutes=course.sla_minutes,
        confidence=signals["confidence"] if facts.triage else None,
        threshold=signals["threshold"],
        category=signals["category"],
        risk=signals["risk"],
        experienced_only=course.experienced_only,
        trace={**trace, "error": course.error} if course.error else trace,
    )


def _reasons(course: Course, measured: Measured, facts: Facts, policy: PolicyDocument) -> tuple[Reason, ...]:
    """The reasons as people read them; their codes are the course's."""
    fired: tuple[Reason, ...] = reasons_by_rule(course.hits["reasons"], measured, policy)
    if course.error:
        fired = (Reason(BROKEN, "A policy table could not be evaluated", "error", "an answer"),)
    return (*fired, *reasons_given(facts, {reason.code for reason in fired}))


def _row_hits(hits: Mapping[str, Hits], policy: PolicyDocument) -> Iterator[RowHit]:
    for table, found in hits.items():
        for hit in found:
            yield RowHit(table, hit[ROW], policy.tables.rows[table][hit[ROW]].text)
