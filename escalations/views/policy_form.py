"""A row of policy as a form: lines of "signal, question, value" joined by and/or, and what follows from them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from escalations.choices import ReasonCode
from escalations.policy import jdm
from escalations.policy.conditions import KINDS, OPS, Clause, Condition, expression, parse
from escalations.policy.edits import new_id, shown_by
from escalations.policy.jdm import quoted
from escalations.policy.ranges import WORDS
from escalations.policy.vocabulary import LATER, NUMBERS, SIGNALS
from escalations.policy.words import (
    NUMBER_WORDS,
    OP_WORDS,
    literal,
    signal_words,
)

MOST = 8
_NUMBER = re.compile(r"-?\d{1,12}(\.\d{1,9})?")
_WORD = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,79}")
COLUMNS = {"tiers": ("tier", "severity", "experienced"), "queues": ("queue", "oversee"), "reasons": ("code",)}


@dataclass(slots=True)
class Line:
    """One clause as typed. `wrong` is what is wrong with it."""

    join: str = "and"
    signal: str = ""
    op: str = ""
    limit: str = ""
    value: str = ""
    wrong: str = ""


@dataclass(slots=True)
class RowForm:
    """A row as typed, with what is wrong beside each part."""

    text: str = ""
    lines: list[Line] = field(default_factory=list)
    outputs: dict[str, str] = field(default_factory=dict)
    written: str = ""  # the expression of a row that has no form
    wrong: dict[str, str] = field(default_factory=dict)

    @property
    def bad(self) -> bool:
        return bool(self.wrong) or any(line.wrong for line in self.lines)


def form_of(table: str, row: jdm.Row | None) -> RowForm:
    """The form of a row, or an empty one."""
    if row is None:
        return RowForm(lines=[Line()], outputs=_defaults(table))
    condition = parse(row.cells.get("when", ""))
    form = RowForm(row.text, outputs={name: _typed(row.outputs.get(name, "")) for name in COLUMNS[table]})
    if condition is None:
        form.written = row.cells["when"]
    else:
        form.lines = list(_lines(condition)) or [Line()]
    return form


def form_from(table: str, sent: Mapping[str, str]) -> RowForm:
    """What was posted, as it was typed."""
    form = RowForm(_plain(sent.get("text", ""), 200), written=_plain(sent.get("written", ""), 2000))
    form.outputs = {name: _plain(sent.get(name, ""), 80) for name in COLUMNS[table]}
    for n in range(MOST):
        if f"signal.{n}" in sent:
            form.lines.append(
                Line(*(_plain(sent.get(f"{name}.{n}", ""), 80) for name in ("join", "signal", "op", "limit", "value")))
            )  # fmt: skip
    return form


def checked(table: str, form: RowForm, document: Mapping[str, Any]) -> Condition:
    """The condition of a form; what is wrong is written beside its parts."""
    groups: list[list[Clause]] = []
    for line in form.lines:
        if not line.signal and not line.value and not line.op:
            continue
        clause = _clause(table, line)
        if clause is None:
            continue
        if line.join == "or" and groups:
            groups[-1].append(clause)
        else:
            groups.append([clause])
    if not form.text:
        form.wrong["text"] = "Say in one sentence what the row is for."
    for name, choices in outputs_of(table, document).items():
        if form.outputs.get(name) not in dict(choices):
            form.wrong[name] = "Choose one."
    return tuple(tuple(group) for group in groups)


def row_from(
    table: str, form: RowForm, condition: Condition, before: jdm.Row | None, taken: list[str]
) -> dict[str, str]:
    """The row as it is stored. A reason shows what it showed while its condition stays."""
    when = form.written or expression(condition)
    row = {"_id": before.id if before else new_id(form.text, taken), "_description": form.text, "when": when}
    if table == "reasons":
        row["code"] = quoted(form.outputs["code"])
        if before is None or before.cells.get("when") != when:
            row |= shown_by(condition)
        return row
    for name in COLUMNS[table]:
        typed = form.outputs[name]
        row[name] = quoted(typed) if name == "queue" and typed not in ("default_queue", "team") else typed
    return row


def outputs_of(table: str, document: Mapping[str, Any]) -> dict[str, list[tuple[str, str]]]:
    """What follows from a row of that table, as choices."""
    yes_no = [("false", "No"), ("true", "Yes")]
    match table:
        case "reasons":
            return {"code": [(str(code), str(label)) for code, label in ReasonCode.choices]}
        case "tiers":
            severities = [("1", "1 critical"), ("2", "2 high"), ("3", "3 normal"), ("4", "4 low")]
            return {
                "tier": [(n, f"Tier {n}") for n in "123"],
                "severity": severities,
                "experienced": yes_no,
            }
    named = [(slug, slug) for slug in document["queues"]]
    own = [("default_queue", "The type's own queue"), ("team", "The team that may use the tool")]
    return {"queue": [*own, *named], "oversee": yes_no}


LABELS = {
    "code": "Reason",
    "tier": "Tier",
    "severity": "Severity",
    "experienced": "Experienced people only",
    "queue": "Queue",
    "oversee": "A supervisor watches",
}


def signals_of(table: str) -> list[tuple[str, list[tuple[str, str]]]]:
    """What a row of that table may ask about, by kind."""
    kinds = {**SIGNALS, **LATER[table]}
    groups = {"number": "Measured", "flag": "So or not so", "word": "Words", "words": "Words"}
    found: dict[str, list[tuple[str, str]]] = {}
    for name, kind in kinds.items():
        found.setdefault(groups[kind], []).append((name, _capital(signal_words(name))))
    return [(label, sorted(rows, key=lambda row: row[1])) for label, rows in found.items()]


OPS_SHOWN = [(op, text) for op, text in OP_WORDS.items()]


def limits() -> list[tuple[str, str]]:
    """The named numbers and the measured values that a clause may compare with."""
    named = [(f"n.{name}", f"Limit: {NUMBER_WORDS[name]}") for name in NUMBERS]
    return [*named, ("threshold", "The type's threshold")]


def words_of(document: Mapping[str, Any]) -> list[str]:
    """Words that a clause may compare with, as suggestions."""
    known = {word for words in WORDS.values() for word in words}
    return sorted(known | {*document["topics"].values()} | {*document["topics"]})


def _clause(table: str, line: Line) -> Clause | None:
    kind = {**SIGNALS, **LATER[table]}.get(line.signal)
    if kind is None:
        line.wrong = "Choose what to look at."
        return None
    if line.op not in OPS[kind]:
        allowed = ", ".join(OP_WORDS[op] for op in OPS[kind])
        line.wrong = f"Of “{signal_words(line.signal)}” you can ask: {allowed}."
        return None
    if line.op in ("yes", "no", "any"):
        return Clause(line.signal, line.op)
    if kind == "number":
        return _compared(line)
    value = line.value.strip()
    if not _WORD.fullmatch(value.replace(" ", "_")) and not (kind == "word" and not value):
        line.wrong = "One word: letters, digits, dots, dashes."
        return None
    value = value.replace(" ", "_")
    return Clause(line.signal, line.op, value.upper() if line.signal == "reasons" else value.lower())


def _compared(line: Line) -> Clause | None:
    value = line.limit or line.value.replace(",", ".").strip()
    if line.limit and line.value:
        line.wrong = "Either a number or one of the limits, not both."
    elif line.limit and line.limit not in dict(limits()):
        line.wrong = "There is no such limit."
    elif not line.limit and not _NUMBER.fullmatch(value):
        line.wrong = "A number, such as 0.5, or one of the limits."
    else:
        return Clause(line.signal, line.op, value)
    return None


def _lines(condition: Condition) -> list[Line]:
    found = []
    for group in condition:
        for n, clause in enumerate(group):
            named = KINDS[clause.signal] == "number" and clause.value in dict(limits())
            found.append(
                Line(
                    "or" if n else "and", clause.signal, clause.op, clause.value if named else "",
                    "" if named else clause.value,
                )
            )  # fmt: skip
    return found


def _typed(expression: str) -> str:
    return literal(expression)


def _defaults(table: str) -> dict[str, str]:
    return {
        "reasons": {"code": ""},
        "tiers": {"tier": "1", "severity": "3", "experienced": "false"},
        "queues": {"queue": "", "oversee": "false"},
    }[table]


def _plain(text: str, most: int) -> str:
    return " ".join(text.replace("\x00", "").split())[:most]


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
