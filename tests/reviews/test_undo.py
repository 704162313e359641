"""Taking decisions back, and putting settled cases before people again."""

from datetime import timedelta
from typing import Any

import pytest
from django.db.models.functions import Now

from accounts.choices import EventKind
from accounts.models import Event
from escalations.errors import NotAllowed, NotVisible, Stale
from escalations.models import Case, Decision, Job
from escalations.services import due
from escalations.services.closing import close_case
from escalations.transitions import move
from reviews.models import Draft, TrainingExample
from reviews.selectors.case_page import case_page
from reviews.selectors.case_screen import case_screen
from reviews.services.claim import claim_next
from reviews.services.flag import flag_case
from reviews.services.lease import release_case
from reviews.services.undo import undo_decision
from tests.cast import Cast
from tests.reviews.conftest import MakeCase
from tests.reviews.deciding import decide, final, held


@pytest.mark.parametrize(
    "given",
    [
        {"verb": "reject", "disposition": "refused"},
        {"verb": "escalate", "reason": "risk", "target": "compliance"},
        {"verb": "snooze"},
        {"verb": "return_to_ai", "instructions": "Ask again."},
    ],
    ids=lambda given: given["verb"],
)
def test_undo_gives_the_case_back_with_a_new_token_and_deletes_nothing(
    given: dict[str, Any], cast: Cast, new_case: MakeCase
) -> None:
    """R081: a compensating event; the decision stays, as undone."""
    case = held(new_case(), cast.fay)
    done = decide(case, cast.fay, note="My words", **given)
    moved = undo_decision(decision_id=done.id, actor=cast.fay)
    back = Case.objects.select_related("queue").get(pk=case.pk)
    assert (back.state, back.holder, back.tier, back.queue_slug) == ("claimed", cast.fay, 1, "billing")
    assert moved.claim_token == back.claim_token == case.claim_token + 1
    assert (back.wake_at, back.resolved_at) == (None, None)
    made = Decision.objects.get()
    assert made.standing == "undone"
    assert Draft.objects.get().body["note"] == "My words"
    assert Event.objects.get(stream=case.pk, kind=EventKind.CASE_UNDONE).data == {"decision": str(made.pk)}
    assert not Job.objects.filter(kind="close", state="ready").exists()
    decide(back, cast.fay)
    assert Decision.objects.filter(standing="pending").count() == 1


def test_the_undone_example_stays_for_the_export_to_leave_out_with_a_reason(
    cast: Cast, new_case: MakeCase
) -> None:
    """R102."""
    done = decide(held(new_case(), cast.fay), cast.fay)
    undo_decision(decision_id=done.id, actor=cast.fay)
    assert TrainingExample.objects.get().decision.standing == "undone"


def test_undo_is_for_its_maker_and_for_its_window(cast: Cast, new_case: MakeCase) -> None:
    done = decide(held(new_case(), cast.fay), cast.fay)
    with pytest.raises(NotVisible):
        undo_decision(decision_id=done.id, actor=cast.sunny)
    undo_decision(decision_id=done.id, actor=cast.fay)
    with pytest.raises(Stale, match="no longer"):
        undo_decision(decision_id=done.id, actor=cast.fay)


def test_a_final_decision_cannot_be_taken_back(cast: Cast, new_case: MakeCase) -> None:
    case = held(new_case(), cast.fay)
    done = decide(case, cast.fay)
    final(Decision.objects.get())
    with pytest.raises(Stale, match="no longer"):
        undo_decision(decision_id=done.id, actor=cast.fay)
    case.refresh_from_db()
    assert case.state == "closed"


def test_undo_comes_too_late_once_somebody_has_claimed_the_case(cast: Cast, new_case: MakeCase) -> None:
    case = held(new_case(), cast.fay)
    done = decide(case, cast.fay, verb="escalate", reason="risk", target="supervisors")
    assert claim_next(actor=cast.sunny) == case
    with pytest.raises(Stale):
        undo_decision(decision_id=done.id, actor=cast.fay)
    assert Decision.objects.get().standing == "pending"


def test_undo_comes_too_late_even_when_they_have_given_it_back(cast: Cast, new_case: MakeCase) -> None:
    """Somebody has read it in between; the token tells."""
    case = held(new_case(), cast.fay)
    done = decide(case, cast.fay, verb="escalate", reason="risk", target="supervisors")
    claim_next(actor=cast.sunny)
    release_case(case=case, actor=cast.sunny)
    with pytest.raises(Stale):
        undo_decision(decision_id=done.id, actor=cast.fay)


def test_the_worker_that_comes_after_an_undo_changes_nothing(cast: Cast, new_case: MakeCase) -> None:
    case = held(new_case(), cast.fay)
    done = decide(case, cast.fay)
    job = Job.objects.get(kind="close")
    undo_decision(decision_id=done.id, actor=cast.fay)
    Job.objects.filter(pk=job.pk).update(state="ready", next_at=Now())  # a wake-up that nobody cancelled
    taken = due.take(["close"])
    assert taken is not None
    close_case(taken)
    case.refresh_from_db()
    assert case.state == "claimed"


def test_a_new_message_does_not_spoil_an_undo(cast: Cast, new_case: MakeCase) -> None:
    case = held(new_case(), cast.fay)
    done = decide(case, cast.fay)
    move(Case.objects.filter(pk=case.pk), EventKind.CASE_MESSAGE, actor=cast.acme_bot, data={})
    undo_decision(decision_id=done.id, actor=cast.fay)
    case.refresh_from_db()
    assert case.state == "claimed"


def test_flagging_a_closed_case_brings_it_to_people_and_the_next_decision_overrides(
    cast: Cast, new_case: MakeCase
) -> None:
    case = held(new_case(), cast.fay)
    decide(case, cast.fay)
    final(Decision.objects.get())
    case = Case.objects.select_related("queue", "client", "case_type").get(pk=case.pk)
    with pytest.raises(NotAllowed):
        flag_case(case=case, actor=cast.audrey, reason="odd")
    flag_case(case=case, actor=cast.quinn, reason="The amount looks wrong to me")
    case.refresh_from_db()
    assert (case.state, case.closed_at) == ("queued", None)
    assert "MANUAL_FLAG" in case.reason_codes
    told = Event.objects.get(stream=case.pk, kind="case.flagged")
    assert told.data["reason"] == "MANUAL_FLAG"
    assert "wrong to me" not in str(told.data)
    page = case_screen(case_page(cast.finn, case.ref), cast.finn)
    assert [r.text for r in page.reasons if r.code == "MANUAL_FLAG"] == [
        "Quinn Example: The amount looks wrong to me"
    ]
    decide(held(case, cast.finn), cast.finn, verb="override", disposition="refused", reason="facts")
    later, earlier = Decision.objects.all()
    assert later.overrides == earlier
    assert earlier.standing == "final"


def test_flagging_in_vain_is_a_conflict(cast: Cast, new_case: MakeCase) -> None:
    with pytest.raises(Stale):
        flag_case(case=new_case(), actor=cast.quinn, reason="odd")


def test_the_window_is_the_databases_clock(cast: Cast, new_case: MakeCase) -> None:
    """P13: `undo_until` is set and read by the database."""
    decide(held(new_case(), cast.fay), cast.fay)
    made = Decision.objects.annotate(now=Now()).get()
    assert made.undo_until is not None
    assert timedelta(0) < made.undo_until - made.now <= timedelta(seconds=30)
