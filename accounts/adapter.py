"""allauth's hook: nobody signs up by themselves."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class ClosedSignupAdapter(DefaultAccountAdapter):
    """Accounts are made by admins; open sign-up is how labelling tools leak."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False
