"""Loads the signed-in person together with their grants: one statement a request."""

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.auth.models import AbstractBaseUser

from accounts.grants import person_with_grants


class GrantBackend(AuthenticationBackend):
    """allauth's sign-in by e-mail; rights are read anew on every request, so a revoked one is gone at once."""

    def get_user(self, user_id: Any) -> AbstractBaseUser | None:
        return person_with_grants(user_id)
