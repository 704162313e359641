"""allauth's hooks: nobody signs up by themselves, and signing in and out says who is there."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest, HttpResponse

from accounts.hints import kick
from accounts.models import User
from accounts.services import presence


class ClosedSignupAdapter(DefaultAccountAdapter):
    """Accounts are made by admins; open sign-up is how labelling tools leak."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def post_login(self, request: HttpRequest, user: User, **more: Any) -> HttpResponse:
        """Also says that they are there."""
        presence.sign_in(person=user)
        return super().post_login(request, user, **more)  # type: ignore[no-any-return]

    def logout(self, request: HttpRequest) -> None:
        """Also ends their live streams, in every tab and window."""
        if isinstance(request.user, User):
            presence.sign_out(person=request.user)
            kick(request.user.pk)
        super().logout(request)
