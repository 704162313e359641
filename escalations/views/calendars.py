"""When somebody works: the pages of business calendars, with the days to come as they would count."""

import re
import zoneinfo
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from accounts.choices import Capability
from accounts.errors import DomainError, Invalid
from accounts.views.door import door, person
from accounts.views.forms import dressed
from escalations.calendars import DAYS, Calendar, calendar_of, countries
from escalations.models import BusinessCalendar, SlaPolicy
from escalations.services.sla import Hours, delete_calendar, hours_of, save_calendar

EDIT = (Capability.SLA_EDIT,)
PERIOD = re.compile(r"\s*([0-9]{1,2}:[0-9]{2})\s*(?:-|–|to)\s*([0-9]{1,2}:[0-9]{2})\s*")
AHEAD = 14


class CalendarForm(forms.Form):
    """A week of periods ("09:00-12:00, 13:00-17:30" a day), a zone, holidays and days of one's own."""

    name = forms.CharField(max_length=80)
    timezone = forms.CharField(max_length=40, initial="UTC", label="Time zone")
    country = forms.CharField(required=False, max_length=2, label="Public holidays of (country, such as DE)")
    subdivision = forms.CharField(required=False, max_length=10, label="and of its part (such as BY)")
    closed_days = forms.CharField(
        required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 3}), label="Also closed on",
        help_text="One date a line, 2026-12-24.",
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for number, day in enumerate(DAYS):
            self.fields[f"day{number}"] = forms.CharField(required=False, max_length=200, label=day)
        dressed(self)

    def clean_closed_days(self) -> tuple[date, ...]:
        """The dates."""
        found = []
        for word in self.cleaned_data["closed_days"].split():
            try:
                found.append(date.fromisoformat(word))
            except ValueError:
                raise forms.ValidationError(f"“{word[:20]}” is not a date; write 2026-12-24.") from None
        return tuple(sorted(set(found)))

    def clean(self) -> dict[str, Any]:
        """The week's periods, day by day."""
        periods: list[tuple[int, str, str]] = []
        for number, day in enumerate(DAYS):
            for part in filter(
                None, (one.strip() for one in self.cleaned_data.get(f"day{number}", "").split(","))
            ):
                if (match := PERIOD.fullmatch(part)) is None:
                    self.add_error(f"day{number}", f"{day}: write 09:00-17:30, several with a comma between.")
                else:
                    periods.append((number, match[1].zfill(5), match[2].zfill(5)))
        self.cleaned_data["periods"] = tuple(sorted(periods))
        return self.cleaned_data

    def hours(self) -> Hours:
        """What was typed, for `save_calendar`."""
        sent = self.cleaned_data
        return Hours(
            sent["name"], sent["timezone"], sent["periods"], sent["country"].upper(), sent["subdivision"],
            sent["closed_days"],
        )  # fmt: skip


@door("GET", "HEAD", "POST", needs=EDIT)
def new_calendar(request: HttpRequest) -> HttpResponse:
    """A calendar that no policy uses yet."""
    if request.method != "POST":
        week = {f"day{number}": "09:00-17:00" for number in range(5)}
        return _show(request, CalendarForm(initial=week | {"timezone": "UTC"}), None)
    return _save(request, None)


@door("GET", "HEAD", "POST", needs=EDIT)
def calendar(request: HttpRequest, slug: str) -> HttpResponse:
    """One calendar; saving it makes a new version, by which every open clock counts from now on."""
    found = _found(slug)
    if request.method != "POST":
        return _show(request, CalendarForm(initial=_typed(found)), found)
    return _save(request, found)


@door("POST", needs=EDIT)
def end_calendar(request: HttpRequest, slug: str) -> HttpResponse:
    """Take a calendar out of use."""
    _found(slug)
    try:
        delete_calendar(slug=slug, actor=person(request))
    except DomainError as error:
        messages.error(request, error.message)
        return HttpResponseRedirect(reverse("desk:calendar", args=[slug]), status=303)
    messages.success(request, "The calendar is out of use.")
    return HttpResponseRedirect(reverse("desk:sla"), status=303)


def _found(slug: str) -> BusinessCalendar:
    found = BusinessCalendar.objects.filter(slug=slug, superseded_at__isnull=True).first()
    if found is None:
        raise Http404("There is no such calendar.")
    return found


def _save(request: HttpRequest, found: BusinessCalendar | None) -> HttpResponse:
    form = CalendarForm(request.POST)
    if not form.is_valid():
        return _show(request, form, found, status=422)
    try:
        if found is None and BusinessCalendar.objects.filter(name__iexact=form.cleaned_data["name"]).exists():
            raise Invalid("The calendar was not saved.", {"name": "There is a calendar of that name."})
        kept = save_calendar(slug=found.slug if found else "", hours=form.hours(), actor=person(request))
    except DomainError as error:
        for field, text in (error.errors if isinstance(error, Invalid) else {}).items():
            form.add_error(field if field in form.fields else None, text)
        if not form.errors:
            form.add_error(None, error.message)
        return _show(request, form, found, status=error.status)
    messages.success(request, f"{kept.name} saved. Open clocks that count by it are being timed anew.")
    return HttpResponseRedirect(reverse("desk:calendar", args=[kept.slug]), status=303)


def _show(
    request: HttpRequest, form: CalendarForm, found: BusinessCalendar | None, *, status: int = 200
) -> HttpResponse:
    used = SlaPolicy.objects.filter(calendar=found.slug, superseded_at__isnull=True).count() if found else 0
    context = {
        "form": form, "calendar": found, "used": used, "ahead": _ahead(found) if found else (),
        "week": [form[f"day{number}"] for number in range(7)], "zones": sorted(zoneinfo.available_timezones()),
        "countries": sorted(countries()),
    }  # fmt: skip
    return render(request, "escalations/sla/calendar.html", context, status=status)


def _typed(found: BusinessCalendar) -> dict[str, Any]:
    hours = hours_of(found)
    week: dict[str, list[str]] = {}
    for day, begins, ends in hours.periods:
        week.setdefault(f"day{day}", []).append(f"{begins}-{ends}")
    return {name: ", ".join(parts) for name, parts in week.items()} | {
        "name": hours.name, "timezone": hours.timezone, "country": hours.country, "subdivision": hours.subdivision,
        "closed_days": "\n".join(one.isoformat() for one in hours.closed_days),
    }  # fmt: skip


def _ahead(found: BusinessCalendar) -> list[tuple[date, str, str]]:
    """The next two weeks: day, when work is done, and for how long."""
    hours = hours_of(found)
    counted = calendar_of(
        zone=hours.timezone, periods=hours.periods, country=hours.country, subdivision=hours.subdivision,
        closed=hours.closed_days,
    )  # fmt: skip
    zone = ZoneInfo(hours.timezone)
    today = timezone.now().astimezone(zone).date()
    return [_day(counted, zone, today + timedelta(days=number)) for number in range(AHEAD)]


def _day(counted: Calendar, zone: ZoneInfo, day: date) -> tuple[date, str, str]:
    begin = datetime.combine(day, time(), zone)
    end = datetime.combine(day + timedelta(days=1), time(), zone)
    open_ = [(a.astimezone(zone), b.astimezone(zone)) for a, b in counted.openings(begin, end)]
    minutes = int(counted.between(begin, end).total_seconds()) // 60
    said = ", ".join(f"{a:%H:%M}–{b:%H:%M}" if b.date() == day else f"{a:%H:%M}–24:00" for a, b in open_)
    return day, said or "closed", f"{minutes // 60}:{minutes % 60:02}" if minutes else "–"
