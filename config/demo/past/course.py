"""The way of one past case, step by step: each is a version of the case and a line in its ledger."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from accounts.actors import Actor
from accounts.choices import EventKind
from accounts.ledger.write import body_of
from accounts.models import AIAgent, User
from config.demo.past.judged import Answered
from config.demo.past.stories import Story


@dataclass(frozen=True, slots=True)
class Step:
    """One move: to which version, when, by whom; `nth` counts decisions from 0, `into` is the queue it was
    moved to.
    """

    version: int
    kind: EventKind
    at: datetime
    actor: Actor
    nth: int = 0
    into: str = ""

    def body(self, one: Answered, known: Mapping[str, Any], about: Mapping[str, Any]) -> bytes:
        """Its line in the ledger."""
        return body_of(kind=self.kind, actor=self.actor, data=self._data(one, known) | dict(about))

    def course(self, one: Answered) -> dict[str, Any]:
        """What a handoff's judge reads of it."""
        tier = one.outcome.tier
        return {"tier_from": tier, "tier": tier} if self.kind == EventKind.CASE_MOVED else {}

    def _data(self, one: Answered, known: Mapping[str, Any]) -> dict[str, Any]:
        told = one.outcome
        to = {"queue": told.queue, "tier": told.tier, "severity": told.severity}
        match self.kind:
            case EventKind.CASE_RECEIVED:
                return {"external_id": known["external_id"]}
            case EventKind.CASE_TRIAGING:
                return {"attempt": 1}
            case EventKind.CASE_ROUTED:
                return {
                    "from": {"state": "triaging", "queue": "", "tier": 1, "severity": 3}, "to": to, "settle": False,
                    "reasons": [{"code": reason.code} for reason in told.reasons], "allocation": told.allocation,
                    "held_by": list(told.trace.get("held_by", ())), "confidence": told.confidence,
                    "threshold": told.threshold, "category": told.category, "risk": told.risk,
                    "model": one.triage.model_version, "policy": known["policy"],
                    "policy_digest": known["policy_digest"], "engine": one.triage.engine,
                    "inputs": one.triage.inputs_hash, "triage": known["triage"], "routing": known["routing"],
                }  # fmt: skip
            case EventKind.CASE_MOVED:
                return {"from": told.queue, "to": self.into, "holder": None} | self.course(one)
            case EventKind.CASE_CLAIMED:
                return {"by": "next"}
            case EventKind.CASE_REOPENED:
                return {"reason": "message"}
            case _:
                decision = known["decisions"][self.nth]
                return {"decision": decision, "to": to}


def steps_of(
    one: Answered, story: Story, at: datetime, undo_seconds: int, agent: AIAgent, mover: User
) -> list[Step]:
    """Received, judged, routed; moved in some; claimed, decided, closed; in some the same once more."""
    claimed = at + timedelta(seconds=story.waited)
    way: list[tuple[EventKind, datetime, Actor, int, str]] = [
        (EventKind.CASE_RECEIVED, at, agent, 0, ""),
        (EventKind.CASE_TRIAGING, at, None, 0, ""),
        (EventKind.CASE_ROUTED, at, None, 0, ""),
    ]
    if story.moved:
        way.append((EventKind.CASE_MOVED, at + timedelta(seconds=story.waited / 2), mover, 0, story.moved))
    rounds = [(claimed, story.worker)]
    closed = claimed + timedelta(seconds=story.hand + undo_seconds)
    if story.again is not None:
        back = closed + timedelta(seconds=story.again)
        rounds.append((back + timedelta(minutes=40), story.other))
    for nth, (begins, who) in enumerate(rounds):
        if nth:
            way.append((EventKind.CASE_REOPENED, back, agent, 0, ""))
        ends = begins + timedelta(seconds=story.hand)
        way += [
            (EventKind.CASE_CLAIMED, begins, who, nth, ""),
            (EventKind.CASE_DECIDED, ends, who, nth, ""),
            (EventKind.CASE_CLOSED, ends + timedelta(seconds=undo_seconds), None, nth, ""),
        ]
    return [Step(version, *one_step) for version, one_step in enumerate(way, start=1)]
