"""The review page put together: plain values out of one loaded case. No statement is made here."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.urls import reverse

from accounts.models import User
from escalations.choices import (
    Allocation,
    Autonomy,
    CaseState,
    Channel,
    ErrorType,
    RiskLevel,
    Severity,
    Unaided,
    Verb,
)
from escalations.models import Case
from escalations.planting import shown_id
from escalations.policy.default.numbers import NUMBERS
from escalations.selectors.policy import document_of
from reviews.choices import CATEGORY, Mode
from reviews.permissions import available_actions, may_write_lesson, verbs_for
from reviews.selectors.addresses import address
from reviews.selectors.case_page import CasePage
from reviews.selectors.evidence import Mark, message_views
from reviews.selectors.handed import field_views, handoff_view, step_views
from reviews.selectors.nobody import nobody_can
from reviews.selectors.reasons import matrix_rows, meters, path_rows, reason_views, rule_rows
from reviews.selectors.shapes import CaseScreen, FieldView, HandoffView, MessageView, Option, ReasonView
from reviews.selectors.unaided import options_of
from reviews.selectors.verbs import decision_words, verb_views
from reviews.selectors.words import humanize, pairs, percent

Json = Mapping[str, Any]
ERROR_TYPES = tuple(Option(code, label) for code, label in ErrorType.choices)
STATES, CHANNELS, SEVERITIES, ALLOCATIONS = (
    {code: str(label) for code, label in one.choices} for one in (CaseState, Channel, Severity, Allocation)
)
"""Enumerations put their choices together anew each time they are asked."""

SUGGESTS = ("proposed", "confidence", "intent", "open_question")
"""The parts of a package that say what the AI would do."""

BY_AUDIT = {"RANDOM_AUDIT": "A blind audit found another answer than the one that was settled"}
ENDED = (CaseState.RESOLVED, CaseState.AUTO_RESOLVED, CaseState.CLOSED)


def case_screen(
    page: CasePage, actor: User, *, reserved: bool = False, lost: bool = False, draft: Json | None = None
) -> CaseScreen:
    """The screen of a case. `reserved` shows it as theirs before it is: no token, no lease.

    `lost` says that it was theirs a moment ago; `draft` is what they have just sent and shall find again.
    """
    case = page.case
    outcome: Json = case.routing.outcome if case.routing else {}
    result: Json = (case.triage.result if case.triage else None) or {}
    package: Json = case.handoff.package if case.handoff and isinstance(case.handoff.package, dict) else {}
    kept, kept_at = _draft(page, draft)
    flagged = dict(BY_AUDIT)
    flagged |= {"MANUAL_FLAG": f"{page.flag['name']}: {page.flag['reason']}"} if page.flag else {}
    silent = case.autonomy == Autonomy.OFF
    reasons, marks = reason_views(outcome.get("reasons") or (), case.reason_codes, page.fields, flagged)
    mode = _mode(case, actor, reserved, lost)
    screen = CaseScreen(
        id=str(shown_id(case.pk)), ref=case.ref, url=address("case", case.ref), title=_title(page),
        mode=mode, version=case.version, claim_token=0 if reserved else case.claim_token,
        state=case.state, state_label=STATES[case.state], severity=case.severity,
        severity_label=SEVERITIES[case.severity], tier=case.tier, client=case.client.name,
        case_type=case.case_type.name, queue=case.queue.name if case.queue else "",
        channel=CHANNELS[case.channel], customer=pairs(case.customer), due_at=case.due_at,
        due_minutes=int(outcome.get("sla_minutes") or case.case_type.sla_minutes),
        lease_until=None if reserved else case.lease_until,
        holder=case.holder.short_name if case.holder else "", holder_is_me=case.holder_id == actor.pk,
        allocation=ALLOCATIONS.get(case.allocation, ""), category="" if silent else humanize(case.category),
        confidence=None if silent else percent(case.confidence), threshold=percent(case.threshold),
        policy=f"Policy v{case.policy.number}" if case.policy else "",
        model=case.triage.model_version if case.triage else "",
        reasons=reasons, matrix=matrix_rows(outcome.get("cells") or ()),
        rows=rule_rows(outcome.get("rows") or ()), meters=meters(result),
        mood=tuple(result.get("mood") or ()), messages=_messages(page, marks, result),
        handoff=_handoff(case, package, reasons), steps=step_views(package.get("steps"), case.agent.tools),
        fields=(*field_views(page.fields, _limits(case), _default_limit(case), kept), *_category(page, kept)),
        guidance=_guidance(case), verbs=verb_views(verbs_for(case), silent=silent), silent=silent,
        dispositions=tuple(Option(one["code"], one["label"]) for one in case.case_type.dispositions),
        error_types=ERROR_TYPES,
        escalation_targets=tuple(Option(queue.slug, queue.name) for queue in page.targets),
        undo_seconds=case.case_type.undo_seconds, draft=dict(kept), draft_at=kept_at,
        actions=_actions(page, actor, reserved), decision=_decision(page, mode),
        judge_first=case.risk == RiskLevel.HIGH, undo_url=_undo_url(page, actor), path=path_rows(case),
        parts_open=case.subtasks_open, parts=case.overseer_id is not None or case.subtasks_open > 0,
        nobody="" if reserved else nobody_can(case.state, case.unroutable_since, case.need),
    )  # fmt: skip
    if case.unaided == Unaided.FIRST and mode != Mode.DONE:
        return _without_answer(screen, case)
    return _ready(screen, case) if case.autonomy == Autonomy.SUPERVISED else screen


def _ready(screen: CaseScreen, case: Case) -> CaseScreen:
    """Supervised: what the AI proposes arrives armed, and the page says what committing it does. Not where a rule had a
    reason to send it to a person: nobody is sure of it, and what is one key away is looked at least. Nor where the
    person judges first, where departments still owe a part, or where there is nothing to approve.
    """
    wants = screen.handoff.wants if screen.handoff else ""
    offered = any(verb.value == Verb.APPROVE for verb in screen.verbs)
    changed = any(one.draft not in (None, one.value) for one in screen.fields)
    if screen.mode != Mode.HELD or not wants or not offered or changed:
        return screen
    if case.reason_codes or screen.judge_first or screen.parts_open:
        return screen
    endings = {one.code: one.label for one in screen.dispositions}
    own = str(case.case_type.rules.get("approved_as") or "")
    ends = own if own in endings else next(iter(endings), "")
    return replace(screen, ready=f"{wants}. It ends as: {endings[ends]}" if ends else wants, ready_as=ends)


def _category(page: CasePage, kept: Json) -> tuple[FieldView, ...]:
    """What the AI takes the case for, to be corrected like a field that it read (R096); nothing where the type knows no
    categories, the AI named none, or a field of the agent's own is called so.
    """
    case, labels = page.case, page.case.case_type.labels
    if not labels or not case.category or case.autonomy == Autonomy.OFF:
        return ()
    if any(row["name"] == CATEGORY for row in page.fields):
        return ()
    row = {"name": CATEGORY, "value": case.category, "confidence": case.confidence}
    options = tuple(Option(code, humanize(code)) for code in sorted({case.category, *labels}))
    made = field_views([row], {}, case.threshold or 0.0, kept)
    return tuple(replace(one, options=options, low=False) for one in made)  # a reason says that it is unsure


def _without_answer(screen: CaseScreen, case: Case) -> CaseScreen:
    """The screen without anything that the AI made of the case: it is answered first (R094)."""
    held = screen.mode == Mode.HELD
    return replace(
        screen, mode=Mode.UNAIDED if held else screen.mode, hidden=True, first=options_of(case) if held else (),
        reasons=tuple(replace(reason, measure="", text="") for reason in screen.reasons), handoff=None, steps=(),
        fields=(), matrix=(), rows=(), meters=(), mood=(), category="", confidence=None, threshold=None, model="",
        path=(), draft={}, draft_at=None, guidance=tuple(str(line) for line in case.case_type.guidance),
    )  # fmt: skip


def _mode(case: Case, actor: User, reserved: bool, lost: bool) -> str:
    if reserved or (case.state == CaseState.CLAIMED and case.holder_id == actor.pk):
        return Mode.HELD
    if lost:
        return Mode.LOST
    return Mode.DONE if case.state in ENDED else Mode.READING


def _title(page: CasePage) -> str:
    """The customer's own words: the subject, else how the first message begins."""
    if page.case.subject.strip():
        return page.case.subject
    first = next((row["text"] for row in page.messages if row["author"] == "customer"), "")
    return " ".join(first.split())[:90] or page.case.case_type.name


