"""Who works when: shifts on the wall clock, over midnight and over the nights the clocks change; absences."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from accounts.rota import Absence, Hours, absence_at, on_shift

WARSAW = "Europe/Warsaw"
DAY = Hours(4, time(9), time(17))  # Friday
NIGHT = Hours(4, time(22), time(6))  # Friday into Saturday


def at(text: str, zone: str = WARSAW) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))


def test_a_shift_covers_its_hours_and_not_its_end() -> None:
    assert on_shift([DAY], WARSAW, at("2026-11-20T09:00"))
    assert on_shift([DAY], WARSAW, at("2026-11-20T16:59"))
    assert not on_shift([DAY], WARSAW, at("2026-11-20T17:00"))
    assert not on_shift([DAY], WARSAW, at("2026-11-19T10:00"))


def test_a_night_shift_goes_on_the_next_morning() -> None:
    assert on_shift([NIGHT], WARSAW, at("2026-11-20T23:30"))
    assert on_shift([NIGHT], WARSAW, at("2026-11-21T05:59"))
    assert not on_shift([NIGHT], WARSAW, at("2026-11-21T06:00"))
    assert not on_shift([NIGHT], WARSAW, at("2026-11-20T05:00"))


def test_hours_are_those_of_the_persons_own_zone() -> None:
    moment = at("2026-11-20T09:30", "Asia/Manila")
    assert on_shift([DAY], "Asia/Manila", moment)
    assert not on_shift([DAY], WARSAW, moment)


def test_the_wall_clock_ends_a_shift_on_the_night_the_clocks_change() -> None:
    """At 3:00 summer time it is 2:00 again in Warsaw on 2026-10-25: a shift until 3:00 lasts an hour longer."""
    late = Hours(5, time(22), time(3))  # Saturday into Sunday
    assert on_shift([late], WARSAW, datetime(2026, 10, 25, 0, 30, tzinfo=UTC))  # 2:30 the first time
    assert on_shift([late], WARSAW, datetime(2026, 10, 25, 1, 30, tzinfo=UTC))  # 2:30 the second time
    assert not on_shift([late], WARSAW, datetime(2026, 10, 25, 2, 0, tzinfo=UTC))  # 3:00


def test_whoever_has_no_shift_works_whenever_they_are_there() -> None:
    assert on_shift([], WARSAW, at("2026-11-22T03:00"))


MONTHS = (datetime(2026, 1, 1), datetime(2027, 1, 1))  # noqa: DTZ001 - naive, as the strategy wants them


@given(st.datetimes(*MONTHS), st.integers(0, 6), st.times(), st.times())
def test_a_shift_and_the_rest_of_its_day_share_out_the_week(
    moment: datetime, weekday: int, starts: time, ends: time
) -> None:
    """By brute force: walk back minute by minute from the moment to the shift's begin or end, whichever is nearer."""
    starts, ends = (one.replace(second=0, microsecond=0) for one in (starts, ends))
    if starts == ends:
        return
    moment = moment.replace(second=0, microsecond=0)
    lasts = (datetime.combine(moment, ends) - datetime.combine(moment, starts)) % timedelta(days=1)
    begun = next(
        day for back in range(8)
        if (day := datetime.combine(moment - timedelta(days=back), starts)).weekday() == weekday and day <= moment
    )  # fmt: skip
    expected = moment < begun + lasts
    assert on_shift([Hours(weekday, starts, ends)], "UTC", moment.replace(tzinfo=UTC)) == expected


def test_an_absence_covers_its_beginning_and_not_its_end() -> None:
    absence = Absence(at("2026-11-20T00:00"), at("2026-11-23T00:00"), delegate=7)
    assert absence_at([absence], at("2026-11-20T00:00")) == absence
    assert absence_at([absence], at("2026-11-23T00:00")) is None
