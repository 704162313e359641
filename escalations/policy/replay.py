"""Deciding a past case again, by the version that decided it or by another one: the same facts, an equal outcome.

What policy was given is kept with what it answered. Of the case only what policy looks at: no message, no subject, no
name; of the engine's answer nothing, for that is kept by itself and never changes either.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, fields
from datetime import datetime
from typing import Any

from escalations.policy.document import PolicyDocument
from escalations.policy.engine import decide
from escalations.policy.types import Facts, Outcome, TypeRules
from escalations.triage.types import CaseView, Extracted, Signal, Span, Step, Triage

KEPT = 1
"""The shape of what is kept; a later one can tell."""

_CASE = ("client", "case_type", "channel", "proposed_action", "agent_confidence", "agent_intent")
_FACTS = ("repeated_errors", "agent_policy_version", "live_policy_version", "was_human")
_TUPLES = ("required_fields", "grants", "process", "irreversible")


def kept(facts: Facts) -> dict[str, Any]:
    """What must be kept of `facts`, beside the triage, to decide the case again: JSON values."""
    case = facts.case
    return {
        "kept": KEPT,
        **{name: getattr(facts, name) for name in _FACTS},
        "cross_checks": [list(check) for check in facts.cross_checks],
        "handoff_reasons": list(facts.handoff_reasons),
        "flags": list(facts.flags),
        "rules": {**asdict(facts.rules), **{name: list(getattr(facts.rules, name)) for name in _TUPLES}},
        "case": {
            **{name: getattr(case, name) for name in _CASE},
            "labels": list(case.labels),
            "proposed_arguments": dict(case.proposed_arguments),
            "fields": [asdict(field) for field in case.fields],
            "steps": [
                {"tool": s.tool, "ok": s.ok, "at": s.at.isoformat() if s.at else None} for s in case.steps
            ],
        },
    }


def restored(kept: Mapping[str, Any], result: Mapping[str, Any] | None) -> Facts:
    """The facts as they were, from what was kept of them and the engine's answer (None: it gave none).

    KeyError for what was not kept by `kept`.
    """
    case, rules = kept["case"], kept["rules"]
    return Facts(
        case=CaseView(
            **{name: case[name] for name in _CASE}, subject="", labels=tuple(case["labels"]),
            proposed_arguments=case["proposed_arguments"],
            fields=tuple(Extracted(**field) for field in case["fields"]),
            steps=tuple(Step(s["tool"], s["ok"], at=_time(s["at"])) for s in case["steps"]),
        ),
        rules=TypeRules(**{**rules, **{name: tuple(rules[name]) for name in _TUPLES}}),
        triage=_triage(result) if result is not None else None,
        cross_checks=tuple((field, record, asked) for field, record, asked in kept["cross_checks"]),
        handoff_reasons=tuple(kept["handoff_reasons"]), flags=tuple(kept["flags"]),
        **{name: kept[name] for name in _FACTS},
    )  # fmt: skip


def replay(kept: Mapping[str, Any], result: Mapping[str, Any] | None, policy: PolicyDocument) -> Outcome:
    """What `policy` makes of a past case."""
    return decide(restored(kept, result), policy)


def departures(stored: Mapping[str, Any], outcome: Outcome) -> list[str]:
    """The parts of a stored outcome that are not what `outcome` says; empty when the replay is exact."""
    again = as_stored(outcome)
    return [name for name in again if name not in stored or stored[name] != again[name]]


def as_stored(outcome: Outcome) -> dict[str, Any]:
    """The outcome as it reads after a round trip through the database."""
    plain: dict[str, Any] = json.loads(json.dumps(asdict(outcome)))
    return plain


def _time(at: str | None) -> datetime | None:
    return datetime.fromisoformat(at) if at else None


def _triage(result: Mapping[str, Any]) -> Triage:
    values = {name: value for name, value in result.items() if name in _OF_TRIAGE}
    for name in ("intents", "mood"):
        values[name] = tuple(values.get(name, ()))
    values["alternatives"] = tuple((label, share) for label, share in values["alternatives"])
    values["signals"] = tuple(_signals(values.get("signals", ())))
    return Triage(**values)


def _signals(stored: Any) -> Iterator[Signal]:
    for signal in stored:
        yield Signal(
            signal["code"], signal["score"], signal["words"], tuple(Span(**s) for s in signal["spans"])
        )


_OF_TRIAGE = frozenset(field.name for field in fields(Triage))
