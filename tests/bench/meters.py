"""What a run cost: statements, database time, blocks, and processor time of the web and the database."""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psycopg

TICKS = os.sysconf("SC_CLK_TCK")
CONTROL = re.compile(
    r"^\s*(BEGIN|COMMIT|ROLLBACK|SAVEPOINT|RELEASE|SET|SHOW|RESET|DEALLOCATE|DISCARD)\b", re.I
)
HEALTH = re.compile(r"^\s*SELECT \$?1\s*$", re.I)
BY_TRIGGERS = re.compile(
    r"^\s*(SELECT \$?1 FROM ONLY |\(SELECT version FROM accounts_event WHERE stream = new\.id)"
)
"""What foreign keys and walls ask at commit: no round trips of ours, but their time counts."""
STATEMENTS = (
    "SELECT query, calls, total_exec_time, shared_blks_hit + shared_blks_read FROM pg_stat_statements"
)


@dataclass
class Cost:
    """Totals of a measured stretch; divide by the number of requests with `per`.

    `sql` counts statements besides transaction control and the connection's health check; `control` counts
    those. Times are milliseconds; `blocks` are 8 KB pages touched, in memory or not.
    """

    sql: float = 0
    control: float = 0
    sql_ms: float = 0
    blocks: float = 0
    app_cpu_ms: float = 0
    db_cpu_ms: float = 0
    statements: list[tuple[str, float, float, float]] = field(default_factory=list)

    def per(self, requests: int) -> "Cost":
        """The same for one request."""
        n = max(requests, 1)
        return Cost(
            sql=self.sql / n,
            control=self.control / n,
            sql_ms=self.sql_ms / n,
            blocks=self.blocks / n,
            app_cpu_ms=self.app_cpu_ms / n,
            db_cpu_ms=self.db_cpu_ms / n,
            statements=[
                (query, calls / n, ms / n, blocks / n) for query, calls, ms, blocks in self.statements
            ],
        )


class Meters:
    """Reads the counters of one database server and of the process groups that make up the application."""

    def __init__(self, url: str, postmaster: int, groups: list[int]) -> None:
        self.postmaster, self.groups = postmaster, groups
        self.connection = psycopg.connect(url, autocommit=True)
        self.connection.execute("CREATE EXTENSION IF NOT EXISTS pg_stat_statements")

    def close(self) -> None:
        """Give the connection back."""
        self.connection.close()

    @contextmanager
    def measure(self) -> Iterator[Cost]:
        """Fill the yielded Cost with what happened inside the block."""
        cost = Cost()
        self.connection.execute("SELECT pg_stat_statements_reset()")
        app, db = self._cpu()
        yield cost
        later_app, later_db = self._cpu()
        cost.app_cpu_ms, cost.db_cpu_ms = later_app - app, later_db - db
        for query, calls, ms, blocks in self.connection.execute(STATEMENTS).fetchall():
            if "pg_stat_statements" in query:
                continue
            if BY_TRIGGERS.match(query):
                pass
            elif CONTROL.match(query) or HEALTH.match(query):
                cost.control += calls
            else:
                cost.sql += calls
                cost.statements.append((query, calls, ms, blocks))
            cost.sql_ms += ms
            cost.blocks += blocks
        cost.statements.sort(key=lambda row: -row[2])

    def _cpu(self) -> tuple[float, float]:
        """Milliseconds used so far by (application, database)."""
        app = db = 0.0
        for entry in Path("/proc").iterdir():
            if not entry.name.isdigit():
                continue
            try:
                fields = (entry / "stat").read_text().rsplit(")", 1)[1].split()
            except OSError:
                continue
            parent, group = int(fields[1]), int(fields[2])
            used = sum(int(value) for value in fields[11:13]) * 1000 / TICKS
            reaped = sum(int(value) for value in fields[13:15]) * 1000 / TICKS
            if group in self.groups:
                app += used
            elif self.postmaster in (int(entry.name), parent):
                db += used + (reaped if int(entry.name) == self.postmaster else 0)
        return app, db
