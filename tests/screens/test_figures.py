"""The small helpers of the screens: clocks and the mood arc."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.template import Context, Template
from django.urls import reverse
from django.utils import timezone
from django.utils.dateformat import format as formatted

from reviews import charts
from reviews.selectors.addresses import address
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


@pytest.mark.parametrize("at", [NOW, NOW - timedelta(days=17, microseconds=5), NOW + timedelta(days=200)])
@pytest.mark.parametrize(
    ("quick", "slow"), [("iso", "c"), ("day_time", "j M H:i"), ("zoned", "j M H:i e")], ids=str
)
def test_the_quick_dates_read_as_the_slow_ones(quick: str, slow: str, at: datetime) -> None:
    shown = Template("{% load screens %}{{ at|" + quick + " }}")
    with timezone.override("Asia/Kolkata"):
        assert shown.render(Context({"at": at})) == formatted(timezone.localtime(at), slow)
    assert shown.render(Context({"at": None})) == ""


def test_what_is_kept_is_rendered_once_for_each_of_its_keys() -> None:
    kept = Template("{% load screens %}{% keep a b|length %}{{ a }}{{ b|length }}{{ other }}{% endkeep %}")
    shown = [kept.render(Context(values)) for values in (
        {"a": "x", "b": "", "other": 1}, {"a": "x", "other": 2}, {"a": "<", "b": "12", "other": 3},
    )]  # fmt: skip
    assert shown == ["x01", "x01", "&lt;23"]


@pytest.mark.parametrize("name", ["case", "decide", "next", "take_over", "timeline"])
def test_a_case_is_where_django_says_it_is(name: str) -> None:
    assert address(name, "HT-48210") == reverse(f"reviews:{name}", args=["HT-48210"])
