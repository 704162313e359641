"""Following a tree: which questions were asked, what was found, where it ends."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from escalations.trees.facts import TreeFacts
from escalations.trees.words import ASKS, NODE, POLICY, QUEUE, RISKS, readable, shown


@dataclass(frozen=True, slots=True)
class Step:
    """One question and its answer: `asked` in words, what the case was `found` to be, yes or no, where that leads."""

    node: str
    asked: str
    found: str
    answer: str
    to: str


@dataclass(frozen=True, slots=True)
class Walk:
    """Where a case ends: a queue's slug, or "" for the one policy chose; and the way there."""

    queue: str
    path: tuple[Step, ...]


def walk(document: Mapping[str, Any], facts: TreeFacts) -> Walk:
    """Follow `document` from its first node. Ends even where the answers go round: each node is asked once at most,
    and whatever leads nowhere leads to policy's queue.
    """
    path, to = [], ""
    for node, found, answer, to in _answers(document, facts):
        asked = readable(node["ask"], node["op"], node["value"])
        path.append(Step(str(node["id"]), asked, _said(found), answer, to))
    return Walk(_queue(to), tuple(path))


def end(document: Mapping[str, Any], facts: TreeFacts) -> str:
    """The queue that `walk` ends at, without the words of the way there."""
    to = ""
    for *_, to in _answers(document, facts):  # noqa: B007
        pass
    return _queue(to)


def _answers(
    document: Mapping[str, Any], facts: TreeFacts
) -> Iterator[tuple[Mapping[str, Any], Any, str, str]]:
    """Each node that is asked, with what was found, the answer, and where it leads."""
    nodes = {str(node["id"]): node for node in document.get("nodes") or ()}
    to = f"{NODE}{next(iter(nodes), '')}"
    while to.startswith(NODE) and to[len(NODE) :] in nodes:
        node = nodes.pop(to[len(NODE) :])
        found = getattr(facts, ASKS[node["ask"]].fact or node["ask"])
        answer = "yes" if holds(found, node["op"], node["value"]) else "no"
        to = str(node.get(answer) or POLICY)
        yield node, found, answer, to


def _queue(to: str) -> str:
    return to[len(QUEUE) :] if to.startswith(QUEUE) else ""


def holds(found: Any, op: str, value: Any) -> bool:
    """Does what was found fit? What is not known fits nothing, not even "is not"."""
    if found is None:
        return False
    if isinstance(found, tuple):
        return (value in found) == (op == "has")
    if isinstance(found, str) and op in ("at_least", "at_most"):
        found, value = _rank(found), _rank(value)
    match op:
        case "is":
            return bool(found == value)
        case "is_not":
            return bool(found != value)
        case "one_of":
            return found in value
        case "at_least":
            return bool(found >= value)
        case "at_most":
            return bool(found <= value)
        case "below":
            return bool(found < value)
    return False


def _rank(risk: Any) -> int:
    return RISKS.index(risk) if risk in RISKS else len(RISKS)


def _said(found: Any) -> str:
    return "not known" if found is None else shown(found) or "none"
