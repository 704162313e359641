"""Business time: several periods a day, holidays, zones, nights with 23 and 25 hours."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from escalations.calendars import ALWAYS, Calendar, NoWorkingTime, calendar_of, clock_of, minute_of, problems
from tests.escalations.clocks.brute import Part, Wall, due, elapsed

HOUR = timedelta(hours=1)
WEEKDAYS = tuple((day, 540, 1020) for day in range(5))
ZONES = (
    "UTC", "Europe/Berlin", "America/New_York", "Asia/Manila", "Asia/Kolkata", "Australia/Lord_Howe",
    "Pacific/Chatham", "America/St_Johns", "Pacific/Kiritimati", "Africa/Casablanca", "America/Sao_Paulo",
)  # fmt: skip
CHANGES = (
    datetime(2026, 3, 29, 1, tzinfo=UTC), datetime(2026, 10, 25, 1, tzinfo=UTC), datetime(2026, 3, 8, 7, tzinfo=UTC),
    datetime(2026, 11, 1, 6, tzinfo=UTC), datetime(2026, 4, 4, 15, tzinfo=UTC),
    datetime(2026, 10, 3, 15, 30, tzinfo=UTC), datetime(2026, 2, 15, 2, tzinfo=UTC),
    datetime(2026, 12, 24, 12, tzinfo=UTC),
)  # fmt: skip
"""Near changes of clocks in those zones, near Ramadan in Morocco, and before holidays."""


@st.composite
def days(draw: st.DrawFn, weekday: int) -> list[tuple[int, int, int]]:
    """Up to three periods of one weekday that do not overlap; they may touch."""
    edges = sorted(draw(st.sets(st.integers(0, 1440), min_size=2, max_size=6)))
    pairs = list(zip(edges[::2], edges[1::2], strict=False))
    return [(weekday, a, b) for a, b in pairs[: draw(st.integers(0, 3))]]


@st.composite
def walls(draw: st.DrawFn) -> Wall:
    """Any calendar that has working time."""
    periods = [period for weekday in range(7) for period in draw(days(weekday))]
    closed = draw(st.lists(st.dates(date(2026, 1, 1), date(2026, 12, 31)), max_size=3))
    return Wall(
        draw(st.sampled_from(ZONES)), tuple(periods) or ((2, 60, 180),),
        draw(st.sampled_from(("", "DE", "US", "PH"))), tuple(closed),
    )  # fmt: skip


def ours(wall: Wall) -> Calendar:
    return Calendar(wall.zone, wall.periods, wall.country, "", frozenset(wall.closed))


moments = st.builds(
    lambda near, seconds: near + timedelta(seconds=seconds),
    st.sampled_from(CHANGES), st.integers(-2 * 86_400, 2 * 86_400),
)  # fmt: skip


@given(walls(), moments, st.integers(0, 3 * 86_400))
@settings(max_examples=150, deadline=None)
def test_time_between_two_instants_is_what_a_look_at_every_minute_counts(
    wall: Wall, start: datetime, seconds: int
) -> None:
    """R055: exact to the second over random calendars and changes of the clocks."""
    end = start + timedelta(seconds=seconds)
    assert ours(wall).between(start, end) == elapsed([Part(start, end, wall)])


@given(walls(), moments, st.integers(1, 30 * 3600))
@settings(max_examples=150, deadline=None)
def test_adding_time_ends_at_the_minute_where_the_count_is_full(
    wall: Wall, start: datetime, seconds: int
) -> None:
    """R055: and what is added is there again when one counts."""
    target = timedelta(seconds=seconds)
    end = ours(wall).add(start, target)
    assert ours(wall).between(start, end) == target
    if end - start < timedelta(days=4):
        assert due([Part(start, end + HOUR, wall)], target) == end


def test_a_night_that_loses_an_hour_counts_the_hours_it_has() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    night = Calendar("Europe/Berlin", ((6, 0, 360),))
    spring, autumn = date(2026, 3, 29), date(2026, 10, 25)
    for day, hours in ((spring, 5), (autumn, 7), (date(2026, 5, 3), 6)):
        begin = datetime(day.year, day.month, day.day, tzinfo=berlin)
        assert night.between(begin, begin + timedelta(hours=26)) == hours * HOUR


def test_half_past_two_does_not_exist_and_work_begins_when_the_wall_clock_is_past_it() -> None:
    night = Calendar("Europe/Berlin", ((6, 150, 240),))
    assert night.add(datetime(2026, 3, 29, tzinfo=UTC), timedelta(microseconds=1)) == datetime(
        2026, 3, 29, 1, 0, 0, 1, tzinfo=UTC
    )


def test_an_afternoon_break_and_the_weekend_do_not_count() -> None:
    split = Calendar(
        "Europe/Berlin", tuple((day, a, b) for day in range(5) for a, b in ((540, 720), (780, 1020)))
    )
    friday = datetime(2026, 11, 20, 16, 0, tzinfo=ZoneInfo("Europe/Berlin"))
    assert split.add(friday, 5 * HOUR) == datetime(2026, 11, 23, 14, 0, tzinfo=ZoneInfo("Europe/Berlin"))


def test_a_public_holiday_of_one_state_counts_in_the_others() -> None:
    start = datetime(2026, 6, 4, 0, 0, tzinfo=UTC)  # Corpus Christi
    bavaria = Calendar("Europe/Berlin", WEEKDAYS, "DE", "BY")
    hamburg = Calendar("Europe/Berlin", WEEKDAYS, "DE", "HH")
    assert bavaria.between(start, start + 24 * HOUR) == timedelta(0)
    assert hamburg.between(start, start + 24 * HOUR) == 8 * HOUR


def test_a_full_target_is_due_at_closing_time_not_at_the_next_opening() -> None:
    nine_to_five = Calendar("UTC", WEEKDAYS)
    assert nine_to_five.add(datetime(2026, 11, 18, 9, tzinfo=UTC), 8 * HOUR) == datetime(
        2026, 11, 18, 17, tzinfo=UTC
    )


def test_round_the_clock_is_plain_addition() -> None:
    start = datetime(2026, 3, 29, 0, 30, tzinfo=UTC)
    assert ALWAYS.always
    assert ALWAYS.add(start, 30 * HOUR) == start + 30 * HOUR
    assert ALWAYS.between(start, start + 30 * HOUR) == 30 * HOUR
    assert ALWAYS.between(start, start - HOUR) == timedelta(0)


def test_what_nobody_could_wait_for_is_refused() -> None:
    with pytest.raises(NoWorkingTime):
        Calendar("UTC", ()).add(datetime(2026, 1, 1, tzinfo=UTC), HOUR)


@pytest.mark.parametrize(
    ("given", "field", "words"),
    [
        ({"periods": []}, "periods", "without working time"),
        ({"periods": [[0, "09:00", "09:00"]]}, "periods", "ends before it begins"),
        ({"periods": [[0, "22:00", "06:00"]]}, "periods", "two periods"),
        (
            {"periods": [[0, "09:00", "12:00"], [0, "11:00", "17:00"]]},
            "periods",
            "Monday: two periods overlap",
        ),
        ({"periods": [[0, "9 am", "12:00"]]}, "periods", "weekday with two times"),
        ({"periods": [[0, "09:00", "24:01"]]}, "periods", "weekday with two times"),
        ({"periods": [[7, "09:00", "12:00"]]}, "periods", "Weekdays"),
        ({"periods": [["x"]]}, "periods", "weekday with two times"),
        ({"zone": "Europe/Atlantis"}, "timezone", "no time zone"),
        ({"country": "XX"}, "country", "No holidays"),
        ({"country": "DE", "subdivision": "ZZ"}, "subdivision", "no subdivision"),
        ({"subdivision": "BY"}, "subdivision", "country too"),
    ],
)
def test_a_calendar_that_cannot_count_is_refused_in_words(
    given: dict[str, object], field: str, words: str
) -> None:
    found = problems(**{"zone": "UTC", "periods": [[0, "09:00", "17:00"]], **given})  # type: ignore[arg-type]
    assert [p.field for p in found] == [field]
    assert words in found[0].text


def test_a_good_calendar_has_no_problems_and_reads_back() -> None:
    periods = [[4, "13:00", "24:00"], [0, "09:00", "12:00"], [0, "12:00", "17:30"]]
    assert problems(zone="Asia/Manila", periods=periods, country="PH") == []
    made = calendar_of(zone="Asia/Manila", periods=periods, country="PH")
    assert made.periods == ((0, 540, 720), (0, 720, 1050), (4, 780, 1440))
    assert [clock_of(minute_of(text)) for text in ("9:05", "00:00", "24:00")] == ["09:05", "00:00", "24:00"]
