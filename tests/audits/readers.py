"""Readers, and cases that were drawn for them; all made by the services."""

from typing import Any

import pytest

from accounts.choices import RoleSlug
from accounts.models import Client, User
from accounts.services.roles import give_grant
from escalations.models import AuditAnswer, AuditItem, AuditPlan, Case
from escalations.services import auditing
from reviews.services.audits import Reading, answer_item, take_next
from tests.cast import PASSWORD, Cast
from tests.engine import Scripted, work
from tests.escalations.bodies import faq
from tests.escalations.cases import let_undo_pass, queued, received
from tests.escalations.people import claim, decide

RIGHT = Reading("faq_general", "answer_customer", "answered")
"""What the AI answers to a plain question."""
WRONG = Reading("order_status", "search_help", "refused")
OTHERWISE = Reading("complaint_service", "person", "refused")


def reader(name: str, client: Client | None = None, role: RoleSlug = RoleSlug.QA) -> User:
    """Somebody who reads audits."""
    person = User.objects.create_user(f"{name}@example.test", PASSWORD, name=f"{name.title()} Reader")
    give_grant(to=person, role=role, client=client, queues=(), actor=None)
    return User.objects.get(pk=person.pk)


def all_drawn(cast: Cast, monkeypatch: pytest.MonkeyPatch, *, double: bool = False) -> None:
    """From now on every plain question of Acme's is audited; read twice by plan, all of them or none."""
    AuditPlan.objects.create(case_type=cast.case_type("faq_chat"), rate=1, learning_rate=1)
    monkeypatch.setattr(auditing, "DOUBLE", 1.0 if double else 0.0)


def settled_item(cast: Cast, **body: Any) -> AuditItem:
    """A question that the AI settled, final and drawn."""
    case = received(cast, **body)
    work()
    let_undo_pass(case)
    return item_of(case)


def decided_item(cast: Cast, by: User) -> AuditItem:
    """A question that the AI was not sure of; `by` decided it, and it was drawn."""
    case = queued(cast, engine=Scripted(confidence=0.6), **faq())
    claim(case, by)
    decide(case, by, "approve", disposition="answered")
    let_undo_pass(case)
    return item_of(case)


def item_of(case: Case) -> AuditItem:
    """The audit of a case."""
    return AuditItem.objects.select_related("draw", "case", "case_type").get(case=case)


def read(actor: User, given: Reading, *, key: str = "") -> AuditAnswer:
    """`actor` takes the next audit and answers it."""
    item = take_next(actor)
    assert item is not None, f"nothing waits for {actor}"
    return answer_item(item_id=item.pk, actor=actor, given=given, key=key)