def _messages(page: CasePage, marks: list[Mark], result: Json) -> tuple[MessageView, ...]:
    case = page.case
    customer = case.customer.get("name") if isinstance(case.customer, dict) else None
    names = {"customer": str(customer or "Customer"), "ai": f"AI, {_agent(case)}", "human": "Staff"}
    mood = list(result.get("mood") or ())
    said = sum(row["author"] == "customer" for row in page.messages)
    return message_views(page.messages, marks, names, mood[-said:] if said else [])


def _handoff(case: Case, package: Json, reasons: tuple[ReasonView, ...]) -> HandoffView | None:
    if case.handoff is None:
        return None
    if (
        case.autonomy == Autonomy.OFF
    ):  # not hidden but absent: what it proposes, how sure it is, what it would write
        package = {name: value for name, value in package.items() if name not in SUGGESTS}
    cannot = next((reason.text for reason in reasons if reason.code == "BEYOND_PERMISSION"), "")
    return handoff_view(
        package, missing=case.handoff.missing, completeness=case.handoff.completeness,
        by=_agent(case, str(package.get("agent_version") or "")), cannot=cannot, reply=_suggested(case),
    )  # fmt: skip


def _agent(case: Case, version: str = "") -> str:
    """Name and version, the name once where the version carries it."""
    version = version or case.agent.version
    return version if version.startswith(case.agent.name) else f"{case.agent.name} {version}".strip()


