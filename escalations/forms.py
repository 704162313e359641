"""What people type on the desk's own pages."""

from django import forms

from accounts.forms import LevelsForm


class QueueAsksForm(LevelsForm):
    """Least levels, and whether the desk offers the queue's cases by itself."""

    push = forms.BooleanField(required=False, label="Offer its cases to people")

    def levels(self) -> dict[str, int]:
        """Skill to least level."""
        return {name: level for name, level in super().levels().items() if name != "push"}


class TypeAsksForm(LevelsForm):
    """Least levels, and how much of a person's capacity a case takes."""

    effort = forms.IntegerField(min_value=1, max_value=20, label="Work units a case takes")

    def levels(self) -> dict[str, int]:
        """Skill to least level."""
        return {name: level for name, level in super().levels().items() if name != "effort"}
