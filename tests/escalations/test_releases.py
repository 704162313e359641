"""Policy as a release: two people who did not write it approve it, and what they approve is what goes live (R091)."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from accounts.choices import RoleSlug
from accounts.models import Event
from accounts.services.roles import give_grant
from escalations.errors import Conflict, DomainError, Invalid, NotAllowed, Stale
from escalations.models import Approval, Job, PolicyDraft, PolicyVersion
from escalations.policy.default import default_data
from escalations.selectors.policy import live_policy
from escalations.selectors.releases import standing_of
from escalations.services.drafting import begin_draft, change_draft, rebase_draft, withdraw_draft
from escalations.services.policies import publish_policy
from escalations.services.releases import approve_draft, publish_draft, refuse_draft, roll_back
from tests.cast import Cast
from tests.engine import work
from tests.escalations.releases import (
    approved,
    drafted,
    rehearsed,
    released,
    second_admin,
    stricter,
)

pytestmark = pytest.mark.django_db


def state(draft: PolicyDraft) -> str:
    found = PolicyDraft.objects.select_related("version", "base").get(pk=draft.pk)
    return standing_of(found, live_policy()).state


def test_a_draft_becomes_the_policy_step_by_step(cast: Cast) -> None:
    draft = drafted(cast)
    seen = [state(draft)]
    rehearsed(cast, draft)
    seen.append(state(draft))
    approve_draft(draft=draft, digest=draft.digest, side="ai", actor=second_admin())
    seen.append(state(draft))
    approve_draft(draft=draft, digest=draft.digest, side="ops", actor=cast.sunny)
    seen.append(state(draft))
    version = publish_draft(draft=draft, digest=draft.digest, actor=cast.adam)
    seen.append(state(draft))
    assert seen == ["draft", "rehearsed", "rehearsed", "approved", "live"]
    assert live_policy() == version
    assert version is not None
    assert (version.number, version.created_by) == (2, cast.adam)
    line = Event.objects.filter(kind="policy.published").latest("at").data
    assert line["approved"] == {"ai": second_admin().pk, "ops": cast.sunny.pk}
    released(cast, stricter(0.9))
    assert state(draft) == "superseded"


def test_no_person_puts_a_policy_in_force_past_the_two(cast: Cast) -> None:
    """R091: neither through the set-up's service nor straight into the table."""
    with pytest.raises(NotAllowed):
        publish_policy(document=stricter(), actor=cast.adam)
    draft = drafted(cast)
    rehearsed(cast, draft)
    approve_draft(draft=draft, digest=draft.digest, side="ops", actor=cast.sunny)
    with pytest.raises(Conflict):
        publish_draft(draft=draft, digest=draft.digest, actor=cast.adam)
    with pytest.raises(DatabaseError, match="two people"), transaction.atomic():
        PolicyVersion.objects.create(
            number=9, document=draft.document, digest=draft.digest, created_by=cast.adam
        )
    assert live_policy() == cast.policy


def test_who_wrote_any_of_it_approves_none_of_it(cast: Cast) -> None:
    ada = second_admin()
    draft = drafted(cast)
    change_draft(draft=draft, document=stricter(0.98), edits=draft.edits, actor=ada)
    draft.refresh_from_db()
    rehearsed(cast, draft)
    for author in (cast.adam, ada):
        with pytest.raises(NotAllowed):
            approve_draft(draft=draft, digest=draft.digest, side="ai", actor=author)
    with pytest.raises(DatabaseError, match="their own"), transaction.atomic():
        Approval.objects.create(draft=draft, digest=draft.digest, base=draft.base, side="ai", by=ada)


def test_one_person_does_not_speak_for_both_sides(cast: Cast) -> None:
    ada = second_admin()
    give_grant(to=ada, role=RoleSlug.SUPERVISOR, client=None, queues=(), actor=None)
    draft = drafted(cast)
    rehearsed(cast, draft)
    approve_draft(draft=draft, digest=draft.digest, side="ai", actor=second_admin())
    with pytest.raises(Conflict):
        approve_draft(draft=draft, digest=draft.digest, side="ops", actor=second_admin())
    with pytest.raises(Conflict):
        approve_draft(draft=draft, digest=draft.digest, side="ai", actor=second_admin())


