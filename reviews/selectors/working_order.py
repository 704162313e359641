"""Which waiting case is next for a person: one look at the head of each of their lanes.

A lane is a queue, a client, a tier, and whether it is kept for senior people. `waiting_working_order` keeps each
lane sorted by `rank_at` (severity, time left, weight: see escalations.clocks) and age, so the cost is the
number of lanes and not of waiting cases. Grants for every queue and client have a few lanes of their own
(`waiting_order_everywhere`); whoever may take anything at all walks one (`waiting_order`).

What asks for skills that the person lacks is passed by inside the index, 150 to a block, and never read.
"""

import json
import re
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any
from uuid import UUID

from django.db import connection

from accounts.models import User
from accounts.models.sql import NONE, Which
from reviews.selectors.lanes import Lane, lanes_to_claim, takes_anything

FREE = """
(c.reserved_until IS NULL OR c.reserved_by_id = %(me)s OR c.reserved_until <= statement_timestamp())
"""

SKILLED = """
c.need = ANY (ARRAY(SELECT 0 UNION ALL SELECT n.id::integer FROM escalations_need n
                    WHERE n.skills <@ %(skills)s::varchar[]))
"""

HEAD = f"""
SELECT c.case_id AS id, c.version, c.rank_at, coalesce(
  c.reserved_by_id = %(me)s AND c.reserved_until > statement_timestamp(), false) AS mine
FROM escalations_waiting c
WHERE {{here}} AND {SKILLED} AND {FREE} AND c.case_id <> ALL (%(but)s::uuid[])
  AND NOT EXISTS (SELECT 1 FROM reviews_skip k
                  WHERE k.user_id = %(me)s AND k.case_id = c.case_id AND k.until > statement_timestamp())
ORDER BY c.rank_at, c.case_id LIMIT %(look)s
"""  # noqa: S608 - constants

LANES = """
SELECT x.* FROM {lanes} CROSS JOIN LATERAL ({head}) x
"""

LANE = """{place} AND c.tier = lane.tier AND (c.senior_only OR c.risk = 'high') = lane.kept
  AND (lane.senior OR NOT c.senior_only)"""

ANYTHING = f"({HEAD.format(here='true')})"

EVERYWHERE = LANES.format(
    lanes="jsonb_to_recordset(%(wide)s::jsonb) AS lane(tier smallint, kept boolean, senior boolean)",
    head=HEAD.format(here=LANE.format(place="true")),
)  # fmt: skip

SOMEWHERE = LANES.format(
    lanes="""jsonb_to_recordset(%(narrow)s::jsonb)
        AS lane(client bigint, queues text[], tier smallint, kept boolean, senior boolean)
      JOIN escalations_queue q ON lane.queues IS NULL OR q.slug = ANY (lane.queues)
      JOIN accounts_client t ON lane.client IS NULL OR t.id = lane.client""",
    head=HEAD.format(here=LANE.format(place="c.queue_id = q.id AND c.client_id = t.id")),
)  # fmt: skip

# What is held out to the person: before everything else, and only where their lanes still reach.
OFFERED = f"""
(SELECT c.case_id AS id, c.version, c.rank_at - interval '1000 years' AS rank_at, true AS mine
 FROM escalations_offer o JOIN escalations_waiting c ON c.case_id = o.case_id
 WHERE o.user_id = %(me)s AND o.outcome = '' AND c.reserved_by_id = %(me)s
   AND c.reserved_until > statement_timestamp() AND {SKILLED} AND c.case_id <> ALL (%(but)s::uuid[])
   AND EXISTS (SELECT 1 FROM jsonb_to_recordset(%(lanes)s::jsonb)
                 AS lane(client bigint, queues text[], tier smallint, kept boolean, senior boolean)
               WHERE (lane.client IS NULL OR lane.client = c.client_id)
                 AND (lane.queues IS NULL
                      OR (SELECT q.slug FROM escalations_queue q WHERE q.id = c.queue_id) = ANY (lane.queues))
                 AND {LANE.format(place="true")})
 ORDER BY c.rank_at, c.case_id LIMIT %(look)s)
"""  # noqa: S608 - constants

BEST = "SELECT * FROM ({heads}) h ORDER BY {order} LIMIT %(look)s"

