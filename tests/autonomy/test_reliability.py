"""The reliability curve: what holds a label is in one bin, and few labels make one with their neighbours."""

import pytest

from escalations.autonomy.labels import Label
from escalations.autonomy.reliability import reliability

LABELS = [
    Label(0.52, wrong=True),
    *[Label(0.61, n < 2) for n in range(6)],
    *[Label(0.97, n < 1) for n in range(40)],
]


def test_every_label_above_the_beginning_is_in_one_bin() -> None:
    bins = reliability([*LABELS, Label(0.2, wrong=False)], begin=0.5)
    assert [one.labels for one in bins] == [1, 6, 40]
    assert [one.wrong for one in bins] == [1, 2, 1]
    assert bins[1].right == pytest.approx(4 / 6)


def test_neighbours_with_few_labels_make_one_bin() -> None:
    low, high = reliability(LABELS, begin=0.5, least=7)
    assert (low.labels, low.wrong) == (7, 3)
    assert (low.low, low.high) == pytest.approx((0.5, 0.65))
    assert low.said == pytest.approx((0.52 + 6 * 0.61) / 7)
    assert high.labels == 40


def test_a_rest_goes_to_the_bin_before_it_and_few_labels_alone_are_one() -> None:
    assert [one.labels for one in reliability(LABELS[1:] + LABELS[:1], begin=0.5, least=41)] == [47]
    assert [one.labels for one in reliability(LABELS[:3], begin=0.5, least=8)] == [3]
    assert reliability([], least=8) == ()
