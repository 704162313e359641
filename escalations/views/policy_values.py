"""A draft's numbers, thresholds, times and words: one form, each line with what it means and what it may be."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.views.door import door
from escalations.policy.diff import SEVERITIES, WORD_LISTS
from escalations.policy.edits import with_parts
from escalations.policy.lint import lint
from escalations.policy.vocabulary import NUMBERS
from escalations.policy.words import NUMBER_WORDS
from escalations.views import values_form
from escalations.views.policy_tables import EDIT, draft_to_edit, saved
from escalations.views.releases import everywhere, to


@dataclass(frozen=True, slots=True)
class Value:
    """One number of the form."""

    name: str
    label: str
    value: str
    help: str
    wrong: str = ""
    warn: str = ""


@door("GET", "HEAD", "POST", needs=EDIT)
def draft_values(request: HttpRequest, pk: int) -> HttpResponse:
    """The numbers that rows name, the thresholds of clients and types, the minutes of each severity, the words."""
    everywhere(request)
    found = draft_to_edit(pk, "reasons")
    if request.method != "POST":
        return _page(request, found, values_form.typed(found.document), {})
    sent = {
        name: request.POST.get(name, "").replace("\x00", "") for name in values_form.typed(found.document)
    }
    wrong: dict[str, str] = {}
    parts = values_form.parts(sent, wrong)
    if wrong:
        return _page(request, found, sent, wrong, status=422)
    refused = saved(request, found, with_parts(found.document, parts))
    if refused is not None:
        return refused
    messages.success(request, "Saved in the draft.")
    return to("desk:draft", pk)


def _page(
    request: HttpRequest, draft: Any, typed: Mapping[str, str], wrong: Mapping[str, str], *, status: int = 200
) -> HttpResponse:
    odd = {
        problem.row: problem.message
        for problem in lint(draft.document)
        if problem.table in ("numbers", "sla_minutes")
    }
    notes = draft.document.get("notes", {})
    numbers = [
        _value(f"n.{name}", label, typed, wrong, odd.get(name, ""), f"{NUMBERS[name].least:g} to "
               f"{NUMBERS[name].most:,.10g}. {notes.get(name, '')}")
        for name, label in NUMBER_WORDS.items()
    ]  # fmt: skip
    minutes = [
        _value(f"sla.{key}", f"Severity {key}, {word}", typed, wrong, odd.get(key, ""))
        for key, word in SEVERITIES.items()
    ]
    lists = [
        Value("thresholds", "Confidence to settle alone, where not the type's own", typed["thresholds"],
              "One a line: client/type = 0.95; * for any.", wrong.get("thresholds", "")),
        Value("topics", "Topics of categories and case types", typed["topics"], "One a line: label = topic.",
              wrong.get("topics", "")),
        Value("intents", "Words in the name of an intent that say the same as a signal", typed["intents"],
              "One a line: signal = word, word.", wrong.get("intents", "")),
        Value("queues", "Queues that rows may name, and the tiers of their cases", typed["queues"],
              "One a line: queue = 1 to 3.", wrong.get("queues", "")),
        Value("ladder", "Where a case goes that suits no queue", typed["ladder"], "Three lines: tier = queue.",
              wrong.get("ladder", "")),
        *(Value(name, label, typed[name], "One a line.") for name, label in WORD_LISTS.items()),
    ]  # fmt: skip
    context = {"draft": draft, "numbers": numbers, "minutes": minutes, "lists": lists, "bad": bool(wrong)}
    return render(request, "escalations/policy/values.html", context, status=status)


def _value(
    name: str, label: str, typed: Mapping[str, str], wrong: Mapping[str, str], odd: str, help: str = ""
) -> Value:
    return Value(name, label[:1].upper() + label[1:], typed[name], help, wrong.get(name, ""), odd)
