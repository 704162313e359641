"""What became of the past's handoffs: judged by Handrail's own rule, from what people did; what customers thought."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from django.db import connection, models

from accounts.choices import EventKind
from accounts.ledger import new_salt
from accounts.ledger.write import body_of
from accounts.models import AIAgent
from config.demo.past.rows import TELL, Past, insert
from escalations.auditing import NO_ACTION, PERSON
from escalations.choices import AnswerArm, CaseMode
from escalations.handed_over import Line, course_of
from escalations.handoff import missing_parts
from escalations.models import CaseType, Feedback, FirstAnswer, HandoffOutcome, Queue
from escalations.selectors.handed import Said, said_of, words_of
from escalations.services.handoff_judging import judge
from escalations.services.intake import digest_of


def write_handed(kind: CaseType, past: Sequence[Past], queues: dict[str, Queue], now: datetime) -> None:
    """Outcome, first answer and feedback of cases that are written already."""
    agents = AIAgent.objects.filter(client=kind.client_id).order_by("name")
    agent = next(one for one in agents if kind.slug in one.case_types)
    ids = [one.id for one in past]
    said, words = said_of(ids), words_of(ids)
    outcomes: list[models.Model] = []
    for one in past:
        row = _outcome(kind, one, agent, queues)
        lines = [Line(step.at, step.kind, step.course(one.one)) for step in one.steps]
        judge(row, course_of(lines, one.at), one.target, said.get(one.id, Said()), now)
        row.version, row.judged_at, row.words = len(one.steps), now, words.get(one.id, 0)
        outcomes.append(row)
    insert(outcomes)
    insert([_first(one) for one in past if one.story.hidden])
    told = [(one, stars) for one in past if (stars := one.story.stars) is not None]
    insert([_feedback(one, stars, agent) for one, stars in told])
    bodies = [
        body_of(
            kind=EventKind.FEEDBACK_GIVEN, actor=agent,
            data={"score": stars, "decision": one.decisions[0], "model": one.one.triage.model_version, "demo": "past"},
        )
        for one, stars in told
    ]  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(TELL, [[one.id for one, _ in told], [len(one.steps) for one, _ in told], bodies])


def _outcome(kind: CaseType, past: Past, agent: AIAgent, queues: dict[str, Queue]) -> HandoffOutcome:
    told, package = past.one.outcome, dict(past.one.script.body["handoff"])
    answered = bool(past.one.view.proposed_action) and kind.mode == CaseMode.NORMAL
    return HandoffOutcome(
        case_id=past.id, client_id=kind.client_id, case_type_id=kind.pk, agent_id=agent.pk,
        queue_id=queues[told.queue].pk, tier=told.tier, agent_version=agent.version, category=told.category,
        reasons=[reason.code for reason in told.reasons], missing=list(missing_parts(package)),
        arm=(AnswerArm.HIDDEN if past.story.hidden else AnswerArm.SHOWN) if answered else "", handed_at=past.at,
    )  # fmt: skip


def _first(past: Past) -> models.Model:
    proposed = past.one.view.proposed_action
    action = proposed if past.story.first_agrees else PERSON
    return FirstAnswer(
        case_id=past.id, user=past.story.worker, action=action, proposed=proposed or NO_ACTION,
        agrees=past.story.first_agrees, at=past.at + timedelta(seconds=past.story.waited + past.story.hand / 2),
    )  # fmt: skip


def _feedback(past: Past, stars: int, agent: AIAgent) -> models.Model:
    digest = digest_of({"case": str(past.id), "score": stars})
    return Feedback(
        case_id=past.id, agent=agent, decision_id=past.decisions[0], policy_id=None, score=stars,
        model_version=past.one.triage.model_version, agent_version=agent.version, salt=new_salt(), key=digest,
        body_hash=digest, at=next(_closed(past)) + timedelta(hours=2),
    )  # fmt: skip


def _closed(past: Past) -> Iterator[datetime]:
    return (step.at for step in past.steps if step.kind == EventKind.CASE_CLOSED)
