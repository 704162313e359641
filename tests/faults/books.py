"""Counting afterwards, straight in the database: what was lost, what was done twice."""

from itertools import starmap
from typing import TYPE_CHECKING, Any, Self

import psycopg

from tests.faults.stack import wait_for
from tests.places import MISPLACED

if TYPE_CHECKING:
    from accounts.ledger.verify import Fault

EFFECTS = """
SELECT c.ref, c.state, (SELECT count(*) FROM accounts_event e
                        WHERE e.stream = c.id AND e.kind IN ('case.routed', 'case.auto_resolved')) AS effects
FROM escalations_case c WHERE c.external_id LIKE %s
"""

PARTS = """
SELECT c.ref, (SELECT count(*) FROM escalations_message m WHERE m.case_id = c.id),
  (SELECT count(*) FROM escalations_handoff h WHERE h.case_id = c.id),
  (SELECT count(*) FROM escalations_job j WHERE j.case_id = c.id AND j.kind = 'triage'),
  (SELECT count(*) FROM escalations_apirequest a WHERE a.case_id = c.id),
  (SELECT count(*) FROM accounts_event e WHERE e.stream = c.id AND e.kind = 'case.received')
FROM escalations_case c WHERE c.external_id LIKE %s
"""

LINES = "SELECT stream, seq, version, at, body, prev, hash FROM accounts_event ORDER BY stream, seq"
HEADS = "SELECT stream, seq, hash FROM accounts_head"
UNSETTLED = "state IN ('received', 'triaging')"


class Books:
    """Reads one stack's database. `run` is the beginning of the external ids of the cases in question."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.connection = psycopg.connect(url, autocommit=True)

    def reconnect(self) -> None:
        """After the server was restarted."""
        self.connection.close()
        self.connection = psycopg.connect(self.url, autocommit=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.connection.close()

    def rows(self, sql: Any, *values: object) -> list[tuple[Any, ...]]:
        """All rows of a statement."""
        return self.connection.execute(sql, values).fetchall()

    def one(self, sql: Any, *values: object) -> Any:
        """The one value of a statement."""
        return self.rows(sql, *values)[0][0]

    def wait(self, sql: Any, *values: object, seconds: float, what: str) -> None:
        """Until a statement's one value is true; AssertionError naming `what` after `seconds`."""
        wait_for(lambda: bool(self.one(sql, *values)), seconds=seconds, what=what)

    def cases(self, run: str, condition: str = "true") -> int:
        """How many cases of the run meet a condition (SQL over escalations_case)."""
        sql = f"SELECT count(*) FROM escalations_case WHERE external_id LIKE %s AND ({condition})"  # noqa: S608
        return int(self.one(sql, f"{run}-%"))

    def unsettled(self, run: str) -> int:
        """Cases of the run that neither the AI settled nor a person can see."""
        return self.cases(run, UNSETTLED)

    def wrong_effects(self, run: str) -> list[tuple[Any, ...]]:
        """Cases of the run that were not routed or settled exactly once: (ref, state, how often)."""
        return [row for row in self.rows(EFFECTS, f"{run}-%") if row[2] != 1]

    def misplaced(self) -> list[tuple[Any, ...]]:
        """Cases that do not stand among those that wait, or that are held, as their state says."""
        return self.rows(MISPLACED)

    def parts(self, run: str) -> dict[str, tuple[int, ...]]:
        """By ref: messages, handoffs, triage jobs, remembered requests, first events of each case."""
        return {row[0]: row[1:] for row in self.rows(PARTS, f"{run}-%")}

    def broken_chains(self) -> "list[Fault]":
        """The first fault of every stream of the ledger that is not as it was written. Needs Django set up."""
        from accounts.ledger.verify import Line, faults

        with self.connection.transaction():  # one snapshot: workers go on writing
            self.connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            heads = {stream: (seq, newest) for stream, seq, newest in self.rows(HEADS)}
            return list(faults(starmap(Line, self.rows(LINES)), heads))

    def decided_twice(self) -> list[tuple[Any, ...]]:
        """Cases with more than one decision of a person in force: (case, decisions)."""
        return self.rows(
            "SELECT case_id, count(*) FROM escalations_decision "
            "WHERE actor_kind = 'human' AND standing <> 'undone' GROUP BY case_id HAVING count(*) > 1"
        )
