"""The detectors over simulated weeks: silent on the usual, one alarm on a surge."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from escalations.spikes import WINDOWS, Mood, Series, excess, repeated, soothed, upper_tail, upset, usual
from tests.alerts.weeks import DAY, LIMITS, START, WARSAW, World, rate


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("peak", [4.0, 20.0])
def test_a_replayed_week_of_the_usual_shape_raises_no_alarm(seed: int, peak: float) -> None:
    """R062. The ninth week, with its Monday and its opening hours. Two hundred weeks are measured in the README."""
    world = World(seed, 9, peak)
    assert world.alarms(8 * 7 * DAY, 9 * 7 * DAY, step=5) == []


def test_a_monday_after_the_clocks_changed_is_a_normal_monday() -> None:
    """R062. Europe's summer time begins on 29 March: the shape moves with the wall clock, not with UTC."""
    world = World(7, 13, 20.0)
    monday = (datetime(2026, 3, 30, tzinfo=UTC) - START).days * DAY
    assert world.alarms(monday - DAY, monday + 2 * DAY) == []


@pytest.mark.parametrize("seed", range(6))
def test_a_threefold_surge_raises_exactly_one_alarm_within_five_minutes(seed: int) -> None:
    """R062. On a stream of forty cases in five minutes at its height; quieter ones take longer, see below."""
    world = World(seed, 9, 40.0)
    begin = 8 * 7 * DAY + 2 * DAY + 10 * 60
    world.surge(begin, 60, 3.0)
    raised = world.alarms(begin - 180, begin + 300, step=1)
    assert len(raised) == 1
    assert 0 < raised[0] - begin <= 5


def test_a_quiet_stream_sees_its_surge_by_the_longer_windows() -> None:
    """R062. Five cases in five minutes: trebled, it takes the quarter of an hour or the hour to be sure."""
    waits = []
    for seed in range(6):
        world = World(seed, 9, 5.0)
        begin = 8 * 7 * DAY + 3 * DAY + 10 * 60
        world.surge(begin, 90, 3.0)
        raised = world.alarms(begin - 60, begin + 300, step=1)
        assert len(raised) == 1
        waits.append(raised[0] - begin)
    assert max(waits) <= 60


def test_a_surge_of_the_past_does_not_hide_the_next_one() -> None:
    """Baselines leave outliers out: the same hour was flooded last week, and this week's flood is still seen."""
    world = World(3, 9, 40.0)
    begin = 8 * 7 * DAY + 2 * DAY + 10 * 60
    world.surge(begin - 7 * DAY, 60, 4.0)
    world.surge(begin, 60, 3.0)
    assert len(world.alarms(begin - 30, begin + 120, step=1)) == 1


def test_a_young_stream_compares_with_its_busiest_hour() -> None:
    """Two days of history and a usual ramp: no alarm; ten times as much: one."""
    counts = [round(rate((START + timedelta(minutes=5 * n)).astimezone(WARSAW), 10)) for n in range(2 * 288)]
    series = Series(START, counts, WARSAW)
    now = START + timedelta(days=1, hours=9)
    known = usual(series, now, timedelta(minutes=15), LIMITS)
    assert known is not None
    assert known.basis == "start"
    assert excess(series, dict(zip(WINDOWS, (12, 36, 90), strict=True)), now, LIMITS) is None
    assert excess(series, dict(zip(WINDOWS, (120, 300, 500), strict=True)), now, LIMITS) is not None


def test_without_an_hour_of_history_nothing_is_said() -> None:
    series = Series(START, [3] * 6, WARSAW)
    assert excess(series, dict.fromkeys(WINDOWS, 500), START + timedelta(minutes=30), LIMITS) is None


@pytest.mark.parametrize(("mean", "variance"), [(4.0, 4.0), (4.0, 9.0), (60.0, 60.0), (60.0, 240.0)])
def test_tail_probabilities_agree_with_scipy(mean: float, variance: float) -> None:
    from scipy import stats

    for count in (1, 5, 20, 90, 150):
        if variance > mean:
            size = mean * mean / (variance - mean)
            wanted = stats.nbinom.sf(count - 1, size, size / (size + mean))
        else:
            wanted = stats.poisson.sf(count - 1, mean)
        assert upper_tail(count, mean, variance) == pytest.approx(wanted, rel=1e-6)


def test_complaints_are_told_by_their_share_and_not_by_volume() -> None:
    """R067. Three times the cases of the usual mood are no surge of complaints; three times the complaints are."""
    assert not upset(Mood(24, 300, 800, 10_000), LIMITS)
    assert upset(Mood(30, 100, 800, 10_000), LIMITS)
    assert not upset(Mood(4, 10, 800, 10_000), LIMITS)  # too few to say
    assert soothed(Mood(9, 100, 800, 10_000), LIMITS)
    assert not soothed(Mood(30, 100, 800, 10_000), LIMITS)


def test_weeks_of_the_usual_mood_raise_no_complaint_alarm() -> None:
    """R067. Half-hours of forty cases with eight complaints in a hundred, day by day a little different."""
    dice = np.random.default_rng(1)
    shares = np.repeat(dice.normal(0.08, 0.012, 200 * 7), 24)
    moods = [Mood(int(dice.binomial(40, share)), 40, 1600, 20_000) for share in shares]
    assert sum(upset(mood, LIMITS) for mood in moods) == 0


def test_what_repeats_is_raised_once_and_ended_well_below_the_limit() -> None:
    """R065, R039."""
    assert repeated({"a": 5, "b": 4}, [], limit=5) == (["a"], [])
    assert repeated({"a": 9, "b": 3}, ["a", "b", "c"], limit=5) == ([], ["c"])
