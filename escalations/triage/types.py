"""What a triage engine is given and what it must give back. Plain values: no ORM, no clock, no network."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class Utterance:
    """One message of the case, oldest first. `author` is customer, ai or human."""

    author: str
    text: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Extracted:
    """A field the AI agent read: `confidence` is 0 to 1; `message`, `start`, `end` are its span or None."""

    name: str
    value: str
    confidence: float | None = None
    message: int | None = None
    start: int | None = None
    end: int | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One tool call the agent made."""

    tool: str
    ok: bool
    arguments: Mapping[str, Any] = field(default_factory=dict)
    result: Any = None
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class CaseView:
    """All that an engine may see of a case.

    `past_amounts` are earlier amounts of the same customer or, failing that, case type (newest first, in
    the case's own currency); `labels` are the categories this client uses, empty for "whatever the model
    knows". `known_facts` are other texts that count as evidence: what is on record about the customer, the
    case's own numbers, facts that the handoff took from systems.
    """

    client: str
    case_type: str
    channel: str
    subject: str
    messages: tuple[Utterance, ...] = ()
    fields: tuple[Extracted, ...] = ()
    steps: tuple[Step, ...] = ()
    proposed_action: str = ""
    proposed_arguments: Mapping[str, Any] = field(default_factory=dict)
    agent_confidence: float | None = None
    agent_intent: str = ""
    known_names: tuple[str, ...] = ()
    past_amounts: tuple[float, ...] = ()
    labels: tuple[str, ...] = ()
    known_facts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Span:
    """Characters [start, end) of message number `message` (0 is the first; -1 is the subject)."""

    message: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Signal:
    """Something the engine noticed, with the words that show it.

    `code` is one of: distress, complaint, dispute, human_requested, regulatory, sensitive, ethical, threat,
    negotiate, injection, amount_outlier, inconsistent, ungrounded, unclear. `score` is 0 to 1.
    """

    code: str
    score: float
    words: str = ""
    spans: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Triage:
    """One engine's judgement of one case.

    `confidence` is the calibrated probability that `category` is right, out of scope counting as wrong.
    `alternatives` are the likeliest categories with their probabilities, `category` among them as the first.
    `out_of_scope`, `distress`, `anomaly`, `risk`, `complexity` are 0 to 1; `sentiment` is -1 (worst) to 1.
    `mood` is the sentiment after each customer message, for the arc on the review page.
    `inputs_hash` is the SHA-256 of the canonical input, hex. Times are milliseconds, cost is US dollars.
    """

    engine: str
    model_version: str
    inputs_hash: str
    category: str
    confidence: float
    alternatives: tuple[tuple[str, float], ...]
    out_of_scope: float
    sentiment: float
    distress: float
    anomaly: float
    risk: float
    complexity: float
    intents: tuple[str, ...] = ()
    signals: tuple[Signal, ...] = ()
    mood: tuple[float, ...] = ()
    latency_ms: float = 0.0
    tokens_in: int = 0
    tokens_out: int = 0
    cost_usd: float = 0.0


class TriageError(Exception):
    """The engine could not judge this case: late, down, or its answer did not fit the schema."""


class TriageEngine(Protocol):
    """Both engines are this. `triage` may block for seconds; the caller holds no database connection."""

    name: str
    version: str

    def triage(self, case: CaseView) -> Triage:
        """Judge the case, or raise TriageError."""
        ...
