"""Deciding: every verb's rules, the fence, what is written, and what the ledger may know."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.db.models.functions import Now
from django.utils import timezone

from accounts.choices import EventKind
from accounts.ledger import commitment
from accounts.models import Event
from escalations.choices import FINAL_VERBS
from escalations.errors import Invalid, NotAllowed, NotVisible, Stale
from escalations.models import Case, Decision, Job
from escalations.selectors.policy import document_of
from escalations.transitions import move
from reviews.models import Correction, Draft, TrainingExample
from reviews.selectors.deciding import case_to_decide
from reviews.services import outcomes
from reviews.services.claim import claim_case, claim_next, take_over
from reviews.services.drafts import keep_draft
from reviews.services.lease import release_case
from reviews.services.sweep import expire_leases, wake_cases
from tests.cast import Cast
from tests.reviews.conftest import MakeCase, statements
from tests.reviews.deciding import ANSWERED, decide, held
from tests.reviews.makers import SECRET

WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "no verb": ({"verb": ""}, "verb"),
    "an AI's verb": ({"verb": "auto_resolve", "disposition": "answered"}, "verb"),
    "no disposition": ({"verb": "approve"}, "disposition"),
    "a foreign disposition": ({"verb": "reject", "disposition": "credit_issued"}, "disposition"),
    "approve with a changed field": (
        ANSWERED | {"values": {"amount": "10"}, "error_types": {"amount": "wrong_value"}}, "verb"),
    "correct without a change": (
        {"verb": "correct", "disposition": "answered", "values": {"amount": "84.20"}}, "verb"),
    "correct without an error type": (
        {"verb": "correct", "disposition": "answered", "values": {"amount": "10"}}, "e.amount"),
    "an unknown error type": (
        {"verb": "correct", "disposition": "answered", "values": {"amount": "10"},
         "error_types": {"amount": "typo"}}, "e.amount"),
    "override without what was wrong": ({"verb": "override", "disposition": "answered"}, "reason"),
    "escalate without a reason": ({"verb": "escalate"}, "reason"),
    "escalate downwards": ({"verb": "escalate", "reason": "risk", "target": "nowhere"}, "target"),
    "return without instructions": ({"verb": "return_to_ai"}, "instructions"),
    "snooze into the past": ({"verb": "snooze", "until": timezone.now() - timedelta(hours=1)}, "until"),
    "hold for a year": ({"verb": "hold", "until": timezone.now() + timedelta(days=365)}, "until"),
}  # fmt: skip

RIGHT: dict[str, tuple[dict[str, Any], str]] = {
    "approve": (ANSWERED, "resolved"),
    "correct": (
        {"verb": "correct", "disposition": "answered", "error_types": {"amount": "wrong_value"},
         "values": {"amount": "48.20", "account_number": SECRET}}, "resolved"),
    "override": ({"verb": "override", "disposition": "refused", "reason": "facts"}, "resolved"),
    "reject": ({"verb": "reject", "disposition": "refused"}, "resolved"),
    "return_to_ai": ({"verb": "return_to_ai", "instructions": f"Ask {SECRET} for the invoice."}, "with_ai"),
    "escalate": ({"verb": "escalate", "reason": "authority"}, "queued"),
    "hold": ({"verb": "hold"}, "on_hold"),
    "snooze": ({"verb": "snooze", "until": timezone.now() + timedelta(days=1)}, "snoozed"),
    "request_info": ({"verb": "request_info", "reply": f"Which card, {SECRET}?"}, "on_hold"),
}  # fmt: skip


@pytest.mark.parametrize(("given", "where"), WRONG.values(), ids=WRONG.keys())
def test_an_incomplete_decision_is_refused_field_by_field_and_writes_nothing(
    given: dict[str, Any], where: str, cast: Cast, new_case: MakeCase
) -> None:
    case = held(new_case(), cast.fay)
    with pytest.raises(Invalid) as refused:
        decide(case, cast.fay, **given)
    assert list(refused.value.errors) == [where]
    assert not Decision.objects.exists()
    case.refresh_from_db()
    assert case.state == "claimed"


@pytest.mark.parametrize(("given", "state"), RIGHT.values(), ids=RIGHT.keys())
def test_every_verb_leaves_one_decision_and_one_event_and_moves_the_case(
    given: dict[str, Any], state: str, cast: Cast, new_case: MakeCase
) -> None:
    """R071, R081: approve, correct, override, reject, return, escalate, hold, snooze, request info."""
    case = held(new_case(), cast.fay)
    moves = Event.objects.filter(stream=case.pk, kind__startswith="case.")
    events = moves.count()
    decide(case, cast.fay, **given)
    made = Decision.objects.get(case=case)
    case.refresh_from_db()
    assert case.state == state
    assert (case.holder, case.lease_until) == (None, None)
    assert (made.verb, made.user, made.actor_kind, made.standing) == (
        given["verb"],
        cast.fay,
        "human",
        "pending",
    )
    assert moves.count() == events + 1
    assert Job.objects.filter(kind="close", key=str(made.pk), case=case, state="ready").exists()
    told = moves.latest("seq")
    assert told.data["decision"] == str(made.pk)
    assert told.data["policy"] == cast.policy.digest
    assert TrainingExample.objects.filter(decision=made).exists() == (given["verb"] in FINAL_VERBS)


@pytest.mark.parametrize("given", [given for given, _ in RIGHT.values()], ids=RIGHT.keys())
def test_no_words_of_a_customer_or_a_reviewer_enter_the_ledger(
    given: dict[str, Any], cast: Cast, new_case: MakeCase
) -> None:
    """R135, safety 3: texts stand in the chain only as salted commitments."""
    case = held(new_case(), cast.fay)
    decide(case, cast.fay, note=f"She said {SECRET}.", **given)
    for event in Event.objects.filter(stream=case.pk):
        assert SECRET.encode() not in bytes(event.body)
        assert SECRET not in json.dumps(event.data)
    made = Decision.objects.get(case=case)
    told = Event.objects.filter(stream=case.pk, kind__startswith="case.").latest("seq")
    assert told.data["commitments"]["note"] == commitment(bytes(made.salt), made.note)


def test_a_correction_keeps_before_and_after_and_the_versions_that_made_the_error(
    cast: Cast, new_case: MakeCase
) -> None:
    """R071 field diff; R102 no correction is lost."""
    case = held(new_case(), cast.fay)
    decide(case, cast.fay, **RIGHT["correct"][0])
    made = Decision.objects.get()
    fix = Correction.objects.get(decision=made)
    assert (fix.field, fix.before, fix.after, fix.error_type) == ("amount", "84.20", "48.20", "wrong_value")
    assert fix.confidence == pytest.approx(0.99)
    assert made.values == {"amount": "48.20", "account_number": SECRET}
    taught = TrainingExample.objects.get(decision=made)
    assert not taught.agrees
    assert (taught.model_version, taught.agent_version) == ("embedded-1", "acme-bot-1")
    assert taught.policy == cast.policy
    assert taught.ai_output["proposed"]["action"] == "issue_credit"
    assert [field["value"] for field in taught.ai_output["fields"]] == ["84.20", "48.20", SECRET]
    assert taught.human_output["values"]["amount"] == "48.20"


def test_an_override_may_correct_fields_too_and_says_what_was_wrong(cast: Cast, new_case: MakeCase) -> None:
    case = held(new_case(), cast.fay)
    decide(
        case, cast.fay, verb="override", disposition="refused", reason="tool",
        values={"amount": "1"}, error_types={"amount": "invented_value"},
    )  # fmt: skip
    assert Correction.objects.get().error_type == "invented_value"
    assert Event.objects.filter(stream=case.pk).latest("seq").data["corrections"] == ["invented_value"]


def test_escalating_raises_queue_and_tier_with_the_reason_on_record(cast: Cast, new_case: MakeCase) -> None:
    """R030, R080: one action carries reason, from, to, actor and policy version."""
    case = held(new_case(), cast.fay)
    decide(case, cast.fay, verb="escalate", reason="authority", target="compliance")
    case.refresh_from_db()
    assert case.queue is not None
    assert (case.queue.slug, case.tier, case.state) == ("compliance", 3, "queued")
    told = Event.objects.get(stream=case.pk, kind="case.escalated").data
    assert {name: told[name] for name in ("reason", "from", "to", "tier_from", "tier_to")} == {
        "reason": "authority", "from": "billing", "to": "compliance", "tier_from": 1, "tier_to": 3,
    }  # fmt: skip
    assert claim_next(actor=cast.fay) is None
    assert claim_next(actor=cast.cora) == case


def test_escalating_without_a_target_goes_to_the_next_tier_up(cast: Cast, new_case: MakeCase) -> None:
    case = held(new_case(), cast.fay)
    decide(case, cast.fay, verb="escalate", reason=f"I do not believe {SECRET}")
    case.refresh_from_db()
    assert case.tier == 2
    assert Event.objects.get(stream=case.pk, kind="case.escalated").data["reason"] == "other"


def test_an_approved_proposal_is_stored_as_approved(cast: Cast, new_case: MakeCase) -> None:
    case = held(new_case(), cast.fay)
    decide(case, cast.fay)
    made = Decision.objects.get()
    assert made.action == {
        "action": "issue_credit", "arguments": {"amount": "84.20", "text": "Credited 84.20."}
    }  # fmt: skip
    assert TrainingExample.objects.get().agrees


def test_snoozes_holds_and_an_idle_ai_end_by_themselves(cast: Cast, new_case: MakeCase) -> None:
    for name in ("hold", "snooze", "request_info", "return_to_ai"):
        decide(held(new_case(), cast.fay), cast.fay, **RIGHT[name][0])
    assert wake_cases() == 0
    Case.objects.update(wake_at=Now())
    assert wake_cases() == 4
    assert set(Case.objects.values_list("state", "wake_at")) == {("queued", None)}


def test_a_people_only_case_is_never_returned_to_the_ai(cast: Cast, new_case: MakeCase) -> None:
    """R013."""
    case = held(new_case("legal", tier=3, senior_only=True), cast.cora)
    with pytest.raises(Invalid) as refused:
        decide(case, cast.cora, verb="return_to_ai", instructions="Answer it.")
    assert "verb" in refused.value.errors


def test_who_lost_the_lease_cannot_decide(cast: Cast, new_case: MakeCase) -> None:
    """P4: taken over, run out, given back by the sweeper."""
    taken, late, swept = (held(new_case(), cast.fay) for _ in range(3))
    take_over(case=taken, actor=cast.sunny)
    Case.objects.filter(pk=late.pk).update(lease_until=Now() - timedelta(seconds=1))
    for case, said in ((taken, "Sunny E. has it now"), (late, "no longer hold")):
        with pytest.raises(Stale, match=said):
            decide(case, cast.fay)
    Case.objects.filter(pk=swept.pk).update(lease_until=Now() - timedelta(seconds=1))
    expire_leases()
    with pytest.raises(Stale, match="went back to the queue"):
        decide(swept, cast.fay)
    assert not Decision.objects.exists()


@pytest.mark.parametrize("between", ["claimed anew", "a message", "lease over"])
def test_what_happens_between_reading_and_writing_is_caught_by_the_fence(
    between: str, cast: Cast, new_case: MakeCase, monkeypatch: pytest.MonkeyPatch
) -> None:
    """P4: the late decision changes no row, although everything was right when it was checked."""
    case = held(new_case(), cast.fay)
    mine, outcome_of = Case.objects.filter(pk=case.pk), outcomes.of

    def meanwhile(*args: Any) -> Any:
        if between == "claimed anew":
            release_case(case=case, actor=cast.fay)
            claim_case(case=Case.objects.select_related("queue").get(pk=case.pk), actor=cast.fay)
        elif between == "a message":
            move(mine, EventKind.CASE_MESSAGE, actor=cast.acme_bot, data={})
        else:
            mine.update(lease_until=Now() - timedelta(microseconds=1))
        return outcome_of(*args)

    monkeypatch.setattr("reviews.services.outcomes.of", meanwhile)
    with pytest.raises(Stale):
        decide(case, cast.fay)
    assert not Decision.objects.exists()


def test_an_old_version_is_refused_and_the_draft_stays(cast: Cast, new_case: MakeCase) -> None:
    """P16: what was typed survives."""
    case = held(new_case(), cast.fay)
    keep_draft(case=case, actor=cast.fay, body={"note": "half a thought"})
    case.version -= 1
    with pytest.raises(Stale, match="has changed since you opened it"):
        decide(case, cast.fay)
    assert Draft.objects.get().body == {"note": "half a thought"}


def test_a_final_decision_ends_the_draft_and_a_snooze_keeps_it(cast: Cast, new_case: MakeCase) -> None:
    snoozed, settled = held(new_case(), cast.fay), held(new_case(), cast.fay)
    for case in (snoozed, settled):
        keep_draft(case=case, actor=cast.fay, body={"note": "so far"})
    decide(snoozed, cast.fay, verb="snooze")
    decide(settled, cast.fay)
    assert Draft.objects.get().case == snoozed


def test_nobody_decides_what_is_not_theirs_to_see_or_to_decide(cast: Cast, new_case: MakeCase) -> None:
    case = held(new_case(), cast.fay)
    with pytest.raises(NotVisible):
        case_to_decide(cast.frida, case.ref)
    with pytest.raises(Stale):
        decide(case, cast.finn)
    with pytest.raises(NotAllowed):
        decide(case, cast.quinn)


def test_a_case_that_became_high_risk_is_no_longer_a_frontline_decision(
    cast: Cast, new_case: MakeCase
) -> None:
    case = held(new_case(), cast.fay)
    Case.objects.filter(pk=case.pk).update(risk="high")
    with pytest.raises(NotAllowed, match="senior"):
        decide(case, cast.fay)


def test_the_database_refuses_an_ai_that_decides_for_a_person(cast: Cast, new_case: MakeCase) -> None:
    """T7."""
    case = held(new_case(), cast.fay)
    decide(case, cast.fay)
    made = Decision.objects.get()
    made.pk, made.claim_token, made.key, made.actor_kind, made.user = None, 99, "", "ai", None
    with pytest.raises(IntegrityError), transaction.atomic():
        made.save(force_insert=True)


def test_the_next_case_is_claimed_with_the_decision(cast: Cast, new_case: MakeCase) -> None:
    case, following = held(new_case(severity=1), cast.fay), new_case()
    done = decide(case, cast.fay, stay=False)
    assert done.next is not None
    following.refresh_from_db()
    assert (done.next.ref, done.next.token) == (following.ref, following.claim_token)
    assert following.holder == cast.fay
    assert not done.opened


def test_the_prefetched_case_becomes_a_lease_and_is_not_swapped_for_a_graver_one(
    cast: Cast, new_case: MakeCase
) -> None:
    case, shown = held(new_case(severity=1), cast.fay), new_case(severity=4)
    graver = new_case(severity=1)
    done = decide(case, cast.fay, opened=shown.ref, stay=False)
    assert done.next is not None
    assert (done.next.ref, done.opened) == (shown.ref, True)
    graver.refresh_from_db()
    assert graver.state == "queued"


def test_when_somebody_else_has_the_prefetched_case_the_next_one_comes(
    cast: Cast, new_case: MakeCase
) -> None:
    case, shown, other = held(new_case(), cast.fay), new_case(), new_case()
    held(shown, cast.finn)
    done = decide(case, cast.fay, opened=shown.ref, stay=False)
    assert done.next is not None
    assert (done.next.ref, done.opened) == (other.ref, False)


def test_the_same_key_answers_as_the_first_time_and_decides_once(cast: Cast, new_case: MakeCase) -> None:
    """R002 of retries: a lost answer, asked for again."""
    case, _following = held(new_case(severity=1), cast.fay), new_case()
    first = decide(case, cast.fay, key="k1", stay=False)
    again = decide(case, cast.fay, key="k1", stay=False)
    assert again.replayed
    assert not first.replayed
    assert (again.id, again.next, again.undo_seconds) == (first.id, first.next, first.undo_seconds)
    assert Decision.objects.count() == 1
    other = held(new_case(), cast.fay)
    with pytest.raises(Invalid, match="another case"):
        decide(other, cast.fay, key="k1")


def test_a_later_decision_points_at_the_one_it_overrides(cast: Cast, new_case: MakeCase) -> None:
    """R081: nothing is edited."""
    case = held(new_case(), cast.fay)
    decide(case, cast.fay, verb="snooze")
    Case.objects.filter(pk=case.pk).update(wake_at=Now())
    wake_cases()
    decide(held(case, cast.finn), cast.finn)
    later, earlier = Decision.objects.all()
    assert later.overrides == earlier
    for change in ({"verb": "reject"}, {"note": "rewritten"}, {"disposition": "refused"}):
        with pytest.raises(Exception, match="never edited"), transaction.atomic():
            Decision.objects.filter(pk=later.pk).update(**change)


def test_deciding_and_claiming_the_next_costs_three_statements(cast: Cast, new_case: MakeCase) -> None:
    """Performance A1: with session, person and the next page there is room for eight."""
    case = held(new_case(severity=1), cast.fay)
    new_case()
    keep_draft(case=case, actor=cast.fay, body={"note": "so far"})
    assert case.policy is not None
    document_of(case.policy)  # a process reads a version of policy once
    with statements(3):
        decide(case, cast.fay, stay=False, **RIGHT["correct"][0])
