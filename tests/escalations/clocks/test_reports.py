"""Clocks explained, breaches with their causes, what they cost, and the count done again from the ledger."""

from datetime import timedelta
from itertools import pairwise

import pytest
from django.core.management import CommandError, call_command
from django.db.models.functions import Now
from django.test import Client as Browser

from accounts.models import User
from escalations.models import Case, Clock, Decision
from escalations.selectors.clocks import clocks_of, responsibility_of
from escalations.selectors.recounting import differences
from reviews.services.sweep import wake_cases
from tests.cast import Cast
from tests.escalations.cases import queued, settled
from tests.escalations.clocks.test_timing import age
from tests.reviews.deciding import decide, final, held

pytestmark = pytest.mark.django_db


def loaded(case: Case) -> Case:
    return Case.objects.select_related("queue", "agent", "overseer").get(pk=case.pk)


def asked_and_back(cast: Cast) -> Case:
    """Asked the customer, waited two hours, back in the queue."""
    case = held(queued(cast), cast.ella)
    decide(case, cast.ella, verb="request_info", note="Which card?")
    age(case, timedelta(hours=2))
    Case.objects.filter(pk=case.pk).update(wake_at=Now())
    wake_cases()
    return loaded(case)


def test_the_explainer_shows_each_segment_with_its_reason(cast: Cast) -> None:
    """R055, pain 8: why the due time moved."""
    found = {view.timer: view for view in clocks_of(asked_and_back(cast))}
    resolution = found["resolution"]
    assert [segment.paused for segment in resolution.segments] == ["", "Waiting for information", ""]
    assert resolution.segments[1].counted == timedelta(0)
    assert resolution.left == resolution.target - resolution.counted
    assert sum((one.counted for one in resolution.spent), timedelta(0)) == resolution.counted
    assert found["first_response"].met


def test_the_timeline_of_responsibility_names_one_person_for_every_moment(cast: Cast) -> None:
    """R012, R051."""
    case = asked_and_back(cast)
    found = responsibility_of(case)
    assert [(one.name, one.role) for one in found] == [
        ("Sunny Example", "owner of the AI agent"), ("Sunny Example", "owner of the queue"),
        ("Ella Example", "holder"), ("Sunny Example", "owner of the queue"), ("Sunny Example", "owner of the queue"),
    ]  # fmt: skip
    assert all(before.until == after.since for before, after in pairwise(found))
    assert found[-1].until is None


def test_what_is_stored_is_what_the_events_say(cast: Cast) -> None:
    """R061: over cases in every standing; and a change of a stored value is found."""
    waits = asked_and_back(cast)
    done = held(queued(cast, external_id="done"), cast.sunny)
    decide(done, cast.sunny)
    final(Decision.objects.get(case=done))
    ids = [waits.pk, done.pk, settled(cast).pk]
    assert list(differences(ids)) == []
    call_command("verify_clocks")
    Clock.objects.filter(case=waits, timer="resolution").update(elapsed=86_400)
    (wrong,) = differences(ids)
    assert (wrong.ref, wrong.timer, wrong.field, wrong.stored) == (waits.ref, "resolution", "elapsed", 86_400)
    with pytest.raises(CommandError, match="1 values in 2 cases"):
        call_command("verify_clocks")


def test_the_page_of_a_case_opens_its_clocks(cast: Cast, signed_in: object) -> None:
    """R051, R055: a part of its own, so that the case page costs nothing more."""
    case = asked_and_back(cast)
    page = browser(signed_in, cast.sunny).get(f"/cases/{case.ref}/clocks/")
    html = page.content.decode()
    assert page.status_code == 200
    assert "Who was responsible" in html
    assert "paused: waiting for information" in html
    assert "Ella Example" in html
    assert browser(signed_in, cast.frida).get(f"/cases/{case.ref}/clocks/").status_code == 404


def browser(signed_in: object, who: User) -> Browser:
    assert callable(signed_in)
    return signed_in(who)  # type: ignore[no-any-return]
