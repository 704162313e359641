"""Every address refuses the anonymous and the stranger, by every method. The list is the URL conf itself."""

import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from django.db.models.functions import Now
from django.http.response import HttpResponseBase
from django.test import Client as Browser
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from accounts.models import Event
from accounts.permissions import scopes_of
from config.doors import DOORS, Door
from escalations.models import Case, Decision
from tests.cast import Cast
from tests.reviews.deciding import decide, held
from tests.reviews.makers import waiting

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
SHUT = {401, 403, 404, 405}


def names(
    resolver: URLResolver, inside: str = "", given: tuple[str, ...] = ()
) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Every URL's name and the arguments it takes."""
    for entry in resolver.url_patterns:
        regex = getattr(entry.pattern, "regex", None)
        arguments = (*given, *(regex.groupindex if regex else ()))
        if isinstance(entry, URLResolver):
            yield from names(entry, inside + (f"{entry.namespace}:" if entry.namespace else ""), arguments)
        elif isinstance(entry, URLPattern):
            yield f"{inside}{entry.name or entry.pattern}", arguments


ALL = dict(names(get_resolver()))


def address(name: str, case: Case, made: Decision | None = None) -> str:
    """The address of a URL, about `case`."""
    known = {
        "ref": case.ref, "case_id": case.pk, "decision_id": made.pk if made else uuid.uuid4(),
        "key": "abc-123", "uidb36": "1", "pk": 1, "part": "pending", "bulk_id": uuid.uuid4(), "slug": "frontline",
        "message": uuid.uuid4(), "answer": "acknowledge", "category": "duplicate_charge",
        "audit_id": uuid.uuid4(), "pattern_id": uuid.uuid4(),
        "lesson_id": uuid.uuid4(),
        "number": 1, "table": "tiers", "row": "distress", "name": "none",
    }  # fmt: skip
    return reverse(name, kwargs={argument: known[argument] for argument in ALL[name]})


def behind(*doors: Door) -> list[str]:
    return sorted(name for name in ALL if DOORS.get(name) in doors)


@pytest.fixture
def case(cast: Cast) -> Case:
    """A case of Acme that Fay holds."""
    return held(waiting(cast.case_type("billing_dispute"), cast.acme_bot), cast.fay)


def browser(person: object = None) -> Browser:
    client = Browser()
    if person is not None:
        client.force_login(person)  # type: ignore[arg-type]
    return client


def to_sign_in(answer: HttpResponseBase) -> bool:
    return answer.status_code == 302 and answer["Location"].startswith("/accounts/login/")


def test_every_address_has_a_declared_door_and_no_door_is_left_over() -> None:
    assert set(DOORS) == set(ALL)


@pytest.mark.parametrize(
    "name", behind(Door.SIGNED_IN, Door.REVIEWER, Door.FLOOR, Door.AUDIT, Door.INSIGHT, Door.EDITOR)
)
def test_the_anonymous_is_sent_to_sign_in(name: str, case: Case) -> None:
    for method in METHODS:
        url = address(name, case)
        answer = browser().generic(method, url)
        assert to_sign_in(answer) or answer.status_code in SHUT, (name, method, answer.status_code)
        part = browser().generic(method, url, headers={"HX-Request": "true"})
        assert part.status_code in SHUT, (name, method, part.status_code)
        assert case.ref not in part.content.decode(errors="replace")


@pytest.mark.parametrize("name", behind(Door.AGENT))
def test_an_agents_door_opens_to_no_browser(name: str, case: Case, cast: Cast) -> None:
    for client in (browser(), browser(cast.fay), browser(cast.adam)):
        for method in METHODS:
            answer = client.generic(method, address(name, case), content_type="application/json")
            assert answer.status_code in SHUT, (name, method, answer.status_code)


@pytest.mark.parametrize("name", behind(Door.REVIEWER))
def test_a_stranger_who_signs_in_finds_every_door_shut(name: str, case: Case, cast: Cast) -> None:
    before = Event.objects.count()
    for client in (browser(cast.stan), browser(cast.adam)):  # no role; a role that sees no case
        for method in METHODS:
            answer = client.generic(method, address(name, case))
            assert answer.status_code in SHUT, (name, method, answer.status_code)
            assert case.ref not in answer.content.decode(errors="replace").replace(f"/{case.ref}/", "")
    assert Event.objects.count() == before


@pytest.mark.parametrize("name", behind(Door.FLOOR, Door.AUDIT, Door.INSIGHT, Door.EDITOR))
def test_who_neither_leads_nor_edits_finds_the_boards_and_editors_shut(
    name: str, case: Case, cast: Cast
) -> None:
    before = Event.objects.count()
    for client in (browser(cast.stan), browser(cast.fay)):  # no role; a frontline agent
        for method in METHODS:
            answer = client.generic(method, address(name, case))
            assert answer.status_code in SHUT, (name, method, answer.status_code)
    assert Event.objects.count() == before


@pytest.mark.parametrize("name", [name for name in behind(Door.REVIEWER) if ALL[name]])
def test_another_clients_reviewer_cannot_tell_the_case_from_one_that_is_not_there(
    name: str, case: Case, cast: Cast
) -> None:
    """R137: what belongs to another client answers exactly as nothing would."""
    decide(case, cast.fay)
    made = Decision.objects.get()
    absent = Case(ref="AC-99999999", pk=uuid.uuid4())
    before = Event.objects.count()
    form = {"claim_token": case.claim_token, "version": case.version, "verb": "approve", "disposition": "answered",
            "reason": "language"}  # fmt: skip
    frida = browser(cast.frida)
    for method in METHODS:
        urls = (address(name, case, made), address(name, absent))
        theirs, nothing = (_ask(frida, method, url, form) for url in urls)
        assert theirs.status_code == nothing.status_code, (name, method)
        assert theirs.status_code in SHUT | {409}, (name, method, theirs.status_code)
        assert case.subject not in theirs.content.decode(errors="replace")
    assert Event.objects.count() == before


def test_an_agents_token_opens_no_page(case: Case, cast: Cast) -> None:
    """R078: an AI identity cannot sign in."""
    robot = Browser(headers={"authorization": f"Bearer {cast.token()}"})
    for name in behind(Door.REVIEWER, Door.SIGNED_IN, Door.FLOOR, Door.AUDIT, Door.INSIGHT, Door.EDITOR):
        for method in ("GET", "POST"):
            answer = robot.generic(method, address(name, case))
            assert to_sign_in(answer) or answer.status_code in SHUT, (name, answer.status_code)


def test_a_right_that_ended_is_gone_with_the_next_request(case: Case, cast: Cast) -> None:
    """R079: rights are read anew on every request."""
    signed = browser(cast.fay)
    assert signed.get("/queue/").status_code == 200
    cast.fay.grants.update(valid_to=Now())
    assert not scopes_of(cast.person("fay"), "case.view")
    assert signed.get("/queue/").status_code == 403
    assert signed.get(f"/cases/{case.ref}/").status_code in (403, 404)


def _ask(client: Browser, method: str, url: str, form: dict[str, object]) -> Any:
    if method == "POST":
        return client.post(url, form)
    return client.generic(method, url)
