"""Shapes of what people send. Whether they may is not decided here."""

import zoneinfo
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.http import QueryDict

from escalations.ageing import BANDS
from escalations.choices import Entry, ReasonCode, Severity
from reviews.choices import Tab
from reviews.selectors.board.cases import Choice
from reviews.selectors.board.scope import View
from reviews.selectors.queue_filters import Cursor, Filters
from reviews.services.rules import Submission

LONG, SHORT, VALUE = 20_000, 80, 2_000
LOCAL_TIMES = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"]
FRAME = frozenset({"csrfmiddlewaretoken", "key", "version", "claim_token", "opened", "stay", "provisional"})
"""Fields of the form's frame: not what the person typed."""


class _Shared(dict[str, forms.Field]):
    """Fields that no request changes: Django copies a form's fields, deeply, each time, which costs more than checking
    them does.
    """

    def __deepcopy__(self, memo: object) -> "_Shared":
        return self


class DecideForm(forms.Form):
    """One decision as it was sent. Fields of the case come as `f.<name>` and what was wrong with them as
    `e.<name>`.
    """

    version = forms.IntegerField(min_value=0, max_value=2**62)
    claim_token = forms.IntegerField(min_value=0, max_value=2**62)
    verb = forms.CharField(required=False, max_length=16)
    disposition = forms.CharField(required=False, max_length=SHORT)
    reason = forms.CharField(required=False, max_length=SHORT)
    note = forms.CharField(required=False, max_length=LONG)
    reply = forms.CharField(required=False, max_length=LONG)
    instructions = forms.CharField(required=False, max_length=LONG)
    target = forms.SlugField(required=False, max_length=SHORT)
    until = forms.DateTimeField(required=False, input_formats=LOCAL_TIMES)
    key = forms.CharField(required=False, max_length=SHORT)
    opened = forms.CharField(required=False, max_length=24)
    provisional = forms.CharField(required=False, max_length=16)
    subtasks = forms.CharField(required=False, max_length=8)
    stay = forms.BooleanField(required=False)

    def clean(self) -> dict[str, Any]:
        """The case's own fields are as many as they are; each must be storable."""
        for name, value in self.data.items():
            if name.startswith(("f.", "e.")) and ("\x00" in value or len(value) > VALUE):
                self.add_error(
                    None, forms.ValidationError("This value is too long or cannot be stored.", code=name)
                )
        return self.cleaned_data

    def submission(self) -> Submission:
        """What they decided, for `decide_case`."""
        sent = self.cleaned_data
        plain = {name: sent[name] for name in Submission.__dataclass_fields__ if name in sent}
        return Submission(
            **plain, values=prefixed(self.data, "f."), error_types=prefixed(self.data, "e.")
        )  # fmt: skip

    def messages(self) -> dict[str, str]:
        """Errors by the name under which the page shows them."""
        found = {name: str(errors[0]) for name, errors in self.errors.items() if name != "__all__"}
        for error in self.non_field_errors().as_data() if self.errors else ():
            found[error.code or "form"] = str(error.message)
        frame = {name: text for name, text in found.items() if name in FRAME}
        return {name: text for name, text in found.items() if name not in FRAME} | (
            {"form": "The page was incomplete. Reload it."} if frame else {}
        )


DecideForm.base_fields = _Shared(DecideForm.base_fields)


class FilterForm(forms.Form):
    """What a list is narrowed to; a value that makes no sense narrows nothing."""

    tab = forms.ChoiceField(required=False, choices=Tab.choices)
    severity = forms.TypedChoiceField(required=False, choices=Severity.choices, coerce=int, empty_value=None)
    client = forms.SlugField(required=False)
    reason = forms.ChoiceField(required=False, choices=ReasonCode.choices)
    door = forms.ChoiceField(required=False, choices=Entry.choices)
    confidence_below = forms.FloatField(required=False, min_value=0, max_value=100)
    after = forms.CharField(required=False, max_length=100)

    def filters(self) -> Filters:
        """The checked filters; a confidence above 1 is meant in per cent."""
        self.is_valid()
        sent = self.cleaned_data
        below = sent.get("confidence_below")
        return Filters(
            severity=sent.get("severity"),
            client=sent.get("client", ""),
            reason=sent.get("reason", ""),
            door=sent.get("door", ""),
            confidence_below=below / 100 if below is not None and below > 1 else below,
            after=Cursor.parse(sent.get("after", "")),
        )

    def shown(self) -> dict[str, str]:
        """The filters in force as they were typed."""
        names = ("severity", "client", "reason", "door", "confidence_below")
        return {
            name: str(self.data.get(name, ""))
            for name in names
            if self.cleaned_data.get(name) not in (None, "")
        }


