"""Milestones over many open cases: `python -m tests.bench.milestones [OPEN] [DUE]` (safety G5, B8 of the targets).

Prints the plan that finds what is due, and the seconds in which one sweeper fires DUE milestones, each with its event
in a chain and its alert. The cases are bare rows, made past the walls: only clocks and chains matter here.
"""

import os
import sys

from django.db import connection
from django.db.models import Model

from tests.faults.stack import Stack

FILL = """
SET session_replication_role = replica;
INSERT INTO accounts_client (id, slug, name, prefix, timezone, weight, is_active, created_at)
  VALUES (1, 'c', 'C', 'C', 'UTC', 1, true, now());
INSERT INTO escalations_case (id, ref, client_id, case_type_id, agent_id, external_id, channel, subject, customer,
  state, version, queue_id, tier, severity, allocation, senior_only, oversee, category, risk, reason_codes, rank_at,
  due_at, claim_token, created_at, {more})
SELECT gen_random_uuid(), 'C-' || n, 1, 1, 1, n::text, 'email', '', '{{}}', 'queued', 1, 1, 1, 3, 'human', false, false,
  '', 'low', '{{}}', now(), now(), 0, now(), {values} FROM generate_series(1, {open}) n;
SET session_replication_role = origin;
ALTER TABLE escalations_alert DISABLE TRIGGER ALL;
INSERT INTO escalations_clock (case_id, timer, round, tier, policy_id, calendar_id, target, warn_after, started_at,
  paused, elapsed, warn_at, due_at, next_at, currency)
SELECT c.id, 'resolution', 1, 1, p.id, k.id, 3600, 2880, at - interval '1 hour', '', 0, at,
  at + interval '12 minutes', at, ''
FROM (SELECT id, row_number() OVER () AS n FROM escalations_case) c, escalations_slapolicy p,
  escalations_businesscalendar k, LATERAL (SELECT CASE WHEN c.n <= {due} THEN now() - c.n * interval '1 millisecond'
    ELSE now() + (c.n % 86400 + 900) * interval '1 second' END AS at) a;
ANALYZE escalations_clock; ANALYZE escalations_case;
"""

RUN = """
import time
import django
django.setup()
from django.db import connection
from escalations.models import Case
from escalations.services import milestones
from escalations.services.sla import ensure_default_promises
from tests.bench.milestones import columns, script
ensure_default_promises()
with connection.cursor() as cursor:
    begun = time.monotonic()
    cursor.execute("SET statement_timeout = 0")
    for statement in script({open}, {due}, columns(Case)):
        cursor.execute(statement)
    print(f"filled in {{time.monotonic() - begun:.0f}} s", flush=True)
    cursor.execute("EXPLAIN (ANALYZE, BUFFERS, COSTS OFF) " + milestones.TAKE, [milestones.BATCH])
    print("\\n".join(row[0] for row in cursor.fetchall()), flush=True)
begun, cpu = time.monotonic(), time.process_time()
fired = milestones.fire_due(seconds=600)
took, used = time.monotonic() - begun, time.process_time() - cpu
print(f"{{fired}} of {open} fired in {{took:.2f}} s ({{used:.2f}} s of them this process's CPU)")
"""

KNOWN = (
    "id", "ref", "client", "case_type", "agent", "external_id", "channel", "subject", "customer", "state", "version",
    "queue", "tier", "severity", "allocation", "senior_only", "oversee", "category", "risk", "reason_codes", "rank_at",
    "due_at", "claim_token", "created_at",
)  # fmt: skip


def columns(model: type[Model]) -> dict[str, str]:
    """Columns that must have a value and are not named above, with one."""
    wanted = (
        f for f in model._meta.concrete_fields if f.name not in KNOWN and not f.null and not f.generated
    )
    return {str(field.column): empty(field.db_type(connection) or "") for field in wanted}


def empty(kind: str) -> str:
    """A value of a column of that type."""
    if kind.endswith("[]") or kind == "jsonb":
        return "'{}'"
    if kind == "boolean":
        return "false"
    return "0" if "int" in kind else "''"


def script(opened: int, due: int, more: dict[str, str]) -> list[str]:
    """The statements that fill the tables."""
    filled = FILL.format(open=opened, due=due, more=", ".join(more), values=", ".join(more.values()))
    return [statement for statement in filled.split(";") if statement.strip()]


def main() -> None:
    """Fill, explain, fire."""
    opened, due = (int(value) for value in [*sys.argv[1:], "100000", "10000"][:2])
    with Stack() as stack:
        stack.manage("migrate", "--verbosity", "0", seconds=1200)
        print(f"{os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}", flush=True)
        print(stack.python("-c", RUN.format(open=opened, due=due), seconds=3000))


if __name__ == "__main__":
    main()
