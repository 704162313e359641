"""Decision tables as GoRules JDM graphs: built from rows, and read back as rows.

A table is one graph of input, decision table and output, so that it opens in the GoRules editor as it is.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

ROW = "_row"
"""The output column that carries the row's id; added when a table is compiled, never stored."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table: `cells` by input column's name, `outputs` by the field they set, all expressions.

    `unary` says which input columns test a field (`cells["risk"] = "'high'"`) rather than state a condition.
    """

    id: str
    text: str
    cells: Mapping[str, str]
    outputs: Mapping[str, str]
    unary: Mapping[str, str]

    @property
    def condition(self) -> str:
        """The row's condition as one line; `true` when it always holds."""
        parts = [
            f"{self.unary[name]} is {cell}" if name in self.unary else cell
            for name, cell in self.cells.items()
            if cell
        ]
        return " and ".join(parts) or "true"


def quoted(word: str) -> str:
    """The word as a JDM string literal."""
    return f'"{word}"'


def table(
    name: str, fields: tuple[str, ...], outputs: tuple[str, ...], rules: Iterable[Mapping[str, str]]
) -> dict[str, Any]:
    """A graph holding one table that collects every matching row.

    `fields` are input columns that test a signal each; without any the table has the single column `when`.
    A rule maps column and output names to expressions, `_id` and `_description` to text; the rest is blank.
    """
    inputs = [{"id": f, "name": f, "field": f} for f in fields] or [{"id": "when", "name": "when"}]
    outs = [{"id": o, "name": o, "field": o} for o in outputs]
    columns = [c["id"] for c in (*inputs, *outs)]
    rows = [{c: rule.get(c, "") for c in ("_id", "_description", *columns)} for rule in rules]
    return {
        "contentType": "application/vnd.gorules.decision",
        "nodes": [
            {"id": "input", "type": "inputNode", "name": "facts", "position": {"x": 80, "y": 120}},
            {
                "id": name,
                "type": "decisionTableNode",
                "name": name,
                "position": {"x": 360, "y": 120},
                "content": {"hitPolicy": "collect", "inputs": inputs, "outputs": outs, "rules": rows},
            },
            {"id": "output", "type": "outputNode", "name": "answer", "position": {"x": 640, "y": 120}},
        ],
        "edges": [
            {"id": "in", "type": "edge", "sourceId": "input", "targetId": name},
            {"id": "out", "type": "edge", "sourceId": name, "targetId": "output"},
        ],
    }


def content(graph: Mapping[str, Any]) -> dict[str, Any]:
    """The decision table of a graph; ValueError unless there is exactly one."""
    tables = [node for node in graph.get("nodes", ()) if node.get("type") == "decisionTableNode"]
    if len(tables) != 1:
        raise ValueError(f"expected one decision table, found {len(tables)}")
    found: dict[str, Any] = tables[0]["content"]
    return found


def rows(graph: Mapping[str, Any]) -> list[Row]:
    """The rows of a graph's table, in order."""
    body = content(graph)
    inputs = [(c["id"], c.get("name") or c["id"], c.get("field")) for c in body["inputs"]]
    outputs = [(c["id"], c["field"]) for c in body["outputs"]]
    unary = {name: field for _, name, field in inputs if field}
    return [
        Row(
            id=rule["_id"],
            text=rule.get("_description", ""),
            cells={name: rule.get(key, "").strip() for key, name, _ in inputs},
            outputs={field: rule.get(key, "").strip() for key, field in outputs},
            unary=unary,
        )
        for rule in body["rules"]
    ]


def with_row_ids(graph: Mapping[str, Any]) -> dict[str, Any]:
    """A copy of the graph whose rows also answer their own id: far cheaper than the engine's trace."""
    body = content(graph)
    added = {
        **body,
        "outputs": [*body["outputs"], {"id": ROW, "name": ROW, "field": ROW}],
        "rules": [{**rule, ROW: quoted(rule["_id"])} for rule in body["rules"]],
    }
    nodes = [{**n, "content": added} if n.get("type") == "decisionTableNode" else n for n in graph["nodes"]]
    return {**graph, "nodes": nodes}
