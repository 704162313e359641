"""What the screens are given: plain values, ready to show. Templates neither query nor decide."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text inside a message. `letters` name the reasons it is evidence for ("A", "AC"), or
    nothing.
    """

    text: str
    letters: str = ""


@dataclass(frozen=True, slots=True)
class MessageView:
    """One message, cut into pieces at the evidence. `author` is customer, ai or human; `mood` is "" or a
    word.
    """

    position: int
    author: str
    name: str
    at: datetime
    pieces: tuple[Piece, ...]
    mood: str = ""


@dataclass(frozen=True, slots=True)
class ReasonView:
    """A chip: letter and digit key, label, measured value against limit in words, number of passages."""

    letter: str
    number: int
    code: str
    label: str
    measure: str
    text: str
    passages: int = 0


@dataclass(frozen=True, slots=True)
class StepView:
    """One thing the AI tried. `mark` is done, failed or blocked; `whole` is the full result when `result` is its
    summary; times and payloads are for the details.
    """

    mark: str
    tool: str
    result: str
    arguments: str = ""
    at: datetime | None = None
    whole: str = ""


@dataclass(frozen=True, slots=True)
class Option:
    """A choice in a list."""

    code: str
    label: str


@dataclass(frozen=True, slots=True)
class FieldView:
    """One extracted value with its confidence (percent) and the threshold's tick; widths are of a 56-unit
    bar.

    `letter` ties it to its passage; `other` is the value a second source gives, or "".
    """

    name: str
    label: str
    value: str
    percent: int | None
    threshold: int
    low: bool
    bar: float
    tick: float
    other: str = ""
    draft: str | None = None
    options: tuple[Option, ...] = ()  # what it may be, where that is known


@dataclass(frozen=True, slots=True)
class SimilarView:
    """A past case of the same kind and how it ended."""

    ref: str
    subject: str
    outcome: str
    who: str
    when: datetime
    reversed: bool = False


@dataclass(frozen=True, slots=True)
class EventView:
    """One line of the timeline: who did what, when, with what."""

    seq: int
    at: datetime
    actor_kind: str
    actor: str
    says: str
    detail: str = ""
    holder: str = ""  # who has the case from then on, or nobody (R051)


@dataclass(frozen=True, slots=True)
class VerbView:
    """A verb the person may use: its key and the word for the toast."""

    value: str
    label: str
    key: str
    said: str


@dataclass(frozen=True, slots=True)
class HandoffView:
    """What the AI agent handed over; every part may be missing, and then `missing` says so in words."""

    by: str
    summary: str
    wants: str
    cannot: str
    confidence: int | None
    told_customer: tuple[str, ...]
    known_facts: tuple[str, ...]
    open_question: str
    reply: str
    missing: tuple[str, ...]
    completeness: int


@dataclass(frozen=True, slots=True)
class Meter:
    """One score in words and per cent: label, value 0 to 100, and what it means."""

    label: str
    percent: int
    says: str


@dataclass(frozen=True, slots=True)
class CaseScreen:
    """Everything the review page shows. `mode` is held (decide), reading, lost, or done."""

    id: str
    ref: str
    url: str
    title: str
    mode: str
    version: int
    claim_token: int
    state: str
    state_label: str
    severity: int
    severity_label: str
    tier: int
    client: str
    case_type: str
    queue: str
    channel: str
    customer: tuple[tuple[str, str], ...]
    due_at: datetime | None
    due_minutes: int
    lease_until: datetime | None
    holder: str
    holder_is_me: bool
    allocation: str
    category: str
    confidence: int | None
    threshold: int | None
    policy: str
    model: str
    reasons: tuple[ReasonView, ...]
    matrix: tuple[tuple[str, str, str], ...]
    rows: tuple[tuple[str, str, str], ...]
    meters: tuple[Meter, ...]
    mood: tuple[float, ...]
    messages: tuple[MessageView, ...]
    handoff: HandoffView | None
    steps: tuple[StepView, ...]
    fields: tuple[FieldView, ...]
    guidance: tuple[str, ...]
    verbs: tuple[VerbView, ...]
    dispositions: tuple[Option, ...]
    error_types: tuple[Option, ...]
    escalation_targets: tuple[Option, ...]
    undo_seconds: int
    draft: dict[str, Any] = field(default_factory=dict)
    draft_at: datetime | None = None
    actions: frozenset[str] = frozenset()
    decision: str = ""
    judge_first: bool = False
    undo_url: str = ""  # of the reader's own decision, while it can be undone
    path: tuple[tuple[str, str, str, str], ...] = ()  # asked, found, answer, and where that led (R052)
    parts_open: int = 0  # sub-tasks of other departments
    parts: bool = False  # somebody oversees the case, or departments share it
    nobody: str = ""
    silent: bool = False  # the AI suggests nothing on this type: no trace of what it would
    ready: str = ""  # supervised: what Ctrl + Enter carries out at once, in words
    ready_as: str = ""  # the outcome that is chosen beforehand then
    first: tuple[tuple[str, str], ...] = ()  # what may be answered before the AI's answer is shown (R094)
    hidden: bool = False  # the AI's answer is not here, whoever reads


@dataclass(frozen=True, slots=True)
class RowView:
    """One line of a list of cases."""

    ref: str
    url: str
    title: str
    severity: int
    severity_label: str
    due_at: datetime | None
    why: str
    more: int
    low_confidence: str
    client: str
    case_type: str
    held: str
    state: str
    reserved: bool = False
    nobody: str = ""


@dataclass(frozen=True, slots=True)
class OfferView:
    """A case held out to the reader: by the desk, or assigned by somebody."""

    ref: str
    url: str
    take_url: str
    title: str
    severity: int
    severity_label: str
    until: datetime
    assigned_by: str


@dataclass(frozen=True, slots=True)
class QueueScreen:
    """My queue: the rows of one tab, the counts of all, filters in force, and how to page on."""

    greeting: str
    tab: str
    tabs: tuple[tuple[str, str, int | None], ...]
    rows: tuple[RowView, ...]
    next_cursor: str
    waiting: int
    mine: int
    at_risk: int
    done_today: int
    max_claims: int
    on_break: bool
    may_browse: bool
    may_claim: bool
    filters: dict[str, str]
    clients: tuple[Option, ...]
    severities: tuple[Option, ...]
    reasons: tuple[Option, ...]
    doors: tuple[Option, ...] = ()
    undo: tuple[str, str] | None = None
    offers: tuple[OfferView, ...] = ()