class PreferencesForm(forms.Form):
    """How the screens look and read for one person."""

    theme = forms.ChoiceField(
        choices=[("system", "As the system"), ("light", "Light"), ("dark", "Dark")], widget=forms.RadioSelect
    )
    density = forms.ChoiceField(
        choices=[("compact", "Compact"), ("normal", "Normal"), ("comfy", "Comfortable")],
        widget=forms.RadioSelect,
    )
    keys = forms.ChoiceField(
        label="Single-key shortcuts", choices=[("on", "On"), ("off", "Off")], widget=forms.RadioSelect
    )
    hints = forms.ChoiceField(
        label="Key hints on buttons", choices=[("on", "On"), ("off", "Off")], widget=forms.RadioSelect
    )
    timezone = forms.ChoiceField(label="Time zone", choices=[])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        zones = sorted(zoneinfo.available_timezones())
        self.fields["timezone"].choices = [(zone, zone.replace("_", " ")) for zone in zones]  # type: ignore[attr-defined]


def prefixed(data: Mapping[str, Any], prefix: str) -> dict[str, str]:
    """The entries whose names begin with `prefix`, without it."""
    return {name[len(prefix) :]: str(value) for name, value in data.items() if name.startswith(prefix)}


def typed(data: Mapping[str, Any]) -> dict[str, str]:
    """What the person typed, without the form's frame."""
    return {name: str(value) for name, value in data.items() if name not in FRAME and value != ""}


class ViewForm(forms.Form):
    """What the board is narrowed to; a word that means nothing here narrows nothing."""

    client = forms.SlugField(required=False)
    team = forms.SlugField(required=False)
    queue = forms.SlugField(required=False)

    def view(self) -> View:
        """The checked words."""
        self.is_valid()
        return View(**{name: self.cleaned_data.get(name, "") for name in ("client", "team", "queue")})


class ChoiceForm(forms.Form):
    """Which of the floor's cases a list shows; a value that makes no sense narrows nothing."""

    state = forms.ChoiceField(required=False, choices=[(one, one) for one in ("pending", "aside", "held")])
    type = forms.SlugField(required=False)
    severity = forms.TypedChoiceField(required=False, choices=Severity.choices, coerce=int, empty_value=None)
    band = forms.ChoiceField(required=False, choices=list(BANDS.items()))
    at = forms.CharField(required=False, max_length=40)
    tier = forms.IntegerField(required=False, min_value=1, max_value=9)
    holder = forms.RegexField(r"^(nobody|[0-9]{1,9})$", required=False)
    reason = forms.ChoiceField(required=False, choices=ReasonCode.choices)
    door = forms.ChoiceField(required=False, choices=Entry.choices)
    category = forms.SlugField(required=False, max_length=80)
    before = forms.CharField(required=False, max_length=40)
    after = forms.CharField(required=False, max_length=100)

    def choice(self) -> Choice:
        """The checked values."""
        self.is_valid()
        sent = {name: value for name, value in self.cleaned_data.items() if value not in ("", None)}
        sent.pop("after", None)
        at, before = (_moment(sent.pop(name, "")) for name in ("at", "before"))
        return Choice(**sent, at=at, before=before)

    def after_(self) -> Cursor | None:
        """Where the page begins."""
        return Cursor.parse(self.cleaned_data.get("after", ""))


class MoveForm(forms.Form):
    """Which cases go where: marked ones, or all that match the list's address."""

    to = forms.RegexField(r"^(least|[pq][0-9]{1,9})$")
    query = forms.CharField(required=False, max_length=600)
    all = forms.CharField(required=False, max_length=9)

    def refs(self) -> list[str]:
        """The marked cases' references, as many as a page can hold."""
        marked = self.data.getlist("case") if isinstance(self.data, QueryDict) else []
        return [ref for ref in marked if len(ref) <= 24][:500]


class SaveViewForm(forms.Form):
    """A name for the address one looks at."""

    name = forms.CharField(max_length=60, error_messages={"required": "Give the view a name."})
    path = forms.ChoiceField(choices=[(one, one) for one in ("board", "board_cases")])
    query = forms.CharField(required=False, max_length=600)
    team = forms.SlugField(required=False)


def _moment(text: str) -> datetime | None:
    """A time that an address of ours holds; anything else is none."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo else None
