"""What routing keeps is enough to decide a case again, exactly (R011)."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db.models.functions import Now

from escalations.models import CaseType, Routing
from escalations.policy.replay import departures, replay
from escalations.selectors.policy import document_of
from tests.cast import Cast
from tests.engine import Scripted, distressed, down, work
from tests.escalations.bodies import handoff
from tests.escalations.cases import queued, received, settled

pytestmark = pytest.mark.django_db


def faults() -> list[tuple[int, list[str]]]:
    """Every routing whose replay is not exact, with the parts that differ."""
    found = []
    for routing in Routing.objects.select_related("policy", "triage").order_by("pk"):
        result = routing.triage.result if routing.triage else None
        wrong = departures(routing.outcome, replay(routing.facts, result, document_of(routing.policy)))
        found += [(routing.pk, wrong)] if wrong else []
    return found


def test_every_way_a_case_can_be_judged_is_replayed_exactly(cast: Cast) -> None:
    settled(cast)
    queued(cast)
    received(cast, external_id="upset")
    work(distressed())
    late = received(cast, external_id="late")
    work(down())
    late.jobs.filter(kind="triage_deadline").update(next_at=Now() - timedelta(seconds=1))
    work(Scripted(fails=RuntimeError("gone")))
    assert Routing.objects.count() == 4
    assert Routing.objects.filter(triage=None).count() == 1
    assert faults() == []


def test_what_changes_afterwards_does_not_change_the_replay(cast: Cast) -> None:
    """The type's rules, the agent's tools, the hand-over and the fields may all be others by then."""
    case = queued(cast, handoff=handoff())
    CaseType.objects.update(threshold=0.11, risk="low", autonomy="off", rules={}, labels=[])
    cast.acme_bot.tools = []
    cast.acme_bot.save(update_fields=["tools"])
    case.fields.all().delete()
    assert faults() == []


def test_one_command_replays_every_decision_and_names_what_differs(cast: Cast) -> None:
    """R011."""
    settled(cast)
    queued(cast)
    said = StringIO()
    call_command("verify_replay", stdout=said)
    assert "All 2 decisions" in said.getvalue()
    routing = Routing.objects.latest("pk")
    Routing.objects.bulk_create(
        [Routing(case=routing.case, triage=routing.triage, policy=routing.policy, settle=True, allocation="ai",
                 outcome={**routing.outcome, "settle": True, "tier": 3}, facts=routing.facts)]
    )  # fmt: skip
    wrong = StringIO()
    with pytest.raises(CommandError, match="1 of 3"):
        call_command("verify_replay", number=1, stderr=wrong)
    assert wrong.getvalue().strip() == f"{routing.case.ref} under version 1: settle, tier"


def test_a_forged_outcome_shows(cast: Cast) -> None:
    settled(cast)
    routing = Routing.objects.select_related("policy", "triage").get()
    again = replay(routing.facts, routing.triage.result, document_of(routing.policy))  # type: ignore[union-attr]
    assert departures({**routing.outcome, "queue": "sme"}, again) == ["queue"]
