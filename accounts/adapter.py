"""allauth's hooks: nobody signs up by themselves, and signing out ends what is live."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest

from accounts.hints import kick


class ClosedSignupAdapter(DefaultAccountAdapter):
    """Accounts are made by admins; open sign-up is how labelling tools leak."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def logout(self, request: HttpRequest) -> None:
        """Also ends their live streams, in every tab and window."""
        if request.user.pk is not None:
            kick(request.user.pk)
        super().logout(request)
