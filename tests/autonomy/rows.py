"""Many cases of one type written as rows at once, as the services would have left them: what the drift watch reads."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection, models, transaction

from accounts.choices import ActorKind, EventKind
from accounts.ledger import new_salt
from accounts.ledger.write import body_of
from accounts.models import AIAgent, User
from escalations.choices import CaseState, Verb
from escalations.models import Case, CaseType, Decision, ExtractedField, PolicyVersion, TriageRecord
from tests.engine import SURE
from tests.escalations.autonomy.traffic import SETTLED, Arrival

CHUNK = 500
TELL = """
INSERT INTO accounts_event (stream, version, body)
SELECT stream, 1, body FROM unnest(%s::uuid[], %s::bytea[]) AS told (stream, body)
"""


@transaction.atomic
def write_rows(
    kind: CaseType,
    agent: AIAgent,
    person: User,
    seen: Sequence[Arrival],
    *,
    since: datetime,
    every: timedelta,
) -> None:
    """Closed cases as `seen`, the first of which came at `since`. Those below the threshold were decided by `person`:
    overridden where the AI was wrong. All walls of the database stand.
    """
    times = [since + every * n for n in range(len(seen))]
    ids = [_uuid7(at) for at in times]
    policy = PolicyVersion.objects.get(live_from__isnull=False, superseded_at=None)
    numbers = _next("case_number_seq", len(seen))
    triages = _next("escalations_triagerecord_id_seq", len(seen))
    about: dict[str, Any] = {"client_id": kind.client_id, "case_type": kind, "agent": agent, "policy": policy}
    rows: list[list[models.Model]] = [[], [], [], []]
    for n, one in enumerate(seen):
        at, judged = times[n], replace(SURE, category=one.category, confidence=one.score)
        rows[0].append(TriageRecord(
            id=triages[n], case_id=ids[n], engine=SURE.engine, model_version=SURE.model_version, result=asdict(judged),
            created_at=at,
        ))  # fmt: skip
        rows[1].append(Case(
            id=ids[n], ref=f"{kind.client.prefix}-{numbers[n]}", external_id=f"{kind.slug}-{ids[n]}", channel="chat",
            state=CaseState.CLOSED, category=one.category, confidence=one.score, threshold=SETTLED, created_at=at,
            triage_id=triages[n], resolved_at=at, closed_at=at, **about,
        ))  # fmt: skip
        rows[2] += [ExtractedField(case_id=ids[n], position=place, name=name, value="12", confidence=0.99)
                    for place, name in enumerate(sorted(one.fields))]  # fmt: skip
        if one.score < SETTLED:
            rows[3].append(Decision(
                id=_uuid7(at), case_id=ids[n], verb=Verb.OVERRIDE if one.wrong else Verb.APPROVE, user=person,
                actor_kind=ActorKind.HUMAN, claim_token=1, salt=new_salt(), policy=policy, created_at=at,
                standing=Decision.Standing.FINAL, disposition="answered",
            ))  # fmt: skip
    for made in rows:
        _insert(made)
    body = body_of(kind=EventKind.CASE_RECEIVED, actor=agent, data={"rows": True})
    with connection.cursor() as cursor:
        cursor.execute(TELL, [ids, [body] * len(ids)])


def _insert(rows: list[models.Model]) -> None:
    """As they are: times that rows otherwise take from the clock stand in the past."""
    for part in _parts(rows):
        model = type(part[0])
        fields = [one for one in model._meta.concrete_fields if part[0].pk or not one.primary_key]
        queryset: Any = model._base_manager.get_queryset()
        queryset._insert(part, fields=fields, using="default", raw=True)


def _parts(rows: list[models.Model]) -> Iterator[list[models.Model]]:
    yield from (rows[at : at + CHUNK] for at in range(0, len(rows), CHUNK))


def _next(sequence: str, count: int) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(%s) FROM generate_series(1, %s)", [sequence, count])
        return [row[0] for row in cursor.fetchall()]


def _uuid7(at: datetime) -> UUID:
    """An id that begins with the time, as a case's does."""
    chance = int.from_bytes(os.urandom(10))
    low = (chance & ((1 << 62) - 1)) | (2 << 62)
    return UUID(int=int(at.timestamp() * 1000) << 80 | 7 << 76 | (chance >> 68 & 0xFFF) << 64 | low)
