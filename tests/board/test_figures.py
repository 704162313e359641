"""The board's other figures: people, risk, clusters, trend, stuck cases; its parts and saved views."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test import Client as Browser
from django.utils import timezone

from accounts.choices import RoleSlug
from accounts.models import Membership, Presence, Team, User
from accounts.services.roles import give_grant
from escalations import durations
from escalations.models import Case, Decision, PersonHour, SubTask, TierDay
from escalations.services.rolling import roll_up
from reviews.models import SavedView
from reviews.selectors.board.scope import View
from reviews.selectors.board.screen import PARTS, Board
from reviews.selectors.board.stuck import stuck_on
from reviews.selectors.board.trend import trend_on
from reviews.selectors.board.workload import workload_of
from reviews.services.lease import skip_case
from tests.cast import Cast
from tests.reviews.deciding import decide, final, held
from tests.reviews.makers import waiting

pytestmark = pytest.mark.django_db


def closed(cast: Cast, actor: User, verb: str = "approve") -> Case:
    """A case that `actor` decided and that can no longer be undone."""
    case = held(waiting(cast.case_type("billing_dispute"), cast.acme_bot), actor)
    decide(case, actor, verb=verb, disposition="answered", reason="facts" if verb == "override" else "")
    final(Decision.objects.get(case=case))
    return case


def test_workload_tells_open_in_hand_rate_and_who_is_over_capacity(cast: Cast) -> None:
    """R104: open, in hand, resolved an hour, the AI's answer kept, over capacity."""
    for verb in ("approve", "approve", "approve", "override"):
        closed(cast, cast.fay, verb)
    for _ in range(2):
        held(waiting(cast.case_type("billing_dispute"), cast.acme_bot), cast.fay)
    User.objects.filter(pk=cast.fay.pk).update(capacity=1)
    Presence.objects.update_or_create(
        user=cast.fay, defaults={"state": "busy", "since": timezone.now(), "last_seen": timezone.now()}
    )
    roll_up()
    board = Board(cast.sunny, View())
    rows = {row.name: row for row in workload_of(board.floor, board.workers)}
    fay = rows["Fay E."]
    assert (fay.open, fay.held, fay.capacity, fay.over, fay.resolved, fay.kept) == (2, 2, 1, True, 4, 75)
    assert (fay.state, fay.here) == ("Busy", True)
    hours = sum(PersonHour.objects.values_list("n", flat=True))
    assert hours == 4
    assert fay.per_hour >= 4
    assert rows["Frida E."].resolved == 0


def test_rolling_up_twice_or_late_changes_nothing(cast: Cast) -> None:
    """R104, R106: hours and days are counted anew, not added up."""
    closed(cast, cast.fay)
    roll_up()
    before = list(TierDay.objects.values_list("day", "tier", "n", "took")), PersonHour.objects.count()
    assert roll_up()
    assert before == (
        list(TierDay.objects.values_list("day", "tier", "n", "took")),
        PersonHour.objects.count(),
    )
    assert before[0][0][2] == 1


def test_the_trend_gives_median_and_ninetieth_percentile_per_tier_and_day(cast: Cast) -> None:
    """R106: within 2.5 % of the exact quantiles."""
    minutes = [3, 8, 15, 40, 41, 60, 75, 100, 300, 700, 900]
    for took in minutes:
        case = closed(cast, cast.fay)
        Case.objects.filter(pk=case.pk).update(created_at=case_end(case) - timedelta(minutes=took))
    roll_up()
    tier = trend_on(Board(cast.sunny, View()).floor)[0]
    today = tier.days[-1]
    assert (tier.tier, today.n) == (1, len(minutes))
    assert today.median == pytest.approx(60, rel=0.026)
    assert today.slow == pytest.approx(700, rel=0.026)
    assert tier.days[0].median is None


def case_end(case: Case) -> datetime:
    """When it was decided."""
    at = Case.objects.values_list("resolved_at", flat=True).get(pk=case.pk)
    assert at is not None
    return at


def test_buckets_of_the_database_are_those_of_python(cast: Cast) -> None:
    for seconds in (0.2, 1, 1.04, 1.06, 59, 60, 3600, 86400.5, 5_000_000):
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {durations.SQL.format('make_interval(secs => %s)')}", [seconds])
            assert cursor.fetchone()[0] == durations.bucket(seconds)


def test_repeated_and_high_risk_issues_are_clusters_with_count_risk_and_first_seen(cast: Cast) -> None:
    """R105: three of a kind, or one of high risk; the link opens as many."""
    for _ in range(3):
        waiting(cast.case_type("faq_chat"), cast.acme_bot)
    waiting(cast.case_type("hiring"), cast.acme_bot, tier=2, risk="high")
    waiting(cast.case_type("order_status"), cast.acme_bot)
    roll_up()
    rows = Board(cast.sunny, View()).part("clusters")["clusters"]
    found = {(row.reason, row.category): row for row in rows}
    assert found["Distress", "faq general"].n == 3
    assert found["Distress", "resume application"].risky == 1
    assert ("Distress", "order status") not in found
    assert found["Distress", "faq general"].first_seen == min(
        Case.objects.filter(case_type__slug="faq_chat").values_list("created_at", flat=True)
    )


def test_a_case_passed_from_hand_to_hand_is_shown_as_stuck(cast: Cast) -> None:
    """R107."""
    case = waiting(cast.case_type("billing_dispute"), cast.acme_bot)
    for actor in (cast.fay, cast.finn, cast.sunny):
        skip_case(case=held(Case.objects.get(pk=case.pk), actor), actor=actor, reason="language")
    found = stuck_on(Board(cast.sunny, View()).floor)
    assert [(one.ref, one.note) for one in found.bouncing] == [(case.ref, "passed on 3 times")]


