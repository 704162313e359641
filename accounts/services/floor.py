"""Teams, skills, hours: what a supervisor or an admin sets for the people they lead. One event with its diff each."""

from collections.abc import Collection, Mapping
from datetime import datetime, time
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models.functions import Now

from accounts.actors import Actor
from accounts.choices import EventKind, Level
from accounts.errors import Conflict, Invalid, NotAllowed
from accounts.ledger import record, stream_of
from accounts.models import Client, Membership, Proficiency, Shift, Skill, Team, TimeOff, User
from accounts.selectors.floor import leads_client, may_manage

MOST_CAPACITY = 100


@transaction.atomic
def save_skill(*, slug: str, name: str, about: str, actor: Actor) -> Skill:
    """Make a skill, or name an existing one anew. Skills count for every client, so only whoever leads all may."""
    if not leads_client(actor, None):
        raise NotAllowed(
            "Skills count for every client: only somebody who leads people of all of them changes them."
        )
    before = Skill.objects.filter(slug=slug).values("name", "about").first()
    skill, _ = Skill.objects.update_or_create(slug=slug, defaults={"name": name, "about": about})
    if before != (after := {"name": name, "about": about}):
        record(
            stream_of("skill", skill.pk), kind=EventKind.SKILL_CHANGED, actor=actor, skill=slug,
            before=before or {}, after=after,
        )  # fmt: skip
    return skill


@transaction.atomic
def set_skills(*, person: User, levels: Mapping[str, int], actor: Actor) -> bool:
    """What `person` knows from now on: skill to level, 0 or absent for not at all. Whether anything changed.

    NotAllowed where `actor` does not lead; Invalid for a skill or a level that there is not.
    """
    _may(actor, person)
    _lock(person)
    wanted = {slug: level for slug, level in levels.items() if level}
    skills = {skill.slug: skill for skill in Skill.objects.filter(slug__in=wanted)}
    errors = {f"skill.{slug}": "There is no such skill." for slug in wanted if slug not in skills}
    errors |= {
        f"skill.{slug}": "Choose a level." for slug, level in wanted.items() if level not in Level.values
    }
    if errors:
        raise Invalid("Some skills cannot be set.", errors)
    before = dict(Proficiency.objects.filter(user=person).values_list("skill__slug", "level"))
    Proficiency.objects.filter(user=person).exclude(skill__slug__in=wanted).delete()
    for slug, level in wanted.items():
        if before.get(slug) != level:
            Proficiency.objects.update_or_create(user=person, skill=skills[slug], defaults={"level": level})
    changed = {
        slug: {"from": before.get(slug, 0), "to": wanted.get(slug, 0)}
        for slug in sorted({*before, *wanted})
        if before.get(slug, 0) != wanted.get(slug, 0)
    }
    return _told(person, actor, changed, "skills")


@transaction.atomic
def set_capacity(*, person: User, units: int | None, actor: Actor) -> bool:
    """How many work units they carry at once: None for everybody's number, 0 for none at all."""
    _may(actor, person)
    if units is not None and not 0 <= units <= MOST_CAPACITY:
        said = f"From 0 to {MOST_CAPACITY}, or empty."
        raise Invalid("That is no capacity.", {"capacity": said})
    before = _lock(person).capacity
    User.objects.filter(pk=person.pk).update(capacity=units)
    return _told(person, actor, {"from": before, "to": units} if before != units else {}, "capacity")


@transaction.atomic
def add_shift(*, person: User, weekdays: Collection[int], starts: time, ends: time, actor: Actor) -> None:
    """Weekly hours on these days (0 is Monday), on the person's own clock. Invalid when empty or overlapping."""
    _may(actor, person)
    _lock(person)
    if not weekdays:
        raise Invalid("Choose a day.", {"weekdays": "Choose at least one day."})
    if starts == ends:
        raise Invalid("A shift lasts.", {"ends": "Begin and end are the same."})
    there = [_minutes(one.weekday, one.starts, one.ends) for one in Shift.objects.filter(user=person)]
    for day in sorted(weekdays):
        new = _minutes(day, starts, ends)
        if any(new & other for other in there):
            raise Invalid("Shifts overlap.", {"starts": "There is a shift at that time already."})
        there.append(new)
        Shift.objects.create(user=person, weekday=day, starts=starts, ends=ends)
    _told(
        person,
        actor,
        {"days": sorted(weekdays), "starts": f"{starts:%H:%M}", "ends": f"{ends:%H:%M}"},
        "shift_added",
    )


@transaction.atomic
def remove_shift(*, shift: Shift, actor: Actor) -> None:
    """Take weekly hours away."""
    _may(actor, shift.user)
    told = {"days": [shift.weekday], "starts": f"{shift.starts:%H:%M}", "ends": f"{shift.ends:%H:%M}"}
    if Shift.objects.filter(pk=shift.pk).delete()[0]:
        _told(shift.user, actor, told, "shift_removed")


