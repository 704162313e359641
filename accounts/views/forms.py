"""How forms of the desk's pages look."""

from django import forms


def dressed(form: forms.BaseForm) -> None:
    """Give every field that is typed into the look of one; called at the end of a form's `__init__`."""
    for field in form.fields.values():
        if isinstance(field.widget, forms.TextInput | forms.NumberInput | forms.Textarea):
            field.widget.attrs.setdefault("class", "input")
