"""What holds after every step of every life of a case (R010, R012, R080, R081)."""

import pytest
from django.db import transaction
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from accounts.ledger.reading import ledger_faults
from accounts.models import Event
from escalations.choices import AWAITING_HUMAN, CaseState
from escalations.models import Case, Decision
from escalations.transitions import MOVES
from tests.cast import Cast
from tests.escalations.cases import accountable_for, received
from tests.escalations.histories import choose, live, open_work

pytestmark = pytest.mark.django_db

lives = st.lists(st.integers(0, 4999), min_size=6, max_size=14)


def replay(case: Case) -> str:
    """The state that the case's lines lead to, from nothing else."""
    state = ""
    for kind in Event.objects.filter(stream=case.pk).order_by("seq").values_list("kind", flat=True):
        if kind == "case.received":
            state = CaseState.RECEIVED
        elif kind in MOVES:
            sources, target = MOVES[kind]
            assert state in sources or target is None, f"{kind} from {state}"
            state = target or state
    return state


def check(case: Case) -> None:
    """Everything that must be true of a case at any moment."""
    case.refresh_from_db()
    assert replay(case) == case.state  # R081
    answers = accountable_for(case)  # R012: exactly one, and it is a person who works here
    assert answers.is_active
    if case.state == CaseState.CLAIMED:
        assert answers == case.holder
    elif case.state in AWAITING_HUMAN:
        assert case.queue is not None
        assert answers == case.queue.owner
    if case.state in (CaseState.RECEIVED, CaseState.TRIAGING, CaseState.AUTO_RESOLVED, CaseState.RESOLVED):
        assert open_work(case), "nothing would ever move it on"
    pending = Decision.objects.filter(case=case, standing="pending")
    if case.state == CaseState.CLOSED:
        assert not pending.exists()
    _check_lines(case)


def _check_lines(case: Case) -> None:
    """R080: every escalation says why, when, from where to where, by whom, under which policy."""
    for line in Event.objects.filter(
        stream=case.pk, kind__in=["case.routed", "case.reopened", "case.auto_resolved"]
    ):
        data = line.data
        assert data["reasons"] or data["held_by"] or data["settle"]
        assert data["from"]["state"]
        assert data["to"]["queue"]
        assert data["policy"]
        assert data["policy_digest"]
        assert line.actor_kind
        assert line.at


@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
@given(lives)
def test_at_every_moment_one_person_answers_and_the_lines_tell_the_state(steps: list[int]) -> None:
    """R012, R080, R081: over random lives, after every step; and the chain holds at the end."""
    cast = Cast()
    with transaction.atomic():
        case = received(cast)
        check(case)
        for number in steps:
            live(cast, case, choose(case, number))
            check(case)
            event(case.state)
        assert list(ledger_faults()) == []
        transaction.set_rollback(True)


def test_the_accountable_party_of_each_stage(cast: Cast) -> None:
    """R012: the agent's owner, then the queue's, then the holder, then the queue's again."""
    case = received(cast)
    assert accountable_for(case) == cast.sunny
    live(cast, case, "triage, distress")
    assert accountable_for(case) == cast.queue("supervisors").owner
    live(cast, case, "compliance claims")
    assert accountable_for(case) == cast.cora
    live(cast, case, "release")
    assert accountable_for(case) == cast.queue("supervisors").owner
