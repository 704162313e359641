"""The demo's audits are there from its first start, and a second start changes nothing."""

from accounts.models import Event
from config.demo import world
from config.demo.audits import RATE, load_audits
from escalations.models import AuditPeriod, AuditPlan
from tests.cast import Cast


def test_weeks_are_committed_and_the_types_that_the_ai_settles_are_audited_often(cast: Cast) -> None:
    """R087"""
    for _ in range(2):
        load_audits()
    assert AuditPeriod.objects.count() == 4  # two clients, this week and the next
    assert {plan.case_type.autonomy for plan in AuditPlan.objects.all()} == {"autonomous"}
    assert {plan.rate for plan in AuditPlan.objects.all()} == {RATE}
    assert Event.objects.filter(kind="audit.rate_changed").count() == AuditPlan.objects.count() > 0


def test_two_people_may_read_every_clients_audits() -> None:
    """A second reader is somebody else, and settled cases lie in every queue."""
    readers = [person for person in world.PEOPLE if person.role == "qa"]
    assert len(readers) >= 2
    assert not any(person.queues or person.clients for person in readers)
