"""What is typed on the page of a type's autonomy."""

from typing import Any

from django import forms

from accounts.models import User
from accounts.views.forms import dressed
from escalations.choices import Autonomy, OnDrift
from escalations.models import Checklist, Promise
from escalations.services.autonomy import Known


class PromiseForm(forms.Form):
    """The promise, in per cent."""

    target = forms.FloatField(label="At most so many of 100 settled alone may be wrong")
    confidence = forms.FloatField(label="Confidence, per cent")
    on_drift = forms.ChoiceField(label="When the work changes", choices=OnDrift.choices)

    def __init__(self, data: Any = None, *, promise: Promise) -> None:
        shown = {
            "target": _plain(100 * promise.target), "confidence": _plain(100 * promise.confidence),
            "on_drift": promise.on_drift,
        }  # fmt: skip
        super().__init__(data, initial=shown, prefix="promise")
        for name in ("target", "confidence"):
            self.fields[name].widget.attrs.update(step="any", inputmode="decimal")
        dressed(self)

    def sent(self) -> dict[str, Any]:
        """For `save_promise`."""
        data = self.cleaned_data
        return {
            "target": round(data["target"] / 100, 6), "confidence": round(data["confidence"] / 100, 6),
            "on_drift": data["on_drift"],
        }  # fmt: skip


class ChecklistForm(forms.Form):
    """What must be known of a process before the AI may run it alone (R129)."""

    owner = forms.ModelChoiceField(
        User.objects.filter(is_active=True).order_by("name"), required=False, label="Who answers for the process",
        empty_label="Nobody yet",
    )  # fmt: skip
    sop = forms.CharField(
        required=False, max_length=300, label="Written procedure (SOP): where it is, which version"
    )
    exceptions = forms.CharField(
        required=False, widget=forms.Textarea(attrs={"rows": 3}),
        label="Exceptions that stay with people, one a line",
    )  # fmt: skip
    handling_minutes = forms.FloatField(required=False, label="Before: minutes a case")
    error_percent = forms.FloatField(required=False, label="Before: per cent wrong")
    cases_a_week = forms.IntegerField(required=False, label="Before: cases a week")
    measured_on = forms.DateField(
        required=False, label="Measured on", widget=forms.DateInput(attrs={"type": "date", "class": "input"})
    )

    def __init__(self, data: Any = None, *, checklist: Checklist) -> None:
        shown = {
            name: getattr(checklist, name) for name in self.base_fields if name not in ("owner", "exceptions")
        }
        shown |= {"owner": checklist.owner_id, "exceptions": "\n".join(checklist.exceptions)}
        super().__init__(data, initial=shown, prefix="list")
        for name in ("handling_minutes", "error_percent"):
            self.fields[name].widget.attrs.update(step="any", inputmode="decimal")
        dressed(self)

    def known(self) -> Known:
        """For `save_checklist`."""
        lines = tuple(one.strip() for one in self.cleaned_data["exceptions"].splitlines() if one.strip())
        return Known(**(self.cleaned_data | {"exceptions": lines, "sop": self.cleaned_data["sop"].strip()}))


class LevelForm(forms.Form):
    """A level and why."""

    level = forms.ChoiceField(label="Level")
    reason = forms.CharField(label="Why", max_length=300)

    def __init__(self, *args: Any, levels: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        named = [(one, Autonomy(one).label) for one in levels]
        self.fields["level"].choices = named  # type: ignore[attr-defined]
        dressed(self)


def _plain(number: float) -> str:
    return f"{number:.6g}"