@transaction.atomic
def add_time_off(
    *, person: User, begins: datetime, ends: datetime, reason: str, delegate: User | None, actor: Actor
) -> TimeOff:
    """Out of office. The delegate takes what is assigned to them meanwhile, as far as they may take it themselves."""
    _may(actor, person)
    _lock(person)
    if ends <= begins:
        raise Invalid("An absence lasts.", {"ends": "It ends before it begins."})
    if delegate == person:
        raise Invalid("Nobody stands in for themselves.", {"delegate": "Choose somebody else."})
    if TimeOff.objects.filter(user=person, begins__lt=ends, ends__gt=begins).exists():
        raise Invalid("Absences overlap.", {"begins": "They are away then already."})
    made = TimeOff.objects.create(user=person, begins=begins, ends=ends, reason=reason, delegate=delegate)
    told = {"begins": begins.isoformat(), "ends": ends.isoformat(), "reason": reason,
            "delegate": delegate.pk if delegate else None}  # fmt: skip
    _told(person, actor, told, "time_off_added")
    return made


@transaction.atomic
def end_time_off(*, absence: TimeOff, actor: Actor) -> None:
    """Cancel an absence that has not begun; end one that has. Conflict when it is over."""
    _may(actor, absence.user)
    running = TimeOff.objects.filter(pk=absence.pk, begins__lt=Now(), ends__gt=Now()).update(ends=Now())
    if not running and not TimeOff.objects.filter(pk=absence.pk, begins__gte=Now()).delete()[0]:
        raise Conflict("This absence is over already.")
    _told(
        absence.user,
        actor,
        {"begins": absence.begins.isoformat(), "cut_short": bool(running)},
        "time_off_ended",
    )


@transaction.atomic
def save_team(
    *, slug: str, name: str, client: Client | None, lead: User | None, members: Collection[User], actor: Actor
) -> Team:
    """Make a team or change it. NotAllowed unless `actor` leads its client's people (no client: everybody's), before
    and after.
    """
    team = Team.objects.select_for_update(of=("self",)).filter(slug=slug).first()
    before = _as_told(team) if team else {}
    for whose in {client.pk if client else None, team.client_id if team else (client.pk if client else None)}:
        if not leads_client(actor, whose):
            raise NotAllowed("You do not lead people there.")
    if team is None:
        team = Team.objects.create(slug=slug, name=name, client=client, lead=lead)
    else:
        Team.objects.filter(pk=team.pk).update(name=name, client=client, lead=lead)
    there = set(Membership.objects.filter(team=team).values_list("user", flat=True))
    wanted = {member.pk for member in members}
    Membership.objects.filter(team=team, user__in=there - wanted).delete()
    Membership.objects.bulk_create([Membership(team=team, user_id=one) for one in sorted(wanted - there)])
    team.refresh_from_db()
    if before != (after := _as_told(team)):
        record(
            stream_of("team", team.pk),
            kind=EventKind.TEAM_CHANGED,
            actor=actor,
            team=slug,
            before=before,
            after=after,
        )
    return team


@transaction.atomic
def remove_team(*, team: Team, actor: Actor) -> None:
    """Dissolve a team; its people stay. Conflict while something else still names it."""
    if not leads_client(actor, team.client_id):
        raise NotAllowed("You do not lead people there.")
    before, stream = _as_told(team), stream_of("team", team.pk)
    try:
        with transaction.atomic():
            team.delete()
    except IntegrityError:
        raise Conflict("Something else still uses this team.") from None
    record(stream, kind=EventKind.TEAM_CHANGED, actor=actor, team=before["slug"], before=before, after={})


def _as_told(team: Team) -> dict[str, Any]:
    members = sorted(Membership.objects.filter(team=team).values_list("user", flat=True))
    return {
        "slug": team.slug,
        "name": team.name,
        "client": team.client_id,
        "lead": team.lead_id,
        "members": members,
    }


def _may(actor: Actor, person: User) -> None:
    if not (verdict := may_manage(actor, person)):
        raise NotAllowed(f"You may not change this for {person.short_name}: {verdict.rule}.")


def _lock(person: User) -> User:
    return User.objects.select_for_update().get(pk=person.pk)


def _told(person: User, actor: Actor, changed: Mapping[str, Any], what: str) -> bool:
    if changed:
        record(
            stream_of("user", person.pk),
            kind=EventKind.PERSON_CHANGED,
            actor=actor,
            what=what,
            changed=dict(changed),
        )
    return bool(changed)


def _minutes(weekday: int, starts: time, ends: time) -> set[int]:
    """Minutes of the week, Monday 0:00 being 0, that a shift covers."""
    begin = weekday * 1440 + starts.hour * 60 + starts.minute
    lasts = ((ends.hour - starts.hour) * 60 + ends.minute - starts.minute) % 1440
    return {(begin + minute) % 10080 for minute in range(lasts)}