@pytest.mark.parametrize("name", ["finn", "ella", "cora", "quinn", "audrey", "stan"])
def test_others_neither_write_nor_approve_nor_go_back(cast: Cast, name: str) -> None:
    draft, person = drafted(cast), cast.person(name)
    rehearsed(cast, draft)
    refused: list[Callable[[], Any]] = [
        lambda: begin_draft(actor=person),
        lambda: change_draft(draft=draft, document=stricter(0.5), edits=draft.edits, actor=person),
        lambda: withdraw_draft(draft=draft, actor=person),
        lambda: rebase_draft(draft=draft, actor=person),
        lambda: approve_draft(draft=draft, digest=draft.digest, side="ai", actor=person),
        lambda: approve_draft(draft=draft, digest=draft.digest, side="ops", actor=person),
        lambda: refuse_draft(draft=draft, digest=draft.digest, actor=person, note="no"),
        lambda: publish_draft(draft=draft, digest=draft.digest, actor=person),
        lambda: roll_back(version=cast.policy, actor=person, reason="no"),
    ]
    for attempt in refused:
        with pytest.raises(NotAllowed):
            attempt()


def test_a_side_is_approved_only_by_its_owner(cast: Cast) -> None:
    draft = drafted(cast)
    rehearsed(cast, draft)
    for side, person in (("ai", cast.sunny), ("ops", second_admin()), ("both", second_admin())):
        with pytest.raises(NotAllowed):
            approve_draft(draft=draft, digest=draft.digest, side=side, actor=person)


def test_any_change_voids_what_was_said(cast: Cast) -> None:
    draft = approved(cast)
    old = draft.digest
    change_draft(draft=draft, document=stricter(0.97), edits=draft.edits, actor=cast.adam)
    assert state(draft) == "draft"
    for digest in (old, PolicyDraft.objects.get(pk=draft.pk).digest):
        with pytest.raises(Conflict):
            publish_draft(draft=draft, digest=digest, actor=cast.adam)
    with pytest.raises(Stale):
        approve_draft(draft=draft, digest=old, side="ai", actor=second_admin())


def test_a_change_made_from_an_older_look_changes_nothing(cast: Cast) -> None:
    draft = drafted(cast)
    change_draft(draft=draft, document=stricter(0.97), edits=draft.edits, actor=cast.adam)
    with pytest.raises(Stale):
        change_draft(draft=draft, document=stricter(0.5), edits=draft.edits, actor=cast.adam)
    assert PolicyDraft.objects.get(pk=draft.pk).document["thresholds"] == {"acme/faq_chat": 0.97}


def test_saving_the_same_again_keeps_the_approvals(cast: Cast) -> None:
    draft = approved(cast)
    change_draft(draft=draft, document=stricter(), edits=draft.edits, actor=cast.adam)
    assert state(draft) == "approved"


def test_who_refuses_says_why_and_it_stays_out_until_it_is_changed(cast: Cast) -> None:
    draft = drafted(cast)
    rehearsed(cast, draft)
    with pytest.raises(Invalid):
        refuse_draft(draft=draft, digest=draft.digest, actor=cast.sunny, note=" ")
    refuse_draft(draft=draft, digest=draft.digest, actor=cast.sunny, note="Too strict for nights.")
    assert state(draft) == "refused"
    with pytest.raises(Conflict):
        approve_draft(draft=draft, digest=draft.digest, side="ai", actor=second_admin())


def test_what_was_not_rehearsed_or_has_errors_is_not_approved(cast: Cast) -> None:
    draft = drafted(cast)
    with pytest.raises(Conflict, match="Rehearse"):
        approve_draft(draft=draft, digest=draft.digest, side="ops", actor=cast.sunny)
    document = default_data()
    rules = document["tables"]["reasons"]["nodes"][1]["content"]["rules"]
    rules[:] = [rule for rule in rules if rule["_id"] != "distress"]
    broken = drafted(cast, document)
    with pytest.raises(Conflict, match="errors"):
        rehearsed(cast, broken)
    with pytest.raises(Conflict, match="errors"):
        approve_draft(draft=broken, digest=broken.digest, side="ops", actor=cast.sunny)