# The case is what is locked, never its row among those that wait: so whoever takes it from the order and whoever opens
# it by name meet at one lock. It must be in the version that waits there: one that has moved since waits elsewhere.
LOCKED = """
escalations_case.ctid = (
SELECT c.ctid FROM ({best}) AS best JOIN escalations_case c ON c.id = best.id
WHERE c.state = 'queued' AND c.version = best.version AND {free}
ORDER BY {order} LIMIT 1 FOR UPDATE OF c {lock})
"""

IN_TURN, OWN_FIRST = "rank_at, id", "mine DESC, rank_at, id"

SKIP_LOCKED, WAIT = "SKIP LOCKED", ""
LOOK = "%(look)s"
NAMED = re.compile(r"%\((\w+)\)s")
Text = tuple[str, tuple[str, ...]]
"""SQL and the names of its parameters, as often as they are used."""


@dataclass(frozen=True)
class Order:
    """The working order of one person. `but` are cases they must not be offered (the one they are deciding).

    `keep` puts a case that is reserved for them before all others, so that one is reserved at a time.
    """

    actor: User
    but: tuple[UUID, ...] = ()
    keep: bool = False

    def next(self, look: int, lock: str = SKIP_LOCKED) -> Which:
        """The best case that is free, locked; `look` is how many candidates to try before giving up.

        With SKIP_LOCKED a case somebody is taking at this moment is passed by; with WAIT its fate is awaited.
        """
        if not self._heads:
            return NONE
        sql, names = _locked(self._heads, self._turn, look, lock)
        return Which(sql, tuple(self._values[name] for name in names))

    def is_there_any(self) -> bool:
        """Does any case wait for this person, locked or not?"""
        if not self._heads:
            return False
        sql, names = _exists(self._heads, self._turn)
        with connection.cursor() as cursor:
            cursor.execute(sql, [self._values[name] for name in names])
            return bool(cursor.fetchone()[0])

    @cached_property
    def _heads(self) -> tuple[str, ...]:
        """SQL of the candidates, from whichever kinds of lane the person has; none when they have none."""
        heads = tuple(sql for lanes, sql in zip(self._lanes, (EVERYWHERE, SOMEWHERE), strict=True) if lanes)
        if takes_anything(self._lanes[0]):
            heads = (ANYTHING,)
        return (*heads, OFFERED) if heads and self.actor.offers_open else heads

    @property
    def _turn(self) -> str:
        """By what candidates are sorted. Not by `mine` without need: in turn, an index walk ends at the first."""
        return OWN_FIRST if self.keep else IN_TURN

    @cached_property
    def _lanes(self) -> tuple[list[Lane], list[Lane]]:
        lanes = lanes_to_claim(self.actor)
        return [lane for lane in lanes if lane.everywhere], [lane for lane in lanes if not lane.everywhere]

    @cached_property
    def _values(self) -> dict[str, Any]:
        wide, narrow = self._lanes
        return {
            "me": self.actor.pk, "but": list(self.but), "wide": _json(wide), "narrow": _json(narrow),
            "lanes": _json([*wide, *narrow]), "skills": self.actor.skills,
        }  # fmt: skip


@cache
def _locked(heads: tuple[str, ...], turn: str, look: int, lock: str) -> Text:
    order = ", ".join(f"best.{column}" for column in turn.split(", "))
    return _positional(LOCKED.format(best=_best(heads, turn), free=FREE, lock=lock, order=order), look)


@cache
def _exists(heads: tuple[str, ...], turn: str) -> Text:
    return _positional(f"SELECT EXISTS ({_best(heads, turn)})", 1)


def _best(heads: tuple[str, ...], turn: str) -> str:
    return BEST.format(heads=" UNION ALL ".join(heads), order=turn)


def _positional(sql: str, look: int) -> Text:
    """The database's parameters are positional; ours are named, because most are used more than once.

    How far to look is part of the text: a plan that is kept would not know it, and sort instead of stopping early.
    """
    sql = sql.replace(LOOK, str(look))
    return NAMED.sub("%s", sql), tuple(NAMED.findall(sql))


def _json(lanes: list[Lane]) -> str:
    return json.dumps([lane.as_json() for lane in lanes])
