"""Odd figures: against what is usual, and against each other."""

import numpy as np
import pytest

from escalations.triage.anomaly import amount_outlier, case_amount, inconsistent
from escalations.triage.types import Extracted, Step
from tests.escalations.triage.cases import case

PAST = (20.0, 25.0, 22.0, 30.0, 28.0, 19.0, 24.0, 27.0)


def score(amount: float, past: tuple[float, ...] = PAST) -> float:
    signal = amount_outlier(case(proposed_arguments={"amount": amount}, past_amounts=past))
    assert signal is not None
    return signal.score


def test_the_further_from_the_usual_the_higher() -> None:
    scores = [score(amount) for amount in (24, 40, 80, 400, 4_000)]
    assert scores == sorted(scores)
    assert scores[0] < 0.2
    assert scores[-1] > 0.98


def test_the_score_means_what_policy_takes_it_for() -> None:
    """Two in a hundred clean amounts reach .98, give or take; .999 is rarer still."""
    random = np.random.default_rng(0)
    scores = []
    for _ in range(3_000):
        drawn = np.exp(random.normal(4, 0.8, 21))
        scores.append(score(float(drawn[0]), tuple(drawn[1:].tolist())))
    assert 0.005 < np.mean(np.array(scores) >= 0.98) < 0.04
    assert np.mean(np.array(scores) >= 0.999) < 0.005


def test_a_shifted_decimal_point_is_named() -> None:
    signal = amount_outlier(case(proposed_arguments={"amount": 2430.0}, past_amounts=(24.0, 24.5, 24.3)))
    assert signal is not None
    assert "100 times" in signal.words
    assert signal.score >= 0.9


def test_too_little_history_says_nothing() -> None:
    assert amount_outlier(case(proposed_arguments={"amount": 9}, past_amounts=(1.0, 2.0))) is None
    assert amount_outlier(case("no money here", past_amounts=PAST)) is None


def test_equal_history_does_not_make_every_difference_an_outlier() -> None:
    """With a spread of zero the prior still allows for ordinary variation."""
    assert score(26.0, (25.0,) * 5) < 0.5


def test_the_amount_is_found_where_it_stands() -> None:
    spoken = case_amount(case("I paid 12.50 EUR and then $849.00, that is 20%"))
    assert spoken is not None
    assert spoken.value == 849.0
    assert spoken.span is not None
    fields = (Extracted("net", "100"), Extracted("invoice_total", "EUR 1.190,00"))
    read = case_amount(case("about 5.00 EUR", fields=fields))
    assert read is not None
    assert (read.value, read.span) == (1190.0, None)


def fields(**values: str) -> tuple[Extracted, ...]:
    return tuple(Extracted(name, value) for name, value in values.items())


def test_figures_that_add_up_are_fine() -> None:
    good = fields(net="100.00", tax="19.00", total="119.00", quantity="4", unit_price="25")
    assert inconsistent(case(fields=good)) is None


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"net": "100.00", "tax": "19.00", "total": "191.00"}, "not 191"),
        ({"quantity": "4", "unit_price": "25", "net": "1000"}, "not 1000"),
        ({"invoice_date": "2026-09-01"}, "lies in the future"),
    ],
)
def test_figures_that_contradict_are_named(values: dict[str, str], words: str) -> None:
    """R016, R026."""
    signal = inconsistent(case("see invoice", fields=fields(**values)))
    assert signal is not None
    assert signal.code == "inconsistent"
    assert words in signal.words


def test_a_duplicate_that_a_tool_found_is_named() -> None:
    found = Step("check_invoice", True, result={"status": "duplicate of INV-7"})
    clean = Step("check_invoice", True, result={"status": "no duplicate found"})
    signal = inconsistent(case(steps=(found,)))
    assert signal is not None
    assert "duplicate of INV-7" in signal.words
    assert inconsistent(case(steps=(clean,))) is None
