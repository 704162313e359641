"""What policy is given and what it answers. Plain values: no ORM, no clock, no network."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from escalations.triage.types import CaseView, Span, Triage


@dataclass(frozen=True, slots=True)
class TypeRules:
    """What a case type fixes: read from `CaseType`, so that policy stays free of the database.

    `threshold` is the least confidence to settle alone (0 to 1), below `certified` no document can set it;
    `field_thresholds` the same per field.
    `grants` are the tools the posting AI identity may use; `tool_teams` maps a tool to the queue that may.
    `process` is the declared order of tool steps; `limits` overrides the policy's numbers by name.
    """

    slug: str
    client: str
    mode: str = "normal"
    autonomy: str = "suggest"
    human_final_decision: bool = False
    risk: str = "low"
    sla_minutes: int = 480
    threshold: float = 0.9
    certified: float = 0.0
    required_fields: tuple[str, ...] = ()
    field_thresholds: Mapping[str, float] = field(default_factory=dict)
    grants: tuple[str, ...] = ()
    tool_teams: Mapping[str, str] = field(default_factory=dict)
    process: tuple[str, ...] = ()
    irreversible: tuple[str, ...] = ()
    limits: Mapping[str, float] = field(default_factory=dict)
    default_queue: str = ""


@dataclass(frozen=True, slots=True)
class Facts:
    """One case as policy sees it. `triage` is None when the engine failed or was late.

    `cross_checks` are (field, value on record, value in the request) triples; `repeated_errors` counts the
    same error signature in its window; `flags` are reason codes somebody set by hand.
    """

    case: CaseView
    rules: TypeRules
    triage: Triage | None
    cross_checks: tuple[tuple[str, str, str], ...] = ()
    handoff_reasons: tuple[str, ...] = ()
    repeated_errors: int = 0
    agent_policy_version: str = ""
    live_policy_version: str = ""
    flags: tuple[str, ...] = ()
    was_human: bool = False


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a person is needed: a `ReasonCode`, what was measured, against which limit, and where it shows.

    `score` and `limit` are numbers or short words, ready to show; `text` is one plain clause without either
    of the customer's own words; `field` names the field concerned. `values` are what disagreed, as the
    reviewer sees it (R022): case content, so it belongs on the page and never inside the ledger's chain.
    """

    code: str
    text: str
    score: float | str | None = None
    limit: float | str | None = None
    field: str = ""
    spans: tuple[Span, ...] = ()
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Cell:
    """One row of the allocation matrix: what the case is on that row and who may then settle it."""

    row: str
    value: str
    allocation: str


@dataclass(frozen=True, slots=True)
class RowHit:
    """A decision-table row that matched."""

    table: str
    row: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What policy decided, with everything needed to explain and to replay it."""

    settle: bool
    allocation: str
    cells: tuple[Cell, ...]
    reasons: tuple[Reason, ...]
    rows: tuple[RowHit, ...]
    queue: str
    tier: int
    severity: int
    oversee: bool
    sla_minutes: int
    confidence: float | None
    threshold: float
    category: str
    risk: str
    experienced_only: bool = False
    trace: Mapping[str, Any] = field(default_factory=dict)
