"""What people send about lessons: what to look for, and what one says (R097)."""

from typing import Any

from django import forms

from accounts.models import Client, User
from accounts.views.forms import dressed
from escalations.choices import ErrorType, ReasonCode
from escalations.models import Case, CaseType, Pattern, PolicyDraft
from reviews.choices import LessonState
from reviews.models import Lesson
from reviews.selectors.insight.weekly import title_of
from reviews.selectors.lessons.shelf import (
    CHOICES,
    Wanted,
    clients_with_lessons,
    drafts_led_to,
    patterns_about,
)
from reviews.services.lessons import LONGEST, Said

ANY = [("", "any")]
WARNING = "No names, addresses, account numbers or other personal data: everybody at the client reads this."


class SearchForm(forms.Form):
    """What to look for among lessons; whatever does not fit narrows nothing."""

    q = forms.CharField(required=False, max_length=200, label="Words, or a case's reference")
    client = forms.ModelChoiceField(
        Client.objects.none(), required=False, to_field_name="slug", empty_label="all"
    )
    type = forms.ModelChoiceField(
        CaseType.objects.none(), required=False, empty_label="all", label="Case type"
    )
    reason = forms.ChoiceField(choices=[*ANY, *ReasonCode.choices], required=False)
    error = forms.ChoiceField(choices=[*ANY, *ErrorType.choices], required=False, label="Kind of error")
    state = forms.ChoiceField(choices=LessonState.choices, required=False)
    before = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, actor: User, sent: Any) -> None:
        super().__init__({"state": LessonState.PUBLISHED.value, **{k: v for k, v in sent.items() if v}})
        clients = clients_with_lessons(actor)
        self.fields["client"].queryset = clients  # type: ignore[attr-defined]
        self.fields["type"].queryset = (  # type: ignore[attr-defined]
            CaseType.objects.filter(client__in=clients, is_active=True).order_by("client__name", "name")
        )
        many = clients.count() > 1
        self.fields["type"].label_from_instance = lambda one: (  # type: ignore[attr-defined]
            f"{one.name} ({one.client.name})" if many else one.name
        )
        self.fields["type"].queryset = self.fields["type"].queryset.select_related("client")  # type: ignore[attr-defined]
        dressed(self)

    @property
    def wanted(self) -> Wanted:
        """What a valid form asks for."""
        got = self.cleaned_data
        return Wanted(
            text=got["q"], client=got["client"], case_type=got["type"], reason=got["reason"], error=got["error"],
            state=got["state"], before=got["before"],
        )  # fmt: skip

    @property
    def narrowed(self) -> bool:
        """Is anything asked for beside the state?"""
        return any(self.cleaned_data.get(name) for name in ("q", "client", "type", "reason", "error"))


class LessonForm(forms.Form):
    """What one says. Whoever publishes may also say to what it belongs and what came of it."""

    title = forms.CharField(
        max_length=LONGEST["title"], help_text="What somebody with such a case would look for."
    )
    happened = forms.CharField(
        max_length=LONGEST["happened"], label="What happened", widget=forms.Textarea({"rows": 5}),
        help_text=WARNING,
    )  # fmt: skip
    learned = forms.CharField(
        max_length=LONGEST["learned"], label="What to do next time", widget=forms.Textarea({"rows": 5}),
        help_text=WARNING,
    )  # fmt: skip
    error_type = forms.ChoiceField(
        choices=[("", "none"), *ErrorType.choices], required=False, label="Kind of error"
    )
    reasons = forms.MultipleChoiceField(
        choices=ReasonCode.choices, required=False, widget=forms.CheckboxSelectMultiple,
        label="Why a person was needed",
    )  # fmt: skip
    pattern = forms.ModelChoiceField(
        Pattern.objects.none(), required=False, empty_label="none", label="Pattern of a weekly review"
    )
    policy_draft = forms.ModelChoiceField(
        PolicyDraft.objects.none(), required=False, empty_label="none", label="Policy draft that it led to"
    )
    version = forms.IntegerField(min_value=1, max_value=10**6, widget=forms.HiddenInput, required=False)

    def __init__(self, sent: Any, *, case: Case, lesson: Lesson | None = None, leads: bool) -> None:
        super().__init__(sent, initial=_kept(case, lesson))
        if leads:
            self._offer("pattern", patterns_about(case), lesson.pattern_id if lesson else None)
            self._offer("policy_draft", drafts_led_to(), lesson.policy_draft_id if lesson else None)
            self.fields["pattern"].label_from_instance = _pattern_words  # type: ignore[attr-defined]
        else:
            del self.fields["pattern"], self.fields["policy_draft"]
        if sent is None and lesson is None:
            del self.fields["version"]
        dressed(self)

    @property
    def said(self) -> Said:
        """What a valid form says."""
        got = self.cleaned_data
        pattern, draft = got.get("pattern"), got.get("policy_draft")
        return Said(
            title=got["title"], happened=got["happened"], learned=got["learned"], reasons=tuple(got["reasons"]),
            error_type=got["error_type"], pattern=pattern.pk if pattern else None,
            policy_draft=draft.pk if draft else None,
        )  # fmt: skip

    def _offer(self, name: str, rows: Any, kept: Any) -> None:
        """The newest few, and the one that is chosen already."""
        keys = [*rows.values_list("pk", flat=True)[:CHOICES], *([kept] if kept else [])]
        self.fields[name].queryset = rows.filter(pk__in=keys)  # type: ignore[attr-defined]


def _kept(case: Case, lesson: Lesson | None) -> dict[str, Any]:
    if lesson is None:
        return {"reasons": list(case.reason_codes)}
    names = ("title", "happened", "learned", "reasons", "error_type", "version")
    kept = {name: getattr(lesson, name) for name in names}
    return kept | {"pattern": lesson.pattern_id, "policy_draft": lesson.policy_draft_id}


def _pattern_words(pattern: Pattern) -> str:
    return f"{pattern.review.starts_on:%-d %b}: {title_of(pattern)}, {pattern.n} cases"
