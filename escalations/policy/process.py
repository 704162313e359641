"""Did the agent follow the declared process? Missing, repeated, reordered or badly timed steps (R031)."""

from collections.abc import Mapping
from datetime import UTC, datetime

from escalations.policy.evidence import Evidence
from escalations.policy.readings import clip
from escalations.policy.types import TypeRules
from escalations.triage.types import CaseView


def deviations(case: CaseView, rules: TypeRules, numbers: Mapping[str, float]) -> tuple[Evidence, ...]:
    """Every deviation, as a kind and the tool concerned. Tools outside the declared process do not count.

    A step is done when it succeeded; the proposed action counts as done, because approving it does it. After
    a failed last step only the steps so far are judged: the failure is a reason of its own.
    """
    order = (*_order(case, rules), *_timing(case, rules, numbers["step_window_minutes"]))
    return tuple(dict.fromkeys(order))


def last_step_failed(case: CaseView) -> bool:
    return bool(case.steps) and not case.steps[-1].ok


def _order(case: CaseView, rules: TypeRules) -> list[Evidence]:
    place = {tool: i for i, tool in enumerate(rules.process)}
    done = [step.tool for step in case.steps if step.ok and step.tool in place]
    if case.proposed_action in place and case.proposed_action not in done:
        done.append(case.proposed_action)
    furthest = max((place[tool] for tool in done), default=-1)
    expected = rules.process[: furthest + 1] if last_step_failed(case) else rules.process
    found = [_finding("missing", tool) for tool in expected if tool not in done]
    seen: list[str] = []
    for tool in done:
        if tool in seen:
            found.append(_finding("repeated", tool))
        elif seen and place[tool] < max(place[earlier] for earlier in seen):
            found.append(_finding("out of order", tool))
        seen.append(tool)
    return found


def _timing(case: CaseView, rules: TypeRules, window: float) -> list[Evidence]:
    """Steps that came before their predecessor or later than their window after it, in minutes.

    A type's limit named `window:<tool>` is that tool's own window.
    """
    found: list[Evidence] = []
    if not rules.process:
        return found
    earlier: datetime | None = None
    for step in case.steps:
        if step.at is None:
            continue
        at = step.at if step.at.tzinfo else step.at.replace(tzinfo=UTC)
        if earlier is not None and step.tool in rules.process:
            minutes = (at - earlier).total_seconds() / 60
            most = float(rules.limits.get(f"window:{step.tool}", window))
            if minutes < 0:
                found.append(_finding("before its predecessor", step.tool))
            elif minutes > most:
                found.append(Evidence(score=round(minutes, 1), limit=most, values=(clip(step.tool),)))
        earlier = at
    return found


def _finding(kind: str, tool: str) -> Evidence:
    return Evidence(score=kind, limit="declared order", values=(clip(tool),))
