"""Moving many cases from the board: a preview, a result and an event for each row, undo (R108)."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client as Browser
from django.utils import timezone

from accounts.choices import RoleSlug
from accounts.models import Event, Presence, User
from accounts.services.roles import give_grant
from escalations.models import Case, Job, Offer
from reviews.models import BulkMove, BulkRow
from reviews.services import bulk
from reviews.tasks import move_many
from tests.cast import Cast
from tests.reviews.deciding import held
from tests.reviews.makers import waiting

pytestmark = pytest.mark.django_db


@pytest.fixture
def here(cast: Cast) -> Cast:
    """Fay and Finn are at work, nobody else."""
    now = timezone.now()
    Presence.objects.all().delete()
    for name in ("fay", "finn"):
        Presence.objects.create(user=cast.person(name), state="available", since=now, last_seen=now)
    return cast


def some(cast: Cast, n: int, **more: object) -> list[Case]:
    return [waiting(cast.case_type("billing_dispute"), cast.acme_bot, **more) for _ in range(n)]  # type: ignore[arg-type]


def ask(http: Browser, cases: list[Case], to: str, path: str = "/board/move/") -> str:
    answer = http.post(path, {"case": [case.ref for case in cases], "to": to, "query": ""}, follow=True)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def test_the_preview_says_who_gets_how_many_and_changes_nothing(
    here: Cast, signed_in: Callable[[User], Browser]
) -> None:
    """R108: least loaded first, within capacity; nothing is written."""
    held(some(here, 1)[0], here.finn)
    cases, before = some(here, 3), Event.objects.count()
    page = ask(signed_in(here.sunny), cases, "least")
    assert "Move 3 cases to the least loaded with the skill?" in page
    assert 'Fay E. <span class="mono">0 → 2</span>' in page
    assert 'Finn E. <span class="mono">1 → 2</span>' in page
    assert "Likely to be late by" in page
    assert Event.objects.count() == before
    assert not BulkMove.objects.exists()


def test_each_row_is_moved_with_an_event_and_a_result_of_its_own(
    here: Cast, signed_in: Callable[[User], Browser]
) -> None:
    """R108."""
    cases = some(here, 4)
    page = ask(signed_in(here.sunny), cases, "least", "/board/move/apply/")
    assert "4 of 4 moved to the least loaded with the skill" in page
    events = Event.objects.filter(kind="case.assigned", stream__in=[case.pk for case in cases])
    assert {(event.stream, event.actor_id) for event in events} == {(c.pk, str(here.sunny.pk)) for c in cases}
    assert set(Offer.objects.filter(outcome="").values_list("user__email", flat=True)) == {
        here.fay.email, here.finn.email,
    }  # fmt: skip
    assert set(BulkRow.objects.values_list("outcome", flat=True)) == {"done"}


def test_skills_rights_and_room_are_respected_and_rows_left_out_say_why(
    here: Cast, signed_in: Callable[[User], Browser]
) -> None:
    """R108: what nobody may take or has room for stays where it is; the rest moves."""
    kept = some(here, 1, senior_only=True)
    many = some(here, 2 * settings.HANDRAIL_MAX_CLAIMS + 1)
    page = ask(signed_in(here.sunny), [*kept, *many], "least")
    assert f"Move {2 * settings.HANDRAIL_MAX_CLAIMS} cases" in page
    assert page.count("Nobody here has the skill, the right and room for it.") == 2
    page = ask(signed_in(here.sunny), kept, f"p{here.fay.pk}")
    assert "None of these cases can go to Fay E." in page
    assert "kept for senior staff" in page


def test_rows_beyond_ones_reach_are_left_out(here: Cast, signed_in: Callable[[User], Browser]) -> None:
    """R108: a supervisor of one client moves none of another's, nor one above their tier."""
    here.sunny.grants.all().delete()
    give_grant(to=here.sunny, role=RoleSlug.SUPERVISOR, client=here.acme, actor=None)
    mine = some(here, 1)
    other = waiting(here.case_type("billing_dispute", "birch"), here.birch_bot)
    above = waiting(here.case_type("legal"), here.acme_bot, tier=3)
    page = ask(signed_in(here.sunny), [*mine, other, above], f"q{here.queue('supervisors').pk}")
    assert "Move 1 case to Supervisors?" in page
    assert other.ref not in page
    assert above.ref not in page
    page = ask(signed_in(here.sunny), mine, f"q{here.queue('compliance').pk}")
    assert "beyond your reach" in page


