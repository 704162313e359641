"""Service errors and contradicting records, counted for QA (R039, R065)."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

from django.db import connection

from escalations.choices import AlertKind
from escalations.services.watching import Repeat, watch_repeats

ERRORS_WINDOW, ERRORS_LIMIT = timedelta(hours=1), 5
RECORDS_WINDOW, RECORDS_LIMIT = timedelta(hours=6), 5

TOOLS = """
SELECT g.client_id, c.slug, g.tool, left(g.signature, 12), count(*)
FROM escalations_errorgroup g JOIN accounts_client c ON c.id = g.client_id
JOIN escalations_sighting s ON s.group_id = g.id AND s.at > statement_timestamp() - make_interval(secs => %s)
WHERE g.last_at > statement_timestamp() - make_interval(secs => %s)
GROUP BY 1, 2, 3, 4
"""

FAILED = """
SELECT k.client_id, c.slug, t.engine, count(*)
FROM escalations_case k JOIN accounts_client c ON c.id = k.client_id
JOIN escalations_triagerecord t ON t.case_id = k.id AND t.error <> ''
WHERE k.client_id = ANY(SELECT id FROM accounts_client) AND k.created_at > now() - make_interval(secs => %s)
GROUP BY 1, 2, 3
"""

CONTRADICTIONS = """
SELECT k.client_id, c.slug, r.outcome -> 'reasons', h.package -> 'steps'
FROM escalations_case k JOIN accounts_client c ON c.id = k.client_id
JOIN escalations_routing r ON r.id = k.routing_id LEFT JOIN escalations_handoff h ON h.id = k.handoff_id
WHERE k.client_id = ANY(SELECT id FROM accounts_client) AND k.created_at > now() - make_interval(secs => %s)
  AND k.reason_codes @> '{DATA_MISMATCH}' AND NOT is_planted(k.id)
"""


def watch_errors() -> int:
    """Tools that fail with one signature, engines that cannot judge: five times an hour, and QA is told."""
    found: dict[str, Repeat] = {}
    with connection.cursor() as cursor:
        cursor.execute(TOOLS, [ERRORS_WINDOW.total_seconds()] * 2)
        for client, slug, tool, signature, count in cursor.fetchall():
            data = {"tool": tool, "signature": signature}
            found[f"{slug}:{tool}:{signature}"] = Repeat(count, client, slug, data)
        cursor.execute(FAILED, [ERRORS_WINDOW.total_seconds()])
        for client, slug, engine, count in cursor.fetchall():
            found[f"{slug}:triage:{engine}"] = Repeat(count, client, slug, {"engine": engine})
    return watch_repeats(AlertKind.REPEATED_ERROR, "tool", found, limit=ERRORS_LIMIT, window=ERRORS_WINDOW)


def watch_contradictions() -> int:
    """Records that differ from the request, by source system and field (R039)."""
    found = {
        f"{slug}:{source}:{name}": Repeat(count, client, slug, {"source": source, "field": name})
        for (client, slug, source, name), count in contradictions(RECORDS_WINDOW).items()
    }
    return watch_repeats(AlertKind.INCONSISTENCY, "record", found, limit=RECORDS_LIMIT, window=RECORDS_WINDOW)


def contradictions(window: timedelta) -> Counter[tuple[int, str, str, str]]:
    """How often the record of one source (client id, slug, source, field) contradicted a case, in the last `window`."""
    counts: Counter[tuple[int, str, str, str]] = Counter()
    with connection.cursor() as cursor:
        cursor.execute(CONTRADICTIONS, [window.total_seconds()])
        for client, slug, reasons, steps in cursor.fetchall():
            for name in _fields(_loaded(reasons)):
                counts[client, slug, _source(_loaded(steps), name), name] += 1
    return counts


def _fields(reasons: Any) -> Iterator[str]:
    for reason in reasons or ():
        if reason.get("code") == "DATA_MISMATCH" and reason.get("field"):
            yield str(reason["field"])[:60]


def _source(steps: Any, name: str) -> str:
    """The look-up whose record has the field: the agent's tool is the source system's name."""
    for step in steps or ():
        result = step.get("result") if isinstance(step, Mapping) else None
        record = result.get("record") if isinstance(result, Mapping) else None
        if isinstance(record, Mapping) and name in record:
            return str(step.get("tool", ""))[:60]
    return "unknown"


def _loaded(value: Any) -> Any:
    """JSON comes as text from a plain cursor."""
    return json.loads(value) if isinstance(value, str) else value
