"""What triage judged and noticed, as signals."""

from collections.abc import Mapping
from typing import Any

from escalations.policy.document import PolicyDocument
from escalations.policy.evidence import Evidence, spans_of_signals
from escalations.policy.readings import floor12, score, slug
from escalations.policy.types import Facts
from escalations.triage.types import Triage

NOTICED = (
    "complaint",
    "dispute",
    "negotiate",
    "human_requested",
    "regulatory",
    "sensitive",
    "ethical",
    "threat",
    "injection",
    "ungrounded",
)
"""What an engine notices in words; each reaches the tables under its own name, 0 to 1."""

_SHOWN_BY = {
    **{code: (code,) for code in (*NOTICED, "distress", "unclear")},
    "upset": ("complaint", "dispute", "distress"),
    "anomaly": ("amount_outlier",),
}

_NOT_JUDGED: dict[str, Any] = {
    "has_triage": False,
    "confidence": 0.0,
    "category": "",
    "margin_gap": 1.0,
    "out_of_scope": 0.0,
    "unclear": False,
    "sentiment": 0.0,
    "complexity": 0.0,
    "risk_score": 0.0,
    "intents": 0,
    "distress": 0.0,
    "anomaly": 0.0,
}
"""Triage did not answer: TOOL_FAILURE sends the case to a person, nothing else is known of it."""


def judged(facts: Facts, policy: PolicyDocument, n: Mapping[str, float]) -> dict[str, Any]:
    """The engine's scores and what it noticed, held in range; no number at all counts as the worst one."""
    noticed = _noticed(facts, policy)
    threshold = {"threshold": score(policy.threshold_for(facts.rules), 1.0)}
    triage = facts.triage
    if triage is None:
        return {**_NOT_JUDGED, **noticed, **threshold}
    category, out_of_scope = slug(triage.category), score(triage.out_of_scope, 1.0)
    unclear = policy.topics.get(category) == "unclear" or strength(triage, "unclear") >= n["signal_floor"]
    return {
        "has_triage": True,
        "confidence": floor12(score(triage.confidence, 0.0)),
        "category": category,
        "margin_gap": margin(triage)[0],
        "out_of_scope": out_of_scope,
        "unclear": unclear or out_of_scope >= n["out_of_scope_limit"] or not category,
        "sentiment": score(triage.sentiment, -1.0, -1.0),
        "complexity": score(triage.complexity, 1.0),
        "risk_score": score(triage.risk, 1.0),
        "intents": len({slug(intent) for intent in triage.intents} - {""}),
        "distress": max(score(triage.distress, 1.0), strength(triage, "distress")),
        "anomaly": max(score(triage.anomaly, 1.0), strength(triage, "amount_outlier")),
        **noticed,
        **threshold,
    }


def shown(facts: Facts, n: Mapping[str, float]) -> dict[str, tuple[Evidence, ...]]:
    """The words that show each signal, and the two categories that lie too close."""
    found: dict[str, tuple[Evidence, ...]] = {
        name: (Evidence(spans=spans_of_signals(facts.triage, *codes)),) for name, codes in _SHOWN_BY.items()
    }
    if facts.triage is not None:
        gap, values = margin(facts.triage)
        found["margin"] = (Evidence(score=gap, limit=n["ambiguity_margin"], values=values),)
    return found


def strength(triage: Triage, code: str) -> float:
    """The strongest signal of that code, 0 if there is none."""
    return max((score(signal.score, 1.0) for signal in triage.signals if signal.code == code), default=0.0)


def margin(triage: Triage) -> tuple[float, tuple[str, ...]]:
    """(gap between the two likeliest categories, both with their share); 1 where there is no second."""
    likely = {slug(label): score(share, 0.0) for label, share in triage.alternatives}
    first = slug(triage.category)
    share = likely.pop(first, score(triage.confidence, 0.0))
    if not likely:
        return 1.0, ()
    second = max(likely, key=lambda label: likely[label])
    return round(share - likely[second], 9), (f"{first} {share:.2f}", f"{second} {likely[second]:.2f}")


def _noticed(facts: Facts, policy: PolicyDocument) -> dict[str, float]:
    """How surely the case shows each code: the engine's signal, or 1 where an intent's name says so."""
    triage = facts.triage
    labels = (facts.case.agent_intent, *((triage.category, *triage.intents) if triage else ()))
    named = " ".join(f"_{slug(label)}_" for label in labels)
    strongest: dict[str, float] = {}
    for signal in triage.signals if triage else ():
        strongest[signal.code] = max(score(signal.score, 1.0), strongest.get(signal.code, 0.0))
    words = policy.intent_words
    return {
        code: 1.0 if any(word in named for word in words.get(code, ())) else strongest.get(code, 0.0)
        for code in NOTICED
    }
