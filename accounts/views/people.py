"""The people somebody leads: the roster, and for each of them skills, capacity, hours and time off."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from accounts.choices import Capability
from accounts.errors import Conflict, Invalid
from accounts.forms import CapacityForm, LevelsForm, ShiftForm, TimeOffForm
from accounts.models import Shift, TimeOff, User
from accounts.selectors.roster import DAYS, PersonPage, person_page
from accounts.selectors.roster import roster as roster_of
from accounts.services import floor
from accounts.views.door import door
from accounts.views.door import person as reader

MANAGE = (Capability.PEOPLE_MANAGE,)


@door("GET", "HEAD", needs=MANAGE)
def roster(request: HttpRequest) -> HttpResponse:
    """Everybody they lead: presence, hours, teams, skills."""
    return render(request, "accounts/roster.html", {"r": roster_of(reader(request)), "at": "roster"})


@door("GET", "HEAD", needs=MANAGE)
def person(request: HttpRequest, pk: int) -> HttpResponse:
    """One person, with a form for each thing that can be set."""
    return _show(request, person_page(reader(request), pk))


@door("POST", needs=MANAGE)
def levels(request: HttpRequest, pk: int) -> HttpResponse:
    """Set what they know, and how well."""
    page = person_page(reader(request), pk)
    form = LevelsForm([skill for skill, _ in page.skills], request.POST)
    return _set(request, page, "levels", form, lambda: floor.set_skills(
        person=page.person, levels=form.levels(), actor=reader(request)))  # fmt: skip


@door("POST", needs=MANAGE)
def capacity(request: HttpRequest, pk: int) -> HttpResponse:
    """Set how much they carry at once."""
    page, form = person_page(reader(request), pk), CapacityForm(request.POST)
    return _set(request, page, "capacity", form, lambda: floor.set_capacity(
        person=page.person, units=form.cleaned_data["capacity"], actor=reader(request)))  # fmt: skip


@door("POST", needs=MANAGE)
def shift(request: HttpRequest, pk: int) -> HttpResponse:
    """Add weekly hours."""
    page, form = person_page(reader(request), pk), ShiftForm(request.POST)
    return _set(request, page, "shift", form, lambda: floor.add_shift(
        person=page.person, actor=reader(request), **form.cleaned_data))  # fmt: skip


@door("POST", needs=MANAGE)
def time_off(request: HttpRequest, pk: int) -> HttpResponse:
    """Add an absence: whole days on the person's own calendar."""
    page = person_page(reader(request), pk)
    form = TimeOffForm(page.others, request.POST)

    def add() -> None:
        sent, zone = form.cleaned_data, ZoneInfo(page.person.timezone)
        begins, ends = (
            datetime.combine(day, datetime.min.time(), zone)
            for day in (sent["first"], sent["last"] + timedelta(days=1))
        )
        stand_in = User.objects.get(pk=sent["delegate"]) if sent["delegate"] else None
        floor.add_time_off(
            person=page.person, begins=begins, ends=ends, reason=sent["reason"], delegate=stand_in,
            actor=reader(request),
        )  # fmt: skip

    return _set(request, page, "time_off", form, add)


@door("POST", needs=MANAGE)
def remove_shift(request: HttpRequest, pk: int) -> HttpResponse:
    """Take weekly hours away."""
    found = Shift.objects.select_related("user").filter(pk=pk).first()
    page = person_page(reader(request), found.user_id if found else 0)
    if found is None:
        raise Http404("There is no such shift.")
    floor.remove_shift(shift=found, actor=reader(request))
    return _back(request, page, "Shift removed.")


@door("POST", needs=MANAGE)
def end_time_off(request: HttpRequest, pk: int) -> HttpResponse:
    """Cancel an absence, or end it now."""
    found = TimeOff.objects.select_related("user").filter(pk=pk).first()
    page = person_page(reader(request), found.user_id if found else 0)
    if found is None:
        raise Http404("There is no such absence.")
    try:
        floor.end_time_off(absence=found, actor=reader(request))
    except Conflict as error:
        messages.error(request, error.message)
        return _show(request, page, status=409)
    return _back(request, page, "Absence ended.")


def _set(
    request: HttpRequest, page: PersonPage, name: str, form: Form, act: Callable[[], Any]
) -> HttpResponse:
    """Do it and come back, or show what is wrong beside the field."""
    if form.is_valid():
        try:
            act()
        except Invalid as error:
            for field, text in error.errors.items():
                form.add_error(field if field in form.fields else None, text)
        else:
            return _back(request, page, "Saved. It holds from their next request on.")
    return _show(request, page, status=422, **{name: form})


def _back(request: HttpRequest, page: PersonPage, said: str) -> HttpResponse:
    messages.success(request, said)
    return HttpResponseRedirect(reverse("people:person", args=[page.person.pk]), status=303)


def _show(request: HttpRequest, page: PersonPage, *, status: int = 200, **sent: Form) -> HttpResponse:
    forms = {
        "levels": LevelsForm(
            [skill for skill, _ in page.skills],
            initial={f"skill.{skill.slug}": level for skill, level in page.skills},
        ),
        "capacity": CapacityForm(initial={"capacity": page.person.capacity}),
        "shift": ShiftForm(initial={"starts": "09:00", "ends": "17:00", "weekdays": list(range(5))}),
        "time_off": TimeOffForm(page.others),
    }  # fmt: skip
    shifts = [(DAYS[one.weekday], one) for one in page.shifts]
    return render(
        request, "accounts/person.html", {"p": page, "shifts": shifts, "at": "roster"} | forms | sent, status=status
    )  # fmt: skip
