"""Skills, presence and hours for the cast, as the tests of this folder set them."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from accounts.choices import PresenceState
from accounts.models import Proficiency, Shift, Skill, TimeOff, User
from accounts.services.presence import set_presence
from escalations.models import Case, CaseType, Queue


def skill(slug: str) -> Skill:
    return Skill.objects.get_or_create(slug=slug, defaults={"name": slug.title()})[0]


def teach(person: User, slug: str, level: int = 2) -> User:
    """`person`, who now knows the skill at that level (0: no longer)."""
    Proficiency.objects.filter(user=person, skill=skill(slug)).delete()
    if level:
        Proficiency.objects.create(user=person, skill=skill(slug), level=level)
    person.refresh_from_db()
    return person


def asks(thing: Queue | CaseType, **skills: int) -> None:
    """From now on cases of this queue or type ask for these skills."""
    for slug in skills:
        skill(slug)
    type(thing).objects.filter(pk=thing.pk).update(skills=skills)
    thing.skills = skills


def only(*people: User) -> None:
    """Of everybody, only these are there."""
    for person in User.objects.exclude(pk__in=[one.pk for one in people]):
        set_presence(person=person, state=PresenceState.OFFLINE, actor=None)


def off_shift(person: User) -> None:
    """They work only around twelve hours from now."""
    then = (timezone.now() + timedelta(hours=12)).replace(minute=0, second=0, microsecond=0)
    ends = (then + timedelta(hours=1)).time()
    Shift.objects.create(user=person, weekday=then.weekday(), starts=then.time(), ends=ends)


def on_leave(person: User, delegate: User | None = None) -> None:
    now = timezone.now()
    TimeOff.objects.create(
        user=person, begins=now - timedelta(hours=1), ends=now + timedelta(days=2), delegate=delegate
    )


def fresh(case: Case) -> Any:
    return Case.objects.select_related("queue", "client", "case_type", "reserved_by").get(pk=case.pk)
