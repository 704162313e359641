"""The rows of the demo's past: set by set, as the services would have left them, with their lines in the ledger."""

import secrets
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any, cast
from uuid import UUID

from django.db import connection, models
from django.db.models.expressions import DatabaseDefault

from accounts.choices import ActorKind
from accounts.ledger import new_salt
from accounts.models import AIAgent, User
from config.demo.past.audited import Audits
from config.demo.past.course import Step, steps_of
from config.demo.past.judged import Answered
from config.demo.past.stories import AGAIN, Story, able, moved_to, story_of
from config.demo.past.taught import corrections, example
from escalations.choices import Author, CaseState, Unaided
from escalations.clocks import rank_at
from escalations.handoff import completeness, missing_parts
from escalations.models import (
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
from escalations.selectors.handed import Target
from escalations.selectors.promises import Promises, as_calendar, promises

PREFIX = "past"
CHUNK = 250
MOVER = "imelda@handrail.test"


@dataclass(frozen=True, slots=True)
class Window:
    """From when to when a type's past cases came."""

    begin: datetime
    end: datetime


@dataclass(slots=True)
class World:
    """What all types share."""

    people: dict[str, User]
    queues: dict[str, Queue]
    policy: PolicyVersion
    promises: Promises
    model: str
    targets: dict[tuple[int, int, int], Target] = field(default_factory=dict)

    @classmethod
    def now(cls, policy: PolicyVersion, model: str) -> "World":
        people = {one.email: one for one in User.objects.all()}
        return cls(people, {one.slug: one for one in Queue.objects.all()}, policy, promises(), model)

    def target(self, kind: CaseType, severity: int, tier: int) -> Target:
        """How long that tier may keep such a case waiting. Made once: a calendar takes its time."""
        key = (kind.pk, severity, tier)
        if key not in self.targets:
            policy = self.promises.policy_for(kind.client_id, kind.pk, severity)
            minutes = policy.dwell_minutes or self.promises.dwell_for(kind.client_id, tier) or 60
            self.targets[key] = Target(minutes * 60, as_calendar(self.promises.calendar_for(policy)))
        return self.targets[key]


@dataclass(frozen=True, slots=True)
class Past:
    """One case as it was written, for what is written about it afterwards."""

    id: UUID
    at: datetime
    one: Answered
    story: Story
    steps: Sequence[Step]
    target: Target
    decisions: Sequence[UUID]


def there(kind: CaseType, model: str) -> bool:
    """Does the type have its past already, under this model?"""
    return Case.objects.filter(client=kind.client_id, external_id=_external(kind, model, 0)).exists()


def write(kind: CaseType, stories: Sequence[Answered], world: World, window: Window) -> list[Past]:
    """Write all rows of a type's past cases, oldest first."""
    past = _Rows(kind, stories, world, window)
    for rows in past.sets():
        insert(rows)
    past.tell()
    return past.cases


class _Rows:
    """The rows of one type's past, made side by side."""

    def __init__(self, kind: CaseType, stories: Sequence[Answered], world: World, window: Window) -> None:
        self.kind, self.stories, self.world = kind, stories, world
        self.dice = Random(f"{kind.client.slug} {kind.slug}")  # noqa: S311  the same past every time
        agents = AIAgent.objects.filter(client=kind.client_id).order_by("name")
        self.agent = next(one for one in agents if kind.slug in one.case_types)
        self.audits = Audits(kind, world.model, world.policy, world.people, self.dice)
        self.step = (window.end - window.begin) / max(len(stories), 1)
        self.begin, count = window.begin, len(stories)
        self.numbers = _next("case_number_seq", count)
        self.triages, self.routings, self.handoffs, self.draws = (
            _next(f"escalations_{name}_id_seq", count) for name in ("triagerecord", "routing", "handoff", "auditdraw")
        )  # fmt: skip
        self.cases = [self._past(n, one) for n, one in enumerate(stories)]

    def _past(self, n: int, one: Answered) -> Past:
        told, kind = one.outcome, self.kind
        at = self.begin + self.step * (n + self.dice.random())
        target = self.world.target(kind, told.severity, told.tier)
        moved = moved_to(one, self.dice)
        people = able(kind.client.slug, moved or told.queue, told.tier, self.world.people)
        story = story_of(one, people, moved, target.seconds, kind.mode, self.dice)
        decisions = [uuid7(at + timedelta(minutes=30 + more), self.dice) for more in (0, 1)]
        steps = steps_of(one, story, at, kind.undo_seconds, self.agent, self.world.people[MOVER])
        return Past(uuid7(at, self.dice), at, one, story, steps, target, decisions)

    def sets(self) -> list[list[models.Model]]:
        """Set by set, in the order in which they are inserted; foreign keys are looked at in the end."""
        sets: list[list[models.Model]] = [[] for _ in range(13)]
        for n, past in enumerate(self.cases):
            decisions = list(self._decisions(n, past))
            made: list[list[models.Model]] = [
                list(self._messages(past)), self._fields(past), [self._handoff(n, past)], [self._triage(n, past)],
                [self._routing(n, past)], [self._case(n, past)], [*decisions],
                [example(past.one, one, self.agent, hidden=past.story.hidden) for one in decisions],
                corrections(past.one, decisions[0]),
                *(self._audit(n, past) if past.one.candidate else ([], [], [], [])),
            ]  # fmt: skip
            for into, new in zip(sets, made, strict=True):
                into.extend(new)
        return sets

    def _messages(self, past: Past) -> Iterator[models.Model]:
        said = [(one.author, one.text, past.at) for one in past.one.view.messages]
        if again := next((step for step in past.steps if step.kind == "case.reopened"), None):
            said.append((Author.CUSTOMER, self.dice.choice(AGAIN), again.at))
        for place, (author, text, at) in enumerate(said):
            yield Message(case_id=past.id, position=place, author=author, text=text, at=at, received_at=at)

    def _fields(self, past: Past) -> list[models.Model]:
        return [
            ExtractedField(
                case_id=past.id, position=place, name=read.name, value=read.value, confidence=read.confidence,
                message=read.message, start=read.start, end=read.end,
            )
            for place, read in enumerate(past.one.view.fields)
        ]  # fmt: skip

    def _handoff(self, n: int, past: Past) -> models.Model:
        package: dict[str, Any] = dict(past.one.script.body["handoff"])
        return Handoff(
            id=self.handoffs[n], case_id=past.id, schema=package.pop("schema", "handoff/1"), package=package,
            completeness=completeness(package), missing=list(missing_parts(package)), created_at=past.at,
        )  # fmt: skip

    def _triage(self, n: int, past: Past) -> models.Model:
        triage = past.one.triage
        return TriageRecord(
            id=self.triages[n], case_id=past.id, engine=triage.engine, model_version=triage.model_version,
            inputs_hash=triage.inputs_hash, result=asdict(triage), latency_ms=triage.latency_ms, created_at=past.at,
        )  # fmt: skip

    def _routing(self, n: int, past: Past) -> models.Model:
        one = past.one
        return Routing(
            id=self.routings[n], case_id=past.id, triage_id=self.triages[n], policy=self.world.policy, settle=False,
            allocation=one.outcome.allocation, outcome=as_stored(one.outcome), path=[], facts=kept(one.facts),
            superseded=False, created_at=past.at,
        )  # fmt: skip

    def _case(self, n: int, past: Past) -> models.Model:
        body, told, at = past.one.script.body, past.one.outcome, past.at
        due_at = at + timedelta(minutes=told.sla_minutes)
        decided, closed = (_last(past.steps, kind) for kind in ("case.decided", "case.closed"))
        return Case(
            id=past.id, ref=f"{self.kind.client.prefix}-{self.numbers[n]}", client_id=self.kind.client_id,
            case_type=self.kind, agent=self.agent, external_id=_external(self.kind, self.world.model, n),
            channel=body["channel"], subject=body["subject"][:300], customer=dict(body["customer"]),
            state=CaseState.CLOSED, version=len(past.steps), tier=told.tier,
            queue=self.world.queues[past.story.moved or told.queue],
            severity=told.severity, allocation=told.allocation, category=told.category, confidence=told.confidence,
            threshold=told.threshold, risk=told.risk, reason_codes=[reason.code for reason in told.reasons],
            due_at=due_at, rank_at=rank_at(severity=told.severity, due_at=due_at, weight=1),
            claim_token=2 if past.story.again is not None else 1, policy=self.world.policy,
            unaided=Unaided.ANSWERED if past.story.hidden else Unaided.NO,
            triage_id=self.triages[n], routing_id=self.routings[n], handoff_id=self.handoffs[n], created_at=at,
            resolved_at=decided, closed_at=closed,
        )  # fmt: skip

    def _decisions(self, n: int, past: Past) -> Iterator[Decision]:
        """The decision that ended it; a second one where the customer wrote again."""
        one, story = past.one, past.story
        proposed: dict[str, Any] = dict(one.script.body["handoff"].get("proposed") or {})
        for place, step in enumerate(step for step in past.steps if step.kind == "case.decided"):
            yield Decision(
                id=past.decisions[place], case_id=past.id, verb=story.verb, actor_kind=ActorKind.HUMAN,
                user=cast(User, step.actor), claim_token=1 + place, disposition=self.kind.dispositions[place]["code"],
                salt=new_salt(), values={read.name: read.value for read in one.view.fields}, action=proposed,
                reply=story.reply, policy=self.world.policy, model_version=self.world.model,
                inputs_hash=one.triage.inputs_hash, overrides_id=past.decisions[0] if place else None,
                scores={"confidence": one.score, "category": one.outcome.category, "threshold": one.outcome.threshold},
                seen={"version": step.version - 1, "triage": self.triages[n], "routing": self.routings[n],
                      "handoff": self.handoffs[n]},
                standing=Decision.Standing.FINAL, created_at=step.at,
            )  # fmt: skip

    def _audit(self, n: int, past: Past) -> tuple[list[models.Model], ...]:
        hands = [step.actor for step in past.steps if isinstance(step.actor, User)]
        closed = next(step.at for step in past.steps if step.kind == "case.closed")
        return self.audits.of(past.one, past.id, past.decisions[0], self.draws[n], closed, hands)

    def tell(self) -> None:
        """The lines that the services would have written, at the time at which they are: now."""
        streams: list[UUID] = []
        versions: list[int] = []
        bodies: list[bytes] = []
        about = {"type": self.kind.slug, "demo": "past"}
        for n, past in enumerate(self.cases):
            known = {
                "external_id": _external(self.kind, self.world.model, n), "triage": self.triages[n],
                "routing": self.routings[n], "policy": self.world.policy.number,
                "policy_digest": self.world.policy.digest, "decisions": past.decisions,
            }  # fmt: skip
            for step in past.steps:
                streams.append(past.id)
                versions.append(step.version)
                bodies.append(step.body(past.one, known, about))
        with connection.cursor() as cursor:
            for at in range(0, len(bodies), 4 * CHUNK):
                part = slice(at, at + 4 * CHUNK)
                cursor.execute(TELL, [streams[part], versions[part], bodies[part]])


TELL = """
INSERT INTO accounts_event (stream, version, body)
SELECT stream, version, body FROM unnest(%s::uuid[], %s::bigint[], %s::bytea[]) WITH ORDINALITY
  AS told (stream, version, body, place) ORDER BY place
"""


def insert(rows: list[models.Model]) -> None:
    """As they are: times that rows otherwise take from the clock stand in the past. COPY takes a third of the time."""
    if not rows:
        return
    first, meta = rows[0], type(rows[0])._meta
    fields = [
        one
        for one in meta.concrete_fields
        if not isinstance(getattr(first, one.attname), DatabaseDefault)
        and not (isinstance(one, models.AutoField) and first.pk is None)
    ]
    columns = ", ".join(f'"{one.column}"' for one in fields)
    with (
        connection.cursor() as cursor,
        cursor.copy(f'COPY "{meta.db_table}" ({columns}) FROM STDIN') as copy,
    ):
        for row in rows:
            copy.write_row([one.get_db_prep_save(getattr(row, one.attname), connection) for one in fields])


def uuid7(at: datetime, dice: Random) -> UUID:
    """An id that begins with the time, as those that are made when a case comes."""
    head = int(at.timestamp() * 1000) << 80
    return UUID(
        int=head
        | (7 << 76)
        | (dice.getrandbits(12) << 64)
        | (2 << 62)
        | int.from_bytes(secrets.token_bytes(8)) >> 2
    )


def _last(steps: Sequence[Step], kind: str) -> datetime:
    return next(step.at for step in reversed(steps) if step.kind == kind)


def _external(kind: CaseType, model: str, n: int) -> str:
    return f"{PREFIX}-{model[-12:]}-{kind.slug}-{n:05d}"


def _next(sequence: str, count: int) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(%s) FROM generate_series(1, %s)", [sequence, count])
        return [row[0] for row in cursor.fetchall()]
