"""The people pages: who is there, what they know, when they work. Only people whom the reader leads."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Prefetch
from django.utils import timezone

from accounts.choices import Level, PresenceState
from accounts.errors import NotVisible
from accounts.grants import with_grants
from accounts.models import Proficiency, Shift, Skill, Team, TimeOff, User
from accounts.selectors.floor import away_at, leads_client, managed_by, may_manage, on_shift_at, with_hours

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@dataclass(frozen=True, slots=True)
class Line:
    """A person in the roster."""

    pk: int
    name: str
    state: str
    state_label: str
    since: datetime | None
    hours: str  # "on shift", "off shift", "out of office until ..."
    teams: str
    capacity: int
    own_capacity: bool
    levels: tuple[tuple[int, str], ...]  # of each skill of the grid, 0 for not at all
    editable: bool


@dataclass(frozen=True, slots=True)
class Roster:
    """The page: skills as columns, people as rows, how many are in each presence."""

    skills: tuple[Skill, ...]
    lines: tuple[Line, ...]
    there: tuple[tuple[str, str, int], ...]


@dataclass(frozen=True, slots=True)
class PersonPage:
    """One person with everything that may be set for them."""

    person: User
    line: Line
    skills: tuple[tuple[Skill, int], ...]
    shifts: tuple[Shift, ...]
    time_off: tuple[TimeOff, ...]
    others: tuple[User, ...]  # who could stand in


def roster(reader: User) -> Roster:
    """Everybody whom `reader` leads, and themselves."""
    now, skills = timezone.now(), tuple(Skill.objects.all())
    lines = tuple(
        _line(person, reader, skills, now) for person in _loaded([one.pk for one in managed_by(reader)], now)
    )
    there = tuple(
        (state.value, str(state.label), sum(line.state == state for line in lines)) for state in PresenceState
    )
    return Roster(skills, lines, there)


def person_page(reader: User, pk: int) -> PersonPage:
    """One of them. NotVisible when there is no such person or not for this reader: told alike."""
    found = with_grants(User.objects.filter(pk=pk, is_active=True)).first()
    if found is None or not may_manage(reader, found):
        raise NotVisible("There is no such person.")
    now, skills = timezone.now(), tuple(Skill.objects.all())
    person = _loaded([pk], now)[0]
    line = _line(person, reader, skills, now)
    ahead = TimeOff.objects.filter(user=person, ends__gt=now).select_related("delegate")
    others = tuple(one for one in managed_by(reader) if one != person)
    return PersonPage(
        person, line, tuple(zip(skills, (level for level, _ in line.levels), strict=True)),
        tuple(person.shifts.all()), tuple(ahead), others,
    )  # fmt: skip


def teams_of(reader: User) -> list[Team]:
    """Teams whose people the reader leads, with members."""
    teams = Team.objects.select_related("client", "lead").prefetch_related("members")
    return [team for team in teams if leads_client(reader, team.client_id)]


def team_for(reader: User, slug: str) -> Team:
    """One of them; NotVisible otherwise."""
    team = Team.objects.select_related("client", "lead").filter(slug=slug).first()
    if team is None or not leads_client(reader, team.client_id):
        raise NotVisible("There is no such team.")
    return team


def who_knows(skill: Skill, reader: User) -> list[tuple[User, str]]:
    """People the reader leads who know a skill, and how well."""
    ids = [person.pk for person in managed_by(reader)]
    rows = (
        Proficiency.objects.filter(skill=skill, user__in=ids)
        .select_related("user")
        .order_by("-level", "user__name")
    )
    return [(row.user, str(Level(row.level).label)) for row in rows]


def _loaded(ids: Sequence[int], now: datetime) -> list[User]:
    people = User.objects.filter(pk__in=ids).order_by("name", "pk").select_related("presence_row")
    levels = Prefetch("proficiencies", queryset=Proficiency.objects.select_related("skill"))
    return list(with_grants(with_hours(people, now).prefetch_related("teams", levels)))


def _line(person: User, reader: User, skills: Sequence[Skill], now: datetime) -> Line:
    known = {one.skill_id: one.level for one in person.proficiencies.all()}
    levels = tuple(
        (level := known.get(skill.pk, 0), str(Level(level).label) if level else "") for skill in skills
    )
    row = getattr(person, "presence_row", None)
    capacity = settings.HANDRAIL_MAX_CLAIMS if person.capacity is None else person.capacity
    return Line(
        person.pk, person.name, person.presence, str(PresenceState(person.presence).label), row.since if row else None,
        _hours(person, now), ", ".join(team.name for team in person.teams.all()), capacity, person.capacity is not None,
        levels, bool(may_manage(reader, person)),
    )  # fmt: skip


def _hours(person: User, now: datetime) -> str:
    absence = away_at(person, now)
    if absence is not None:
        until = timezone.localtime(absence.ends - timedelta(seconds=1))
        return f"out of office until {until:%d %b}"
    if not person.shifts.all():
        return "no fixed hours"
    return "on shift" if on_shift_at(person, now) else "off shift"
