"""Random lives of a case, as the ledger could tell them: every step is one that the moves allow."""

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from accounts.choices import EventKind as E
from escalations.choices import CaseState as S
from escalations.history import Fact
from escalations.transitions import MOVES

BEGIN = datetime(2026, 3, 27, 15, 4, 5, tzinfo=UTC)
DECISIONS = {
    E.CASE_DECIDED, E.CASE_AUTO_RESOLVED, E.CASE_ESCALATED, E.CASE_HELD, E.CASE_INFO_REQUESTED, E.CASE_SNOOZED,
    E.CASE_RETURNED_TO_AI,
}  # fmt: skip
ANY_TIME = (E.SLA_WARNED, E.SLA_BREACHED, E.CASE_OPENED, E.ALERT_RAISED, E.JOB_DEAD, E.CASE_MESSAGE_REFUSED)
"""Lines that change nothing about who has the case."""
QUEUES = (("frontline", 1), ("billing", 1), ("supervisors", 2), ("sme", 3))
SOMEBODY = {E.CASE_CLAIMED, E.CASE_TAKEN_OVER, E.CASE_UNDONE}


@st.composite
def lives(draw: st.DrawFn, steps: int = 14, hours: int = 48) -> list[Fact]:
    """A case's events from its receipt on, with pauses between them of a microsecond to `hours`."""
    facts = [Fact(BEGIN, E.CASE_RECEIVED, "ai", "7")]
    state, at, decided = S.RECEIVED, BEGIN, ""
    for number in range(draw(st.integers(1, steps))):
        at += draw(
            st.builds(timedelta, seconds=st.integers(0, hours * 3600), microseconds=st.integers(1, 999_999))
        )
        if draw(st.integers(0, 5)) == 0:
            facts.append(Fact(at, draw(st.sampled_from(ANY_TIME)), "system", "", {"timer": "resolution"}))
            continue
        kind = draw(st.sampled_from(sorted(kinds_from(state, decided))))
        data: dict[str, Any] = {}
        if kind in DECISIONS:
            decided = f"d{number}"
            data["decision"] = decided
        if kind == E.CASE_UNDONE:
            data["decision"], decided = decided, ""
        if kind == E.CASE_MESSAGE:
            data["author"] = draw(st.sampled_from(("customer", "ai")))
        if kind in (E.CASE_ROUTED, E.CASE_REOPENED, E.CASE_RAISED, E.CASE_MOVED, E.CASE_AUTO_RESOLVED):
            queue, tier = draw(st.sampled_from(QUEUES))
            data["to"] = {"queue": queue, "tier": tier}
        if kind == E.CASE_ESCALATED:
            queue, tier = draw(st.sampled_from(QUEUES))
            data |= {"to": queue, "tier_to": tier}
        person = kind in SOMEBODY or kind == E.CASE_DECIDED
        facts.append(
            Fact(
                at,
                kind,
                "human" if person else "system",
                str(draw(st.integers(1, 3))) if person else "",
                data,
            )
        )
        state = S(MOVES[kind][1] or state)
    return facts


def kinds_from(state: str, decided: str) -> list[str]:
    """The moves that may start there; an undo needs something to undo."""
    found = [kind for kind, (sources, _) in MOVES.items() if state in sources]
    return [kind for kind in found if kind != E.CASE_UNDONE or decided]
