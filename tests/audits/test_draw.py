"""R087: the draw. Committed before its week, blind to the score, made where the decision becomes final."""

import random
import uuid
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from scipy.stats import binom, chi2

from accounts.ledger import stream_of
from accounts.models import Client, Event
from escalations.autonomy.draw import commitment, draw
from escalations.choices import DrawArm, Verb
from escalations.models import AuditDraw, AuditItem, AuditPeriod, AuditPlan, Case, CaseType, Decision
from escalations.services.auditing import AROUND, commit_ahead, commit_period, draw_case, drawn_row, seed_of
from tests.cast import Cast
from tests.engine import Scripted
from tests.escalations.bodies import faq
from tests.escalations.cases import decision_of, let_undo_pass, queued, settled
from tests.escalations.people import claim, decide
from tests.reviews.conftest import statements

DECILES = """
SELECT width_bucket(score, 0, 1, 10) AS decile, count(*), count(*) FILTER (WHERE uniform)
FROM escalations_auditdraw WHERE period_id = %s GROUP BY 1 ORDER BY 1
"""


def unsure(cast: Cast) -> Case:
    """A plain question that only the AI's doubt sends to a person."""
    case = queued(cast, engine=Scripted(confidence=0.6), **faq())
    claim(case, cast.sunny)
    decide(case, cast.sunny, "approve", disposition="answered")
    let_undo_pass(case)
    return case


def test_a_settled_case_takes_part_when_its_decision_becomes_final_and_not_before(cast: Cast) -> None:
    case = settled(cast)
    assert not AuditDraw.objects.exists()
    let_undo_pass(case)
    row = AuditDraw.objects.get()
    assert (row.case_id, row.arm, row.rate, row.score) == (case.pk, DrawArm.SETTLED, 0.05, 0.97)
    assert row.decision_id == decision_of(case).pk
    again = draw(seed_of(row.period) or b"", str(case.pk), row.rate)
    assert (row.uniform, row.probability) == (again.uniform, 0.05)
    assert AuditItem.objects.exists() == row.drawn


def test_a_case_that_only_doubt_kept_from_the_ai_is_a_candidate_at_the_learning_rate(cast: Cast) -> None:
    row = AuditDraw.objects.get(case=unsure(cast))
    assert (row.arm, row.rate, row.probability) == (DrawArm.CANDIDATE, 0.25, 0.25)


def test_a_case_that_the_ai_could_never_have_settled_takes_no_part(cast: Cast) -> None:
    case = queued(cast)  # a dispute: money, above the agent's authority
    claim(case, cast.sunny)
    decide(case, cast.sunny, "reject", disposition="refused")
    let_undo_pass(case)
    assert not AuditDraw.objects.exists()


def test_every_case_of_a_type_audited_in_full_becomes_an_item_and_a_line_of_the_trail(cast: Cast) -> None:
    AuditPlan.objects.create(case_type=cast.case_type("faq_chat"), rate=1)
    case = settled(cast)
    let_undo_pass(case)
    item = AuditItem.objects.get(case=case)
    told = list(Event.objects.filter(stream=stream_of("audit", cast.acme.pk)).order_by("seq"))
    assert [event.kind for event in told] == ["audit.committed", "audit.drawn"]
    assert told[0].data["commitment"] == AuditPeriod.objects.get().commitment
    assert told[1].data["item"] == str(item.pk)
    assert "seed" not in str([event.data for event in told])


def test_a_case_takes_part_once_however_often_it_is_closed(cast: Cast) -> None:
    case = settled(cast)
    let_undo_pass(case)
    case = Case.objects.select_related("routing", "case_type", "client").get(pk=case.pk)
    assert draw_case(case, decision_of(case)) is None
    assert AuditDraw.objects.count() == 1


def test_taking_part_costs_two_statements(cast: Cast) -> None:
    """Closing is work of the background, yet every settled case pays for it."""
    commit_ahead()
    AuditPlan.objects.create(case_type=cast.case_type("faq_chat"), rate=1e-9, because="counted here")
    found = settled(cast)
    case = Case.objects.select_related(*AROUND).get(pk=found.pk)
    decision = decision_of(found)
    with statements(2):
        draw_case(case, decision)
    assert AuditDraw.objects.filter(case=case).exists()


def test_weeks_are_committed_ahead_once_and_begin_on_the_clients_monday(cast: Cast) -> None:
    Client.objects.filter(pk=cast.acme.pk).update(timezone="Australia/Melbourne")
    assert commit_ahead() == 4  # two clients, this week and the next
    assert commit_ahead() == 0
    first, second = AuditPeriod.objects.filter(client=cast.acme).order_by("starts_on")
    assert (first.starts_on.weekday(), second.starts_on - first.starts_on) == (0, timedelta(days=7))
    assert first.ends_at == second.starts_at
    assert first.starts_at.astimezone(UTC).hour in (13, 14)  # midnight there
    assert second.starts_at > second.committed_at
    seed = seed_of(first)
    assert seed is not None
    assert commitment(seed) == first.commitment
    assert seed.hex() not in first.sealed


def test_a_seed_that_can_no_longer_be_opened_gets_a_successor(cast: Cast) -> None:
    now = datetime.now(UTC)
    lost = commit_period(cast.acme, now)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("django.conf.settings.SECRET_KEY", "another-key-altogether")
        assert seed_of(lost) is None
        assert commit_period(cast.acme, now).number == 2


def test_the_drawn_share_has_nothing_to_do_with_the_score(cast: Cast) -> None:
    """R087, T28: chi-square over score deciles, and a share within the binomial band; over rows of the real draw."""
    dice = random.Random(20261122)
    period = commit_period(cast.acme, datetime.now(UTC))
    seed = dice.randbytes(32)
    kind = CaseType.objects.select_related("client").get(slug="faq_chat", client=cast.acme)
    decision = Decision(verb=Verb.AUTO_RESOLVE, policy=cast.policy)
    rows = []
    for _ in range(12_000):
        case = Case(id=uuid.UUID(int=dice.getrandbits(128), version=4), case_type=kind, client=cast.acme)
        said = {"settle": True, "confidence": dice.betavariate(5, 1.5)}
        rows.append(drawn_row(case, decision, said, period, seed, labels=0))
    AuditDraw.objects.bulk_create(rows)
    with connection.cursor() as cursor:
        cursor.execute(DECILES, [period.pk])
        found = [(n, taken) for _, n, taken in cursor.fetchall() if n >= 100]
    assert len(found) >= 7
    assert chi_square(found) < chi2.ppf(0.999, len(found) - 1)
    taken = sum(one for _, one in found)
    assert binom.ppf(0.005, sum(n for n, _ in found), 0.05) <= taken <= binom.ppf(0.995, 12_000, 0.05)
    # the same test finds a draw that prefers the unsure
    leaning = [
        (n, sum(dice.random() < 0.14 - 0.015 * place for _ in range(n))) for place, (n, _) in enumerate(found)
    ]
    assert chi_square(leaning) > chi2.ppf(0.999, len(found) - 1)


def chi_square(found: list[tuple[int, int]]) -> float:
    """Pearson's statistic of taken against not taken, over (cases, taken) of each decile."""
    share = sum(taken for _, taken in found) / sum(n for n, _ in found)
    return sum((taken - n * share) ** 2 / (n * share * (1 - share)) for n, taken in found)
