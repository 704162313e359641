"""What the AI agent handed over and what it read, as the page shows it. Pure: the package's JSON in, shapes
out.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from reviews.selectors.shapes import FieldView, HandoffView, StepView
from reviews.selectors.words import humanize, listed, percent, plain

BAR = 56
"""Units of a confidence bar."""

PARTS = {
    "summary": "summary",
    "steps": "what it tried",
    "intent": "what the customer wants",
    "proposed": "what it proposes",
    "told_customer": "what it told the customer",
    "known_facts": "known facts",
    "open_question": "the open question",
    "reasons": "its reasons",
    "confidence": "its confidence",
    "agent_version": "its version",
    "policy_version": "the policy it followed",
    "schema": "the package's version",
}

REPLIES = ("reply", "text", "message", "body")
"""Arguments under which an action carries what would be said to the customer."""

STOPPED = ("blocked", "denied", "forbidden", "not permitted", "not allowed")


def handoff_view(
    package: Mapping[str, Any],
    *,
    missing: Sequence[str],
    completeness: float,
    by: str,
    cannot: str,
    reply: str,
) -> HandoffView:
    """The package in words. `cannot` is policy's clause on authority; `reply` is used when the agent
    drafted none.
    """
    return HandoffView(
        by=by,
        summary=plain(package.get("summary")),
        wants=_wants(package.get("proposed")),
        cannot=cannot,
        confidence=percent(package.get("confidence")),
        told_customer=listed(package.get("told_customer")),
        known_facts=listed(package.get("known_facts")),
        open_question=plain(package.get("open_question")),
        reply=drafted_reply(package) or reply,
        missing=tuple(PARTS.get(part, humanize(part).lower()) for part in missing),
        completeness=percent(completeness) or 0,
    )


def drafted_reply(package: Mapping[str, Any]) -> str:
    """The reply inside the proposed action, if there is one; kept whole, with its line ends."""
    proposed = package.get("proposed")
    arguments = proposed.get("arguments") if isinstance(proposed, Mapping) else None
    if not isinstance(arguments, Mapping):
        return ""
    return next(
        (said for name in REPLIES if isinstance(said := arguments.get(name), str) and said.strip()), ""
    )


def step_views(steps: Any, may_use: Sequence[str]) -> tuple[StepView, ...]:
    """Each tool call: done, failed, or blocked, which is a failure for want of permission."""
    return (
        tuple(_step(step, may_use) for step in steps if isinstance(step, Mapping))
        if isinstance(steps, list)
        else ()
    )


def field_views(
    rows: Sequence[Mapping[str, Any]], limits: Mapping[str, float], default: float, draft: Mapping[str, str]
) -> tuple[FieldView, ...]:
    """One line per name in the agent's order: the surest reading, its bar and tick, and what another source
    says.
    """
    by_name: dict[str, list[Mapping[str, Any]]] = {}
    for row in rows:
        by_name.setdefault(row["name"], []).append(row)
    return tuple(_field(name, found, limits.get(name, default), draft) for name, found in by_name.items())


def _field(
    name: str, found: Sequence[Mapping[str, Any]], limit: float, draft: Mapping[str, str]
) -> FieldView:
    best = max(found, key=lambda row: row["confidence"] or 0.0)
    confidence = best["confidence"]
    others = [row["value"] for row in found if row["value"] != best["value"]]
    return FieldView(
        name=name, label=humanize(name), value=best["value"], percent=percent(confidence),
        threshold=percent(limit) or 0, low=confidence is not None and confidence < limit,
        bar=round(BAR * (confidence or 0.0), 1), tick=round(BAR * min(max(limit, 0.0), 1.0), 1),
        other=", ".join(others), draft=draft.get(f"f.{name}"),
    )  # fmt: skip


def _wants(proposed: Any) -> str:
    if not isinstance(proposed, Mapping) or not proposed.get("action"):
        return ""
    arguments = proposed.get("arguments")
    said = [
        f"{humanize(str(name)).lower()} {plain(value)}"
        for name, value in (arguments.items() if isinstance(arguments, Mapping) else ())
        if name not in REPLIES and plain(value)
    ]
    action = humanize(str(proposed["action"]))
    return f"{action}: {', '.join(said)}" if said else action


def _step(step: Mapping[str, Any], may_use: Sequence[str]) -> StepView:
    tool, given = str(step.get("tool") or ""), step.get("result")
    brief = given.get("summary") if isinstance(given, Mapping) else None
    result = plain(given)
    stopped = tool not in may_use or any(word in result.lower() for word in STOPPED)
    mark = "done" if step.get("ok") is True else "blocked" if stopped else "failed"
    whole = result if brief else ""
    return StepView(
        mark,
        humanize(tool),
        plain(brief) or result,
        plain(step.get("arguments") or ""),
        _time(step.get("at")),
        whole,
    )


def _time(at: Any) -> datetime | None:
    try:
        return datetime.fromisoformat(at) if isinstance(at, str) else None
    except ValueError:
        return None
