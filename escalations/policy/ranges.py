"""Can a condition ever hold, and does one imply another? Judged on what each signal can be; when in doubt, it can."""

import math
from collections.abc import Iterable, Mapping, Sequence

from escalations.policy.conditions import KINDS, Clause, Condition
from escalations.policy.vocabulary import MATRIX_VALUES, REASON_CODES, RISKS

_COUNTS = frozenset(
    {"intents", "actions", "deviations", "repeated_errors", "conflicts", "mismatches"}
    | {"unknown_fields", "missing_fields", "amount", "credit"}
)
_RANGES: dict[str, tuple[float, float]] = {
    **dict.fromkeys(_COUNTS, (0.0, math.inf)),
    "sentiment": (-1.0, 1.0),
    "margin_gap": (-1.0, 1.0),
    "overconfidence": (-1.0, 1.0),
    "tier": (1.0, 3.0),
}
"""What a number can be; every other one is from 0 to 1."""

WORDS: dict[str, tuple[str, ...]] = {
    **MATRIX_VALUES,
    "type_risk": RISKS,
    "mode": ("normal", "human_only"),
    "autonomy": ("off", "suggest", "supervised", "autonomous"),
    "channel": ("email", "chat", "form", "invoice", "action", "api"),
    "reasons": tuple(sorted(REASON_CODES)),
}
"""The words a signal can be, where they are few and known."""


def impossible(condition: Condition, numbers: Mapping[str, float], words: Mapping[str, Sequence[str]]) -> str:
    """Why a condition can never hold, as a clause's place in it; empty when it can. `words` are the words that signals
    can be, beyond `WORDS`.
    """
    known = {**WORDS, **words}
    for group in condition:
        if not any(_can_hold([clause], numbers, known) for clause in group):
            return "it asks for what can never be"
    alone = [group[0] for group in condition if len(group) == 1]
    for signal in dict.fromkeys(clause.signal for clause in alone):
        same = [clause for clause in alone if clause.signal == signal]
        if len(same) > 1 and not _can_hold(same, numbers, known):
            return "two of its parts exclude each other"
    return ""


def implies(first: Condition, second: Condition, numbers: Mapping[str, float]) -> bool:
    """Whether `second` holds wherever `first` does. False also means: not known."""
    return all(
        any(all(_in_any(clause, wanted, numbers) for clause in group) for group in first) for wanted in second
    )


def _in_any(clause: Clause, group: Sequence[Clause], numbers: Mapping[str, float]) -> bool:
    return any(_stronger(clause, other, numbers) for other in group)


def _stronger(clause: Clause, other: Clause, numbers: Mapping[str, float]) -> bool:
    if clause == other:
        return True
    if clause.signal != other.signal or KINDS[clause.signal] != "number":
        return False
    mine, theirs = _interval(clause, numbers), _interval(other, numbers)
    return mine is not None and theirs is not None and theirs[0] <= mine[0] and mine[1] <= theirs[1]


def _can_hold(
    clauses: Sequence[Clause], numbers: Mapping[str, float], words: Mapping[str, Sequence[str]]
) -> bool:
    """Whether all of these, about one signal, can hold at once."""
    signal = clauses[0].signal
    match KINDS[signal]:
        case "number":
            return _meet(signal, clauses, numbers)
        case "flag":
            return len({clause.op for clause in clauses}) == 1
        case "word":
            return _one_word(clauses, words.get(signal))
    has = {clause.value for clause in clauses if clause.op == "has"}
    lacks = {clause.value for clause in clauses if clause.op == "lacks"}
    possible = words.get(signal)
    return not has & lacks and (possible is None or has <= set(possible))


def _one_word(clauses: Iterable[Clause], possible: Sequence[str] | None) -> bool:
    wanted = {clause.value for clause in clauses if clause.op == "=="}
    refused = {clause.value for clause in clauses if clause.op == "!="}
    if possible is not None:
        left = set(possible) - refused
        return bool(left & wanted if wanted else left) and len(wanted) < 2
    return len(wanted) < 2 and not wanted & refused


def _meet(signal: str, clauses: Iterable[Clause], numbers: Mapping[str, float]) -> bool:
    least, most = _RANGES.get(signal, (0.0, 1.0))
    for clause in clauses:
        found = _interval(clause, numbers)
        if found is not None:
            least, most = max(least, found[0]), min(most, found[1])
    return least <= most


def _interval(clause: Clause, numbers: Mapping[str, float]) -> tuple[float, float] | None:
    """The closed range that a clause allows; None when it is no range, or compares with another signal."""
    value = _value(clause.value, numbers)
    if value is None:
        return None
    match clause.op:
        case ">=":
            return value, math.inf
        case "<=":
            return -math.inf, value
        case ">":
            return math.nextafter(value, math.inf), math.inf
        case "<":
            return -math.inf, math.nextafter(value, -math.inf)
        case "==":
            return value, value
    return None


def _value(text: str, numbers: Mapping[str, float]) -> float | None:
    if text.startswith("n."):
        return numbers.get(text[2:])
    try:
        return float(text)
    except ValueError:
        return None
