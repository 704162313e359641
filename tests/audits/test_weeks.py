"""R087: rates, and the week drawn again from its revealed seed."""

from datetime import UTC, datetime, timedelta
from io import StringIO
from uuid import UUID

import pytest
from django.core.management import CommandError, call_command

from accounts.ledger import stream_of
from accounts.models import Event
from escalations.auditing import Answer, differences, week_around
from escalations.choices import Verb
from escalations.errors import Conflict, Invalid, NotAllowed
from escalations.models import AuditDraw, AuditItem, AuditPeriod, AuditPlan, Case, Decision
from escalations.selectors.draws import redraw
from escalations.services.audit_plan import save_plan
from escalations.services.auditing import commit_period, drawn_row, seed_of
from escalations.services.revealing import reveal_old, reveal_period
from tests.cast import Cast


def drawn(cast: Cast, period: AuditPeriod, number: int) -> AuditDraw:
    """The draw of a case of that number, kept."""
    case = Case(id=UUID(int=number), case_type=cast.case_type("faq_chat"), client=cast.acme)
    said = {"settle": True, "confidence": 0.9, "trace": {"signals": {"risk_score": 0.2}}}
    decision = Decision(verb=Verb.AUTO_RESOLVE, policy=cast.policy)
    row = drawn_row(case, decision, said, period, seed_of(period) or b"", labels=0)
    row.save(force_insert=True)
    return row


@pytest.fixture
def week(cast: Cast) -> AuditPeriod:
    """Acme's week of a month ago, with 60 cases in its draw, half of which were audited at all."""
    period = commit_period(cast.acme, datetime.now(UTC) - timedelta(days=30))
    AuditPlan.objects.create(case_type=cast.case_type("faq_chat"), rate=0.5, learning_rate=0.5, risk_rate=0.5)
    for number in range(60):
        row = drawn(cast, period, number)
        if row.drawn:
            AuditItem.objects.create(draw=row, case_id=row.case_id, case_type_id=row.case_type_id)
    return period


def told(client: str, when: str) -> str:
    out = StringIO()
    call_command("verify_draw", client, when, stdout=out, stderr=out)
    return out.getvalue()


def test_a_revealed_week_is_drawn_again_by_anybody(cast: Cast, week: AuditPeriod) -> None:
    with pytest.raises(CommandError, match="not revealed"):
        told("acme", week.starts_on.isoformat())
    reveal_period(period=week, actor=cast.audrey)
    year, number, _ = week.starts_on.isocalendar()
    said = told("acme", f"{year}-W{number:02d}")
    assert "60 cases took part" in said
    assert "exactly as the committed seed says" in said
    event = Event.objects.filter(stream=stream_of("audit", cast.acme.pk)).latest("seq")
    week.refresh_from_db()
    assert (event.kind, event.data["seed"], event.actor_id) == (
        "audit.revealed",
        week.seed,
        str(cast.audrey.pk),
    )


def test_an_audit_that_is_missing_or_slipped_in_is_named(cast: Cast, week: AuditPeriod) -> None:
    spared = AuditDraw.objects.filter(item=None).first()
    assert spared is not None
    AuditItem.objects.create(draw=spared, case_id=spared.case_id, case_type_id=spared.case_type_id)
    lost = next(row for number in range(100, 200) if (row := drawn(cast, week, number)).drawn)
    found = redraw(reveal_period(period=week, actor=None))
    assert not found.honest
    assert (found.verified.missing, found.verified.extra) == ((str(lost.case_id),), (str(spared.case_id),))
    with pytest.raises(CommandError, match="not audited as"):
        told("acme", week.starts_on.isoformat())


def test_a_week_is_revealed_when_it_is_over_by_who_may_and_by_itself_later(
    cast: Cast, week: AuditPeriod
) -> None:
    current = commit_period(cast.acme, datetime.now(UTC))
    with pytest.raises(Conflict):
        reveal_period(period=current, actor=cast.audrey)
    birch = commit_period(cast.birch, datetime.now(UTC) - timedelta(days=30))
    with pytest.raises(NotAllowed):
        reveal_period(period=birch, actor=cast.audrey)  # she audits Acme
    assert reveal_old() == 2
    assert reveal_old() == 0
    assert AuditPeriod.objects.filter(revealed_at=None).get() == current
    with pytest.raises(CommandError, match="is no week"):
        told("acme", "soon")


def test_the_rate_never_falls_below_5_percent_without_an_exception_in_the_ledger(cast: Cast) -> None:
    kind = cast.case_type("faq_chat")
    for rates, field in (
        ((0.04, 0.25, 0), "because"), ((0.0, 0.25, 0), "rate"), ((1.1, 1, 0), "rate"),
        ((0.3, 0.25, 0), "learning_rate"), ((0.05, 0.25, 2), "risk_rate"),
    ):  # fmt: skip
        with pytest.raises(Invalid) as refused:
            save_plan(
                case_type=kind, actor=cast.adam, rate=rates[0], learning_rate=rates[1], risk_rate=rates[2]
            )
        assert field in refused.value.errors
    assert not AuditPlan.objects.exists()
    save_plan(case_type=kind, actor=cast.adam, rate=0.03, learning_rate=0.25, because="Agreed for November.")
    event = Event.objects.get(kind="audit.rate_changed")
    assert (event.data["exception"], event.data["before"]["rate"], event.data["after"]["rate"]) == (
        True,
        "0.05",
        "0.03",
    )
    assert "November" not in str(event.data)
    assert "reason" in event.data["commitments"]
    save_plan(case_type=kind, actor=cast.adam, rate=0.03, learning_rate=0.25, because="Agreed for November.")
    assert Event.objects.filter(kind="audit.rate_changed").count() == 1  # nothing changed
    with pytest.raises(NotAllowed):
        save_plan(case_type=kind, actor=cast.sunny, rate=0.5, learning_rate=0.5)


def test_a_week_is_the_clients_own_also_when_its_clocks_change() -> None:
    monday, starts, ends = week_around(datetime(2026, 10, 26, 3, tzinfo=UTC), "America/New_York")
    assert monday.isoformat() == "2026-10-19"  # still Sunday there
    assert ends - starts == timedelta(days=7)
    _, starts, ends = week_around(datetime(2026, 10, 28, tzinfo=UTC), "America/New_York")
    assert ends - starts == timedelta(days=7, hours=1)


@pytest.mark.parametrize(
    ("mine", "other", "differs"),
    [
        ({"amount": "1,200.50"}, {"amount": " 1200.5 "}, ()),
        ({"amount": "$84.20"}, {"amount": "84.2"}, ()),
        ({"street": "Main  Street 4"}, {"street": "main street 4"}, ()),
        ({"account": "0071"}, {"account": "71"}, ("account",)),
        ({"amount": "84.20"}, {"amount": "48.20"}, ("amount",)),
        ({"amount": ""}, {"amount": "1"}, ("amount",)),
    ],
)
def test_answers_are_compared_by_what_they_mean(
    mine: dict[str, str], other: dict[str, str], differs: tuple[str, ...]
) -> None:
    assert differences(Answer("a", "none", mine), Answer("A", "none", other)) == differs
