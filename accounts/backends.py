"""Loads the signed-in person together with their grants: one statement a request."""

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.auth.models import AbstractBaseUser

from accounts.grants import with_grants
from accounts.models import User


class GrantBackend(AuthenticationBackend):
    """allauth's sign-in by e-mail; rights are read anew on every request, so a revoked one is gone at once."""

    def get_user(self, user_id: Any) -> AbstractBaseUser | None:
        return with_grants(User.objects.filter(pk=user_id, is_active=True)).first()
