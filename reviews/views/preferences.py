"""How the screens look for one person."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from reviews.forms import PreferencesForm
from reviews.keymap import KEYS
from reviews.services.desk import set_keys, set_preferences
from reviews.views.door import person, signed_in

DEFAULTS = {"theme": "system", "density": "normal", "keys": "on", "hints": "on"}


@signed_in("GET", "POST")
def keys(request: HttpRequest) -> HttpResponse:
    """Which letter does what, for this person; an empty field keeps the product's own."""
    actor = person(request)
    chosen = dict(actor.preferences.get("keymap") or {})
    wrong: dict[str, str] = {}
    if request.method == "POST":
        chosen = {key: request.POST.get(f"key-{number}", "") for number, key in enumerate(KEYS)}
        wrong = set_keys(actor=actor, chosen=chosen)
        if not wrong:
            messages.success(request, "Saved.")
            return HttpResponseRedirect(reverse("reviews:keys"), status=303)
    rows = [
        (f"key-{number}", key, label, chosen.get(key, ""), wrong.get(key, ""))
        for number, (key, label) in enumerate(KEYS.items())
    ]
    return render(request, "reviews/keys.html", {"rows": rows}, status=422 if wrong else 200)


@signed_in("GET", "POST")
def preferences(request: HttpRequest) -> HttpResponse:
    """Theme, density, keys, hints, time zone."""
    actor = person(request)
    now = DEFAULTS | actor.preferences | {"timezone": actor.timezone}
    form = PreferencesForm(request.POST) if request.method == "POST" else PreferencesForm(now)
    if request.method != "POST":
        return render(request, "reviews/preferences.html", {"form": form})
    if not form.is_valid():
        return render(request, "reviews/preferences.html", {"form": form}, status=422)
    chosen = dict(form.cleaned_data)
    set_preferences(actor=actor, tz=chosen.pop("timezone"), **chosen)
    messages.success(request, "Saved.")
    return HttpResponseRedirect(reverse("reviews:preferences"), status=303)
