"""Who works now, and whose people somebody leads."""

from datetime import datetime

from django.db.models import Prefetch, QuerySet

from accounts.actors import Actor
from accounts.choices import Capability
from accounts.grants import grant_rows_of, with_grants
from accounts.models import TimeOff, User
from accounts.permissions import Scope, Verdict, scopes_in, scopes_of
from accounts.rota import Absence, Hours, absence_at, on_shift


def with_hours(people: QuerySet[User], at: datetime) -> QuerySet[User]:
    """People with their shifts, and with the absences that are not over at `at` as `absences`."""
    ahead = TimeOff.objects.filter(ends__gt=at).order_by("begins")
    return people.prefetch_related("shifts", Prefetch("time_off", queryset=ahead, to_attr="absences"))


def away_at(person: User, at: datetime) -> Absence | None:
    """The absence they are in at `at`, if any; `person` comes from `with_hours`, or costs a query."""
    rows = getattr(person, "absences", None)
    rows = list(person.time_off.filter(ends__gt=at)) if rows is None else rows
    return absence_at((Absence(one.begins, one.ends, one.delegate_id) for one in rows), at)


def on_shift_at(person: User, at: datetime) -> bool:
    """Do they work at `at` by their shifts? Whoever has none always does."""
    hours = (Hours(one.weekday, one.starts, one.ends) for one in person.shifts.all())
    return on_shift(hours, person.timezone, at)


def works_at(person: User, at: datetime) -> bool:
    """On shift and not out of office."""
    return on_shift_at(person, at) and away_at(person, at) is None


def may_manage(actor: Actor, person: User) -> Verdict:
    """May they change this person's skills, shifts and capacity? Only if they lead everywhere that person works, for a
    skill counts for every client; and never their own, because skills open cases.
    """
    if actor is None:
        return Verdict(True, "the system acts under its own rules")
    if actor == person:
        return Verdict(False, "nobody changes what they may do themselves")
    leads = scopes_of(actor, Capability.PEOPLE_MANAGE)
    if not leads:
        return Verdict(False, f"no role of theirs allows {Capability.PEOPLE_MANAGE}")
    works = [s for row in grant_rows_of(person) for c in row["capabilities"][:1] for s in scopes_in(row, c)]
    if all(any(_within(scope, lead) for lead in leads) for scope in works) if works else _everywhere(leads):
        return Verdict(True, f"role {leads[0].role}")
    return Verdict(False, "they also work where you do not lead")


def managed_by(actor: Actor) -> list[User]:
    """The twin of `may_manage`: active people, by name, with their grants; also `actor`, who may look at themselves."""
    people = with_grants(User.objects.filter(is_active=True).order_by("name", "pk"))
    return [person for person in people if person == actor or may_manage(actor, person)]


def leads_client(actor: Actor, client_id: int | None) -> bool:
    """Do they lead people of this client, or of every client when there is none?"""
    if actor is None:
        return True
    leads = scopes_of(actor, Capability.PEOPLE_MANAGE)
    return any(scope.client is None or scope.client == client_id for scope in leads)


def _within(scope: Scope, lead: Scope) -> bool:
    return (
        (lead.client is None or lead.client == scope.client)
        and (lead.queues is None or (scope.queues is not None and scope.queues <= lead.queues))
        and scope.max_tier <= lead.max_tier
    )


def _everywhere(leads: tuple[Scope, ...]) -> bool:
    return any(lead.client is None and lead.queues is None for lead in leads)
