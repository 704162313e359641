"""Risk and complexity of a case, 0 to 1, by rules of ours; each number is a judgement."""

from collections.abc import Mapping, Sequence
from math import log10

from escalations.triage.text.notice import combined
from escalations.triage.types import CaseView, Signal

ACTION_RISKS: tuple[tuple[float, tuple[str, ...]], ...] = (
    (
        0.6,
        (
            "terminate",
            "delete",
            "erase",
            "wipe",
            "close",
            "deactivate",
            "block",
            "suspend",
            "reject",
            "legal",
        ),
    ),
    (0.55, ("payout", "transfer", "wire", "bank", "iban", "write_off", "release", "grant", "admin", "sign")),
    (
        0.45,
        (
            "refund",
            "pay",
            "charge",
            "credit",
            "waive",
            "discount",
            "compensat",
            "settle",
            "invoice",
            "approve",
        ),
    ),
    (0.3, ("change", "update", "cancel", "replace", "reship", "create", "set", "book", "order")),
    (0.1, ("send", "reply", "notify", "email", "message", "remind", "answer", "note")),
)
"""What an action could spoil at worst, by words in its name; the first row that fits counts."""

SIGNAL_RISKS: Mapping[str, float] = {
    "threat": 0.9,
    "regulatory": 0.75,
    "injection": 0.75,
    "ethical": 0.7,
    "inconsistent": 0.6,
    "ungrounded": 0.6,
    "sensitive": 0.5,
    "dispute": 0.35,
    "distress": 0.35,
    "negotiate": 0.25,
    "complaint": 0.15,
}
"""Risk that a signal of full strength adds."""

BASE = 0.05


def action_risk(action: str) -> float:
    """What the proposed action could do; an unknown one counts as a change of data."""
    if not action:
        return 0.0
    name = action.lower()
    return next((risk for risk, words in ACTION_RISKS if any(word in name for word in words)), 0.3)


def amount_risk(amount: float | None) -> float:
    """0 up to 10, .3 at 1,000, .6 at 100,000 units of currency, at most .75."""
    return 0.0 if not amount or amount <= 10 else min(0.75, 0.15 * (log10(amount) - 1))


def risk_of(case: CaseView, signals: Sequence[Signal], amount: float | None, anomaly: float) -> float:
    """Independent sources of harm added up (noisy-or): action, amount, signals, rare figures."""
    parts = [BASE, action_risk(case.proposed_action), amount_risk(amount)]
    parts.extend(SIGNAL_RISKS.get(signal.code, 0.0) * signal.score for signal in signals)
    parts.append(0.5 * max(0.0, anomaly - 0.9) / 0.1)
    return round(combined(parts), 4)


def complexity_of(case: CaseView, text: str, intents: int, margin: float) -> float:
    """Several intents, much text, open questions, failed tools, many turns and a close call add up."""
    words = len(text.split())
    failed = sum(not step.ok for step in case.steps)
    turns = len(case.messages)
    parts = (
        min(0.6, 0.3 * max(0, intents - 1)),
        min(0.35, words / 800),
        min(0.25, 0.05 * max(0, text.count("?") - 1)),
        min(0.4, 0.2 * failed),
        min(0.3, 0.03 * max(0, turns - 2)),
        min(0.2, 0.04 * max(0, len(case.steps) - 3)),
        0.25 if margin < 0.15 else 0.1 if margin < 0.4 else 0.0,
        {"email": 0.05, "chat": 0.05}.get(case.channel, 0.0),
    )
    return round(combined(parts), 4)
