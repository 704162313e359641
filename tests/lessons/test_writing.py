"""Lessons: who may write and publish them, what is kept, what never changes silently (R097)."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from accounts.ledger import commitment, stream_of
from accounts.ledger.reading import ledger_faults
from accounts.models import Event
from escalations.errors import Conflict, Invalid, NotAllowed
from reviews.models import Lesson, LessonText, LessonUse
from reviews.services.lessons import (
    change_lesson,
    erase_lesson,
    mark_useful,
    publish_lesson,
    retire_lesson,
    write_lesson,
)
from tests.cast import Cast
from tests.learning.people import taught
from tests.lessons.makers import HAPPENED, LEARNED, TITLE, proposed, published, said, settled
from tests.reviews.makers import SECRET

pytestmark = pytest.mark.django_db


def told(lesson: Lesson) -> list[Event]:
    return list(Event.objects.filter(stream=stream_of("lesson", lesson.pk)).order_by("seq"))


def test_whoever_decided_a_case_proposes_and_whoever_leads_publishes(cast: Cast) -> None:
    """R097: linked to the case, its type and the policy that decided it; in the ledger as commitments alone."""
    case = settled(cast)
    lesson = proposed(cast, case=case)
    assert (lesson.case_id, lesson.case_type_id, lesson.policy_id) == (
        case.pk,
        case.case_type_id,
        cast.policy.pk,
    )
    assert (lesson.state, lesson.author, lesson.client) == ("draft", cast.finn, cast.acme)
    with pytest.raises(NotAllowed):
        publish_lesson(lesson=lesson, actor=cast.finn, version=1)
    assert publish_lesson(lesson=lesson, actor=cast.quinn, version=1).published_by == cast.quinn
    with pytest.raises(Conflict):
        publish_lesson(lesson=lesson, actor=cast.quinn, version=1)
    written, shown = told(lesson)
    kept = LessonText.objects.get(lesson=lesson)
    assert (written.kind, shown.kind) == ("lesson.written", "lesson.published")
    assert written.data["commitments"]["happened"] == commitment(bytes(kept.salt), HAPPENED)
    assert shown.data["diff"] == {"state": ["draft", "published"]}
    assert not any(word in str(event.data) for event in (written, shown) for word in (SECRET, TITLE, LEARNED))
    assert list(ledger_faults()) == []


def test_nobody_writes_about_what_they_did_not_decide_or_what_is_not_settled(cast: Cast) -> None:
    """R097: not a colleague, not another client's, not while it can be undone; leads may about any."""
    case = settled(cast)
    for stranger in (cast.fay, cast.frida, cast.stan, cast.audrey, cast.adam):
        with pytest.raises(NotAllowed):
            write_lesson(case=case, actor=stranger, said=said())
    for lead in (cast.sunny, cast.quinn, cast.ella, cast.cora):
        assert write_lesson(case=case, actor=lead, said=said()).state == "draft"
    undoable = taught(cast, closed=False).case
    with pytest.raises(NotAllowed):
        write_lesson(case=undoable, actor=cast.sunny, said=said())
    assert Lesson.objects.count() == 4


def test_what_is_missing_or_unknown_is_said_beside_its_field(cast: Cast) -> None:
    """R097."""
    wrong: dict[str, Any] = {"title": " ", "learned": "x" * 4001, "reasons": ("NONSENSE",), "error_type": "nonsense",
             "policy_draft": 999}  # fmt: skip
    with pytest.raises(Invalid) as error:
        proposed(cast, **wrong)
    assert set(error.value.errors) == set(wrong)
    assert not Lesson.objects.exists()


