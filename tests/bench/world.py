"""A desk with a past, fast: real cases, posted, triaged and routed by the services, multiplied by SQL.

`python -m tests.bench.world N PAST QUEUE...` brings the waiting cases up to N and the settled ones up to PAST.
Every row a case has (messages, fields, handoff, triage, routing, decisions, jobs, remembered request, ledger
events) is copied under new ids, spread over queues, severities, due times and the last two months. All triggers
stay on: chains are linked, walls hold, the backlog is counted.
"""

import sys
import time
from collections.abc import Iterable
from typing import Any

from django.db import connection, models, transaction

from escalations.clocks import HEAD_START

BATCH = 10_000

SOURCES = """
CREATE TABLE IF NOT EXISTS bench_source AS
SELECT row_number() OVER (PARTITION BY state ORDER BY id) - 1 AS n, id, state FROM escalations_case
WHERE state IN ('queued', 'closed') AND external_id NOT LIKE 'fill-%';
UPDATE escalations_case SET reserved_until = now() + interval '30 days', rank_at = now() + interval '30 days',
  reserved_by_id = (SELECT id FROM accounts_user WHERE email = 'noor@handrail.test')
WHERE id IN (SELECT id FROM bench_source WHERE state = 'queued')
"""
"""Kept for somebody who takes no cases, so that they stay as they are and can be copied again; and last in the working
order, for a desk never has so many reservations that each claim would pass by them."""

PLAN = """
CREATE TEMP TABLE bench_fill ON COMMIT DROP AS
WITH dice AS (
  SELECT n, random() AS gravity, random() AS lane, random() AS age, random() AS due
  FROM generate_series(%(first)s::bigint, %(last)s::bigint) n
), made AS (
  SELECT d.n, s.id AS source, s.state, now() + (due * 76 - 4) * interval '1 hour' AS due_at,
         now() - age * CASE s.state WHEN 'closed' THEN interval '60 days' ELSE interval '20 hours' END AS created_at,
         CASE WHEN gravity < 0.02 THEN 1 WHEN gravity < 0.17 THEN 2
              WHEN gravity < 0.8 THEN 3 ELSE 4 END AS severity,
         (%(queues)s::bigint[])[1 + floor(lane * %(width)s)::int] AS queue_id
  FROM dice d JOIN bench_source s ON s.state = %(state)s
    AND s.n = d.n %% (SELECT count(*) FROM bench_source WHERE state = %(state)s)
)
SELECT made.*, q.tier, due_at - (%(ahead)s::interval[])[severity] AS rank_at,
  (lpad(to_hex((extract(epoch FROM created_at) * 1000)::bigint), 12, '0') || '7'
    || substr(replace(gen_random_uuid()::text, '-', ''), 14))::uuid AS id,
  nextval('case_number_seq') AS number,
  nextval(pg_get_serial_sequence('escalations_triagerecord', 'id')) AS triage_id,
  nextval(pg_get_serial_sequence('escalations_routing', 'id')) AS routing_id,
  nextval(pg_get_serial_sequence('escalations_handoff', 'id')) AS handoff_id
FROM made JOIN escalations_queue q ON q.id = queue_id
"""

EVENTS = """
INSERT INTO accounts_event (id, stream, version, body)
SELECT gen_random_uuid(), f.id, e.version, e.body
FROM bench_fill f JOIN accounts_event e ON e.stream = f.source ORDER BY f.n, e.seq
"""


def copy(model: type[models.Model], source: str, **changes: str) -> str:
    """INSERT ... SELECT of all columns of `model`'s rows `t` (found by the condition `source`), some changed.

    A key from a sequence that is not changed is left to the sequence.
    """
    columns = {
        field.column: changes.get(str(field.column), f't."{field.column}"')
        for field in model._meta.concrete_fields
        if field.column in changes or not isinstance(field, models.AutoField)
    }
    into = ", ".join(f'"{name}"' for name in columns)
    return (
        f'INSERT INTO "{model._meta.db_table}" ({into}) SELECT {", ".join(columns.values())} '  # noqa: S608
        f'FROM bench_fill f JOIN "{model._meta.db_table}" t ON {source} ORDER BY f.n'
    )


