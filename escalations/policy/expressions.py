"""Checks of the expressions in a table's cells.

The table engine is silent: a cell with a typing error, an unknown name or a comparison of word and number
does not fail, it never matches. So every cell is parsed, its names are looked up, and it is tried on samples.
"""

import re
from collections.abc import Iterator
from typing import Any

import zen

from escalations.policy.jdm import Row
from escalations.policy.vocabulary import LATER, NUMBERS, SIGNALS, Kind

_STRING = re.compile(r"\"[^\"]*\"|'[^']*'|`[^`]*`")
_NAME = re.compile(r"(?<![\w.#$])[A-Za-z_][\w.]*(?!\w*\s*\()")
_CALL = re.compile(r"([A-Za-z_]\w*)\s*\(")
_CALLS = frozenset(
    {"len", "abs", "min", "max", "floor", "ceil", "round", "contains", "startsWith", "endsWith"}
)
"""Functions that always answer the same; with a clock or a die a decision could not be repeated (R011)."""

_KEYWORDS = frozenset({"and", "or", "not", "in", "true", "false", "null"})
_LOW: dict[Kind, Any] = {"number": 0, "flag": False, "word": "", "words": []}
_HIGH: dict[Kind, Any] = {"number": 1, "flag": True, "word": "word", "words": ["word"]}


def names(expression: str) -> list[str]:
    """The signals and numbers that an expression reads, each once, in order."""
    bare = _STRING.sub('""', expression)
    return [name for name in dict.fromkeys(_NAME.findall(bare)) if name not in _KEYWORDS]


def reads(table: str, row: Row) -> list[str]:
    """What a row's condition looks at, in order."""
    found = [row.unary[name] for name, cell in row.cells.items() if cell and name in row.unary]
    return list(dict.fromkeys([*found, *(name for cell in row.cells.values() for name in names(cell))]))


def quiet() -> dict[str, Any]:
    """The signals of a case with nothing wrong: zeros, no flags, no words, and a certain answer of triage."""
    signals = {name: _LOW[kind] for name, kind in SIGNALS.items()}
    return {**signals, "has_triage": True, "margin_gap": 1, "confidence": 1, "sentiment": 1}


def samples(table: str) -> Iterator[dict[str, Any]]:
    """Two made-up readings, everything low and everything high, enough to make a wrong type show."""
    kinds: dict[str, Kind] = {**SIGNALS, **LATER[table]}
    for values in (_LOW, _HIGH):
        yield {**{name: values[kind] for name, kind in kinds.items()}, "n": dict.fromkeys(NUMBERS, 0.5)}


def check(table: str, row: Row) -> Iterator[str]:
    """What is wrong with a row's expressions, one sentence each."""
    known = {*SIGNALS, *LATER[table], *(f"n.{name}" for name in NUMBERS)}
    for column, cell in row.cells.items():
        if not cell:
            continue
        yield from _repeats(cell)
        if column in row.unary:
            yield from _unknown([row.unary[column], *names(cell)], known)
            yield from _parses(zen.validate_unary_expression(cell), cell)
        else:
            yield from _unknown(names(cell), known)
            yield from _parses(zen.validate_expression(cell), cell) or _tried(table, cell)
    for expression in filter(None, row.outputs.values()):
        yield from _repeats(expression)
        yield from _unknown(names(expression), known)
        yield from _parses(zen.validate_expression(expression), expression)


def _unknown(found: list[str], known: set[str]) -> Iterator[str]:
    yield from (
        f"reads {name}, which is not a measured signal or number" for name in found if name not in known
    )


def _repeats(expression: str) -> Iterator[str]:
    called = dict.fromkeys(_CALL.findall(_STRING.sub('""', expression)))
    yield from (f"uses {name}(), which no rule may" for name in called if name not in _CALLS | _KEYWORDS)


def _parses(fault: Any, expression: str) -> list[str]:
    return [f"{expression} is not an expression: {fault['source']}"] if fault else []


def _tried(table: str, expression: str) -> list[str]:
    """A condition must answer yes or no on any reading of the declared kinds."""
    for sample in samples(table):
        try:
            answer = zen.evaluate_expression(expression, sample)
        except Exception as error:
            return [f"{expression} cannot be evaluated: {str(error).splitlines()[0][:160]}"]
        if not isinstance(answer, bool):
            return [f"{expression} answers neither yes nor no"]
    return []
