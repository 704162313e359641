"""The rows of the demo's past: set by set, as the services would have left them, with their lines in the ledger."""

import secrets
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

from django.db import connection, models

from accounts.choices import ActorKind, EventKind
from accounts.ledger import new_salt
from accounts.ledger.write import body_of
from accounts.models import AIAgent, User
from config.demo import world
from config.demo.past.judged import WEEKS, Answered
from escalations.auditing import NO_ACTION, week_around
from escalations.autonomy.draw import draw
from escalations.choices import AuditRole, AuditState, CaseState, DrawArm, Verb, Verdict
from escalations.clocks import rank_at
from escalations.handoff import completeness, missing_parts
from escalations.models import (
    AuditAnswer,
    AuditDraw,
    AuditItem,
    AuditPeriod,
    BlindLabel,
    Case,
    CaseType,
    Decision,
    ExtractedField,
    Handoff,
    Message,
    PolicyVersion,
    Queue,
    Routing,
    TriageRecord,
)
from escalations.policy.replay import as_stored, kept
from escalations.selectors.policy import live_policy
from escalations.services.auditing import commit_period, seed_of

PREFIX = "past"
VERSIONS = 6  # of a case that was posted, triaged, routed, claimed, decided and closed
CHUNK = 250
OVER = 0.7
"""Of that time, after which the past ends: figures of the last week are the demo's own."""
READERS = ("lucas@handrail.test", "amina@handrail.test")


def there(kind: CaseType, model: str) -> bool:
    """Does the type have its past already, under this model?"""
    return Case.objects.filter(client=kind.client_id, external_id=_external(kind, model, 0)).exists()


def write(kind: CaseType, stories: Sequence[Answered], model: str, *, now: datetime) -> list[Answered]:
    """Write all rows of a type's past cases, oldest first; the candidates among them, each of which was audited."""
    past = _Past(kind, stories, model, now)
    for rows in past.rows():
        _insert(rows)
    past.tell()
    return [one for one in stories if one.candidate]


