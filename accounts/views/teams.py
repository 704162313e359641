"""Teams of the people somebody leads."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from accounts.errors import Conflict
from accounts.forms import TeamForm
from accounts.models import Client, Team, User
from accounts.selectors.floor import leads_client, managed_by
from accounts.selectors.roster import team_for, teams_of
from accounts.services.floor import remove_team, save_team
from accounts.views.door import door, person
from accounts.views.people import MANAGE


@door("GET", "HEAD", "POST", needs=MANAGE)
def teams(request: HttpRequest) -> HttpResponse:
    """All of them, and a form for a new one."""
    form = _form(request, None)
    if request.method == "POST" and form.is_valid():
        if Team.objects.filter(slug=form.cleaned_data["slug"]).exists():
            form.add_error("slug", "There is one of that name already.")
        else:
            return _saved(request, form, None)
    status = 422 if request.method == "POST" else 200
    return render(
        request,
        "accounts/teams.html",
        {"teams": teams_of(person(request)), "form": form, "at": "teams"},
        status=status,
    )


@door("GET", "HEAD", "POST", needs=MANAGE)
def team(request: HttpRequest, slug: str) -> HttpResponse:
    """One team: its words and its people."""
    found = team_for(person(request), slug)
    form = _form(request, found)
    if request.method == "POST" and form.is_valid():
        return _saved(request, form, found)
    status = 422 if request.method == "POST" else 200
    return render(request, "accounts/team.html", {"team": found, "form": form, "at": "teams"}, status=status)


@door("POST", needs=MANAGE)
def remove(request: HttpRequest, slug: str) -> HttpResponse:
    """Dissolve it."""
    found = team_for(person(request), slug)
    try:
        remove_team(team=found, actor=person(request))
    except Conflict as error:
        messages.error(request, error.message)
        return HttpResponseRedirect(reverse("people:team", args=[slug]), status=303)
    messages.success(request, f"{found.name} dissolved.")
    return HttpResponseRedirect(reverse("people:teams"), status=303)


def _form(request: HttpRequest, found: Team | None) -> TeamForm:
    actor = person(request)
    clients = [one for one in Client.objects.filter(is_active=True) if leads_client(actor, one.pk)]
    people = managed_by(actor)
    now = {}
    if found is not None:
        members = list(found.members.values_list("pk", flat=True))
        now = {"slug": found.slug, "name": found.name, "client": found.client_id, "lead": found.lead_id,
               "members": members}  # fmt: skip
    if request.method != "POST":
        return TeamForm(clients, people, initial=now)
    sent = request.POST.copy()
    if found is not None:
        sent["slug"] = found.slug
    return TeamForm(clients, people, sent)


def _saved(request: HttpRequest, form: TeamForm, found: Team | None) -> HttpResponse:
    """Members whom the reader does not lead, and so did not see, stay."""
    sent, actor = form.cleaned_data, person(request)
    seen = {one.pk for one in managed_by(actor)}
    unseen = [] if found is None else [one for one in found.members.all() if one.pk not in seen]
    lead = found.lead if found is not None and found.lead_id not in seen and not sent["lead"] else None
    save_team(
        slug=sent["slug"], name=sent["name"], actor=actor,
        client=Client.objects.get(pk=sent["client"]) if sent["client"] else None,
        lead=User.objects.get(pk=sent["lead"]) if sent["lead"] else lead,
        members=[*User.objects.filter(pk__in=sent["members"]), *unseen],
    )  # fmt: skip
    messages.success(request, f"{sent['name']} saved.")
    return HttpResponseRedirect(reverse("people:team", args=[sent["slug"]]), status=303)
