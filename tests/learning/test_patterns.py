"""Mining errors for rules, without a database (R096, R100)."""

from collections.abc import Callable
from random import Random
from typing import Any

import pytest

from reviews.services.learning.patterns import Judged, patterns

CHANNELS, CATEGORIES = (
    ("email", "chat", "form"),
    ("billing_dispute", "refund_request", "duplicate_charge", "reminder"),
)

Planted = Callable[[dict[str, Any]], bool]


def traffic(
    planted: Planted, *, seed: int, cases: int = 1_500, kind: str = "error:wrong_value", rate: float = 0.7
) -> list[Judged]:
    """Cases of which people correct 6 % for no reason, and `rate` of the planted ones for one."""
    dice = Random(seed)
    rows = []
    for _ in range(cases):
        signals = {
            "category": dice.choice(CATEGORIES), "channel": dice.choice(CHANNELS), "action": dice.choice(("a", "b")),
            "amount": dice.lognormvariate(4, 1), "missing_fields": dice.choice((0, 0, 0, 1)),
            "sentiment": dice.uniform(-1, 1), "unclear": dice.random() < 0.1,
        }  # fmt: skip
        here = planted(signals)
        wrong = {kind} if here and dice.random() < rate else set()
        if dice.random() < 0.06:
            wrong.add(dice.choice(("error:tone", "error:other", "error:wrong_action")))
        words = {"hello", "please"} | ({"voucher"} if here else set())
        rows.append(Judged(signals, frozenset(wrong), frozenset(words)))
    return rows


PLANTED: dict[str, tuple[Planted, set[str]]] = {
    "one category": (lambda s: s["category"] == "reminder", {"category"}),
    "a category in one channel": (
        lambda s: s["category"] == "reminder" and s["channel"] == "chat",
        {"category", "channel"},
    ),
    "large amounts of one category": (
        lambda s: s["category"] == "refund_request" and s["amount"] >= 120,
        {"category", "amount"},
    ),
    "a missing field": (
        lambda s: s["missing_fields"] >= 1 and s["channel"] == "form",
        {"missing_fields", "channel"},
    ),
    "what is unclear": (lambda s: s["unclear"], {"unclear"}),
}


@pytest.mark.parametrize("name", PLANTED)
@pytest.mark.parametrize("seed", range(4))
def test_a_planted_error_is_among_the_first_three(name: str, seed: int) -> None:
    """R096: the rule names the signals of the planted error, and its cases are mostly wrong."""
    planted, signals = PLANTED[name]
    first = patterns(traffic(planted, seed=seed))[:3]
    right = [one for one in first if {clause.signal for clause in one.clauses} == signals]
    assert right, [(one.clauses, one.wrong, one.cases) for one in first]
    assert right[0].kind in ("error:wrong_value", "any")
    assert right[0].wrong > 0.5 * right[0].cases
    assert "voucher" in right[0].words


@pytest.mark.parametrize("seed", range(8))
def test_where_nothing_is_planted_hardly_anything_is_proposed(seed: int) -> None:
    found = patterns(traffic(lambda _: False, seed=seed))
    assert len(found) <= 1


def test_two_planted_errors_are_two_proposals() -> None:
    first = traffic(lambda s: s["category"] == "reminder", seed=1)
    second = traffic(lambda s: s["channel"] == "chat", seed=2, kind="field:amount")
    kinds = [one.kind for one in patterns(first + second)[:3]]
    assert {"error:wrong_value", "field:amount"} <= set(kinds)


@pytest.mark.parametrize("signals", [{}, {"category": None, "amount": "many"}, {"amount": float("nan")}])
def test_garbage_proposes_nothing(signals: dict[str, Any]) -> None:
    rows = [Judged(signals, frozenset({"error:other"} if n % 2 else ())) for n in range(100)]
    assert patterns(rows) == []
    assert patterns([]) == []