GARBAGE: tuple[dict[str, Any], ...] = (
    {},
    {"schema": 1},
    {**default_data(), "numbers": {"distress_limit": "x"}},
    {**default_data(), "more": 1},
    {**default_data(), "thresholds": {"a/b": float("nan")}},
)


@pytest.mark.parametrize("garbage", GARBAGE)
def test_garbage_never_gets_into_a_draft(cast: Cast, garbage: dict[str, Any]) -> None:
    draft = begin_draft(actor=cast.adam)
    with pytest.raises(Invalid):
        change_draft(draft=draft, document=garbage, edits=draft.edits, actor=cast.adam)


def test_a_draft_that_was_overtaken_is_brought_up_to_date_and_said_of_anew(cast: Cast) -> None:
    first, second = approved(cast), approved(cast, stricter(0.8))
    publish_draft(draft=first, digest=first.digest, actor=cast.adam)
    with pytest.raises(Conflict, match="went live since"):
        publish_draft(draft=second, digest=second.digest, actor=cast.adam)
    rebase_draft(draft=second, actor=cast.adam)
    assert state(second) == "draft"


def test_it_is_published_once_however_often_it_is_pressed(cast: Cast) -> None:
    draft = approved(cast)
    publish_draft(draft=draft, digest=draft.digest, actor=cast.adam)
    with pytest.raises(Conflict):
        publish_draft(draft=draft, digest=draft.digest, actor=cast.sunny)
    assert PolicyVersion.objects.count() == 2


def test_it_goes_live_at_the_time_that_was_set(cast: Cast) -> None:
    draft = approved(cast)
    for wrong in (timedelta(minutes=-1), timedelta(days=100)):
        with pytest.raises(Invalid):
            publish_draft(draft=draft, digest=draft.digest, actor=cast.adam, at=timezone.now() + wrong)
    publish_draft(draft=draft, digest=draft.digest, actor=cast.sunny, at=timezone.now() + timedelta(hours=3))
    work()
    assert live_policy() == cast.policy
    Job.objects.filter(kind="publish_policy").update(next_at=timezone.now())
    work()
    assert live_policy().digest == draft.digest
    assert Event.objects.filter(kind="policy.published").latest("at").actor_kind == "system"


def test_a_change_before_the_time_keeps_it_from_going_live(cast: Cast) -> None:
    draft = approved(cast)
    publish_draft(draft=draft, digest=draft.digest, actor=cast.adam, at=timezone.now() + timedelta(hours=3))
    change_draft(draft=draft, document=stricter(0.97), edits=draft.edits, actor=cast.adam)
    Job.objects.filter(kind="publish_policy").update(next_at=timezone.now())
    work()
    assert live_policy() == cast.policy
    assert not Job.objects.filter(kind="publish_policy").exclude(state="done").exists()


def test_one_click_goes_back_as_a_new_version(cast: Cast) -> None:
    """The earlier document, a new number, one event; not by who only writes policy."""
    old = cast.policy
    released(cast)
    with pytest.raises(Invalid):
        roll_back(version=old, actor=cast.sunny, reason="")
    back = roll_back(version=old, actor=cast.sunny, reason="Too many escalations at night")
    assert (back.number, back.digest, back.restores) == (3, old.digest, old)
    assert live_policy() == back
    assert Event.objects.filter(kind="policy.rolled_back").count() == 1
    with pytest.raises(Conflict):
        roll_back(version=old, actor=cast.sunny, reason="Again")


def test_what_was_said_of_a_draft_is_written_once(cast: Cast) -> None:
    draft = approved(cast)
    for change in (lambda: draft.approvals.update(side="ai"), lambda: draft.approvals.all().delete()):
        with pytest.raises(DatabaseError, match="written once"), transaction.atomic():
            change()
    withdraw_draft(draft=draft, actor=cast.adam)
    with pytest.raises(DomainError):
        publish_draft(draft=draft, digest=draft.digest, actor=cast.adam)
