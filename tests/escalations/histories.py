"""Random lives of a case: a step is something that the AI agent, the customer, a person or the clock does."""

from collections.abc import Callable
from contextlib import suppress

from accounts.models import User
from escalations.errors import DomainError
from escalations.models import Case, Job
from reviews.services.claim import take_over
from reviews.services.flag import flag_case
from reviews.services.lease import release_case
from reviews.services.sweep import expire_leases, wake_cases
from reviews.services.undo import undo_decision
from tests.cast import Cast
from tests.engine import Scripted, distressed, down, make_due, work
from tests.escalations.bodies import handoff
from tests.escalations.people import claim, decide
from tests.robot import Robot

Step = Callable[[Cast, Case], None]


def triage(engine: Scripted) -> Step:
    """The workers come round."""

    def step(cast: Cast, case: Case) -> None:
        work(engine)

    return step


def clock(kind: str) -> Step:
    """The time of some work on the case has come."""

    def step(cast: Cast, case: Case) -> None:
        make_due(case, kind)
        work(down())

    return step


def person(verb: str, **given: str) -> Step:
    """Whoever holds the case decides it."""

    def step(cast: Cast, case: Case) -> None:
        holder = _holder(case)
        if holder is not None:
            decide(case, holder, verb, **given)

    return step


def _claim(name: str) -> Step:
    def step(cast: Cast, case: Case) -> None:
        if case.state == "queued":
            claim(case, cast.person(name))

    return step


def _undo(cast: Cast, case: Case) -> None:
    last = case.decisions.filter(standing="pending", user__isnull=False).first()
    if last is not None and last.user is not None:
        undo_decision(decision_id=last.pk, actor=last.user)


def _release(cast: Cast, case: Case) -> None:
    holder = _holder(case)
    if holder is not None:
        release_case(case=case, actor=holder)


def _lease_ends(cast: Cast, case: Case) -> None:
    Case.objects.filter(pk=case.pk, state="claimed").update(lease_until="2020-01-01T00:00:00Z")
    expire_leases()


def _wake(cast: Cast, case: Case) -> None:
    Case.objects.filter(pk=case.pk, wake_at__isnull=False).update(wake_at="2020-01-01T00:00:00Z")
    wake_cases()


def _flag(cast: Cast, case: Case) -> None:
    whole = Case.objects.select_related("case_type", "client", "queue").get(pk=case.pk)
    flag_case(case=whole, actor=cast.cora, reason="looks wrong")


def _take_over(cast: Cast, case: Case) -> None:
    take_over(case=Case.objects.select_related("queue").get(pk=case.pk), actor=cast.cora)


def _say(author: str) -> Step:
    def step(cast: Cast, case: Case) -> None:
        Robot(cast.token()).say(case.pk, "hello", author=author)

    return step


def _hand_over(cast: Cast, case: Case) -> None:
    Robot(cast.token()).say(case.pk, "Here.", author="ai", handoff=handoff())


def _holder(case: Case) -> User | None:
    case.refresh_from_db()
    return case.holder


STEPS: dict[str, Step] = {
    "triage, sure": triage(Scripted()),
    "triage, unsure": triage(Scripted(confidence=0.2)),
    "triage, distress": triage(distressed()),
    "triage, down": triage(down()),
    "deadline": clock("triage_deadline"),
    "window ends": clock("close"),
    "the customer writes": _say("customer"),
    "the AI writes": _say("ai"),
    "the AI hands over": _hand_over,
    "a supervisor claims": _claim("sunny"),
    "compliance claims": _claim("cora"),
    "compliance takes over": _take_over,
    "approve": person("approve", disposition="answered"),
    "reject": person("reject", disposition="refused"),
    "escalate": person("escalate", reason="risk"),
    "return": person("return_to_ai", instructions="Try again."),
    "hold": person("hold"),
    "snooze": person("snooze"),
    "undo": _undo,
    "release": _release,
    "lease ends": _lease_ends,
    "wake": _wake,
    "flag": _flag,
}

_TRIAGE = ("triage, sure", "triage, unsure", "triage, distress", "triage, down", "deadline")
_TALK = ("the customer writes", "the AI writes", "the AI hands over")
_END = ("window ends", "undo", "flag", "the customer writes", "triage, unsure", "triage, sure")
RELEVANT: dict[str, tuple[str, ...]] = {
    "received": (*_TRIAGE, "the customer writes"),
    "triaging": (*_TRIAGE, "the customer writes"),
    "queued": ("a supervisor claims", "compliance claims", "undo", *_TALK, *_TRIAGE),
    "claimed": (
        "approve", "reject", "escalate", "return", "hold", "snooze", "release", "lease ends", "compliance takes over",
        *_TALK, *_TRIAGE,
    ),
    "on_hold": ("wake", "undo", *_TALK, *_TRIAGE),
    "snoozed": ("wake", "undo", *_TALK, *_TRIAGE),
    "with_ai": ("the AI hands over", "the AI hands over", "wake", "undo", *_TALK, *_TRIAGE),
    "auto_resolved": _END,
    "resolved": _END,
    "closed": _END,
}  # fmt: skip
"""What does something in a state; anything else should do nothing there."""


def choose(case: Case, number: int) -> str:
    """A step for the case as it is: four of five times one that fits."""
    names = sorted(STEPS) if number % 5 == 0 else list(RELEVANT[case.state])
    return names[number // 5 % len(names)]


def live(cast: Cast, case: Case, name: str) -> None:
    """One step; a step that the rules refuse changes nothing, which is a life too."""
    with suppress(DomainError):
        STEPS[name](cast, case)
    case.refresh_from_db()


def open_work(case: Case) -> bool:
    """Is there work to come on the case?"""
    return Job.objects.filter(case=case, state__in=["ready", "running"]).exists()
