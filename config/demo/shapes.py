"""The shapes of the demo world's data. Plain and frozen: the loader turns each into one row."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Client:
    """A tenant. `prefix` begins its case refs; `weight` is its rank in the working order (higher first)."""

    slug: str
    name: str
    time_zone: str
    prefix: str
    currency: str
    weight: int = 1


@dataclass(frozen=True, slots=True)
class Queue:
    """A queue with the one person who answers for what nobody holds (R012); `owner` is an e-mail address."""

    slug: str
    name: str
    tier: int
    owner: str


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of the desk. `role` is a built-in role's slug (R046); no `clients` or `queues` means all."""

    email: str
    name: str
    role: str
    tier: int
    time_zone: str
    clients: tuple[str, ...] = ()
    queues: tuple[str, ...] = ()
    skills: tuple[str, ...] = ()
    experienced: bool = False


@dataclass(frozen=True, slots=True)
class Agent:
    """An AI identity (R078): its human owner's e-mail, the tools it may use, the case types it may post."""

    name: str
    client: str
    owner: str
    purpose: str
    model_version: str
    grants: tuple[str, ...]
    case_types: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Category:
    """A label of the shipped triage model, with the queue and the risk that it suggests to policy."""

    slug: str
    name: str
    queue: str
    risk: str


@dataclass(frozen=True, slots=True)
class Disposition:
    """How a case of some type can end; a final verb names one."""

    code: str
    label: str


@dataclass(frozen=True, slots=True)
class CaseType:
    """A client's case type: the attributes of policy's `TypeRules` under the same names, and the desk's own.

    `sla_minutes` is the time to a decision; `undo_seconds` how long a decision can be taken back; `weight`
    the work units of one case; `labels` the triage categories it may have; `guidance` the checklist of R047
    and `suggested_reply` the text that a person starts from. Grants belong to the AI identity, not here.
    """

    slug: str
    client: str
    name: str
    channels: tuple[str, ...]
    default_queue: str
    dispositions: tuple[Disposition, ...]
    guidance: tuple[str, ...]
    suggested_reply: str = ""
    labels: tuple[str, ...] = ()
    mode: str = "normal"
    autonomy: str = "suggest"
    human_final_decision: bool = False
    risk: str = "low"
    sla_minutes: int = 480
    threshold: float = 0.9
    required_fields: tuple[str, ...] = ()
    field_thresholds: Mapping[str, float] = field(default_factory=dict)
    tool_teams: Mapping[str, str] = field(default_factory=dict)
    process: tuple[str, ...] = ()
    irreversible: tuple[str, ...] = ()
    limits: Mapping[str, float] = field(default_factory=dict)
    undo_seconds: int = 15
    weight: int = 1
