"""The same system error again and again: one operations case, whoever meets it and when."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.models.functions import Now
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.choices import EventKind
from accounts.models import Event
from escalations.models import Alert, Case, ErrorGroup, Sighting
from escalations.selectors.alerts import detail_of
from escalations.services.repeating import TYPE, note_errors
from escalations.signatures import Failure, failures, normalised
from escalations.triage.types import Step
from tests.cast import Cast
from tests.engine import Scripted, work
from tests.escalations.bodies import handoff
from tests.escalations.cases import received
from tests.escalations.people import claim, decide

TIMEOUT = "504 gateway timeout after 30 s, request 8f3a-11"


def failing(cast: Cast, error: str = TIMEOUT, tool: str = "query_carrier", agent: str = "acme-bot") -> Case:
    step: dict[str, Any] = {"tool": tool, "ok": False, "result": error, "arguments": {}}
    case = received(cast, agent, handoff=handoff(steps=[step]))
    work(Scripted())
    case.refresh_from_db()
    return case


def operations(cast: Cast) -> list[Case]:
    return list(Case.objects.select_related("queue").filter(case_type__slug=TYPE).order_by("created_at"))


def test_the_third_of_one_error_opens_one_operations_case(cast: Cast) -> None:
    """R034: N same-signature errors in the window open one grouped case, not N; it lies in operations."""
    members = [failing(cast, f"504 gateway timeout after {n} s, request 8f3a-{n}") for n in range(2)]
    assert operations(cast) == []
    members += [failing(cast) for _ in range(3)]
    (case,) = operations(cast)
    assert case.queue is not None
    assert (case.queue.slug, case.agent, case.client) == ("operations", cast.acme_bot, cast.acme)
    assert "REPEATED_ERROR" in case.reason_codes
    group = ErrorGroup.objects.get()
    assert (group.operations_case, group.count) == (case, 5)
    for member in members:
        (event,) = Event.objects.filter(stream=member.pk, kind=EventKind.CASE_GROUPED)
        assert event.data["ref"] == case.ref


def test_the_first_of_them_raises_one_alert(cast: Cast) -> None:
    """R034: people hear of it once."""
    for _ in range(5):
        failing(cast)
    alert = Alert.objects.get(kind="repeated_error")
    assert (alert.case_id, alert.count) == (operations(cast)[0].pk, 1)
    assert detail_of(alert) == "3 times in 60 min"


def test_a_case_that_meets_a_repeated_error_says_so(cast: Cast) -> None:
    """R034: what the case's own package can't show, the window does."""
    codes = [failing(cast).reason_codes for _ in range(3)]
    assert ["REPEATED_ERROR" in each for each in codes] == [False, False, True]


def test_other_tools_other_errors_and_other_clients_are_other_matters(cast: Cast) -> None:
    """R034, R137: a signature is a client's."""
    for tool, error, agent in (
        ("query_carrier", TIMEOUT, "acme-bot"), ("query_carrier", TIMEOUT, "birch-bot"),
        ("lookup_ledger", TIMEOUT, "acme-bot"), ("query_carrier", "connection refused by host", "acme-bot"),
    ):  # fmt: skip
        failing(cast, error, tool, agent)
    assert ErrorGroup.objects.count() == 4
    assert operations(cast) == []


def test_errors_outside_the_window_do_not_count(cast: Cast) -> None:
    """R034."""
    failing(cast), failing(cast)
    Sighting.objects.update(at=Now() - timedelta(minutes=61))
    failing(cast)
    assert operations(cast) == []


def test_an_error_that_comes_back_after_its_case_ended_is_a_new_matter(cast: Cast) -> None:
    """R034."""
    for _ in range(3):
        failing(cast)
    (first,) = operations(cast)
    claim(first, cast.sunny)
    decide(first, cast.sunny, "approve", disposition="repaired")
    for _ in range(3):
        failing(cast)
    assert len(operations(cast)) == 2


def test_a_case_judged_again_is_counted_once(cast: Cast) -> None:
    """R034: replaying the job does nothing more."""
    case = failing(cast)
    case = Case.objects.select_related("case_type", "client").get(pk=case.pk)
    found = failures([Step("query_carrier", False, result=TIMEOUT)])
    assert note_errors(case, found) == note_errors(case, found) == 1
    assert Sighting.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_twenty_at_the_same_moment_make_one_operations_case() -> None:
    """R034: the race."""
    cast = Cast()
    cases = [received(cast) for _ in range(20)]
    found = failures([Step("query_carrier", False, result=TIMEOUT)])

    def meet(case: Case) -> int:
        try:
            return note_errors(Case.objects.select_related("case_type", "client").get(pk=case.pk), found)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        seen = list(pool.map(meet, cases))
    assert sorted(seen) == list(range(1, 21))
    assert len(operations(cast)) == 1
    assert ErrorGroup.objects.get().count == 20
    assert (
        Event.objects.filter(kind=EventKind.CASE_GROUPED, stream__in=[case.pk for case in cases]).count()
        == 20
    )


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("504 gateway timeout, request 17", "504 Gateway Timeout, request 99812."),
        ("connection to 10.0.0.7:5432 refused by host", "connection to 10.0.3.9:6000 refused by host"),
        ({"summary": "504 gateway timeout", "trace": 17}, {"summary": "504 gateway timeout", "trace": 18}),
        ('internal error for "Dana Quill"', 'internal error for "Jo Field"'),
    ],
)
def test_what_changes_from_time_to_time_is_no_part_of_a_signature(one: Any, other: Any) -> None:
    """R034."""
    first, second = (failures([Step("t", False, result=text)])[0].signature for text in (one, other))
    assert first == second


@pytest.mark.parametrize(
    "said", ["none found", "no invoice for the return", "blocked: not permitted", "", None]
)
def test_a_machine_that_answers_no_has_not_failed(said: Any) -> None:
    """R034: only system errors count."""
    assert failures([Step("match_invoice", False, result=said)]) == []


def test_different_codes_are_different_errors() -> None:
    assert normalised("status 503") != normalised("status 504")


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.builds(Step, tool=st.text(max_size=90), ok=st.booleans(), result=st.text() | st.none()
                          | st.dictionaries(st.just("error"), st.text())), max_size=8))  # fmt: skip
def test_any_steps_have_signatures(steps: list[Step]) -> None:
    found: list[Failure] = failures(steps)
    assert len({one.signature for one in found}) == len(found)
    assert all(len(one.error) <= 200 and one.times >= 1 for one in found)
