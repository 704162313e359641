"""What queues and types ask for is edited by whoever edits the desk, and open cases follow at once."""

import pytest
from django.test import Client as Browser

from accounts.choices import EventKind
from accounts.errors import Invalid, NotAllowed
from accounts.ledger import stream_of
from accounts.models import Event, User
from escalations.models import Case, CaseType, Queue
from escalations.permissions import asked_by
from escalations.services.asking import set_category_asks, set_queue_asks, set_type_asks
from reviews.services.claim import claim_case, claim_next
from tests.cast import Cast
from tests.people.floor import fresh, skill
from tests.reviews.makers import waiting


def signed(person: User) -> Browser:
    browser = Browser()
    browser.force_login(person)
    return browser


@pytest.fixture
def case(cast: Cast) -> Case:
    skill("chat")
    return waiting(cast.case_type("faq_chat"), cast.acme_bot)


def test_waiting_and_held_cases_ask_for_it_from_then_on_and_closed_ones_do_not(
    cast: Cast, case: Case
) -> None:
    held = waiting(cast.case_type("faq_chat"), cast.acme_bot)
    claim_case(case=held, actor=cast.finn)
    other = waiting(cast.case_type("order_status"), cast.acme_bot)
    versions = [fresh(one).version for one in (case, held)]
    assert set_queue_asks(queue=cast.queue("frontline"), skills={"chat": 2}, push=False, actor=cast.adam) == 2
    assert asked_by(fresh(case).need) == asked_by(fresh(held).need) == {"chat:2"}
    assert fresh(other).need == 0
    assert [fresh(one).version for one in (case, held)] == versions  # nobody's page goes stale
    assert claim_next(actor=cast.fay) is None
    assert set_queue_asks(queue=cast.queue("frontline"), skills={}, push=False, actor=cast.adam) == 2
    assert fresh(case).need == 0


def test_a_type_says_what_it_asks_and_how_much_it_weighs(cast: Cast, case: Case) -> None:
    page = signed(cast.adam)
    url = f"/desk/needs/type/{case.case_type_id}/"
    assert page.post(url, {"skill.chat": "3", "effort": "2"}).status_code == 303
    assert asked_by(fresh(case).need) == {"chat:3"}
    assert fresh(case).effort == 2
    event = Event.objects.get(stream=stream_of("case_type", case.case_type_id))
    assert (event.kind, event.data["before"]) == (EventKind.SKILL_CHANGED, {"asks": {}, "effort": 1})
    for wrong in ({"effort": "0"}, {"effort": "99"}, {"effort": "x"}, {"skill.chat": "7", "effort": "1"}):
        assert page.post(url, wrong).status_code == 422
    assert CaseType.objects.get(pk=case.case_type_id).effort == 2


def test_a_queue_can_be_told_to_push(cast: Cast, case: Case) -> None:
    page = signed(cast.adam)
    assert page.post("/desk/needs/queue/frontline/", {"push": "on"}).status_code == 303
    assert Queue.objects.get(slug="frontline").push is True
    assert page.get("/desk/needs/").status_code == 200
    assert page.get("/desk/needs/queue/nowhere/").status_code == 404


def test_only_whoever_edits_the_whole_desk_sets_what_a_queue_asks(cast: Cast, case: Case) -> None:
    cast.adam.grants.update(client=cast.acme)
    admin = cast.person("adam")
    for actor in (admin, cast.sunny, cast.fay):
        with pytest.raises(NotAllowed):
            set_queue_asks(queue=cast.queue("frontline"), skills={"chat": 1}, push=False, actor=actor)
    set_type_asks(case_type=cast.case_type("faq_chat"), skills={"chat": 1}, effort=1, actor=admin)
    with pytest.raises(NotAllowed):
        set_type_asks(case_type=cast.case_type("faq_chat", "birch"), skills={}, effort=2, actor=admin)


def test_a_skill_that_is_none_is_refused_by_the_service_too(cast: Cast, case: Case) -> None:
    with pytest.raises(Invalid):
        set_queue_asks(queue=cast.queue("frontline"), skills={"telepathy": 1}, push=False, actor=cast.adam)
    with pytest.raises(Invalid):
        set_queue_asks(queue=cast.queue("frontline"), skills={"chat": 9}, push=False, actor=cast.adam)


def test_a_category_asks_for_more_and_open_cases_follow(cast: Cast, case: Case) -> None:
    """R036: edited on the desk, with an event that says what was before; cleared again when it asks for nothing."""
    page = signed(cast.adam)
    category = case.case_type.labels[0]
    url = f"/desk/needs/type/{case.case_type_id}/{category}/"
    assert url in page.get(f"/desk/needs/type/{case.case_type_id}/").content.decode()
    assert page.post(url, {"skill.chat": "3"}).status_code == 303
    asked = fresh(case)
    assert asked.category == category
    assert asked_by(asked.need) == {"chat:3"}
    event = Event.objects.get(stream=stream_of("case_type", case.case_type_id))
    assert (event.kind, event.data["category"]) == (EventKind.SKILL_CHANGED, category)
    assert (event.data["before"], event.data["after"]) == ({"asks": {}}, {"asks": {"chat": 3}})
    assert page.post(url, {"skill.chat": "7"}).status_code == 422
    assert page.get(f"/desk/needs/type/{case.case_type_id}/nothing/").status_code == 404
    assert page.post(url, {"skill.chat": "0"}).status_code == 303
    assert fresh(case).need == 0
    assert CaseType.objects.get(pk=case.case_type_id).category_skills == {}


def test_only_whoever_edits_that_client_sets_what_a_category_asks(cast: Cast, case: Case) -> None:
    """R036, R079."""
    cast.adam.grants.update(client=cast.birch)
    kind = cast.case_type("faq_chat")
    for actor in (cast.person("adam"), cast.sunny, cast.fay):
        with pytest.raises(NotAllowed):
            set_category_asks(case_type=kind, category=kind.labels[0], skills={"chat": 1}, actor=actor)
    for category, skills in (("nothing", {"chat": 1}), ("nothing", {}), (kind.labels[0], {"telepathy": 1})):
        with pytest.raises(Invalid):
            set_category_asks(case_type=kind, category=category, skills=skills, actor=None)
