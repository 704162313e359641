"""A draft's numbers, thresholds, times and words: one form, each line with what it means and what it may be."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
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
from escalations.views.policy_tables import EDIT, draft_to_edit, saved
from escalations.views.releases import everywhere, to

_KEY = re.compile(r"([a-z0-9_-]+|\*)/([a-z0-9_-]+|\*)")
_SLUG = re.compile(r"[a-z0-9][a-z0-9_-]{0,79}")
_NUMBER = re.compile(r"-?\d{1,12}(\.\d{1,9})?")


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
        return _page(request, found, _typed(found.document), {})
    sent = {name: request.POST.get(name, "").replace("\x00", "") for name in _typed(found.document)}
    wrong: dict[str, str] = {}
    parts = {
        "numbers": _numbers(sent, wrong), "sla_minutes": _minutes(sent, wrong), "thresholds": _thresholds(sent, wrong),
        "topics": _topics(sent, wrong), **{name: _words(sent[name]) for name in WORD_LISTS},
    }  # fmt: skip
    if wrong:
        return _page(request, found, sent, wrong, status=422)
    refused = saved(request, found, with_parts(found.document, parts))
    if refused is not None:
        return refused
    messages.success(request, "Saved in the draft.")
    return to("desk:draft", pk)


def _typed(document: Mapping[str, Any]) -> dict[str, str]:
    """The form's fields as they are now."""
    thresholds = document.get("thresholds", {})
    return {
        **{f"n.{name}": _exact(value) for name, value in document["numbers"].items()},
        **{f"sla.{key}": str(value) for key, value in document["sla_minutes"].items()},
        "thresholds": "\n".join(f"{key} = {_exact(value)}" for key, value in sorted(thresholds.items())),
        "topics": "\n".join(f"{label} = {topic}" for label, topic in document["topics"].items()),
        **{name: "\n".join(document[name]) for name in WORD_LISTS},
    }


def _numbers(sent: Mapping[str, str], wrong: dict[str, str]) -> dict[str, float]:
    found = {}
    for name, bounds in NUMBERS.items():
        number = _number(sent[f"n.{name}"])
        if number is None or not bounds.least <= number <= bounds.most:
            wrong[f"n.{name}"] = f"A number from {bounds.least:g} to {bounds.most:g}."
        else:
            found[name] = number
    return found


def _minutes(sent: Mapping[str, str], wrong: dict[str, str]) -> dict[str, int]:
    found = {}
    for key in SEVERITIES:
        number = _number(sent[f"sla.{key}"])
        if number is None or number != int(number) or not 1 <= number <= 525_600:
            wrong[f"sla.{key}"] = "Whole minutes, from 1 to 525600."
        else:
            found[key] = int(number)
    return found


def _thresholds(sent: Mapping[str, str], wrong: dict[str, str]) -> dict[str, float]:
    found = {}
    for line in filter(None, map(str.strip, sent["thresholds"].splitlines())):
        key, _, text = (part.strip() for part in line.partition("="))
        number = _number(text)
        if not _KEY.fullmatch(key) or number is None or not 0 <= number <= 1:
            wrong["thresholds"] = (
                f"“{line[:60]}”: write client/type = a number from 0 to 1, such as harbour/refund = 0.95."
            )
        else:
            found[key] = number
    return found


def _topics(sent: Mapping[str, str], wrong: dict[str, str]) -> dict[str, str]:
    found = {}
    for line in filter(None, map(str.strip, sent["topics"].splitlines())):
        label, _, topic = (part.strip().lower().replace(" ", "_") for part in line.partition("="))
        if not _SLUG.fullmatch(label) or not _SLUG.fullmatch(topic):
            wrong["topics"] = f"“{line[:60]}”: write label = topic, such as refund = billing."
        else:
            found[label] = topic
    return found


def _words(text: str) -> list[str]:
    return list(dict.fromkeys(word[:80] for word in map(str.strip, text.splitlines()) if word))[:500]


def _number(text: str) -> float | None:
    text = text.strip().replace(",", ".")
    return float(text) if _NUMBER.fullmatch(text) else None


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
               f"{NUMBERS[name].most:g}. {notes.get(name, '')}")
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
        *(Value(name, label, typed[name], "One a line.") for name, label in WORD_LISTS.items()),
    ]  # fmt: skip
    context = {"draft": draft, "numbers": numbers, "minutes": minutes, "lists": lists, "bad": bool(wrong)}
    return render(request, "escalations/policy/values.html", context, status=status)


def _value(
    name: str, label: str, typed: Mapping[str, str], wrong: Mapping[str, str], odd: str, help: str = ""
) -> Value:
    return Value(name, label[:1].upper() + label[1:], typed[name], help, wrong.get(name, ""), odd)


def _exact(value: float) -> str:
    """A number with all its digits, as it can be typed."""
    text = format(Decimal(repr(value)), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