def statements(state: str) -> Iterable[str]:
    """One batch, after the plan is made. Foreign keys are deferred, so children may come first, and all but one do."""
    from escalations.models import (
        ApiRequest,
        Case,
        Decision,
        ExtractedField,
        Handoff,
        Job,
        Message,
        Routing,
        TriageRecord,
    )

    own, new = "t.case_id = f.source", {"case_id": "f.id"}
    current = "t.id = (SELECT {} FROM escalations_case WHERE id = f.source)"
    renamed = "replace(t.{}::text, f.source::text, f.id::text)"
    if_any = "CASE WHEN t.{0} IS NULL THEN NULL ELSE f.{0} END"
    yield copy(Message, own, **new)
    yield copy(ExtractedField, own, **new)
    yield copy(Handoff, current.format("handoff_id"), id="f.handoff_id", **new)
    yield copy(TriageRecord, current.format("triage_id"), id="f.triage_id", **new)
    routed = {"id": "f.routing_id", "triage_id": if_any.format("triage_id")}
    yield copy(Routing, current.format("routing_id"), **routed, **new)
    done = {"key": renamed.format("key"), "payload": renamed.format("payload") + "::jsonb", "state": "'done'"}
    yield copy(Job, own, **done, **new)
    yield copy(ApiRequest, own, key="t.key || '-' || f.n || f.state", **new)
    yield EVENTS
    changes = {name: f"f.{name}" for name in ("id", "created_at", "routing_id")}
    if state == "queued":
        changes |= {name: f"f.{name}" for name in ("queue_id", "tier", "severity", "due_at", "rank_at")}
    else:
        changes |= {"resolved_at": "f.created_at", "closed_at": "f.created_at"}
    yield copy(
        Case,
        "t.id = f.source",
        external_id="'fill-' || f.state || f.n",
        ref="(SELECT prefix FROM accounts_client WHERE id = t.client_id) || '-' || f.number",
        triage_id=if_any.format("triage_id"),
        handoff_id=if_any.format("handoff_id"),
        reserved_by_id="NULL",
        reserved_until="NULL",
        **changes,
    )
    # last: what the AI settled is checked against its case's type and certificate
    yield copy(Decision, own, id="gen_random_uuid()", created_at="f.created_at", **new)


def fill(waiting: int, settled: int, queues: list[str]) -> int:
    """Bring the number of waiting and of settled cases up to these; how many were made."""
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        cursor.execute(SOURCES)
        cursor.execute("ANALYZE bench_source")
    return multiply("queued", waiting, queues) + multiply("closed", settled, queues)


def multiply(state: str, target: int, queues: list[str]) -> int:
    """Bring the cases in `state` that nobody has reserved up to `target`; how many were made."""
    from escalations.models import Case, Queue

    missing = max(target - Case.objects.filter(state=state, reserved_until=None).count(), 0)
    done = Case.objects.filter(external_id__startswith=f"fill-{state}").count()
    plan: dict[str, Any] = {
        "state": state,
        "queues": list(Queue.objects.filter(slug__in=queues).order_by("slug").values_list("id", flat=True)),
        "width": len(queues),
        "ahead": [HEAD_START[severity] for severity in sorted(HEAD_START)],
    }
    for first in range(done, done + missing, BATCH):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(PLAN, plan | {"first": first, "last": min(first + BATCH, done + missing) - 1})
            for statement in statements(state):
                cursor.execute(statement)
    return missing


def settle() -> None:
    """What autovacuum and the backlog's sweeper would have done by now."""
    from escalations.models import Backlog
    from escalations.services.folding import BATCH as FOLDED
    from escalations.services.folding import fold_backlog

    for _ in range(Backlog.objects.count() // FOLDED + 1):
        fold_backlog()
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
        cursor.execute("VACUUM FULL escalations_backlog")  # it was never this long with a sweeper running
        cursor.execute("CHECKPOINT")


if __name__ == "__main__":
    import django

    django.setup()
    begun = time.monotonic()
    made = fill(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3:])
    settle()
    print(f"{made} {time.monotonic() - begun:.1f}")
