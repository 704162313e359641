"""Lessons from cases: proposed by whoever decided one, published by leads and QA, changed only by versions (R097)."""

from collections.abc import Collection
from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from accounts.choices import EventKind
from accounts.ledger import commitment, new_salt, record, stream_of
from accounts.models import User
from escalations.choices import ErrorType, ReasonCode
from escalations.errors import Conflict, Invalid, NotAllowed
from escalations.models import Case, Decision, Pattern, PolicyDraft
from reviews.choices import LessonState
from reviews.models import Lesson, LessonText, LessonUse
from reviews.permissions import may_change_lesson, may_publish_lessons, may_write_lesson

LONGEST = {"title": 120, "happened": 4000, "learned": 4000}
"""Characters."""


@dataclass(frozen=True, slots=True)
class Said:
    """What a lesson says, and what it is about."""

    title: str
    happened: str
    learned: str
    reasons: tuple[str, ...] = ()
    error_type: str = ""
    pattern: UUID | None = None
    policy_draft: int | None = None

    @property
    def texts(self) -> dict[str, str]:
        return {"title": self.title, "happened": self.happened, "learned": self.learned}

    @property
    def about(self) -> dict[str, object]:
        """Everything but the texts: codes and ids, as the row has them."""
        return {
            "reasons": list(self.reasons), "error_type": self.error_type, "pattern_id": self.pattern,
            "policy_draft_id": self.policy_draft,
        }  # fmt: skip


def write_lesson(*, case: Case, actor: User, said: Said) -> Lesson:
    """Propose a lesson from a case that is settled for good. NotAllowed for whoever neither decided it nor publishes;
    Invalid with messages per field.
    """
    made = Decision.objects.filter(case=case, standing=Decision.Standing.FINAL).order_by("-created_at")
    last = made.first()
    if not (verdict := may_write_lesson(actor, case, decided=made.filter(user=actor).exists())):
        raise NotAllowed(f"You may not write a lesson from {case.ref}: {verdict.rule}.")
    said = _checked(said, case.client_id)
    policy = last.policy_id if last else case.policy_id
    if policy is None:
        raise Conflict(f"No policy ever decided {case.ref}.")
    with transaction.atomic():
        lesson = Lesson.objects.create(
            client_id=case.client_id, case=case, case_type_id=case.case_type_id, policy_id=policy, author=actor,
            **said.texts, **said.about,
        )  # fmt: skip
        _keep(lesson, actor, said, case=case.pk, policy=policy)
    return lesson


@transaction.atomic
def change_lesson(*, lesson: Lesson, actor: User, said: Said, version: int) -> Lesson:
    """A new version of what it says. Conflict when it has changed since `version`; the same again is no version."""
    lesson = _locked(lesson, version)
    if not (verdict := may_change_lesson(actor, lesson)):
        raise NotAllowed(f"You may not change this lesson: {verdict.rule}.")
    if not may_publish_lessons(actor, lesson.client_id):  # an author's form does not have these two
        said = Said(**{**asdict(said), "pattern": lesson.pattern_id, "policy_draft": lesson.policy_draft_id})
    said = _checked(said, lesson.client_id)
    before = {name: getattr(lesson, name) for name in said.about}
    if before == said.about and all(getattr(lesson, name) == text for name, text in said.texts.items()):
        return lesson
    Lesson.objects.filter(pk=lesson.pk).update(version=lesson.version + 1, **said.texts, **said.about)
    lesson.refresh_from_db()
    _keep(lesson, actor, said, diff={
        name: [_plain(before[name]), _plain(now)] for name, now in said.about.items() if before[name] != now
    })  # fmt: skip
    return lesson


@transaction.atomic
def publish_lesson(*, lesson: Lesson, actor: User, version: int) -> Lesson:
    """Show a proposed lesson to everybody at its client, as it was read: Conflict when it has changed."""
    lesson = _led(lesson, actor, version)
    if lesson.state != LessonState.DRAFT:
        raise Conflict("It is not a proposal any more.")
    return _moved(
        lesson, actor, EventKind.LESSON_PUBLISHED, state=LessonState.PUBLISHED, published_by=actor,
        published_at=timezone.now(),
    )  # fmt: skip


@transaction.atomic
def retire_lesson(*, lesson: Lesson, actor: User, version: int) -> Lesson:
    """End it: it is offered on no case any more, and stays to be read. It does not come back."""
    lesson = _led(lesson, actor, version)
    if lesson.state == LessonState.RETIRED:
        raise Conflict("It is retired already.")
    return _moved(
        lesson, actor, EventKind.LESSON_RETIRED, state=LessonState.RETIRED, retired_by=actor,
        retired_at=timezone.now(),
    )  # fmt: skip


