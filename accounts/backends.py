"""Who is signed in: the session and the person with their grants, one ready-made statement each.

Every request begins with these two reads, and putting such a statement together costs more than running it.
"""

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.auth.models import AbstractBaseUser
from django.contrib.sessions.backends.db import SessionStore as DatabaseSessions
from django.utils import timezone

from accounts.grants import person_with_grants
from accounts.models.sql import keeping_plans

_SESSION = "SELECT session_data FROM django_session WHERE session_key = %s AND expire_date > %s"


class GrantBackend(AuthenticationBackend):
    """allauth's sign-in by e-mail; rights are read anew on every request, so a revoked one is gone at once."""

    def get_user(self, user_id: Any) -> AbstractBaseUser | None:
        return person_with_grants(user_id)


class SessionStore(DatabaseSessions):
    """Django's sessions in the database. It keeps Django's name, which is part of what signs the data."""

    def load(self) -> dict[str, Any]:
        """The session's data; none, and no key either, when it ended or never was."""
        with keeping_plans() as cursor:
            cursor.execute(_SESSION, [self.session_key, timezone.now()])
            row = cursor.fetchone()
        if row is None:
            self._session_key = None
            return {}
        return dict(self.decode(row[0]))