def test_a_subtask_that_waits_is_passed_on_in_one_click(
    cast: Cast, signed_in: Callable[[User], Browser]
) -> None:
    """R107: listed with its department; one form gives it to somebody else."""
    case = waiting(cast.case_type("billing_dispute"), cast.acme_bot)
    task = SubTask.objects.create(
        case=case, department="operations", queue=cast.queue("operations"), title="Check the order",
        due_at=timezone.now() - timedelta(hours=1),
    )  # fmt: skip
    http = signed_in(cast.sunny)
    assert "Check the order" in http.get("/board/").content.decode()
    form = {"subtask": str(task.pk), f"to-{task.pk}": str(cast.finn.pk), "query": ""}
    assert "has Check the order" in http.post("/board/pass/", form, follow=True).content.decode()
    assert SubTask.objects.get(pk=task.pk).assignee == cast.finn
    refused = http.post("/board/pass/", form | {f"to-{task.pk}": str(cast.frida.pk)}, follow=True)
    assert "does not work" in refused.content.decode()


def test_what_falls_due_soon_is_at_risk_with_its_chance(cast: Cast) -> None:
    """The soonest first, the late ones after them."""
    Presence.objects.all().delete()
    late = waiting(cast.case_type("billing_dispute"), cast.acme_bot, due_in=timedelta(minutes=-5))
    soon = waiting(cast.case_type("billing_dispute"), cast.acme_bot, due_in=timedelta(minutes=5))
    waiting(cast.case_type("billing_dispute"), cast.acme_bot, due_in=timedelta(days=2))
    rows = Board(cast.sunny, View()).part("risk")["risk"]
    assert [row.ref for row in rows] == [soon.ref, late.ref]
    assert rows[0].chance == 100  # nobody is at work


def test_a_supervisor_of_one_client_sees_nothing_of_another(
    cast: Cast, signed_in: Callable[[User], Browser]
) -> None:
    """R103, R137: numbers, lists and people within their reach only."""
    cast.sunny.grants.all().delete()
    give_grant(to=cast.sunny, role=RoleSlug.SUPERVISOR, client=cast.acme, actor=None)
    mine = waiting(cast.case_type("billing_dispute"), cast.acme_bot)
    other = waiting(cast.case_type("billing_dispute", "birch"), cast.birch_bot)
    board = Board(cast.person("sunny"), View())
    assert board.pending.total.n == 1
    http = signed_in(cast.person("sunny"))
    page = http.get("/board/").content.decode() + http.get("/board/cases/?client=birch").content.decode()
    assert mine.ref in page
    assert other.ref not in page
    assert "Frida" not in page


def test_the_board_is_narrowed_by_its_address(cast: Cast) -> None:
    """R103: client, team, queue."""
    waiting(cast.case_type("billing_dispute"), cast.acme_bot)
    waiting(cast.case_type("billing_dispute", "birch"), cast.birch_bot)
    team = Team.objects.create(slug="night", name="Night", client=cast.birch)
    Membership.objects.create(team=team, user=cast.frida)
    for view, n in ((View(client="acme"), 1), (View(queue="billing"), 2), (View(queue="hr"), 0), (View(), 2)):
        assert Board(cast.sunny, view).pending.total.n == n
    night = Board(cast.sunny, View(team="night"))
    assert night.pending.total.n == 1
    assert [worker.user for worker in night.workers] == [cast.frida]


@pytest.mark.parametrize("part", sorted(PARTS))
def test_each_part_has_an_address_and_is_not_sent_twice(
    cast: Cast, signed_in: Callable[[User], Browser], part: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Unchanged: 304. It is the person's own and is asked for again each time."""
    frozen = timezone.now()
    monkeypatch.setattr("reviews.selectors.board.screen.timezone.now", lambda: frozen)
    waiting(cast.case_type("billing_dispute"), cast.acme_bot)
    http, url = signed_in(cast.sunny), f"/board/part/{part}/"
    first = http.get(url)
    assert first["Cache-Control"] == "private, no-cache"
    assert http.get(url, headers={"if-none-match": first["ETag"]}).status_code == 304
    page = http.get("/board/").content.decode()
    assert f'data-live-url="{url}"' in page


def test_a_view_is_kept_and_shared_with_a_team(cast: Cast, signed_in: Callable[[User], Browser]) -> None:
    """A view gives no right: it is an address."""
    team = Team.objects.create(slug="night", name="Night", lead=cast.sunny)
    Membership.objects.create(team=team, user=cast.cora)
    http = signed_in(cast.sunny)
    form = {"name": "Acme billing", "path": "board", "query": "client=acme&queue=billing", "team": "night"}
    assert "View Acme billing saved." in http.post("/board/views/", form, follow=True).content.decode()
    assert (
        "You have a view Acme billing already."
        in http.post("/board/views/", form, follow=True).content.decode()
    )
    assert (
        "Give the view a name."
        in http.post("/board/views/", form | {"name": ""}, follow=True).content.decode()
    )
    seen = signed_in(cast.cora).get("/board/").content.decode()
    assert '<a href="/board/?client=acme&amp;queue=billing">Acme billing</a>' in seen
    assert "shared by Sunny E." in seen
    assert "Acme billing" not in signed_in(cast.quinn).get("/board/").content.decode()
    refused = signed_in(cast.quinn).post("/board/views/", form | {"name": "Mine"}, follow=True)
    assert "You are not in that team." in refused.content.decode()
    view = SavedView.objects.get()
    assert signed_in(cast.cora).post(f"/board/views/{view.pk}/delete/").status_code == 404
    http.post(f"/board/views/{view.pk}/delete/")
    assert not SavedView.objects.exists()
