"""What people are offered and listed is what they may do: SQL and predicates agree (R079)."""

import itertools
from datetime import timedelta

import pytest
from django.conf import LazySettings
from django.db import transaction

from accounts.models import User
from accounts.permissions import can
from accounts.services.roles import give_grant
from escalations.models import Case
from escalations.permissions import may_see
from escalations.selectors.clocks import responsibility_of
from reviews.choices import Tab
from reviews.permissions import available_actions, may_claim, verbs_for
from reviews.selectors.queue_filters import Filters
from reviews.selectors.queue_screen import queue_screen
from reviews.selectors.timeline import timeline
from reviews.services.claim import claim_case, claim_next, take_over
from reviews.services.lease import release_case
from tests.cast import PEOPLE, Cast
from tests.reviews.conftest import MakeCase
from tests.reviews.deciding import decide, held

EXTRA: dict[str, list[tuple[str, str | None, tuple[str, ...], int | None]]] = {
    # name: grants (role, client, queues, tier)
    "patch": [("frontline", "acme", ("billing",), None), ("sme", "birch", ("operations",), 2)],
    "wide": [("sme", None, ("billing", "frontline"), 3)],
    "low": [("sme", "acme", (), 1)],
}


@pytest.fixture
def world(cast: Cast, new_case: MakeCase) -> list[Case]:
    """A case of every kind: two clients, three queues, three tiers, kept for seniors or not, risky or not."""
    made = []
    for client, slug in itertools.product(("acme", "birch"), ("faq_chat", "billing_dispute", "order_status")):
        for tier, (kept, risk) in itertools.product(
            (1, 2, 3), ((False, "low"), (True, "low"), (False, "high"))
        ):
            made.append(new_case(slug, client, tier=tier, senior_only=kept, risk=risk, fields=()))
    return made


def everybody(cast: Cast) -> list[User]:
    people = [cast.person(name) for name in PEOPLE]
    for name, grants in EXTRA.items():
        person = User.objects.create_user(f"{name}@example.test", name=name)
        for role, client, queues, tier in grants:
            at = getattr(cast, client) if client else None
            give_grant(to=person, role=role, client=at, queues=queues, max_tier=tier, actor=None)
        people.append(User.objects.get(pk=person.pk))
    return people


@pytest.mark.parametrize("risk_counts", [True, False])
def test_claim_next_offers_exactly_what_claim_this_allows(
    risk_counts: bool, cast: Cast, world: list[Case], settings: LazySettings
) -> None:
    """R013, R036, R046, R079, R137: for every role and some mixed grants, over every kind of case."""
    settings.HANDRAIL_MAX_CLAIMS = 1000
    settings.HANDRAIL_HIGH_RISK_NEEDS_SENIOR = risk_counts
    for person in everybody(cast):
        with transaction.atomic():
            offered = set(iter(lambda p=person: claim_next(actor=p), None))  # type: ignore[misc]
            transaction.set_rollback(True)
        allowed = {case for case in world if may_claim(person, case)}
        assert offered == allowed, person


def test_the_team_list_holds_exactly_what_they_may_browse_and_see(
    cast: Cast, world: list[Case], monkeypatch: pytest.MonkeyPatch
) -> None:
    """R079, R103, R137."""
    monkeypatch.setattr("reviews.selectors.queue_rows.PAGE", 100)
    for person in everybody(cast):
        rows = queue_screen(person, Tab.TEAM, Filters(), {}).rows
        allowed = {c.ref for c in world if can(person, "case.browse", c) and may_see(person, c)}
        assert {row.ref for row in rows} == allowed, person
        assert len(rows) == len(allowed)


ACTIONS: dict[str, tuple[set[str], set[str]]] = {
    # person: what the page offers on a waiting case, and on one that Fay holds
    "fay": ({"claim", "timeline"}, {"decide", "release", "skip", "draft", "timeline"}),
    "finn": ({"claim", "timeline"}, {"timeline"}),
    "sunny": ({"claim", "timeline"}, {"take_over", "timeline"}),
    "ella": ({"claim", "timeline"}, {"timeline"}),
    "cora": ({"claim", "timeline"}, {"take_over", "timeline"}),
    "quinn": ({"timeline"}, {"timeline"}),
    "audrey": ({"timeline"}, {"timeline"}),
    "frida": (set(), set()),
    "adam": (set(), set()),
    "stan": (set(), set()),
}


def test_every_role_is_offered_its_own_actions(cast: Cast, new_case: MakeCase) -> None:
    """R046, R079."""
    waiting, mine = new_case(), held(new_case(), cast.fay)
    for name, (free, taken) in ACTIONS.items():
        person = cast.person(name)
        assert available_actions(person, waiting) == free, name
        assert available_actions(person, mine) == taken, name


def test_a_settled_case_offers_flagging_to_whoever_may(cast: Cast, new_case: MakeCase) -> None:
    case = held(new_case(), cast.fay)
    Case.objects.filter(pk=case.pk)
    case.state = "closed"
    assert "flag" in available_actions(cast.quinn, case)
    assert "flag" not in available_actions(cast.audrey, case)


def test_a_people_only_case_offers_no_return_to_the_ai(cast: Cast, new_case: MakeCase) -> None:
    """R013."""
    assert "return_to_ai" in verbs_for(new_case())
    assert "return_to_ai" not in verbs_for(new_case("legal"))


def test_the_timeline_shows_who_had_the_case_in_every_second(cast: Cast, new_case: MakeCase) -> None:
    """R051: no gap, no overlap."""
    case = new_case()
    claim_case(case=case, actor=cast.fay)
    release_case(case=case, actor=cast.fay)
    claim_case(case=case, actor=cast.finn)
    case.refresh_from_db()
    take_over(case=case, actor=cast.sunny)
    case = Case.objects.get(pk=case.pk)
    decide(case, cast.sunny)
    found = responsibility_of(Case.objects.select_related("queue", "agent").get(pk=case.pk))
    assert [(one.name.split()[0], one.role) for one in found] == [
        ("Sunny", "owner of the AI agent"), ("Sunny", "owner of the queue"), ("Fay", "holder"),
        ("Sunny", "owner of the queue"), ("Finn", "holder"), ("Sunny", "holder"), ("Sunny", "decided it"),
    ]  # fmt: skip
    for one, following in itertools.pairwise(found):
        assert one.until == following.since
        assert following.since - one.since >= timedelta(0)
    assert found[-1].until is None
    held_by = [event.holder for event in timeline(case)]
    assert held_by == ["", "", "", "Fay E.", "", "Finn E.", "Sunny E.", ""]
