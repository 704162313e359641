"""What the demo's people learned from cases of its past, and what each role was told of last week (R097, R098)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from accounts.choices import ActorKind, EventKind
from accounts.ledger import commitment, new_salt, record, stream_of
from accounts.models import Client, User
from config.demo.past.rows import uuid7
from config.demo.past.weeks import OWNERS
from escalations.auditing import week_around
from escalations.choices import CaseState, ErrorType
from escalations.models import Decision, Pattern
from reviews.choices import LessonState
from reviews.models import Lesson, LessonText, LessonUse
from reviews.services.digests import digest_week


@dataclass(frozen=True, slots=True)
class Taught:
    """A lesson from a case of one type of a client; `days` after its week began it was published (None: proposed)."""

    client: str
    case_type: str
    title: str
    happened: str
    learned: str
    days: float | None
    error: str = ""


TAUGHT = (
    Taught(
        "harbour", "billing_dispute", "A reservation that still stands is no second charge",
        "The bank's page showed the same amount twice, and we credited one of them. The older line was only the "
        "reservation; it fell away two days later, and the customer owed us the credit.",
        "Ask whether the older line says pending. If it does, say on which day it falls away and credit nothing. If "
        "both lines are booked, compare the two references in the ledger before you approve.",
        1.4, ErrorType.WRONG_ACTION,
    ),
    Taught(
        "harbour", "technical_fault", "Run the line test before the third visit is booked",
        "Two engineers had been there and found nothing. The test of the line had been red for nine days, but nobody "
        "had looked at it, because the agent's package holds only the last test that it ran itself.",
        "Open the line's own history, not the package's. Red for more than a day is engineering's, not a visit.",
        2.6, ErrorType.INCOMPLETE,
    ),
    Taught(
        "harbour", "complaint", "Answer what was asked before you apologise",
        "The draft apologised in four sentences and never said when somebody would call. The customer wrote again "
        "within the hour.",
        "Put the time of the call into the first sentence. One apology is enough.",
        3.5, ErrorType.TONE,
    ),
    Taught(
        "harbour", "collections", "Ask what is possible before you offer a plan",
        "The AI offered six rates of the same size. The customer is paid by the week and could keep none of them.",
        "Ask for the day of the pay and what is left after rent. Offer the plan that fits those, even if it takes "
        "longer; a plan that breaks costs more than two more months.",
        None, ErrorType.POLICY_MISAPPLIED,
    ),
    Taught(
        "northline", "invoice_mismatch", "Freight and fuel on one line explain most differences",
        "The invoice was eleven per cent above the order and was refused. The carrier had put the fuel surcharge into "
        "the freight line; the order had it by itself.",
        "Add the surcharges of the order before you compare. What is left below two per cent is rounding.",
        1.8, ErrorType.WRONG_VALUE,
    ),
    Taught(
        "northline", "delayed_shipment", "No scan for two days means the depot, not the road",
        "The agent said that the truck was late. It had never left: the pallet stood behind another one.",
        "After two days without a scan call the depot and have somebody look. Tell the customer what was seen, not "
        "what the system guesses.",
        4.2,
    ),
    Taught(
        "meridian", "data_correction", "A new name needs the document, not the reason",
        "We asked why the name had changed. The customer had told it twice already and did not want to again.",
        "Ask for the document alone and say how it may be sent. Why the name changed is none of our business.",
        2.2, ErrorType.TONE,
    ),
    Taught(
        "meridian", "complaint", "Whoever is anxious wants a person and a time",
        "The reply explained the process well, and the customer read none of it.",
        "Begin with your name and when you will call. Explain when you speak.",
        5.1,
    ),
)  # fmt: skip


def write_lessons(people: Mapping[str, User], now: datetime) -> int:
    """Write what the week before taught, and tell each role of it; how many lessons. Nothing where one is there."""
    if Lesson.objects.exists():
        return 0
    for client in Client.objects.filter(slug__in=OWNERS).order_by("slug"):
        monday, starts_at, ends_at = week_around(
            week_around(now, client.timezone)[1] - timedelta(days=1), client.timezone
        )
        for one in TAUGHT:
            if one.client == client.slug:
                at = (
                    starts_at + timedelta(days=one.days)
                    if one.days is not None
                    else ends_at - timedelta(days=1)
                )
                _write(one, people[OWNERS[client.slug]], at)
        digest_week(client, monday)
    return Lesson.objects.count()


def _write(one: Taught, lead: User, at: datetime) -> None:
    """As `write_lesson` and `publish_lesson` do it, at a time that is over."""
    made = Decision.objects.filter(
        case__client__slug=one.client, case__case_type__slug=one.case_type, case__state=CaseState.CLOSED,
        actor_kind=ActorKind.HUMAN, standing=Decision.Standing.FINAL, created_at__lt=at,
    ).select_related("case", "user").order_by("-created_at").first()  # fmt: skip
    if made is None or made.user is None:
        return
    case, shown = made.case, one.days is not None
    pattern = Pattern.objects.filter(members__case=case).first()
    texts = {"title": one.title, "happened": one.happened, "learned": one.learned}
    lesson = Lesson.objects.create(
        id=uuid7(at, Random(one.title)),  # noqa: S311  the list stands in the order of ids
        client_id=case.client_id, case=case, case_type_id=case.case_type_id, policy_id=made.policy_id,
        author=made.user, reasons=case.reason_codes, error_type=one.error, written_at=at - timedelta(hours=5),
        state=LessonState.PUBLISHED if shown else LessonState.DRAFT, published_by=lead if shown else None,
        published_at=at if shown else None, pattern=pattern, **texts,
    )  # fmt: skip
    kept = LessonText.objects.create(
        lesson=lesson, number=1, writer=made.user, salt=new_salt(), at=lesson.written_at, **texts
    )
    stream = stream_of("lesson", lesson.pk)
    record(
        stream, kind=EventKind.LESSON_WRITTEN, actor=made.user, lesson=lesson.pk, number=1, case=case.pk,
        policy=made.policy_id, reasons=list(lesson.reasons), error=one.error, demo="past",
        commitments={name: commitment(bytes(kept.salt), text) for name, text in texts.items()},
    )  # fmt: skip
    if shown:
        diff = {"state": [LessonState.DRAFT.value, LessonState.PUBLISHED.value]}
        record(
            stream,
            kind=EventKind.LESSON_PUBLISHED,
            actor=lead,
            lesson=lesson.pk,
            number=1,
            diff=diff,
            demo="past",
        )
        others = User.objects.filter(grants__client=case.client_id).exclude(pk__in=[made.user_id, lead.pk])
        found = others.distinct().order_by("email")[: lesson.case_type_id % 3 + 1]
        LessonUse.objects.bulk_create([LessonUse(lesson=lesson, user=one) for one in found])
