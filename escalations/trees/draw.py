"""A tree as people see it: nested branches, and what differs between two versions."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from escalations.trees.words import NODE, POLICY, QUEUE, readable

DEEPEST = 25


@dataclass(frozen=True, slots=True)
class Branch:
    """One line of the drawing: the answer that leads here, what is asked or reached, and what follows.

    `kind` is question, queue, policy, again (drawn elsewhere), or nowhere; `on` says that a tried case came by.
    """

    answer: str
    kind: str
    text: str
    on: bool
    branches: tuple["Branch", ...] = ()


def drawn(document: Any, path: frozenset[tuple[str, str]] = frozenset()) -> Branch | None:
    """The drawing of a tree, sound or not; a question that several answers lead to is drawn where it comes first.

    `path` are the (question, answer) pairs of a tried case.
    """
    nodes = _nodes(document)
    if not nodes:
        return None
    return _branch("", f"{NODE}{next(iter(nodes))}", nodes, set(), path, on=bool(path), depth=0)


def _branch(
    answer: str, to: Any, nodes: Mapping[str, Mapping[str, Any]], seen: set[str],
    path: frozenset[tuple[str, str]], *, on: bool, depth: int,
) -> Branch:  # fmt: skip
    if not isinstance(to, str) or not to.startswith(NODE):
        kind, text = _leaf(to)
        return Branch(answer, kind, text, on)
    name = to[len(NODE) :]
    if name not in nodes:
        return Branch(answer, "nowhere", f"there is no question {name}", on)
    asked = f"{name}. {_question(nodes[name])}?"
    if name in seen or depth >= DEEPEST:
        return Branch(answer, "again", f"question {name}, as drawn elsewhere", on)
    seen.add(name)
    below = tuple(
        _branch(way, nodes[name].get(way), nodes, seen, path, on=on and (name, way) in path, depth=depth + 1)
        for way in ("yes", "no")
    )
    return Branch(answer, "question", asked, on, below)


def differences(before: Any, after: Any) -> list[str]:
    """What changed from one version to the next, a line a question, in words."""
    return list(_differences(_nodes(before), _nodes(after)))


def _differences(old: Mapping[str, Mapping[str, Any]], new: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    if old and new and next(iter(old)) != next(iter(new)):
        yield f"Starts at question {next(iter(new))}, no longer at {next(iter(old))}."
    for name, node in new.items():
        if name not in old:
            yield f"New question {name}: {_question(node)}? Yes: {_leads(node, 'yes')}. No: {_leads(node, 'no')}."
            continue
        if _question(old[name]) != _question(node):
            yield f"Question {name} asks “{_question(node)}”, no longer “{_question(old[name])}”."
        for way in ("yes", "no"):
            if old[name].get(way) != node.get(way):
                yield f"Question {name}, {way}: {_leads(node, way)}, no longer {_leads(old[name], way)}."
    for name in old:
        if name not in new:
            yield f"Question {name} is gone: {_question(old[name])}."


def _leads(node: Mapping[str, Any], way: str) -> str:
    to = node.get(way)
    if isinstance(to, str) and to.startswith(NODE):
        return f"question {to[len(NODE) :]}"
    return _leaf(to)[1]


def _leaf(to: Any) -> tuple[str, str]:
    if to == POLICY:
        return "policy", "the queue that policy chose"
    if isinstance(to, str) and to.startswith(QUEUE):
        return "queue", to[len(QUEUE) :]
    return "nowhere", "leads nowhere"


def _question(node: Mapping[str, Any]) -> str:
    return readable(str(node.get("ask")), str(node.get("op")), node.get("value"))


def _nodes(document: Any) -> dict[str, Mapping[str, Any]]:
    rows = document.get("nodes") if isinstance(document, Mapping) else None
    return {str(row.get("id")): row for row in rows or () if isinstance(row, Mapping)}
