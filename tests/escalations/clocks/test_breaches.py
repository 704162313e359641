"""Whether promises are kept: the figures, the lists behind them, the files; who sees which (R056, R059)."""

import csv
from datetime import UTC, timedelta
from decimal import Decimal
from io import StringIO

import pytest
from django.db.models.functions import Now
from django.test import Client as Browser
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from accounts.choices import RoleSlug
from accounts.models import Client, User
from accounts.services.roles import give_grant
from escalations.durations import MINUTE, whole_minutes
from escalations.models import Case, Clock
from escalations.selectors.breaches import Asked, causes, clients_told, every, judged, listing
from escalations.selectors.penalties import exposure, months
from escalations.services import milestones
from escalations.services.sla import Terms, save_policy
from tests.cast import Cast
from tests.escalations.cases import queued
from tests.escalations.clocks.test_milestones import let_pass
from tests.escalations.clocks.test_reports import asked_and_back, browser
from tests.reviews.deciding import decide, final, held


def lately(who: User, client: Client | None = None) -> Asked:
    now = timezone.now()
    return Asked(who, now - timedelta(days=1), now + timedelta(days=1), client)


@pytest.fixture
def missed(cast: Cast) -> Case:
    """A case of acme whose resolution costs 120.50 USD and is late."""
    terms = Terms(penalty=Decimal("120.50"), currency="USD", penalty_timers=("resolution",))
    save_policy(client=cast.acme, case_type=None, severity=None, terms=terms, actor=cast.adam)
    case = asked_and_back(cast)
    let_pass(case, "resolution")
    milestones.fire_due()
    return case


@pytest.mark.django_db
def test_the_causes_of_a_missed_clock_sum_to_the_time_that_passed(cast: Cast, missed: Case) -> None:
    """R056."""
    (line,), after = listing(lately(cast.sunny, cast.acme), "missed")
    assert (line.ref, line.timer, after) == (missed.ref, "resolution", None)
    assert sum((one.elapsed for one in line.spent), timedelta(0)) == line.elapsed
    found = causes(lately(cast.sunny))
    assert (found.count, {c.value for c, _ in found.parts} >= {"hold", "handling"}) == (1, True)
    assert causes(lately(cast.sunny, cast.birch)).count == 0


@given(st.lists(st.timedeltas(timedelta(0), timedelta(days=9)), max_size=8))
def test_whole_minutes_sum_to_the_whole(parts: list[timedelta]) -> None:
    """R056: and no part is a minute or more off."""
    found = whole_minutes(parts)
    assert sum(found) == round(sum(parts, timedelta(0)) / MINUTE)
    assert all(abs(minutes * MINUTE - part) < MINUTE for minutes, part in zip(found, parts, strict=True))


@pytest.mark.django_db
def test_met_and_missed_are_counted_per_client_and_clock(cast: Cast, missed: Case) -> None:
    """R056: what was stopped in time is met, and each number is the length of its list."""
    found = {(one.slug, one.timer): (one.met, one.missed) for one in judged(lately(cast.sunny))}
    assert found["acme", "resolution"] == (0, 1)
    assert found["acme", "first_response"] == (1, 0)
    for (_, timer), (met, late) in found.items():
        asked = lately(cast.sunny)
        assert len(listing(asked, "met", timer)[0]) == met
        assert len(list(every(asked, "missed", timer))) == late


@pytest.mark.django_db
def test_penalties_are_told_now_and_per_month(cast: Cast, missed: Case) -> None:
    """R059."""
    other = queued(cast, external_id="second")
    (now,) = exposure(lately(cast.sunny))
    assert (now.slug, now.currency, now.breached, now.warned, now.open) == (
        "acme", "USD", Decimal("120.50"), Decimal(0), Decimal("120.50"),
    )  # fmt: skip
    (month,) = months(lately(cast.sunny))
    assert (month.breaches, month.amount, month.currency) == (1, Decimal("120.50"), "USD")
    assert months(lately(cast.sunny, cast.birch)) == []
    assert [one.ref for one in every(lately(cast.sunny), "open")] == [other.ref]
    assert Clock.objects.get(case=other, timer="resolution").penalty is None


@pytest.mark.django_db
def test_a_supervisor_opens_the_figures_and_takes_them_along(
    cast: Cast, missed: Case, signed_in: object
) -> None:
    """R056, R059: the page, its list, both files."""
    today = timezone.now().astimezone(UTC).date()
    page = browser(signed_in, cast.sunny)
    html = page.get("/desk/breaches/").content.decode()
    assert "1 clock missed" in html
    assert "120.50 USD" in html
    address = f"/desk/breaches/clocks/?since={today}&until={today}&client=acme&timer=resolution&which=missed"
    assert address.replace("&", "&amp;").split("since")[0] in html
    assert missed.ref in page.get(address).content.decode()
    (row,) = csv.DictReader(StringIO(page.get(f"{address}&format=csv").content.decode()))
    assert row["case"] == missed.ref
    assert sum(int(row[name]) for name in row if name in parts(row)) == int(row["elapsed_minutes"])
    sums = page.get("/desk/breaches/?format=csv").content.decode()
    assert ",resolution,0,1" in sums


def parts(row: dict[str, str]) -> set[str]:
    return {name for name in row if name.endswith("_minutes")} - {"elapsed_minutes", "late_minutes"}


@pytest.mark.django_db
def test_who_sees_no_case_sees_figures_and_no_list(cast: Cast, missed: Case, signed_in: object) -> None:
    """R056, R079: an admin sets the promises and opens no case; the frontline has nothing to do here."""
    admin = browser(signed_in, cast.adam)
    html = admin.get("/desk/breaches/").content.decode()
    assert "1 clock missed" in html
    assert "breaches/clocks" not in html
    rows = admin.get("/desk/breaches/clocks/?which=missed").content.decode()
    assert missed.ref not in rows
    assert "1 of them is of cases that you may not open" in rows
    assert browser(signed_in, cast.fay).get("/desk/breaches/").status_code == 403


@pytest.mark.django_db
def test_who_leads_one_client_knows_nothing_of_another(cast: Cast, missed: Case) -> None:
    """R056, R079."""
    give_grant(to=cast.stan, role=RoleSlug.SUPERVISOR, client=cast.birch, actor=None)
    stan = User.objects.get(pk=cast.stan.pk)
    assert judged(lately(stan)) == []
    assert exposure(lately(stan)) == []
    assert [one.slug for one in clients_told(stan)] == ["birch"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("since=2026-13-01", "Enter a valid date"),
        ("since=2026-02-02&until=2026-02-01", "before the first"),
        ("until=9999-12-31", "this century"),
        ("client=nobody", "valid choice"),
    ],
)
def test_a_bad_period_is_answered_beside_the_field(
    cast: Cast, signed_in: object, query: str, words: str
) -> None:
    page: Browser = browser(signed_in, cast.sunny)
    answer = page.get(f"/desk/breaches/?{query}")
    assert (answer.status_code, words in answer.content.decode()) == (422, True)
    assert page.get(f"/desk/breaches/clocks/?which=missed&{query}").status_code == 404
    assert page.get("/desk/breaches/clocks/?which=nothing").status_code == 404


@pytest.mark.django_db
def test_a_met_clock_leaves_the_figures_of_other_days(cast: Cast) -> None:
    """R056: what ended before the period is none of it."""
    case = held(queued(cast), cast.sunny)
    decide(case, cast.sunny)
    final(case.decisions.get())
    Clock.objects.filter(case=case).update(stopped_at=Now() - timedelta(days=3))
    assert judged(lately(cast.sunny)) == []
