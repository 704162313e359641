"""What is wrong with a tree, in words beside the question concerned."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from escalations.trees.words import ASKS, MOST_NODES, NODE, POLICY, QUEUE, RISKS, SCHEMA, Ask

Nodes = dict[str, dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong. `node` is the question's id or "" for the whole tree, `part` its column."""

    node: str
    part: str
    says: str

    def __str__(self) -> str:
        return f"Question {self.node}: {self.says}" if self.node else self.says


@dataclass(frozen=True, slots=True)
class Desk:
    """What a tree may speak of: queues with their tier, the tiers that have an owner and a timer, known words by
    list name (types, departments, reasons, clients, channels); a list that is missing allows any word.
    """

    queues: Mapping[str, int]
    tiers: frozenset[int] = frozenset({1, 2, 3})
    words: Mapping[str, frozenset[str]] = field(default_factory=dict)


def check(document: Any, desk: Desk) -> list[Problem]:
    """Every problem of `document`, in its own order; none means that it may be published and always ends (R052)."""
    if not isinstance(document, Mapping) or document.get("schema") != SCHEMA:
        return [Problem("", "", f"This is not a decision tree ({SCHEMA}).")]
    rows = document.get("nodes")
    if not isinstance(rows, list) or not rows:
        return [Problem("", "", "A tree needs at least one question.")]
    if len(rows) > MOST_NODES:
        return [Problem("", "", f"A tree has at most {MOST_NODES} questions; this one has {len(rows)}.")]
    if wrong := list(_shape(rows)):
        return wrong
    nodes: Nodes = {row["id"]: row for row in rows}
    found = [problem for row in rows for problem in (*_question(row, desk), *_exits(row, nodes, desk))]
    return [*found, *_loops(nodes), *_unreachable(nodes)]


def _shape(rows: list[Any]) -> Iterator[Problem]:
    seen: set[str] = set()
    for number, row in enumerate(rows, 1):
        if not isinstance(row, Mapping):
            yield Problem("", "", f"Row {number} is not a question.")
            continue
        name = row.get("id")
        if not isinstance(name, str) or not name or len(name) > 20 or not name.replace("-", "").isalnum():
            yield Problem("", "id", f"Row {number} needs a name of letters and digits, at most 20.")
        elif name in seen:
            yield Problem(name, "id", "Two questions have this name.")
        else:
            seen.add(name)


def _question(row: Mapping[str, Any], desk: Desk) -> Iterator[Problem]:
    name, ask = row["id"], row.get("ask")
    known = ASKS.get(ask) if isinstance(ask, str) else None
    if known is None:
        yield Problem(name, "ask", "Choose what to ask.")
        return
    op = row.get("op")
    if not isinstance(op, str) or op not in known.ops:
        yield Problem(name, "op", f"{known.label} cannot be compared that way.")
        return
    value = row.get("value")
    says = _number(value, known) if known.kind == "number" else _word(value, op, known, desk)
    if says:
        yield Problem(name, "value", says)


def _number(value: Any, ask: Ask) -> str:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return f"{ask.label} needs a number."
    if not ask.least <= value <= ask.most:
        return f"{ask.label} goes from {ask.least:g} to {ask.most:g}."
    return f"{ask.label} is a whole number." if ask.whole and value != int(value) else ""


def _word(value: Any, op: str, known: Ask, desk: Desk) -> str:
    given = value if op == "one_of" and isinstance(value, list) else [value]
    if not given or not all(isinstance(one, str) and one for one in given):
        return f"{known.label} needs a value to compare with."
    lists = {"risks": frozenset(RISKS), "queues": frozenset(desk.queues), **desk.words}
    allowed = lists.get(known.of)
    strange = [one for one in given if allowed is not None and one not in allowed]
    return f"This desk knows no {known.label.lower()} “{strange[0]}”." if strange else ""


def _exits(row: Mapping[str, Any], nodes: Nodes, desk: Desk) -> Iterator[Problem]:
    for answer in ("yes", "no"):
        to = row.get(answer)
        if not isinstance(to, str) or to in ("", NODE, QUEUE):
            yield Problem(
                row["id"], answer, f"Say where a case goes on {answer}: a queue or another question."
            )
        elif to.startswith(NODE):
            if to[len(NODE) :] not in nodes:
                yield Problem(row["id"], answer, f"There is no question {to[len(NODE) :]}.")
        elif to.startswith(QUEUE):
            yield from _leaf(row["id"], answer, to[len(QUEUE) :], desk)
        elif to != POLICY:
            yield Problem(row["id"], answer, "This leads neither to a queue nor to a question.")


def _leaf(node: str, answer: str, slug: str, desk: Desk) -> Iterator[Problem]:
    tier = desk.queues.get(slug)
    if tier is None:
        yield Problem(node, answer, f"There is no queue {slug}.")
    elif tier not in desk.tiers:
        yield Problem(node, answer, f"Queue {slug} stands on tier {tier}, which has no owner and timer.")


def _next(row: Mapping[str, Any], nodes: Nodes) -> Iterator[tuple[str, str]]:
    """(answer, node) for each answer that leads to another question."""
    for answer in ("yes", "no"):
        to = row.get(answer)
        if isinstance(to, str) and to.startswith(NODE) and to[len(NODE) :] in nodes:
            yield answer, to[len(NODE) :]


def _loops(nodes: Nodes) -> Iterator[Problem]:
    """Answers that lead back to a question already asked. Every node is a start: a loop nobody reaches is one too."""
    done: set[str] = set()
    for start in nodes:
        open_path: list[str] = []
        yield from _follow(start, nodes, open_path, done)


def _follow(name: str, nodes: Nodes, open_path: list[str], done: set[str]) -> Iterator[Problem]:
    if name in done:
        return
    open_path.append(name)
    for answer, to in _next(nodes[name], nodes):
        if to in open_path:
            yield Problem(name, answer, f"This leads back to question {to}: a case would go round for ever.")
        else:
            yield from _follow(to, nodes, open_path, done)
    open_path.pop()
    done.add(name)


def _unreachable(nodes: Nodes) -> Iterator[Problem]:
    first = next(iter(nodes))
    reached, ahead = {first}, [first]
    while ahead:
        for _, to in _next(nodes[ahead.pop()], nodes):
            if to not in reached:
                reached.add(to)
                ahead.append(to)
    for name in nodes:
        if name not in reached:
            yield Problem(name, "id", "No answer leads to this question.")
