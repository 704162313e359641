"""allauth's sign-in form, ready to type into."""

from typing import Any

from allauth.account.forms import LoginForm


class SignInForm(LoginForm):
    """Nothing else is on the page, so the first field has the focus: signing in needs no pointer."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].widget.attrs["autofocus"] = True
