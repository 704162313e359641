"""The trees that Handrail ships with."""

from typing import Any

from escalations.trees.words import SCHEMA


def default_tree() -> dict[str, Any]:
    """Everybody's: what policy gave to compliance or recruitment stays there, several departments need an expert,
    what is critical a supervisor; for the rest policy's queue holds, and the ladder raises what stays too long
    (R043, R049, R050).
    """
    return _tree(
        _node("1", "queue", "one_of", ["compliance", "hr"], "policy", "node:2"),
        _node("2", "department_count", "at_least", 2, "queue:sme", "node:3"),
        _node("3", "severity", "at_most", 1, "queue:supervisors", "policy"),
    )


def outage_tree() -> dict[str, Any]:
    """An outage starts at the frontline, who know the script; unresolved in time it is the engineers' (R051)."""
    return _tree(
        _node("1", "tier", "at_least", 2, "queue:engineering", "node:2"),
        _node("2", "severity", "at_most", 1, "queue:engineering", "queue:frontline"),
    )


def _tree(*nodes: dict[str, Any]) -> dict[str, Any]:
    return {"schema": SCHEMA, "nodes": list(nodes)}


def _node(id: str, ask: str, op: str, value: Any, yes: str, no: str) -> dict[str, Any]:
    return {"id": id, "ask": ask, "op": op, "value": value, "yes": yes, "no": no}
