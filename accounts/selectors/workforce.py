"""Active people and all that says whether they work at a time: grants, presence, shifts, absences; in one go."""

import json
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

from django.db import connection

from accounts.choices import PresenceState
from accounts.grants import GRANT_ROWS
from accounts.models import User
from accounts.models.rows import columns, made
from accounts.models.sql import Which
from accounts.rota import Absence, Hours, absence_at, on_shift

PEOPLE = f"""
SELECT {columns(User, "u")}, {GRANT_ROWS}, p.state, p.since,
  (SELECT json_agg(json_build_array(s.weekday, s.starts, s.ends)) FROM accounts_shift s WHERE s.user_id = u.id)::text,
  (SELECT json_agg(json_build_array(t.begins, t.ends, t.delegate_id)) FROM accounts_timeoff t
   WHERE t.user_id = u.id AND t.ends > %s)::text
FROM accounts_user u LEFT JOIN accounts_presence p ON p.user_id = u.id WHERE u.is_active AND
"""  # noqa: S608 - columns of ours


@dataclass(frozen=True, slots=True)
class Member:
    """A person with their grants; their presence and since when (None: never seen); hours of every week, absences."""

    user: User
    state: str
    since: datetime | None
    hours: tuple[Hours, ...]
    absences: tuple[Absence, ...]

    def works_at(self, moment: datetime) -> bool | None:
        """On shift and not out of office; None when no shift says it."""
        if absence_at(self.absences, moment) is not None:
            return False
        return on_shift(self.hours, self.user.timezone, moment) if self.hours else None


def members(which: Which, at: datetime) -> list[Member]:
    """Those for whom `which` holds (over `u`, their row), with the absences that are not over at `at`; in any order."""
    with connection.cursor() as cursor:
        cursor.execute(PEOPLE + which.sql, [at, *which.params])
        return [_member(row) for row in cursor.fetchall()]


def _member(row: tuple[Any, ...]) -> Member:
    person: Any = made(User, row)
    grants, state, since, hours, absences = row[-5:]
    person.grant_rows = json.loads(grants)
    return Member(
        person, str(state or PresenceState.OFFLINE), since,
        tuple(
            Hours(day, time.fromisoformat(starts), time.fromisoformat(ends))
            for day, starts, ends in json.loads(hours or "[]")
        ),
        tuple(
            Absence(datetime.fromisoformat(begins), datetime.fromisoformat(ends), delegate)
            for begins, ends, delegate in json.loads(absences or "[]")
        ),
    )  # fmt: skip
