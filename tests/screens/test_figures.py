"""The small helpers of the screens: clocks and the mood arc."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from reviews import charts
from reviews.selectors.shapes import Piece
from reviews.templatetags import screens

NOW = datetime(2026, 11, 22, 1, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("left", "shown", "state"),
    [
        (timedelta(minutes=40, seconds=59), "40:59", "ok"),
        (timedelta(minutes=15), "15:00", "soon"),
        (timedelta(hours=2, minutes=10, seconds=3), "2:10:03", "ok"),
        (-timedelta(minutes=4, seconds=10), "−4:10", "late"),
        (timedelta(days=2), "24 Nov 01:30", "ok"),
    ],
)
def test_the_time_left_reads_as_people_say_it(left: timedelta, shown: str, state: str) -> None:
    with time_machine.travel(NOW, tick=False):
        assert screens.clock(NOW + left) == shown
        assert screens.sla_state(NOW + left) == state


def test_a_case_without_a_deadline_is_never_late() -> None:
    assert (screens.clock(None), screens.sla_state(None)) == ("", "ok")


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ((0.1, 0.4, -0.1, -0.6), "falling since message 2 of 4"),
        ((-0.5, -0.2, 0.3), "rising"),
        ((0.1, 0.15, 0.1), "steady"),
        ((0.1,), ""),
    ],
)
def test_the_mood_is_also_said_in_words(values: tuple[float, ...], words: str) -> None:
    assert charts.mood_words(values) == words


def test_the_arc_is_drawn_by_attributes_alone_and_hidden_from_readers() -> None:
    drawn = charts.mood_arc((1.0, -1.0))
    assert 'd="M0.0 2.0L96.0 18.0"' in drawn
    assert 'aria-hidden="true"' in drawn
    assert "style" not in drawn


def test_a_letter_stands_once_where_its_evidence_ends() -> None:
    pieces = (Piece("All ", "B"), Piece("night", "BD"), Piece(" long", "B"), Piece("."), Piece("Why", "D"))
    assert [ends for _, ends in screens.with_ends(pieces)] == ["", "D", "B", "", "D"]
