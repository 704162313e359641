"""The JSON shape of `POST /api/v1/cases/`, and a script: one body with what happens to it afterwards."""

from dataclasses import dataclass
from typing import Any, NotRequired, TypedDict


class MessageBody(TypedDict):
    author: str
    text: str
    at: str


class SourceBody(TypedDict):
    message: int
    start: int
    end: int


class FieldBody(TypedDict):
    name: str
    value: str
    confidence: float
    source: NotRequired[SourceBody]


class ProposedBody(TypedDict):
    action: str
    arguments: dict[str, Any]


class StepBody(TypedDict):
    """`result` holds a `summary` for people, and where it was a look-up, the `record` that was found."""

    tool: str
    arguments: dict[str, Any]
    result: dict[str, Any]
    ok: bool
    at: str


class HandoffBody(TypedDict, total=False):
    """Keys may be missing: an agent that hands over badly is part of the demo (R069, R070)."""

    schema: str
    summary: str
    intent: str
    confidence: float
    proposed: ProposedBody
    steps: list[StepBody]
    told_customer: list[str]
    known_facts: list[str]
    open_question: str
    reasons: list[str]
    agent_version: str
    policy_version: str


class CaseBody(TypedDict):
    external_id: str
    case_type: str
    channel: str
    subject: str
    messages: list[MessageBody]
    customer: dict[str, Any]
    fields: list[FieldBody]
    handoff: HandoffBody


@dataclass(frozen=True, slots=True)
class FollowUp:
    """A message that the customer writes `after` seconds later."""

    after: float
    author: str
    text: str


@dataclass(frozen=True, slots=True)
class Script:
    """One case of the demo: who posts it, what, and what comes later.

    `band` is where we mean it to fall in the allocation matrix: ai, hybrid, human or distress. `aims` are the
    reason codes it was written to show; `truth` is the category that is right, "" for a matter that no AI may
    settle, None where it is what the agent says. None of them is ever sent: triage and policy judge for themselves.
    """

    scenario: str
    agent: str
    client: str
    band: str
    aims: tuple[str, ...]
    body: CaseBody
    follow_ups: tuple[FollowUp, ...] = ()
    truth: str | None = None
