"""What cases may ask for, and who knows it."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from accounts.forms import SkillForm
from accounts.models import Skill
from accounts.selectors.floor import leads_client
from accounts.selectors.roster import who_knows
from accounts.services.floor import save_skill
from accounts.views.door import door, person
from accounts.views.people import MANAGE


@door("GET", "HEAD", "POST", needs=MANAGE)
def skills(request: HttpRequest) -> HttpResponse:
    """All of them, and a form for a new one."""
    form = SkillForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if Skill.objects.filter(slug=form.cleaned_data["slug"]).exists():
            form.add_error("slug", "There is one of that name already.")
        else:
            return _saved(request, form)
    status = 422 if request.method == "POST" else 200
    whole = {
        "skills": Skill.objects.all(),
        "form": form,
        "may_edit": leads_client(person(request), None),
        "at": "skills",
    }
    return render(request, "accounts/skills.html", whole, status=status)


@door("GET", "HEAD", "POST", needs=MANAGE)
def skill(request: HttpRequest, slug: str) -> HttpResponse:
    """One skill: its words, and who knows it."""
    found = Skill.objects.filter(slug=slug).first()
    if found is None:
        raise Http404("There is no such skill.")
    words = {"slug": found.slug, "name": found.name, "about": found.about}
    form = SkillForm(
        {**request.POST.dict(), "slug": slug} if request.method == "POST" else None, initial=words
    )
    if request.method == "POST" and form.is_valid():
        return _saved(request, form)
    actor = person(request)
    whole = {"skill": found, "form": form, "who": who_knows(found, actor), "may_edit": leads_client(actor, None),
             "at": "skills"}  # fmt: skip
    return render(request, "accounts/skill.html", whole, status=422 if request.method == "POST" else 200)


def _saved(request: HttpRequest, form: SkillForm) -> HttpResponse:
    made = save_skill(actor=person(request), **form.cleaned_data)
    messages.success(request, f"{made.name} saved.")
    return HttpResponseRedirect(reverse("people:skills"), status=303)
