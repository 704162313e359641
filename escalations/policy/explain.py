"""Why did policy do that: every rule with what it looked at, whether it held or not."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from escalations.policy.document import PolicyDocument
from escalations.policy.expressions import reads
from escalations.policy.vocabulary import HOLDS, TABLES


@dataclass(frozen=True, slots=True)
class Rule:
    """One row of a table as it stood for one case: `inputs` are the values its condition read.

    Under the table `settle` stand the tests beside the tables; there, fired means that the test keeps the AI
    from settling the case.
    """

    table: str
    row: str
    text: str
    condition: str
    fired: bool
    inputs: Mapping[str, Any]


def explain(trace: Mapping[str, Any], policy: PolicyDocument) -> list[Rule]:
    """All rows of all tables, in order, from an outcome's `trace` (also as read back from JSON).

    ValueError unless `policy` is the version that made the outcome: rows that did not fire are not stored
    with the case, they are read from the document, which never changes once used.
    """
    if trace["policy"] != policy.version_hash:
        raise ValueError("this outcome was made under another policy version")
    signals = trace["signals"]
    settle = [Rule("settle", name, text, "", name in trace["held_by"], {}) for name, text in HOLDS.items()]
    return settle + [
        Rule(
            table=table,
            row=row.id,
            text=row.text,
            condition=row.condition,
            fired=row.id in trace["matched"][table],
            inputs={name: _read(signals, name) for name in reads(table, row)},
        )
        for table in TABLES
        for row in policy.tables.rows[table].values()
    ]


def _read(signals: Mapping[str, Any], name: str) -> Any:
    value: Any = signals
    for part in name.split("."):
        value = value.get(part) if isinstance(value, Mapping) else None
    return value
