"""The tree editor's form: rows of a table to a document and back. What is wrong stays in it, to be named."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from escalations.trees import POLICY, SCHEMA, Desk, Problem, TreeFacts
from escalations.trees.words import ASKS, MOST_NODES, NODE, QUEUE, parsed, shown

LONGEST = 200
TRIES = {
    # ask: the field of the trial
    **{ask: ask for ask in ASKS},
    "department_count": "departments",
    "department": "departments",
    "reason": "reasons",
}


@dataclass(frozen=True, slots=True)
class Row:
    """One question in the table: `question` is "ask op"; `wrong` maps a column to what is wrong there."""

    number: int
    id: str
    question: str
    value: str
    yes: str
    no: str
    wrong: Mapping[str, str]


def document_of(post: Mapping[str, str]) -> dict[str, Any]:
    """The tree as it was sent, after the button that was pressed: one question more, fewer, or moved up."""
    count = post.get("n", "")
    total = min(int(count), MOST_NODES + 1) if count.isascii() and count.isdigit() else 0
    nodes = [_node(post, number) for number in range(total)]
    step, _, at = post.get("step", "").partition("-")
    index = int(at) if at.isascii() and at.isdigit() and int(at) < len(nodes) else -1
    if step == "add":
        nodes.append(_new(nodes))
    elif step == "remove" and index >= 0:
        del nodes[index]
    elif step == "up" and index > 0:
        nodes[index - 1], nodes[index] = nodes[index], nodes[index - 1]
    return {"schema": SCHEMA, "nodes": nodes}


def rows_of(document: Mapping[str, Any], problems: list[Problem]) -> list[Row]:
    """The table, each problem in its row; a problem of the whole tree is not among them."""
    wrong: dict[str, dict[str, str]] = {}
    for problem in problems:
        wrong.setdefault(problem.node, {}).setdefault(problem.part, problem.says)
    return [
        Row(
            number, node["id"], f"{node['ask']} {node['op']}", shown(node["value"]), str(node["yes"] or ""),
            str(node["no"] or ""), wrong.get(node["id"], {}),
        )
        for number, node in enumerate(document["nodes"])
    ]  # fmt: skip


def questions() -> list[tuple[str, list[tuple[str, str]]]]:
    """Every question there is, grouped by what it asks about: (group, [(ask and op, words)])."""
    return [
        (ask.label, [(f"{name} {op}", f"{ask.label} {how}") for op, how in ask.ops.items()])
        for name, ask in ASKS.items()
    ]


def ways(
    document: Mapping[str, Any], desk: Desk, names: Mapping[str, str]
) -> list[tuple[str, list[tuple[str, str]]]]:
    """Where an answer may lead, grouped; `names` are the queues' names by slug."""
    queues = [(f"{QUEUE}{slug}", f"{names[slug]} (tier {tier})") for slug, tier in desk.queues.items()]
    nodes = [(f"{NODE}{node['id']}", f"Question {node['id']}") for node in document["nodes"]]
    return [("Policy", [(POLICY, "The queue that policy chose")]), ("Queues", queues), ("Questions", nodes)]


def tried(document: Mapping[str, Any]) -> list[str]:
    """What a trial must say for this tree: only what its questions ask."""
    return list(dict.fromkeys(TRIES[node["ask"]] for node in document["nodes"] if node["ask"] in TRIES))


def facts_of(post: Mapping[str, str]) -> tuple[TreeFacts, dict[str, str]]:
    """The case of a trial, and what is wrong with it by field."""
    facts, wrong = TreeFacts(), dict[str, str]()
    for name in dict.fromkeys(TRIES.values()):
        text = post.get(f"try.{name}", "").strip()[:LONGEST]
        if not text:
            continue
        ask = ASKS.get(name)
        value: Any = text
        if name in ("departments", "reasons"):
            value = tuple(word.strip() for word in text.split(",") if word.strip())
        elif ask is not None and ask.kind == "number":
            value = parsed(name, "is", text)
            if isinstance(value, str) or not ask.least <= value <= ask.most:
                wrong[name] = f"{ask.label} is a number from {ask.least:g} to {ask.most:g}."
                continue
        facts = replace(facts, **{name: value})
    return facts, wrong


def _node(post: Mapping[str, str], number: int) -> dict[str, Any]:
    def sent(name: str) -> str:
        return post.get(f"{name}.{number}", "").replace("\x00", "").strip()[:LONGEST]

    ask, _, op = sent("question").partition(" ")
    value = parsed(ask, op, sent("value"))
    return {"id": sent("id"), "ask": ask, "op": op, "value": value, "yes": sent("yes"), "no": sent("no")}


def _new(nodes: list[dict[str, Any]]) -> dict[str, Any]:
    """A question under the first number that is free, its answers still to be chosen."""
    taken = {node["id"] for node in nodes}
    name = next(str(number) for number in range(1, len(nodes) + 2) if str(number) not in taken)
    return {"id": name, "ask": "severity", "op": "at_most", "value": 2, "yes": "", "no": POLICY}
