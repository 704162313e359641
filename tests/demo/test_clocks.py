"""The demo's promises can be kept, and one process is short enough to be watched."""

import itertools

import pytest

from config.demo import world
from config.demo.cases import scripts
from config.demo.clocks import CALENDARS, POLICIES
from escalations.calendars import problems
from escalations.services.sla import ALWAYS


@pytest.mark.parametrize("slug", CALENDARS)
def test_every_calendar_of_the_demo_has_working_time_in_its_clients_zone(slug: str) -> None:
    hours = CALENDARS[slug]
    assert not problems(
        zone=hours.timezone, periods=hours.periods, country=hours.country, subdivision=hours.subdivision
    )
    assert hours.timezone == next(
        client.time_zone for client in world.CLIENTS if slug.startswith(client.slug)
    )


def test_every_policy_of_the_demo_names_what_is_there() -> None:
    for client, kind, _, terms in POLICIES:
        assert not kind or world.case_type(client, kind)
        assert terms.calendar in {ALWAYS, *CALENDARS}
    assert {client for client, *_ in POLICIES} == {client.slug for client in world.CLIENTS}


def test_an_outage_rises_by_itself_within_two_minutes() -> None:
    """R048, R051: the sources' example, to be watched."""
    (terms,) = [terms for client, kind, _, terms in POLICIES if (client, kind) == ("harbour", "outage")]
    assert terms.dwell_minutes == 1
    assert terms.calendar == ALWAYS
    assert "tier_dwell.breached" in terms.raise_on
    assert "outage" in {script.scenario for script in itertools.islice(scripts(7), 3)}  # at every start
