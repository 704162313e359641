"""Triage: read, think, write. No transaction and no connection is open while an engine thinks."""

from dataclasses import asdict, replace
from uuid import UUID

import structlog
from django.conf import settings
from django.db import DatabaseError, connection, transaction

from accounts.choices import EventKind
from escalations.choices import CaseState
from escalations.models import Acknowledgement, Case, Job, TriageRecord
from escalations.policy.engine import decide
from escalations.policy.types import Facts, Outcome, Reason, TypeRules
from escalations.rules import type_rules
from escalations.selectors.champion import Serving, serving
from escalations.selectors.facts import Read, read_case
from escalations.selectors.policy import document_of, live_policy
from escalations.selectors.standing import held_standing
from escalations.services import due
from escalations.services.acknowledging import acknowledge
from escalations.services.judging import Judgement, apply, locked
from escalations.services.repeating import note_errors
from escalations.signatures import failures
from escalations.transitions import move_all
from escalations.triage.engines import get_engine
from escalations.triage.types import Triage, TriageEngine, TriageError

log = structlog.get_logger(__name__)

IN_VIEW = (CaseState.QUEUED, CaseState.CLAIMED)
"""Where people see a case anyway, judged or not."""


def triage_case(job: Job, engine: TriageEngine | None = None) -> None:
    """Judge the job's case and act on it: settle, route, raise, or leave it as it is. Finishes the job.

    What the engine raises is kept as a failed triage and raised again; Fenced when the job went to another worker.
    """
    read, model = _begin(job)
    _let_go()
    try:
        triage = (engine or configured_engine(model)).triage(read.view)
    except Exception as error:
        _keep_failure(read, engine, error)
        raise
    _conclude(job, read, triage)


def triage_is_late(job: Job) -> None:
    """The deadline: a case still not judged goes to a person as it is (safety P10). Finishes the job."""
    with transaction.atomic():
        case = locked(_case_of(job))
        open_jobs = Job.objects.filter(
            case=case, kind="triage", state__in=[Job.State.READY, Job.State.RUNNING]
        )
        if _undecided(case) or (case.state not in IN_VIEW and open_jobs.exists()):
            _without_triage(case)
        due.finish(job)


def before_a_person(job: Job) -> None:
    """Work on a case was given up: a person gets it, with the reason TOOL_FAILURE (safety P9)."""
    if job.case_id is None:
        return
    with transaction.atomic():
        case = locked(job.case_id)
        if case.state not in IN_VIEW:
            _without_triage(case)


def configured_engine(model: Serving | None = None) -> TriageEngine:
    """The engine that the settings name with the model that serves, loaded once a process, and anew when another is
    promoted. Where the champion's file is missing or altered, the shipped model judges, and says so in every triage:
    no certificate holds for it. Raises TriageError when neither can be loaded.
    """
    name, folder = settings.HANDRAIL_TRIAGE_ENGINE, settings.HANDRAIL_MODEL_DIR
    config = {"base_url": settings.LLM_BASE_URL, "model": settings.LLM_MODEL, "api_key": settings.LLM_API_KEY}
    llm, model = config if name == "llm" else None, model or Serving()
    try:
        return get_engine(name, folder, model=model.name, version=model.version, llm=llm)
    except TriageError as error:
        if not model.version:
            raise
        log.error("triage.champion_missing", model=model.version, error=str(error))  # noqa: TRY400
        return get_engine(name, folder, llm=llm)


def _begin(job: Job) -> tuple[Read, Serving]:
    case_id = _case_of(job)
    with transaction.atomic():
        fresh = Case.objects.filter(pk=case_id, state=CaseState.RECEIVED)
        move_all(fresh, EventKind.CASE_TRIAGING, actor=None, data={"attempt": job.attempts})
        read, model = read_case(case_id), serving()
    return replace(read, repeated_errors=max(read.repeated_errors, _met_before(read))), model


def _met_before(read: Read) -> int:
    """How often the case's errors came lately. What goes wrong in the counting keeps no case from its triage."""
    try:
        return note_errors(read.case, failures(read.view.steps))
    except DatabaseError as error:
        log.warning("errors.not_counted", case=str(read.case.pk), error=type(error).__name__)
        return 0


def _let_go() -> None:
    """Give the connection back; inside somebody's transaction (a test's) it has to stay."""
    if not connection.in_atomic_block:
        connection.close()


def _conclude(job: Job, read: Read, triage: Triage) -> None:
    with transaction.atomic():
        case = locked(read.case.pk, read.case)
        if case.messages_now == read.messages:  # type: ignore[attr-defined]  # else: a later job sees them all
            record = TriageRecord.objects.create(
                case=case, engine=triage.engine, model_version=triage.model_version, inputs_hash=triage.inputs_hash,
                result=asdict(triage), latency_ms=triage.latency_ms,
            )  # fmt: skip
            policy = live_policy()
            facts = replace(read, rules=_rules_now(case, triage)).facts(triage, policy)
            outcome = decide(facts, document_of(policy))
            handed_over = bool(job.payload.get("handed_over"))
            apply(case, Judgement(outcome, policy, read.now, record, handed_over=handed_over, facts=facts))
            due.cancel("triage_deadline", key=str(case.pk))
            if read.agent_policy == str(policy.number) and read.known_policy != policy.number:
                acknowledge(agent=case.agent, version=policy, via=Acknowledgement.Via.HANDOFF)
        due.finish(job)


def _rules_now(case: Case, triage: Triage) -> TypeRules:
    """The type's rules with the autonomy that holds until this transaction ends: who trips the breaker waits for it."""
    kind = case.case_type
    return type_rules(kind, case.agent, held_standing(kind), triage.model_version)


def _keep_failure(read: Read, engine: TriageEngine | None, error: Exception) -> None:
    name = engine.name if engine else settings.HANDRAIL_TRIAGE_ENGINE
    log.warning("triage.failed", case=str(read.case.pk), engine=name, error=type(error).__name__)
    said = str(error) if isinstance(error, TriageError) else type(error).__name__
    TriageRecord.objects.create(case=read.case, engine=name, error=said[:300])


def _without_triage(case: Case) -> None:
    read = read_case(case.pk)
    policy = live_policy()
    asked = read.facts(None, policy)
    facts: Facts | None = asked
    try:
        outcome = decide(asked, document_of(policy))
    except Exception as error:  # whatever is wrong with a policy must not keep a case from people
        log.error("policy.failed", policy=policy.number, error=type(error).__name__)  # noqa: TRY400
        outcome, facts = _plain_outcome(case, read), None
    failed = TriageRecord.objects.filter(case=case).exclude(error="").order_by("-pk").first()
    apply(case, Judgement(outcome, policy, read.now, failed, handed_over=True, facts=facts))
    due.cancel_of(case, "triage")


def _plain_outcome(case: Case, read: Read) -> Outcome:
    """Where a case goes when neither engine nor policy could say: its type's own queue, soon."""
    return Outcome(
        settle=False, allocation="human", cells=(), reasons=(Reason("TOOL_FAILURE", "Policy could not be evaluated"),),
        rows=(), queue=read.rules.default_queue, tier=case.case_type.default_queue.tier, severity=2, oversee=True,
        sla_minutes=read.rules.sla_minutes, confidence=None, threshold=read.rules.threshold, category="", risk="high",
    )  # fmt: skip


def _undecided(case: Case) -> bool:
    return case.state in (CaseState.RECEIVED, CaseState.TRIAGING)


def _case_of(job: Job) -> UUID:
    if job.case_id is None:
        raise ValueError(f"{job} names no case")
    return job.case_id
