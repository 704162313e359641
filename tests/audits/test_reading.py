"""R087: reading blind, the second reader, the adjudicator, and what follows from being wrong."""

from datetime import timedelta

import pytest
from django.db.models.functions import Now

from accounts.choices import RoleSlug
from accounts.models import Event, User
from accounts.services.roles import give_grant
from escalations.auditing import Answer
from escalations.choices import AuditState, CaseState, ReasonCode, Verdict
from escalations.errors import Conflict, Invalid, NotAllowed, NotVisible
from escalations.models import Alert, AuditAnswer, AuditItem, AuditSkip, BlindLabel, Case
from escalations.selectors.audits import truth_of
from reviews.services.adjudicating import Grade, adjudicate, grade_answer
from reviews.services.audits import Reading, answer_item, skip_item, take_next
from tests.audits.readers import (
    OTHERWISE,
    RIGHT,
    WRONG,
    all_drawn,
    decided_item,
    read,
    reader,
    settled_item,
)
from tests.cast import Cast
from tests.robot import Robot


@pytest.fixture
def item(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> AuditItem:
    all_drawn(cast, monkeypatch)
    return settled_item(cast)


@pytest.fixture
def robin(cast: Cast) -> User:
    """A second reader."""
    return reader("robin")


def now(item: AuditItem) -> tuple[str, str]:
    item.refresh_from_db()
    return item.state, item.verdict


def test_a_reader_who_finds_what_the_ai_found_ends_the_audit(cast: Cast, item: AuditItem) -> None:
    made = read(cast.quinn, RIGHT)
    assert (made.agrees, made.differs_in, now(item)) == (True, [], (AuditState.DONE, Verdict.RIGHT))
    label = BlindLabel.objects.get()
    assert (label.wrong, label.settled, label.probability, label.score) == (False, True, 1.0, 0.97)
    assert label.model_version == "scripted-1"
    assert Case.objects.get(pk=item.case_id).state == CaseState.CLOSED
    assert not Alert.objects.filter(kind="audit_wrong").exists()


def test_two_equal_answers_against_the_ai_bring_its_case_back_before_people_and_tell_them(
    cast: Cast, item: AuditItem, robin: User
) -> None:
    read(cast.quinn, WRONG)
    assert now(item) == (AuditState.SECOND, "")
    assert not BlindLabel.objects.exists()
    read(robin, WRONG)
    assert now(item) == (AuditState.DONE, Verdict.WRONG)
    assert BlindLabel.objects.get().wrong
    case = Case.objects.get(pk=item.case_id)
    assert (case.state, case.reason_codes[0]) == (CaseState.QUEUED, ReasonCode.RANDOM_AUDIT)
    event = Event.objects.filter(stream=case.pk, kind="case.reopened").get()
    assert (event.actor_kind, event.data["audit"]) == ("system", str(item.pk))
    alert = Alert.objects.get(kind="audit_wrong")
    assert (alert.case_id, alert.people) == (case.pk, [cast.acme_bot.owner_id])


def test_a_wrong_candidate_that_a_person_decided_stays_closed(
    cast: Cast, robin: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    all_drawn(cast, monkeypatch)
    item = decided_item(cast, cast.sunny)
    read(cast.quinn, WRONG)
    read(robin, WRONG)
    assert now(item) == (AuditState.DONE, Verdict.WRONG)
    assert (BlindLabel.objects.get().settled, BlindLabel.objects.get().score) == (False, 0.6)
    assert Case.objects.get(pk=item.case_id).state == CaseState.CLOSED


@pytest.mark.parametrize(
    ("second", "stands", "verdict"),
    [
        (RIGHT, "ai", "right"), (RIGHT, "first", "wrong"), (RIGHT, "second", "right"),
        (OTHERWISE, "none", "wrong"), (OTHERWISE, "second", "wrong"),
    ],
)  # fmt: skip
def test_readers_who_differ_go_to_an_adjudicator(
    cast: Cast, item: AuditItem, robin: User, second: Reading, stands: str, verdict: str
) -> None:
    read(cast.quinn, WRONG)
    read(robin, second)
    assert now(item) == (AuditState.DISPUTED, "")
    assert take_next(reader("third")) is None
    adjudicate(item_id=item.pk, actor=cast.ella, stands=stands, note="The page says so.", key="k")
    again = adjudicate(item_id=item.pk, actor=cast.ella, stands=stands, note="The page says so.", key="k")
    assert (now(item), again.role) == ((AuditState.DONE, verdict), "adjudicator")
    assert BlindLabel.objects.get().wrong == (verdict == "wrong")


def test_only_an_adjudicator_without_a_hand_in_it_settles_and_says_why(
    cast: Cast, item: AuditItem, robin: User
) -> None:
    read(cast.quinn, WRONG)
    with pytest.raises(Conflict):
        adjudicate(item_id=item.pk, actor=cast.ella, stands="ai", note="why")
    read(robin, RIGHT)
    for stranger in (cast.quinn, cast.fay, cast.audrey):
        with pytest.raises(NotVisible):
            adjudicate(item_id=item.pk, actor=stranger, stands="ai", note="why")
    with pytest.raises(Invalid) as told:
        adjudicate(item_id=item.pk, actor=cast.ella, stands="mine", note=" ")
    assert set(told.value.errors) == {"stands", "note"}


def test_a_share_is_read_twice_whatever_the_first_reader_finds(
    cast: Cast, robin: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    all_drawn(cast, monkeypatch, double=True)
    item = settled_item(cast)
    read(cast.quinn, RIGHT)
    assert now(item) == (AuditState.SECOND, "")
    read(robin, RIGHT)
    assert now(item) == (AuditState.DONE, Verdict.RIGHT)


def test_the_same_answer_sent_twice_is_one_and_another_is_refused(cast: Cast, item: AuditItem) -> None:
    first = read(cast.quinn, WRONG, key="k-1")
    again = answer_item(item_id=item.pk, actor=cast.quinn, given=WRONG, key="k-1")
    assert again.pk == first.pk
    for key in ("k-2", ""):
        with pytest.raises(Conflict):
            answer_item(item_id=item.pk, actor=cast.quinn, given=RIGHT, key=key)
    assert AuditAnswer.objects.count() == 1
    assert take_next(cast.quinn) is None  # the second reading is another's


def test_nobody_is_given_a_case_that_they_had_a_hand_in(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    all_drawn(cast, monkeypatch)
    both = reader("both", role=RoleSlug.SUPERVISOR)
    give_grant(to=both, role="qa", client=None, queues=(), actor=None)
    both = User.objects.get(pk=both.pk)
    item = decided_item(cast, both)
    assert take_next(both) is None
    AuditItem.objects.filter(pk=item.pk).update(holder=both, lease_until=Now() + timedelta(hours=1))
    with pytest.raises(NotAllowed):
        answer_item(item_id=item.pk, actor=both, given=RIGHT)


def test_items_are_spread_and_come_back_when_their_reader_lets_the_time_pass(
    cast: Cast, item: AuditItem, robin: User
) -> None:
    other = settled_item(cast)
    first, second = take_next(cast.quinn), take_next(robin)
    assert {first, second} == {item, other}
    assert take_next(cast.quinn) == first  # what one has open comes first
    AuditItem.objects.filter(pk=item.pk).update(lease_until=Now() - timedelta(seconds=1))
    assert take_next(reader("third")) == item
    with pytest.raises(Conflict):
        answer_item(item_id=item.pk, actor=cast.quinn, given=RIGHT)


def test_giving_one_back_needs_a_reason_and_passes_it_to_somebody_else(
    cast: Cast, item: AuditItem, robin: User
) -> None:
    take_next(cast.quinn)
    with pytest.raises(Invalid):
        skip_item(item_id=item.pk, actor=cast.quinn, reason="")
    skip_item(item_id=item.pk, actor=cast.quinn, reason="conflict")
    assert AuditSkip.objects.get().reason == "conflict"
    assert take_next(cast.quinn) is None
    assert take_next(robin) == item
    with pytest.raises(Conflict):
        skip_item(item_id=item.pk, actor=cast.quinn, reason="other")


def test_another_clients_reader_and_whoever_reads_no_audits_get_none(cast: Cast, item: AuditItem) -> None:
    for person in (reader("birchy", cast.birch), cast.fay, cast.sunny, cast.audrey, cast.adam):
        assert take_next(person) is None
        with pytest.raises(NotVisible):
            answer_item(item_id=item.pk, actor=person, given=RIGHT)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        (Reading("", "answer_customer", "answered"), "category"),
        (Reading("faq_general", "launch_rocket", "answered"), "action"),
        (Reading("faq_general", "none", "settled_by_ai"), "disposition"),
    ],
)
def test_an_answer_that_makes_no_sense_is_told_by_its_field(
    cast: Cast, item: AuditItem, given: Reading, field: str
) -> None:
    take_next(cast.quinn)
    with pytest.raises(Invalid) as told:
        answer_item(item_id=item.pk, actor=cast.quinn, given=given)
    assert set(told.value.errors) == {field}
    assert not AuditAnswer.objects.exists()


def test_words_stay_out_of_the_trail(cast: Cast, item: AuditItem) -> None:
    read(cast.quinn, Reading("faq_general", "none", "answered", note="Zanzibar-4417 was not asked for"))
    event = Event.objects.filter(stream=item.case_id, kind="audit.answered").get()
    assert "Zanzibar" not in str(event.data)
    assert event.data["differs_in"] == ["action"]
    assert set(event.data["commitments"]) == {"note"}


def test_an_agent_does_not_learn_what_is_audited(cast: Cast, item: AuditItem, robot: Robot) -> None:
    """T28: its own cases' trail does not tell, not even afterwards."""
    read(cast.quinn, WRONG)
    kinds = [line["kind"] for line in robot.get(item.case_id, "events").json()["events"]]
    assert "case.closed" in kinds
    assert not [kind for kind in kinds if kind.startswith("audit.")]


def test_what_an_audit_found_to_be_true_can_be_learned_from(cast: Cast, item: AuditItem, robin: User) -> None:
    assert truth_of(item) is None
    read(cast.quinn, WRONG)
    read(robin, OTHERWISE)
    adjudicate(item_id=item.pk, actor=cast.ella, stands="second", note="A person had to.")
    item.refresh_from_db()
    assert truth_of(item) == Answer("complaint_service", "person", {})
    right = settled_item(cast)
    read(cast.quinn, RIGHT)
    right.refresh_from_db()
    assert truth_of(right) == Answer("faq_general", "answer_customer", {})


def test_the_rubric_is_given_once_by_whoever_answered(cast: Cast, item: AuditItem, robin: User) -> None:
    read(cast.quinn, WRONG)
    with pytest.raises(NotVisible):
        grade_answer(item_id=item.pk, actor=robin, given=Grade((), "none"))
    with pytest.raises(Invalid):
        grade_answer(item_id=item.pk, actor=cast.quinn, given=Grade(("policy",), "major"))
    made = grade_answer(item_id=item.pk, actor=cast.quinn, given=Grade(("policy",), "major", "ai"))
    assert (made.rubric["policy"], made.rubric["facts"]) == (False, True)
    assert grade_answer(item_id=item.pk, actor=cast.quinn, given=Grade((), "none")) == made
