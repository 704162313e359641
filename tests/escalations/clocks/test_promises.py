"""SLA policies and calendars: the most specific wins, changes are versions and events, and time open cases anew."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction

from accounts.choices import EventKind
from accounts.ledger import stream_of
from accounts.models import Event
from escalations.errors import Conflict, Invalid, NotAllowed
from escalations.models import BusinessCalendar, Case, Clock, SlaPolicy
from escalations.selectors.promises import promises
from escalations.selectors.recounting import differences
from escalations.services.sla import (
    ALWAYS,
    Hours,
    Terms,
    delete_calendar,
    delete_policy,
    ensure_default_promises,
    save_calendar,
    save_policy,
)
from tests.cast import Cast
from tests.engine import work
from tests.escalations.cases import queued

pytestmark = pytest.mark.django_db
OFFICE = Hours("Office", "Europe/Berlin", tuple((day, "09:00", "17:00") for day in range(5)), "DE", "BE")


@pytest.fixture(autouse=True)
def _defaults(cast: Cast) -> None:
    ensure_default_promises()


def test_the_most_specific_promise_wins_and_none_is_without_one(cast: Cast) -> None:
    """R057: client x case type x severity; an unknown combination falls to the default."""
    dispute = cast.case_type("billing_dispute")
    keys = [
        (None, None, 1),
        (cast.acme, None, None),
        (cast.acme, None, 1),
        (cast.acme, dispute, None),
        (cast.acme, dispute, 1),
    ]
    for minutes, (client, kind, severity) in enumerate(keys, 10):
        terms = Terms(resolution_minutes=minutes)
        save_policy(client=client, case_type=kind, severity=severity, terms=terms, actor=cast.adam)
    found = promises()

    def minutes_for(client: int, kind: int, severity: int) -> int | None:
        return found.policy_for(client, kind, severity).resolution_minutes

    faq = cast.case_type("faq_chat").pk
    assert minutes_for(cast.acme.pk, dispute.pk, 1) == 14
    assert minutes_for(cast.acme.pk, dispute.pk, 3) == 13
    assert minutes_for(cast.acme.pk, faq, 1) == 12
    assert minutes_for(cast.acme.pk, faq, 4) == 11
    assert minutes_for(cast.birch.pk, 999_999, 1) == 10
    assert minutes_for(999_999, 999_999, 4) is None  # the policy for everybody: the type's own minutes


@pytest.mark.parametrize(
    ("terms", "field"),
    [
        (Terms(resolution_minutes=0), "resolution_minutes"),
        (Terms(first_response_minutes=-5), "first_response_minutes"),
        (Terms(dwell_minutes=600_000), "dwell_minutes"),
        (Terms(warn_percent=100), "warn_percent"),
        (Terms(calendar="nowhere"), "calendar"),
        (Terms(penalty=Decimal(-1)), "penalty"),
        (Terms(currency="eur"), "currency"),
        (Terms(pauses=("lunch",)), "pauses"),
        (Terms(raise_on=("resolution.ignored",)), "raise_on"),
    ],
)
def test_a_promise_that_means_nothing_is_refused_beside_its_field(
    cast: Cast, terms: Terms, field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        save_policy(client=None, case_type=None, severity=None, terms=terms, actor=cast.adam)
    assert set(refused.value.errors) == {field}
    assert SlaPolicy.objects.count() == 1


def test_the_policy_for_everybody_cannot_be_removed(cast: Cast) -> None:
    """R057: never to none."""
    with pytest.raises(Conflict):
        delete_policy(policy=SlaPolicy.objects.get(), actor=cast.adam)


def test_a_calendar_without_working_time_is_refused(cast: Cast) -> None:
    with pytest.raises(Invalid) as refused:
        save_calendar(hours=Hours("Never", "UTC", ()), actor=cast.adam)
    assert "without working time" in refused.value.errors["periods"]
    assert not BusinessCalendar.objects.filter(slug="never").exists()


def test_a_calendar_in_use_stays(cast: Cast) -> None:
    calendar = save_calendar(hours=OFFICE, actor=cast.adam)
    policy = save_policy(
        client=cast.acme, case_type=None, severity=None, terms=Terms(calendar=calendar.slug), actor=cast.adam
    )
    with pytest.raises(Conflict, match="counts by"):
        delete_calendar(slug=calendar.slug, actor=cast.adam)
    with pytest.raises(Conflict):
        delete_calendar(slug=ALWAYS, actor=cast.adam)
    delete_policy(policy=policy, actor=cast.adam)
    delete_calendar(slug=calendar.slug, actor=cast.adam)
    assert not BusinessCalendar.objects.filter(slug=calendar.slug, superseded_at__isnull=True).exists()


def test_only_whoever_may_edit_promises_does(cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        save_policy(client=cast.acme, case_type=None, severity=None, terms=Terms(), actor=cast.fay)
    with pytest.raises(NotAllowed):
        save_calendar(hours=OFFICE, actor=cast.fay)


def test_a_change_is_an_event_with_its_difference_and_the_same_again_is_none(cast: Cast) -> None:
    calendar = save_calendar(hours=OFFICE, actor=cast.adam)
    again = save_calendar(slug=calendar.slug, hours=OFFICE, actor=cast.adam)
    assert again.pk == calendar.pk
    changed = Hours(
        **{
            **{f: getattr(OFFICE, f) for f in OFFICE.__dataclass_fields__},
            "closed_days": (date(2026, 12, 31),),
        }
    )
    save_calendar(slug=calendar.slug, hours=changed, actor=cast.adam)
    events = Event.objects.filter(
        stream=stream_of("calendar", calendar.slug), kind=EventKind.CALENDAR_CHANGED
    )
    last = events.latest("seq")
    assert events.count() == 2
    assert last.data["after"] == {"closed_days": ["2026-12-31"]}
    assert last.actor_id == str(cast.adam.pk)
    save_policy(
        client=cast.acme, case_type=None, severity=2, terms=Terms(resolution_minutes=99), actor=cast.adam
    )
    told = Event.objects.filter(kind=EventKind.SLA_POLICY_CHANGED).latest("at")
    assert told.data["after"]["resolution_minutes"] == 99


def test_open_cases_are_timed_anew_when_their_promise_changes(cast: Cast) -> None:
    """R061: in the background; the ledger says what holds from when on, and the count agrees with it."""
    case = queued(cast)
    before = Clock.objects.get(case=case, timer="resolution")
    policy = save_policy(
        client=cast.acme,
        case_type=None,
        severity=None,
        terms=Terms(resolution_minutes=7, dwell_minutes=3),
        actor=cast.adam,
    )
    assert Clock.objects.get(case=case, timer="resolution").due_at == before.due_at
    work()
    after = Clock.objects.get(case=case, timer="resolution")
    assert (after.target, after.policy) == (420, policy)
    assert after.due_at == after.started_at + timedelta(minutes=7)
    assert Case.objects.get(pk=case.pk).due_at == Clock.objects.get(case=case, timer="tier_dwell").due_at
    told = Event.objects.filter(stream=case.pk, kind=EventKind.SLA_RETIMED).latest("seq")
    assert (told.data["policy"], told.data["since"]) == (policy.pk, policy.live_from.isoformat())
    assert list(differences([case.pk])) == []


def test_a_new_zone_counts_from_its_moment_on(cast: Cast) -> None:
    """The bad input "a time zone change in the middle of a case": what was counted stays counted."""
    calendar = save_calendar(hours=OFFICE, actor=cast.adam)
    save_policy(
        client=None, case_type=None, severity=None, terms=Terms(calendar=calendar.slug), actor=cast.adam
    )
    case = queued(cast)
    elsewhere = Hours("Office", "Asia/Manila", OFFICE.periods, "PH")
    save_calendar(slug=calendar.slug, hours=elsewhere, actor=cast.adam)
    work()
    clock = Clock.objects.select_related("calendar").get(case=case, timer="resolution")
    assert clock.calendar.timezone == "Asia/Manila"
    assert clock.due_at is not None
    assert list(differences([case.pk])) == []


def test_the_database_refuses_to_edit_what_was_promised(cast: Cast) -> None:
    """Safety T27: a later version takes over; breaches cannot be edited away."""
    for change in (
        lambda: SlaPolicy.objects.update(resolution_minutes=9999),
        lambda: SlaPolicy.objects.all().delete(),
        lambda: BusinessCalendar.objects.update(timezone="Asia/Manila"),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
