"""Past cases as a rehearsal reads them: what policy was given, what came of it, what people made of it."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection

from accounts.choices import ActorKind
from accounts.models import Client
from escalations.durations import merged, total
from escalations.models import BlindLabel, CaseType, Decision, PersonHour, Queue, Rehearsal, TierRule
from escalations.rehearsal import Past
from escalations.selectors.tiers import rules_for
from escalations.selectors.trees import Ways, tree_for

ASSUMED_MINUTES = 8.0
"""How long a case is in hand where nothing is known of its tier yet."""

WINDOW = """
  FROM escalations_case c WHERE c.created_at >= %(since)s AND c.created_at < %(until)s AND c.routing_id IS NOT NULL
    AND NOT is_planted(c.id)
    AND (%(client)s::bigint IS NULL OR c.client_id = %(client)s)
    AND (%(case_type)s::bigint IS NULL OR c.case_type_id = %(case_type)s)
"""

READ = f"""
SELECT w.id, w.ref, w.client_id, w.case_type_id, w.channel, w.created_at, r.facts, t.result,
       CASE WHEN r.policy_id = %(base)s THEN r.outcome END AS outcome
FROM (SELECT c.id, c.ref, c.client_id, c.case_type_id, c.channel, c.created_at, c.routing_id {WINDOW}
      AND c.id BETWEEN %(first)s AND %(last)s) w
JOIN escalations_routing r ON r.id = w.routing_id LEFT JOIN escalations_triagerecord t ON t.id = r.triage_id
ORDER BY w.id
"""  # noqa: S608  WINDOW is ours


@dataclass(frozen=True, slots=True)
class PastCase:
    """One case of the window. `facts` is empty where it was not kept; `outcome` is there when the rehearsal's base made
    it; `seen_as` has what a decision tree asks of a case.
    """

    id: UUID
    ref: str
    facts: Mapping[str, Any]
    result: Mapping[str, Any] | None
    outcome: Mapping[str, Any] | None
    seen_as: Any
    ways: Ways
    past: Past


@dataclass(frozen=True, slots=True)
class Seen:
    """As much of a case as `entry_of` looks at, as if it had just come in."""

    client: Client
    case_type: CaseType
    channel: str
    severity: int = 4
    routing_id: None = None


class Desk:
    """What a chunk's cases share, each read once: clients, types, queues, trees, tiers."""

    def __init__(self) -> None:
        self.queues = {queue.slug: queue for queue in Queue.objects.all()}
        self._types: dict[int, CaseType] = {}
        self._ways: dict[int, Ways] = {}
        self._rules: dict[int, dict[int, TierRule]] = {}
        self._zones: dict[int, ZoneInfo] = {}

    def type(self, pk: int) -> CaseType:
        """A case type with its client and its own queue."""
        if pk not in self._types:
            self._types[pk] = CaseType.objects.select_related("client", "default_queue").get(pk=pk)
        return self._types[pk]

    def ways(self, case_type: CaseType) -> Ways:
        """Where its cases enter now."""
        client = case_type.client_id
        if case_type.pk not in self._ways:
            if client not in self._rules:
                self._rules[client] = rules_for(client)
            tree = tree_for(client, case_type.pk)
            self._ways[case_type.pk] = Ways(self.queues, tree, self._rules[client])
        return self._ways[case_type.pk]

    def hour(self, case_type: CaseType, at: datetime) -> int:
        """The hour of the day in the client's zone."""
        zone = self._zones.setdefault(case_type.client_id, ZoneInfo(case_type.client.timezone))
        return at.astimezone(zone).hour


def pasts(rehearsal: Rehearsal, first: UUID, last: UUID, desk: Desk) -> Iterator[PastCase]:
    """The cases from `first` to `last`, in order. Three statements, and a few a process for the desk."""
    params = {**window_of(rehearsal), "base": rehearsal.base_id, "first": first, "last": last}
    rows = _rows(READ, params)
    ids = [row["id"] for row in rows]
    decided, labels = _decided(ids), _labels(ids)
    for row in rows:
        kind = desk.type(row["case_type_id"])
        verb, at = decided.get(row["id"], ("", None))
        past = Past(
            hour=desk.hour(kind, row["created_at"]), verb=verb, label=labels.get(row["id"]),
            minutes=(at - row["created_at"]).total_seconds() / 60 if at else None,
        )  # fmt: skip
        seen = Seen(kind.client, kind, row["channel"])
        facts, result, outcome = (
            json.loads(row[name]) if row[name] else None for name in ("facts", "result", "outcome")
        )
        yield PastCase(row["id"], row["ref"], facts or {}, result, outcome, seen, desk.ways(kind), past)


def minutes_in_hand(rehearsal: Rehearsal) -> dict[str, float]:
    """How many minutes a case of each tier was in somebody's hand, on average over the window; nothing where nobody
    worked any.
    """
    rows = PersonHour.objects.filter(hour__gte=rehearsal.since, hour__lt=rehearsal.until)
    if rehearsal.client_id:
        rows = rows.filter(client=rehearsal.client_id)
    found: dict[str, float] = {}
    for tier in (1, 2, 3):
        worked = merged(rows.filter(tier=tier).values_list("worked", flat=True))
        n = sum(worked.values())
        if n:
            found[str(tier)] = round(total(worked) / n / 60, 2)
    return found


def window_of(rehearsal: Rehearsal) -> dict[str, Any]:
    """The parameters of `WINDOW`."""
    return {
        "since": rehearsal.since, "until": rehearsal.until, "client": rehearsal.client_id,
        "case_type": rehearsal.case_type_id,
    }  # fmt: skip


def _rows(sql: str, params: Mapping[str, Any]) -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        names = [column.name for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _decided(ids: list[UUID]) -> dict[UUID, tuple[str, datetime]]:
    """The first thing a person decided on each case: the verb, and when."""
    made = Decision.objects.filter(case__in=ids, actor_kind=ActorKind.HUMAN)
    rows = made.exclude(standing=Decision.Standing.UNDONE).order_by("-created_at")
    return {case: (verb, at) for case, verb, at in rows.values_list("case_id", "verb", "created_at")}


def _labels(ids: list[UUID]) -> dict[UUID, tuple[bool, float]]:
    """What blind audits said of the AI's answer, with the chance of being audited."""
    rows = BlindLabel.objects.filter(item__draw__case__in=ids)
    return {
        case: (wrong, chance)
        for case, wrong, chance in rows.values_list("item__draw__case_id", "wrong", "probability")
    }
