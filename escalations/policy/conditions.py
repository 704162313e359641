"""Conditions as people put them together: all of some groups, any clause of a group. Read from a table's expressions
and written back as such, so that a row can be edited without knowing the expressions' language.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from escalations.policy.vocabulary import LATER, NUMBERS, SIGNALS, Kind

_TOKEN = re.compile(
    r"\s*(?:(?P<word>\"[^\"]*\"|'[^']*')|(?P<op>>=|<=|==|!=|>|<|\(|\))|(?P<number>-?\d+(?:\.\d+)?)"
    r"|(?P<name>[A-Za-z_][\w.]*))"
)

COMPARISONS = (">=", "<=", ">", "<")
OPS: dict[Kind, tuple[str, ...]] = {
    "number": (*COMPARISONS, "==", "!="),
    "flag": ("yes", "no"),
    "word": ("==", "!="),
    "words": ("has", "lacks", "any"),
}
"""What may be asked of a signal of each kind."""

KINDS: dict[str, Kind] = {**SIGNALS, **LATER["tiers"], **LATER["queues"]}


@dataclass(frozen=True, slots=True)
class Clause:
    """One question: a signal, what is asked of it (`OPS`), and against what: a number, a word without quotes, or the
    name of a number (`n.credit_limit`) or of another signal. `value` is empty for a flag and for "any".
    """

    signal: str
    op: str
    value: str = ""

    @property
    def expression(self) -> str:
        """The clause as the tables write it."""
        match self.op:
            case "yes":
                return self.signal
            case "no":
                return f"not {self.signal}"
            case "any":
                return f"len({self.signal}) > 0"
            case "has":
                return f'"{self.value}" in {self.signal}'
            case "lacks":
                return f'not ("{self.value}" in {self.signal})'
        value = f'"{self.value}"' if KINDS[self.signal] == "word" else self.value
        return f"{self.signal} {self.op} {value}"


Condition = tuple[tuple[Clause, ...], ...]
"""All of the groups, any clause of each; without a group it always holds."""


def expression(condition: Condition) -> str:
    """The condition as the tables write it; empty when it always holds."""
    several = len(condition) > 1
    groups = [" or ".join(clause.expression for clause in group) for group in condition]
    return " and ".join(
        f"({text})" if several and len(group) > 1 else text
        for group, text in zip(condition, groups, strict=True)
    )


def parse(text: str) -> Condition | None:
    """The condition that an expression states, or None when it is not of this form."""
    try:
        tokens = list(_tokens(text))
        return _Reader(tokens).condition() if tokens else ()
    except (ValueError, LookupError, RecursionError):
        return None


def is_number_name(value: str) -> bool:
    """Whether a value is the name of something measured in numbers: one of policy's numbers, or a signal."""
    return (value.startswith("n.") and value[2:] in NUMBERS) or KINDS.get(value) == "number"


def _tokens(text: str) -> Iterator[tuple[str, str]]:
    at = 0
    text = text.rstrip()
    while at < len(text):
        found = _TOKEN.match(text, at)
        if found is None or found.lastgroup is None:
            raise ValueError(text[at:])
        yield found.lastgroup, found.group(found.lastgroup)
        at = found.end()


class _Reader:
    """Reads `and` of `or` of clauses; ValueError at anything else."""

    def __init__(self, tokens: Sequence[tuple[str, str]]) -> None:
        self.tokens, self.at = tokens, 0

    def condition(self) -> Condition:
        groups = self._any_of_all()
        if self.at != len(self.tokens):
            raise ValueError("more follows")
        return groups

    def _any_of_all(self) -> Condition:
        """`or` binds less than `and`: without brackets it may only join whole clauses."""
        parts = [self._all()]
        while self._takes("or"):
            parts.append(self._all())
        if len(parts) == 1:
            return parts[0]
        if any(len(part) != 1 for part in parts):
            raise ValueError("any of several that need all")
        return (tuple(clause for part in parts for clause in part[0]),)

    def _all(self) -> Condition:
        groups = list(self._one())
        while self._takes("and"):
            groups += self._one()
        return tuple(groups)

    def _one(self) -> Condition:
        if self._takes("("):
            inner = self._any_of_all()
            self._must(")")
            return inner
        return ((self._clause(),),)

    def _clause(self) -> Clause:
        if self._takes("not"):
            return self._negated()
        sort, text = self._next()
        if sort == "word":
            self._must("in")
            return _checked(Clause(self._name(), "has", text[1:-1]))
        if sort != "name":
            raise ValueError(text)
        if text == "len":
            return self._counted()
        if self._peek() in (">=", "<=", ">", "<", "==", "!="):
            op = self._next()[1]
            return self._compared(text, op)
        return _checked(Clause(text, "yes"))

    def _compared(self, name: str, op: str) -> Clause:
        sort, value = self._next()
        if (sort == "word") != (KINDS.get(name) == "word") or (sort == "name" and not is_number_name(value)):
            raise ValueError(value)
        return _checked(Clause(name, op, value[1:-1] if sort == "word" else value))

    def _negated(self) -> Clause:
        if not self._takes("("):
            return _checked(Clause(self._name(), "no"))
        inner = self._clause()
        self._must(")")
        opposite = {"has": "lacks", "yes": "no", "no": "yes", "==": "!=", "!=": "=="}
        return _checked(Clause(inner.signal, opposite[inner.op], inner.value))

    def _counted(self) -> Clause:
        self._must("(")
        name = self._name()
        for text in (")", ">", "0"):
            self._must(text)
        return _checked(Clause(name, "any"))

    def _peek(self) -> str:
        return self.tokens[self.at][1] if self.at < len(self.tokens) else ""

    def _next(self) -> tuple[str, str]:
        self.at += 1
        return self.tokens[self.at - 1]

    def _takes(self, text: str) -> bool:
        if self._peek() == text and self.tokens[self.at][0] != "word":
            self.at += 1
            return True
        return False

    def _must(self, text: str) -> None:
        if not self._takes(text):
            raise ValueError(f"expected {text}")

    def _name(self) -> str:
        sort, text = self._next()
        if sort != "name":
            raise ValueError(text)
        return text


def _checked(clause: Clause) -> Clause:
    """The clause, if it asks of a known signal what may be asked of its kind, else ValueError."""
    kind = KINDS.get(clause.signal)
    if kind is None or clause.op not in OPS[kind]:
        raise ValueError(clause.signal)
    return clause
