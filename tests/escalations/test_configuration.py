"""What processes keep of the configuration: never older than the statement that asks for it."""

import uuid

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from escalations.models import Case, CaseType, Queue, Stamp, TierRule
from escalations.selectors.configuration import configuration
from reviews.selectors.case_page import case_page
from reviews.selectors.deciding import case_to_decide
from tests.accounts.ledger import run
from tests.cast import Cast
from tests.reviews.deciding import held
from tests.reviews.makers import waiting

WRITES = {
    "a client": "UPDATE accounts_client SET name = name || '!'",
    "an agent": "UPDATE accounts_aiagent SET version = '9' WHERE name = 'acme-bot'",
    "a queue": "UPDATE escalations_queue SET name = name || '!'",
    "a type": "UPDATE escalations_casetype SET undo_seconds = 77",
    "a tier": "UPDATE escalations_tierrule SET authority = 12345",
    "nothing": "DELETE FROM escalations_queue WHERE slug = 'none'",
}


@pytest.fixture
def case(cast: Cast) -> Case:
    return held(waiting(cast.case_type("billing_dispute"), cast.acme_bot), cast.fay)


def stamp() -> str:
    return str(Stamp.objects.get().value)


@pytest.mark.parametrize("what", WRITES)
def test_every_statement_that_changes_configuration_brings_a_new_stamp(cast: Cast, what: str) -> None:
    before = stamp()
    run(WRITES[what])
    assert stamp() != before
    assert Stamp.objects.count() == 1


def test_the_next_page_and_the_next_decision_know_the_change(cast: Cast, case: Case) -> None:
    """By statements that know nothing of any cache."""
    case_page(cast.fay, case.ref)
    CaseType.objects.filter(pk=case.case_type_id).update(name="Renamed", undo_seconds=77)
    Queue.objects.filter(slug="sme").update(name="Wise heads")
    TierRule.objects.filter(client=None, number=3).update(authority=None)
    page, asked = case_page(cast.fay, case.ref), case_to_decide(cast.fay, case.ref)
    assert (page.case.case_type.name, asked.case.case_type.undo_seconds) == ("Renamed", 77)
    assert "Wise heads" in {queue.name for queue in page.targets}
    assert asked.settles[3] is None


def test_unchanged_it_is_not_read_again(cast: Cast, case: Case) -> None:
    case_page(cast.fay, case.ref)
    with CaptureQueriesContext(connection) as asked:
        case_page(cast.fay, case.ref)
    assert len(asked) == 1
    assert configuration(stamp()) is configuration(stamp())


def test_a_change_that_was_taken_back_is_never_told(cast: Cast, case: Case) -> None:
    """Its stamp goes with it, and comes with no later change either."""
    was = case_page(cast.fay, case.ref).case.case_type.name
    with transaction.atomic():
        CaseType.objects.filter(pk=case.case_type_id).update(name="Never")
        assert case_page(cast.fay, case.ref).case.case_type.name == "Never"
        transaction.set_rollback(True)
    assert case_page(cast.fay, case.ref).case.case_type.name == was
    CaseType.objects.filter(pk=case.case_type_id).update(undo_seconds=5)
    assert case_page(cast.fay, case.ref).case.case_type.name == was


def test_without_a_stamp_nothing_is_believed(cast: Cast) -> None:
    known = configuration(stamp())
    assert configuration(None) is not known
    assert configuration(str(uuid.uuid4())).queues == known.queues