@transaction.atomic
def erase_lesson(*, lesson: Lesson, actor: User) -> Lesson:
    """Destroy the text of every version and what tied it to the ledger: something of a person stood in it. The chain
    stays whole, and nobody can say any more what it bound. A second time does nothing.
    """
    lesson = _led(lesson, actor, None)
    if lesson.erased_at is not None:
        return lesson
    empty = dict.fromkeys(LONGEST, "")
    LessonText.objects.filter(lesson=lesson).update(**empty, salt=b"")
    now = timezone.now()
    ended = {} if lesson.retired_at else {"retired_by": actor, "retired_at": now}
    return _moved(
        lesson, actor, EventKind.LESSON_ERASED, state=LessonState.RETIRED, erased_at=now, **empty, **ended
    )


def mark_useful(*, lesson: Lesson, actor: User, useful: bool) -> None:
    """`actor` found it useful, or takes that back; counted once however often it is said."""
    if useful:
        LessonUse.objects.bulk_create([LessonUse(lesson=lesson, user=actor)], ignore_conflicts=True)
    else:
        LessonUse.objects.filter(lesson=lesson, user=actor).delete()


def _led(lesson: Lesson, actor: User, version: int | None) -> Lesson:
    lesson = _locked(lesson, version)
    if not (verdict := may_publish_lessons(actor, lesson.client_id)):
        raise NotAllowed(f"You may not publish or retire lessons: {verdict.rule}.")
    return lesson


def _locked(lesson: Lesson, version: int | None) -> Lesson:
    found = Lesson.objects.select_for_update(no_key=True).get(pk=lesson.pk)
    if version not in (None, found.version):
        raise Conflict("Somebody changed this lesson since you read it.")
    return found


def _moved(lesson: Lesson, actor: User, kind: EventKind, **fields: object) -> Lesson:
    Lesson.objects.filter(pk=lesson.pk).update(**fields)
    record(
        stream_of("lesson", lesson.pk), kind=kind, actor=actor, lesson=lesson.pk, number=lesson.version,
        diff={"state": [lesson.state, str(fields["state"])]},
    )  # fmt: skip
    return Lesson.objects.get(pk=lesson.pk)


def _keep(lesson: Lesson, actor: User, said: Said, **about: Any) -> None:
    """The version's own row, and its line in the ledger: what somebody wrote stands there as commitments."""
    kept = LessonText.objects.create(
        lesson=lesson, number=lesson.version, writer=actor, salt=new_salt(), **said.texts
    )
    record(
        stream_of("lesson", lesson.pk), kind=EventKind.LESSON_WRITTEN, actor=actor, lesson=lesson.pk,
        number=kept.number, reasons=list(said.reasons), error=said.error_type,
        commitments={name: commitment(bytes(kept.salt), text) for name, text in said.texts.items()}, **about,
    )  # fmt: skip


def _plain(value: object) -> object:
    return (
        [str(one) for one in value]
        if isinstance(value, list | tuple)
        else None
        if value is None
        else str(value)
    )


def _checked(said: Said, client: int) -> Said:
    """What was said, tidied. Invalid with a message per field."""
    texts = {
        name: text.replace("\x00", "").replace("\r\n", "\n").strip() for name, text in said.texts.items()
    }
    texts["title"] = " ".join(texts["title"].split())
    wrong = {
        name: "Write something here." if not text else f"At most {LONGEST[name]} characters."
        for name, text in texts.items()
        if not 0 < len(text) <= LONGEST[name]
    }
    wrong |= _not_there(said, client)
    if wrong:
        raise Invalid("That is not complete.", wrong)
    return Said(**{**asdict(said), **texts, "reasons": tuple(sorted(set(said.reasons)))})


def _not_there(said: Said, client: int) -> dict[str, str]:
    wrong = {}
    if _unknown(said.reasons, ReasonCode.values):
        wrong["reasons"] = "There is no such reason."
    if said.error_type and _unknown([said.error_type], ErrorType.values):
        wrong["error_type"] = "There is no such kind of error."
    if said.pattern and not Pattern.objects.filter(pk=said.pattern, review__client=client).exists():
        wrong["pattern"] = "There is no such pattern at this client."
    if said.policy_draft and not PolicyDraft.objects.filter(pk=said.policy_draft).exists():
        wrong["policy_draft"] = "There is no such draft."
    return wrong


def _unknown(said: Collection[str], known: Collection[str]) -> bool:
    return not set(said) <= set(known)