class _Past:
    """The rows of one type's past, made side by side."""

    def __init__(self, kind: CaseType, stories: Sequence[Answered], model: str, now: datetime) -> None:
        self.kind, self.stories, self.model = kind, stories, model
        self.policy: PolicyVersion = live_policy()
        self.dice = Random(f"{kind.client.slug} {kind.slug}")  # noqa: S311  the same past every time
        agents = AIAgent.objects.filter(client=kind.client_id).order_by("name")
        self.agent = next(one for one in agents if kind.slug in one.case_types)
        self.person = _worker(kind)
        self.readers = [User.objects.get(email=one) for one in READERS]
        self.queues = {queue.slug: queue for queue in Queue.objects.all()}
        step = timedelta(weeks=WEEKS) * OVER / max(len(stories), 1)
        begin = now - timedelta(weeks=WEEKS)
        self.times = [begin + step * (n + self.dice.random()) for n in range(len(stories))]
        count = len(stories)
        self.numbers = _next("case_number_seq", count)
        self.triages, self.routings, self.handoffs, self.draws = (
            _next(f"escalations_{name}_id_seq", count) for name in ("triagerecord", "routing", "handoff", "auditdraw")
        )  # fmt: skip
        self.ids = [_uuid7(at, self.dice) for at in self.times]
        self.decisions = [_uuid7(at + timedelta(minutes=30), self.dice) for at in self.times]
        self.weeks: dict[date, tuple[AuditPeriod, bytes]] = {}

    def rows(self) -> list[list[models.Model]]:
        """Set by set, in the order in which they are inserted; foreign keys are looked at in the end."""
        sets: list[list[models.Model]] = [[] for _ in range(11)]
        for n, one in enumerate(self.stories):
            made = [
                self._messages(n, one), self._fields(n, one), [self._handoff(n, one)], [self._triage(n, one)],
                [self._routing(n, one)], [self._case(n, one)], [self._decision(n, one)],
                *(self._audit(n, one) if one.candidate else ([], [], [], [])),
            ]  # fmt: skip
            for into, new in zip(sets, made, strict=True):
                into.extend(new)
        return sets

    def _messages(self, n: int, one: Answered) -> list[models.Model]:
        at = self.times[n]
        return [
            Message(
                case_id=self.ids[n], position=place, author=said.author, text=said.text, at=at, received_at=at
            )
            for place, said in enumerate(one.view.messages)
        ]

    def _fields(self, n: int, one: Answered) -> list[models.Model]:
        return [
            ExtractedField(
                case_id=self.ids[n], position=place, name=read.name, value=read.value, confidence=read.confidence,
                message=read.message, start=read.start, end=read.end,
            )
            for place, read in enumerate(one.view.fields)
        ]  # fmt: skip

    def _handoff(self, n: int, one: Answered) -> models.Model:
        package: dict[str, Any] = dict(one.script.body["handoff"])
        return Handoff(
            id=self.handoffs[n], case_id=self.ids[n], schema=package.pop("schema", "handoff/1"), package=package,
            completeness=completeness(package), missing=list(missing_parts(package)), created_at=self.times[n],
        )  # fmt: skip

    def _triage(self, n: int, one: Answered) -> models.Model:
        return TriageRecord(
            id=self.triages[n], case_id=self.ids[n], engine=one.triage.engine, model_version=one.triage.model_version,
            inputs_hash=one.triage.inputs_hash, result=asdict(one.triage), latency_ms=one.triage.latency_ms,
            created_at=self.times[n],
        )  # fmt: skip

    def _routing(self, n: int, one: Answered) -> models.Model:
        return Routing(
            id=self.routings[n], case_id=self.ids[n], triage_id=self.triages[n], policy=self.policy, settle=False,
            allocation=one.outcome.allocation, outcome=as_stored(one.outcome), path=[], facts=kept(one.facts),
            superseded=False, created_at=self.times[n],
        )  # fmt: skip

    def _case(self, n: int, one: Answered) -> models.Model:
        body, told, at = one.script.body, one.outcome, self.times[n]
        due_at, ended = at + timedelta(minutes=told.sla_minutes), at + timedelta(minutes=30)
        queue = self.queues[told.queue]
        return Case(
            id=self.ids[n], ref=f"{self.kind.client.prefix}-{self.numbers[n]}", client_id=self.kind.client_id,
            case_type=self.kind, agent=self.agent, external_id=_external(self.kind, self.model, n),
            channel=body["channel"], subject=body["subject"][:300], customer=dict(body["customer"]),
            state=CaseState.CLOSED, version=VERSIONS, queue=queue, tier=told.tier, severity=told.severity,
            allocation=told.allocation, category=told.category, confidence=told.confidence, threshold=told.threshold,
            risk=told.risk, reason_codes=[reason.code for reason in told.reasons], due_at=due_at,
            rank_at=rank_at(severity=told.severity, due_at=due_at, weight=1), claim_token=1, policy=self.policy,
            triage_id=self.triages[n], routing_id=self.routings[n], handoff_id=self.handoffs[n], created_at=at,
            resolved_at=ended, closed_at=ended + timedelta(seconds=self.kind.undo_seconds),
        )  # fmt: skip

    def _decision(self, n: int, one: Answered) -> models.Model:
        ending = self.kind.dispositions[0]["code"]
        proposed: dict[str, Any] = dict(one.script.body["handoff"].get("proposed") or {})
        return Decision(
            id=self.decisions[n], case_id=self.ids[n], verb=Verb.OVERRIDE if one.wrong else Verb.APPROVE,
            actor_kind=ActorKind.HUMAN, user=self.person, claim_token=1, disposition=ending, salt=new_salt(),
            values={read.name: read.value for read in one.view.fields}, action=proposed, policy=self.policy,
            model_version=self.model, inputs_hash=one.triage.inputs_hash,
            scores={"confidence": one.score, "category": one.outcome.category, "threshold": one.outcome.threshold},
            seen={"version": 4, "triage": self.triages[n], "routing": self.routings[n], "handoff": self.handoffs[n]},
            standing=Decision.Standing.FINAL, created_at=self.times[n] + timedelta(minutes=30),
        )  # fmt: skip

    def _audit(self, n: int, one: Answered) -> tuple[list[models.Model], ...]:
        """Everything was audited: a draw of 100 %, whose seed could favour nobody."""
        period, seed = self._week(self.times[n])
        drawn = draw(seed, str(self.ids[n]), 1.0)
        at = self.times[n] + timedelta(minutes=31)
        row = AuditDraw(
            id=self.draws[n], case_id=self.ids[n], decision_id=self.decisions[n], period=period, case_type=self.kind,
            arm=DrawArm.CANDIDATE, score=one.score, rate=1.0, probability=drawn.probability, uniform=drawn.uniform,
            model_version=self.model, policy=self.policy, at=at,
        )  # fmt: skip
        item = AuditItem(
            draw_id=self.draws[n], case_id=self.ids[n], case_type=self.kind, state=AuditState.DONE, double=False,
            verdict=Verdict.WRONG if one.wrong else Verdict.RIGHT, created_at=at, done_at=at + timedelta(days=1),
        )  # fmt: skip
        roles = (AuditRole.FIRST, AuditRole.SECOND) if one.wrong else (AuditRole.FIRST,)
        answers: list[models.Model] = [
            AuditAnswer(
                item_id=item.pk, role=role, user=reader, category=one.truth or "person", agrees=not one.wrong,
                action=one.view.proposed_action or NO_ACTION,
                disposition=self.kind.dispositions[0]["code"], salt=new_salt(), at=at + timedelta(hours=20),
                differs_in=["category"] if one.wrong else [],
            )
            for role, reader in zip(roles, self.readers, strict=False)
        ]  # fmt: skip
        label = BlindLabel(
            item_id=item.pk, case_type=self.kind, score=one.score, wrong=one.wrong, probability=drawn.probability,
            model_version=self.model, policy=self.policy, settled=False, at=at + timedelta(days=1),
        )  # fmt: skip
        return [row], [item], answers, [label]

    def _week(self, at: datetime) -> tuple[AuditPeriod, bytes]:
        monday = week_around(at, self.kind.client.timezone)[0]
        if monday not in self.weeks:
            period = commit_period(self.kind.client, at)
            seed = seed_of(period)
            if seed is None:
                raise RuntimeError("the seed of a week of the demo's past cannot be opened")
            self.weeks[monday] = period, seed
        return self.weeks[monday]

    def tell(self) -> None:
        """The lines that the services would have written, at the time at which they are: now."""
        streams: list[UUID] = []
        versions: list[int] = []
        bodies: list[bytes] = []
        for n, one in enumerate(self.stories):
            for version, body in enumerate(self._lines(n, one), start=1):
                streams.append(self.ids[n])
                versions.append(version)
                bodies.append(body)
        with connection.cursor() as cursor:
            for at in range(0, len(bodies), CHUNK):
                part = slice(at, at + CHUNK)
                cursor.execute(TELL, [streams[part], versions[part], bodies[part]])

    def _lines(self, n: int, one: Answered) -> list[bytes]:
        told = one.outcome
        to = {"queue": told.queue, "tier": told.tier, "severity": told.severity}
        about = {"type": self.kind.slug, "demo": "past"}
        judged = {
            "from": {"state": "triaging", "queue": "", "tier": 1, "severity": 3}, "to": to, "settle": False,
            "reasons": [{"code": reason.code} for reason in told.reasons], "allocation": told.allocation,
            "held_by": list(told.trace.get("held_by", ())), "confidence": told.confidence,
            "threshold": told.threshold, "category": told.category, "risk": told.risk, "model": self.model,
            "policy": self.policy.number, "policy_digest": self.policy.digest, "engine": one.triage.engine,
            "inputs": one.triage.inputs_hash, "triage": self.triages[n], "routing": self.routings[n],
        }  # fmt: skip
        verb, ending = ("override" if one.wrong else "approve"), self.kind.dispositions[0]["code"]
        decided = {"decision": self.decisions[n], "verb": verb, "disposition": ending}
        steps: list[tuple[EventKind, Any, dict[str, Any]]] = [
            (EventKind.CASE_RECEIVED, self.agent, {"external_id": _external(self.kind, self.model, n)}),
            (EventKind.CASE_TRIAGING, None, {"attempt": 1}),
            (EventKind.CASE_ROUTED, None, judged),
            (EventKind.CASE_CLAIMED, self.person, {"by": "next"}),
            (EventKind.CASE_DECIDED, self.person, {**decided, "to": to}),
            (EventKind.CASE_CLOSED, None, decided),
        ]
        return [body_of(kind=kind, actor=actor, data=data | about) for kind, actor, data in steps]


