"""Which waiting case is next for a person: one look at the head of each of their lanes.

A lane is a queue, a client, a tier, and whether it is kept for senior people. `case_working_order` keeps each
lane sorted by `rank_at` (severity, time left, weight: see escalations.clocks) and age, so the cost is the
number of lanes and not of waiting cases. Grants for everything have a few lanes of their own
(`case_order_everywhere`).
"""

import json
import re
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet, UUIDField
from django.db.models.expressions import RawSQL

from accounts.models import User
from escalations.models import Case
from reviews.selectors.lanes import Lane, lanes_to_claim

FREE = """
(c.reserved_until IS NULL OR c.reserved_by_id = %(me)s OR c.reserved_until <= statement_timestamp())
"""

HEAD = """
SELECT x.* FROM {lanes} CROSS JOIN LATERAL (
  SELECT c.id, c.version, c.rank_at, coalesce(
    %(keep)s AND c.reserved_by_id = %(me)s AND c.reserved_until > statement_timestamp(), false) AS mine
  FROM escalations_case c
  WHERE c.state = 'queued' AND {here} AND c.tier = lane.tier
    AND (c.senior_only OR c.risk = 'high') = lane.kept AND (lane.senior OR NOT c.senior_only)
    AND {free} AND c.id <> ALL (%(but)s::uuid[])
    AND NOT EXISTS (SELECT 1 FROM reviews_skip k
                    WHERE k.user_id = %(me)s AND k.case_id = c.id AND k.until > statement_timestamp())
  ORDER BY c.rank_at, c.id LIMIT %(look)s
) x
"""

EVERYWHERE = HEAD.format(
    lanes="jsonb_to_recordset(%(wide)s::jsonb) AS lane(tier smallint, kept boolean, senior boolean)",
    here="true", free=FREE,
)  # fmt: skip

SOMEWHERE = HEAD.format(
    lanes="""jsonb_to_recordset(%(narrow)s::jsonb)
        AS lane(client bigint, queues text[], tier smallint, kept boolean, senior boolean)
      JOIN escalations_queue q ON lane.queues IS NULL OR q.slug = ANY (lane.queues)
      JOIN accounts_client t ON lane.client IS NULL OR t.id = lane.client""",
    here="c.queue_id = q.id AND c.client_id = t.id", free=FREE,
)  # fmt: skip

BEST = "SELECT * FROM ({heads}) h ORDER BY mine DESC, rank_at, id LIMIT %(look)s"

LOCKED = """
SELECT c.id FROM ({best}) AS best JOIN escalations_case c ON c.id = best.id
WHERE c.state = 'queued' AND c.version = best.version AND {free}
ORDER BY best.mine DESC, best.rank_at, best.id LIMIT 1 FOR UPDATE OF c {lock}
"""

SKIP_LOCKED, WAIT = "SKIP LOCKED", ""
NAMED = re.compile(r"%\((\w+)\)s")


@dataclass(frozen=True, slots=True)
class Order:
    """The working order of one person. `but` are cases they must not be offered (the one they are deciding).

    `keep` puts a case that is reserved for them before all others, so that one is reserved at a time.
    """

    actor: User
    but: tuple[UUID, ...] = ()
    keep: bool = False

    def next(self, look: int, lock: str = SKIP_LOCKED) -> QuerySet[Case]:
        """The best case that is free, locked; `look` is how many candidates to try before giving up.

        With SKIP_LOCKED a case somebody is taking at this moment is passed by; with WAIT its fate is awaited.
        """
        if not (best := self._best()):
            return Case.objects.none()
        chosen = self._positional(LOCKED.format(best=best, free=FREE, lock=lock), look)
        return Case.objects.filter(pk=RawSQL(*chosen, output_field=UUIDField()))  # noqa: S611 - constants only

    def is_there_any(self) -> bool:
        """Does any case wait for this person, locked or not?"""
        if not (best := self._best()):
            return False
        with connection.cursor() as cursor:
            cursor.execute(*self._positional(f"SELECT EXISTS ({best})", 1))
            return bool(cursor.fetchone()[0])

    def _best(self) -> str:
        """SQL of the candidates, from whichever kinds of lane the person has; empty when they have none."""
        wide, narrow = self._lanes()
        heads = [sql for lanes, sql in ((wide, EVERYWHERE), (narrow, SOMEWHERE)) if lanes]
        return BEST.format(heads=" UNION ALL ".join(heads)) if heads else ""

    def _lanes(self) -> tuple[list[Lane], list[Lane]]:
        lanes = lanes_to_claim(self.actor)
        return [lane for lane in lanes if lane.everywhere], [lane for lane in lanes if not lane.everywhere]

    def _positional(self, sql: str, look: int) -> tuple[str, list[Any]]:
        """Django's own parameters are positional; ours are named, because most are used more than once."""
        wide, narrow = self._lanes()
        values = {
            "me": self.actor.pk, "look": look, "keep": self.keep, "but": list(self.but),
            "wide": _json(wide), "narrow": _json(narrow),
        }  # fmt: skip
        return NAMED.sub("%s", sql), [values[name] for name in NAMED.findall(sql)]


def _json(lanes: list[Lane]) -> str:
    return json.dumps([lane.as_json() for lane in lanes])