def test_a_row_that_moved_on_meanwhile_is_refused_and_the_others_move(here: Cast) -> None:
    """R108: each row in its own savepoint."""
    first, second = some(here, 2)
    rows = [(first, here.fay), (second, here.fay)]
    Offer.objects.all().delete()
    held(first, here.fay)
    made = bulk.begin_move(rows=rows, queue=None, person=here.fay, actor=here.person("sunny"))
    assert dict(made.rows.values_list("case__ref", "outcome")) == {first.ref: "refused", second.ref: "done"}
    assert "has" in made.rows.get(case=first).said


def test_a_move_is_undone_where_nothing_happened_since(
    here: Cast, signed_in: Callable[[User], Browser]
) -> None:
    """R108: queues and offers are put back; what was opened meanwhile stays."""
    cases, http = some(here, 3), signed_in(here.sunny)
    ask(http, cases, f"q{here.queue('supervisors').pk}", "/board/move/apply/")
    move = BulkMove.objects.get()
    assert set(Case.objects.values_list("queue__slug", flat=True)) == {"supervisors"}
    held(Case.objects.get(pk=cases[0].pk), here.sunny)
    page = " ".join(http.post(f"/board/moves/{move.pk}/undo/", follow=True).content.decode().split())
    assert "2 put back" in page
    assert "It has moved on since." in page
    back = Case.objects.filter(pk__in=[case.pk for case in cases[1:]])
    assert set(back.values_list("queue__slug", flat=True)) == {"billing"}
    ask(http, cases[1:2], f"p{here.fay.pk}", "/board/move/apply/")
    move = BulkMove.objects.latest("created_at")
    http.post(f"/board/moves/{move.pk}/undo/")
    assert Case.objects.get(pk=cases[1].pk).reserved_by is None
    assert not Offer.objects.filter(outcome="").exists()


def test_many_are_moved_in_the_background_and_nobody_else_sees_the_result(
    here: Cast, signed_in: Callable[[User], Browser], monkeypatch: pytest.MonkeyPatch
) -> None:
    """R108: all that match a list; a slice a job, until none is left."""
    monkeypatch.setattr(bulk, "AT_ONCE", 3)
    monkeypatch.setattr(bulk, "BATCH", 2)
    monkeypatch.setattr(bulk, "SLICE", 2)
    some(here, 7, due_in=timedelta(hours=1))
    some(here, 2, severity=1)
    http = signed_in(here.sunny)
    form = {"all": "7", "to": f"q{here.queue('operations').pk}", "query": "severity=3"}
    assert "Move 7 cases" in http.post("/board/move/", form).content.decode()
    answer = http.post("/board/move/apply/", form)
    url = answer["Location"]
    assert "0 of 7" in http.get(url).content.decode()
    assert Job.objects.filter(kind="bulk_move", state="ready").count() == 1
    move_many()
    assert "7 of 7 moved to Operations" in " ".join(http.get(url).content.decode().split())
    assert Case.objects.filter(queue__slug="operations").count() == 7
    assert not Job.objects.filter(kind="bulk_move", state__in=("ready", "running")).exists()
    move_many()
    assert signed_in(here.cora).get(url).status_code in (403, 404)


def test_bad_input_is_answered_in_words_and_moves_nothing(
    here: Cast, signed_in: Callable[[User], Browser]
) -> None:
    """Nothing selected, a queue that is not there, a person who left: nothing half-done."""
    case, http = some(here, 1), signed_in(here.sunny)
    before = Event.objects.count()
    assert "Select at least one case." in ask(http, [], "least")
    for to in ("q999999", "p999999", "", "x1", "q1; drop"):
        assert "Choose where to." in ask(http, case, to)
    assert Event.objects.count() == before