def _guidance(case: Case) -> tuple[str, ...]:
    """Next steps for this type (R047); without a handoff the type's own reply is among them."""
    lines = tuple(str(line) for line in case.case_type.guidance)
    reply = _suggested(case) if case.handoff is None else ""
    return (*lines, f"A reply may begin: {reply}") if reply else lines


def _suggested(case: Case) -> str:
    return str(case.case_type.rules.get("suggested_reply") or "")


def _limits(case: Case) -> dict[str, float]:
    return dict(case.case_type.rules.get("field_thresholds") or {})


def _default_limit(case: Case) -> float:
    """The limit of fields that the type gives none: the policy's number, unless the type has its own."""
    own = (case.case_type.rules.get("limits") or {}).get("field_threshold")
    numbers = document_of(case.policy).data["numbers"] if case.policy else NUMBERS
    return float(own if own is not None else numbers["field_threshold"])


def _draft(page: CasePage, sent: Json | None) -> tuple[Json, datetime | None]:
    if sent is not None:
        return sent, None
    row = page.draft
    return (row["body"], datetime.fromisoformat(row["at"])) if row else ({}, None)


def _actions(page: CasePage, actor: User, reserved: bool) -> frozenset[str]:
    if reserved:
        return frozenset({"decide", "release", "skip", "draft", "timeline"})
    undo = {"undo"} if _undo_url(page, actor) else set()
    mine = page.decision is not None and page.decision["user"] == actor.pk
    lesson = {"lesson"} if mine and may_write_lesson(actor, page.case, decided=True) else set()
    return available_actions(actor, page.case) | undo | lesson


def _undo_url(page: CasePage, actor: User) -> str:
    last = page.decision
    if (
        last is None
        or last["user"] != actor.pk
        or not last["undoable"]
        or page.case.state == CaseState.CLAIMED
    ):
        return ""
    return reverse("reviews:undo", args=[last["id"]])


def _decision(page: CasePage, mode: str) -> str:
    last = page.decision
    if last is None or mode == Mode.HELD:
        return ""
    labels = {one["code"]: one["label"] for one in page.case.case_type.dispositions}
    return decision_words(Verb(last["verb"]), labels.get(last["disposition"], ""), last["name"] or "")
