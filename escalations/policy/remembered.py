"""Table runs that are remembered by exactly what the table reads, for whoever decides many past cases again."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

from escalations.policy.course import Hits, Signals
from escalations.policy.expressions import names
from escalations.policy.jdm import Row
from escalations.policy.tables import Tables
from escalations.policy.vocabulary import LATER, SIGNALS

MOST = 4_096
"""Answers kept of each table; the oldest goes first."""

_HIDDEN = frozenset("`$#")
"""Signs by which an expression could read more than it names; a table with one is asked anew each time."""

Pick = Callable[[Mapping[str, Any]], tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class _Reads:
    """What one table looks at: single values, lists of words, numbers of the policy."""

    single: tuple[str, ...]
    lists: tuple[str, ...]
    numbers: tuple[str, ...]


class Remembered:
    """`run` answers what `Tables.run` does. It is given less, so that it answers sooner, and asked once for what it was
    asked before: a table of a few words (the matrix, the queues) is hardly ever asked twice.
    """

    def __init__(self, tables: Tables) -> None:
        self._tables = tables
        self._asks = {name: _ask(name, rows.values()) for name, rows in tables.rows.items()}
        self._known: dict[str, dict[tuple[Any, ...], Hits]] = {name: {} for name in tables.rows}

    def run(self, table: str, signals: Signals) -> Hits:
        """The rows that match."""
        ask = self._asks[table]
        if ask is None:
            return self._tables.run(table, signals)
        read, single, lists, numbers = ask
        values, words, limits = single(signals), lists(signals), numbers(signals["n"])
        key = (values, *map(tuple, words), limits)
        known = self._known[table]
        found = known.get(key)
        if found is None:
            narrow = dict(zip(read.single, values, strict=True)) | dict(zip(read.lists, words, strict=True))
            narrow["n"] = dict(zip(read.numbers, limits, strict=True))
            found = self._tables.run(table, narrow)
            if len(known) >= MOST:
                del known[next(iter(known))]
            known[key] = found
        return found


def _ask(table: str, rows: Iterable[Row]) -> tuple[_Reads, Pick, Pick, Pick] | None:
    """How to pick what the table reads; None when its cells do not say it for certain."""
    found: set[str] = set()
    for row in rows:
        cells = [*row.cells.values(), *row.outputs.values()]
        if any(_HIDDEN & set(cell) for cell in cells):
            return None
        found.update(row.unary.values(), *(names(cell) for cell in cells))
    kinds = {**SIGNALS, **LATER[table]}
    numbers = {name for name in found if name.startswith("n.")}
    if not found - numbers <= kinds.keys():
        return None
    lists = {name for name in found - numbers if kinds[name] == "words"}
    read = _Reads(
        tuple(sorted(found - numbers - lists)), tuple(sorted(lists)), tuple(sorted(n[2:] for n in numbers))
    )
    return read, _pick(read.single), _pick(read.lists), _pick(read.numbers)


def _pick(wanted: tuple[str, ...]) -> Pick:
    """As `itemgetter`, but always a tuple."""
    if len(wanted) > 1:
        return itemgetter(*wanted)
    return lambda values: tuple(values[name] for name in wanted)
