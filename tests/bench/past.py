"""A past to rehearse on, fast: `python -m tests.bench.past N` makes N closed cases, no two of them alike.

Real cases, posted and triaged by the services, are the models. Each copy gets scores of its own, is decided again by
the policy in force, and keeps facts, answer and outcome as routing keeps them; of the rest only what a rehearsal reads.
Where policy called for a person, mostly one has decided. All triggers stay on.
"""

import json
import os
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict
from functools import partial
from multiprocessing import get_context
from random import Random
from typing import Any

BATCH = 5_000
SCORES = ("out_of_scope", "distress", "anomaly", "risk", "complexity")

DRAWN = """
CREATE TEMP TABLE bench_drawn (n bigint, source uuid, facts jsonb, result jsonb, outcome jsonb) ON COMMIT DROP
"""
FILL = """
CREATE TEMP TABLE bench_fill ON COMMIT DROP AS
SELECT made.*, (lpad(to_hex((extract(epoch FROM created_at) * 1000)::bigint), 12, '0') || '7'
    || substr(replace(gen_random_uuid()::text, '-', ''), 14))::uuid AS id, nextval('case_number_seq') AS number,
  nextval(pg_get_serial_sequence('escalations_triagerecord', 'id')) AS triage_id,
  nextval(pg_get_serial_sequence('escalations_routing', 'id')) AS routing_id
FROM (SELECT *, now() - random() * interval '60 days' AS created_at FROM bench_drawn) made
"""
EVENTS = """
INSERT INTO accounts_event (id, stream, version, body) SELECT gen_random_uuid(), f.id, 1, e.body
FROM bench_fill f JOIN accounts_event e ON e.stream = f.source AND e.version = 1 ORDER BY f.n
"""
DECISIONS = """
INSERT INTO escalations_decision (id, case_id, verb, actor_kind, user_id, claim_token, key, disposition, reason, note,
  reply, "values", action, salt, seen, policy_id, model_version, inputs_hash, scores, standing, created_at)
SELECT gen_random_uuid(), f.id, (%(verbs)s::text[])[1 + floor(random() * 5)::int], 'human', u.id, 1, '', 'done', '', '',
  '', '{}', '{}', sha256(f.id::text::bytea), '{}', c.policy_id, '', '', '{}', 'final',
  f.created_at + random() * interval '6 hours'
FROM bench_fill f JOIN escalations_case c ON c.id = f.id
JOIN accounts_user u ON u.email = 'maria@handrail.test'
WHERE NOT (f.outcome ->> 'settle')::boolean AND random() < 0.85
"""
VERBS = ["approve", "approve", "approve", "correct", "override"]


def statements() -> Iterator[str]:
    """One batch, after the plan is made; foreign keys are looked at in the end."""
    from escalations.models import Case, Routing, TriageRecord
    from tests.bench.world import copy

    current = "t.id = (SELECT {} FROM escalations_case WHERE id = f.source)"
    own = {"case_id": "f.id", "created_at": "f.created_at"}
    yield copy(TriageRecord, current.format("triage_id"), id="f.triage_id", result="f.result", **own)
    settle, allocation = "(f.outcome ->> 'settle')::boolean", "f.outcome ->> 'allocation'"
    yield copy(
        Routing, current.format("routing_id"), id="f.routing_id", triage_id="f.triage_id", settle=settle,
        allocation=allocation, outcome="f.outcome", facts="f.facts", **own,
    )  # fmt: skip
    yield EVENTS
    ended = dict.fromkeys(("resolved_at", "closed_at"), "f.created_at + interval '7 hours'")
    yield copy(
        Case, "t.id = f.source", id="f.id", state="'closed'", version="1", external_id="'past-' || f.n",
        ref="(SELECT prefix FROM accounts_client WHERE id = t.client_id) || '-' || f.number",
        created_at="f.created_at", routing_id="f.routing_id", triage_id="f.triage_id", handoff_id="NULL",
        reserved_by_id="NULL", reserved_until="NULL", **ended,
    )  # fmt: skip
    yield DECISIONS


def make(wanted: int) -> None:
    """Bring `wanted` cases about, in as many processes as there are processors."""
    firsts = range(0, wanted, BATCH)
    with ProcessPoolExecutor(min(os.cpu_count() or 1, len(firsts)), get_context("spawn")) as pool:
        list(pool.map(partial(batch, wanted), firsts))


def batch(wanted: int, first: int) -> None:
    """The cases from number `first` on, in one transaction."""
    import django

    django.setup()
    from django.db import connection, transaction

    from escalations.selectors.policy import document_of, live_policy

    document, models, dice = document_of(live_policy()), sources(), Random(first)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        cursor.execute(DRAWN)
        with cursor.copy("COPY bench_drawn FROM STDIN") as rows:
            for n in range(first, min(first + BATCH, wanted)):
                source, facts, result = models[n % len(models)]
                rows.write_row((n, source, *decided(facts, result, document, dice)))
        cursor.execute(FILL)
        for statement in statements():
            cursor.execute(statement, {"verbs": VERBS} if statement is DECISIONS else None)


def sources() -> list[tuple[Any, str, str]]:
    """(case, facts, the engine's answer) of every real case that was judged in time, the texts as JSON."""
    from escalations.models import Case

    found = Case.objects.filter(routing__triage__result__isnull=False, external_id__startswith="source")
    rows = found.order_by("pk").values_list("pk", "routing__facts", "routing__triage__result")
    return [(pk, json.dumps(facts), json.dumps(result)) for pk, facts, result in rows]


def decided(facts: str, result: str, document: Any, dice: Random) -> tuple[str, str, str]:
    """Facts, the engine's answer with other scores, and what policy makes of them; all as JSON."""
    from escalations.policy.replay import replay

    answer = json.loads(result)
    surely = max(0.0, min(1.0, answer["confidence"] + dice.gauss(0, 0.08)))
    answer["confidence"] = surely
    answer["alternatives"] = [[label, share * surely] for label, share in answer["alternatives"]]
    for name in SCORES:
        answer[name] = max(0.0, min(1.0, answer[name] + dice.gauss(0, 0.04)))
    return facts, json.dumps(answer), json.dumps(asdict(replay(json.loads(facts), answer, document)))


if __name__ == "__main__":
    import django

    django.setup()
    from tests.bench.world import settle

    begun = time.monotonic()
    make(int(sys.argv[1]))
    settle()
    print(f"{time.monotonic() - begun:.1f}")