TELL = """
INSERT INTO accounts_event (stream, version, body)
SELECT stream, version, body FROM unnest(%s::uuid[], %s::bigint[], %s::bytea[]) WITH ORDINALITY
  AS told (stream, version, body, place) ORDER BY place
"""


def _external(kind: CaseType, model: str, n: int) -> str:
    return f"{PREFIX}-{model[-12:]}-{kind.slug}-{n:05d}"


def _worker(kind: CaseType) -> User:
    """Somebody of the frontline who works this client's cases."""
    spec = next(
        one
        for one in world.PEOPLE
        if one.role == "frontline" and kind.client.slug in (one.clients or (kind.client.slug,))
    )
    return User.objects.get(email=spec.email)


def _next(sequence: str, count: int) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(%s) FROM generate_series(1, %s)", [sequence, count])
        return [row[0] for row in cursor.fetchall()]


def _uuid7(at: datetime, dice: Random) -> UUID:
    """An id that begins with the time, as those that are made when a case comes."""
    head = int(at.timestamp() * 1000) << 80
    return UUID(
        int=head
        | (7 << 76)
        | (dice.getrandbits(12) << 64)
        | (2 << 62)
        | int.from_bytes(secrets.token_bytes(8)) >> 2
    )


def _insert(rows: list[models.Model]) -> None:
    """As they are: times that rows otherwise take from the clock stand in the past."""
    if not rows:
        return
    model = type(rows[0])
    fields = [
        one
        for one in model._meta.concrete_fields
        if not (isinstance(one, models.AutoField) and rows[0].pk is None)
    ]
    for at in range(0, len(rows), CHUNK):
        queryset: Any = model._base_manager.get_queryset()
        queryset._insert(rows[at : at + CHUNK], fields=fields, using="default", raw=True)
