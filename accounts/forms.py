"""What people type: to sign in, and about the people they lead."""

from collections.abc import Iterable
from typing import Any

from allauth.account.forms import LoginForm
from django import forms

from accounts.choices import Level, TimeOffReason
from accounts.models import Client, Skill, User


class SignInForm(LoginForm):
    """Nothing else is on the page, so the first field has the focus: signing in needs no pointer."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].widget.attrs["autofocus"] = True


class DeskForm(forms.Form):
    """Whatever is typed into looks like the desk's other fields."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if isinstance(field.widget, forms.widgets.Input) and field.widget.input_type != "checkbox":
                field.widget.attrs.setdefault("class", "input")


class SkillForm(DeskForm):
    """A skill's words."""

    slug = forms.SlugField(
        max_length=40, label="Short name", help_text="Never changes: cases are matched by it."
    )
    name = forms.CharField(max_length=80, label="Name")
    about = forms.CharField(max_length=200, required=False, label="What it means")


class LevelsForm(DeskForm):
    """Skill levels, one number a skill that the desk knows."""

    def __init__(self, skills: Iterable[Skill], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(0, "—"), *Level.choices]
        for skill in skills:
            self.fields[f"skill.{skill.slug}"] = forms.TypedChoiceField(
                label=skill.name, choices=choices, coerce=int, required=False, empty_value=None
            )

    def levels(self) -> dict[str, int]:
        """Skill to level."""
        return {name.removeprefix("skill."): int(level or 0) for name, level in self.cleaned_data.items()}


class CapacityForm(DeskForm):
    """Work units at once; empty for everybody's number."""

    capacity = forms.IntegerField(min_value=0, max_value=100, required=False, label="Work units at once")


class ShiftForm(DeskForm):
    """Hours on some days of every week."""

    weekdays = forms.TypedMultipleChoiceField(
        choices=list(enumerate(("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"))), coerce=int, label="Days",
        widget=forms.CheckboxSelectMultiple, error_messages={"required": "Choose at least one day."},
    )  # fmt: skip
    starts = forms.TimeField(label="From", widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
    ends = forms.TimeField(label="To", widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))


class TimeOffForm(DeskForm):
    """An absence, from one day to another, both included, on the person's own calendar."""

    first = forms.DateField(label="First day", widget=forms.DateInput(attrs={"type": "date"}))
    last = forms.DateField(label="Last day", widget=forms.DateInput(attrs={"type": "date"}))
    reason = forms.ChoiceField(choices=TimeOffReason.choices, label="Reason")
    delegate = forms.TypedChoiceField(coerce=int, required=False, empty_value=None, label="Stands in")

    def __init__(self, others: Iterable[User], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["delegate"].choices = [("", "nobody"), *((one.pk, one.name) for one in others)]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """The last day is not before the first."""
        sent = super().clean() or {}
        if sent.get("first") and sent.get("last") and sent["last"] < sent["first"]:
            self.add_error("last", "It ends before it begins.")
        return sent


class TeamForm(DeskForm):
    """A team's words and people."""

    slug = forms.SlugField(max_length=40, label="Short name")
    name = forms.CharField(max_length=80, label="Name")
    client = forms.TypedChoiceField(coerce=int, required=False, empty_value=None, label="Client")
    lead = forms.TypedChoiceField(coerce=int, required=False, empty_value=None, label="Leads it")
    members = forms.TypedMultipleChoiceField(
        coerce=int, required=False, label="Members", widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, clients: Iterable[Client], people: Iterable[User], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        named = [(one.pk, one.name) for one in people]
        fields: Any = self.fields
        fields["client"].choices = [("", "all clients"), *((one.pk, one.name) for one in clients)]
        fields["lead"].choices = [("", "nobody"), *named]
        fields["members"].choices = named