def test_a_published_text_changes_only_by_a_version_that_is_kept(cast: Cast) -> None:
    """R097: its author may not any more, a lead may; what it said before can be read; the same again is no version."""
    lesson = published(cast)
    better = said(learned="Ask for a picture of the line.")
    with pytest.raises(NotAllowed):
        change_lesson(lesson=lesson, actor=cast.finn, said=better, version=1)
    lesson = change_lesson(lesson=lesson, actor=cast.sunny, said=better, version=1)
    assert change_lesson(lesson=lesson, actor=cast.sunny, said=better, version=2).version == 2
    assert (lesson.state, lesson.version, lesson.learned) == (
        "published",
        2,
        "Ask for a picture of the line.",
    )
    with pytest.raises(Conflict):
        change_lesson(lesson=lesson, actor=cast.ella, said=said(), version=1)
    texts = (
        LessonText.objects.filter(lesson=lesson).order_by("number").values_list("number", "learned", "writer")
    )
    assert list(texts) == [(1, LEARNED, cast.finn.pk), (2, "Ask for a picture of the line.", cast.sunny.pk)]
    assert [event.kind for event in told(lesson)] == ["lesson.written", "lesson.published", "lesson.written"]


def test_an_author_may_change_a_proposal_but_not_what_a_lead_tied_to_it(cast: Cast) -> None:
    """R097: the form of an author has neither pattern nor draft, and does not empty them."""
    lesson = proposed(cast)
    changed = change_lesson(lesson=lesson, actor=cast.finn, said=said(reasons=("DISTRESS",)), version=1)
    assert (changed.reasons, changed.version, changed.state) == (["DISTRESS"], 2, "draft")
    assert told(lesson)[1].data["diff"] == {"reasons": [["DISTRESS", "LOW_CONFIDENCE"], ["DISTRESS"]]}
    with pytest.raises(NotAllowed):
        change_lesson(lesson=changed, actor=cast.fay, said=said(), version=2)


def test_a_retired_lesson_stays_and_does_not_come_back(cast: Cast) -> None:
    """R097: by the services, and by the database whatever code forgot."""
    lesson = retire_lesson(lesson=published(cast), actor=cast.sunny, version=1)
    with pytest.raises(NotAllowed):
        change_lesson(lesson=lesson, actor=cast.sunny, said=said(title="Other"), version=1)
    with pytest.raises(Conflict):
        publish_lesson(lesson=lesson, actor=cast.sunny, version=1)
    rows, texts = Lesson.objects.filter(pk=lesson.pk), LessonText.objects.filter(lesson=lesson)
    wishes: list[Callable[[], object]] = [
        lambda: rows.update(state="published", retired_at=None, retired_by=None),
        lambda: rows.update(learned="Something else."),
        lambda: rows.update(author=cast.fay),
        lambda: texts.update(learned="Something else."),
        lambda: texts.delete(),
    ]
    for wish in wishes:
        with pytest.raises(DatabaseError), transaction.atomic():
            wish()


def test_an_erased_text_is_gone_from_every_version_and_the_chain_is_whole(cast: Cast) -> None:
    """R097: what tied it to the ledger is gone as well; a second time does nothing."""
    lesson = published(cast)
    lesson = change_lesson(lesson=lesson, actor=cast.sunny, said=said(title="Other"), version=1)
    with pytest.raises(NotAllowed):
        erase_lesson(lesson=lesson, actor=cast.finn)
    for _ in range(2):
        lesson = erase_lesson(lesson=lesson, actor=cast.quinn)
    assert (lesson.state, lesson.title, lesson.happened, lesson.learned) == ("retired", "", "", "")
    for text in LessonText.objects.filter(lesson=lesson):
        assert (text.title, text.happened, text.learned, bytes(text.salt)) == ("", "", "", b"")
    assert [event.kind for event in told(lesson)][-1] == "lesson.erased"
    assert len(told(lesson)) == 4
    assert list(ledger_faults()) == []


def test_a_person_counts_once_however_often_it_helped(cast: Cast) -> None:
    """R097: and may take it back."""
    lesson = published(cast)
    for person in (cast.fay, cast.fay, cast.finn):
        mark_useful(lesson=lesson, actor=person, useful=True)
    assert LessonUse.objects.filter(lesson=lesson).count() == 2
    mark_useful(lesson=lesson, actor=cast.fay, useful=False)
    assert LessonUse.objects.get().user == cast.finn
