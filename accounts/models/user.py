"""People who sign in."""

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Lower

from accounts.choices import PresenceState


class UserManager(BaseUserManager["User"]):
    """Makes people; e-mail is the only name to sign in with."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """A person with `email` (kept in lower case); without a password nobody can sign in as them."""
        if not email:
            raise ValueError("A person needs an e-mail address.")
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str, **fields: Any) -> "User":
        """A person with every Django permission; Handrail's own rights still come from grants."""
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)


class User(AbstractBaseUser, PermissionsMixin):
    """A person. What they may do is in their grants, not here."""

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=120)
    timezone = models.CharField(max_length=64, default="UTC")
    preferences = models.JSONField(default=dict, blank=True)  # theme, density, keys
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False)
    on_break_since = models.DateTimeField(null=True, blank=True)  # no case is reserved for them then
    presence = models.CharField(
        max_length=10, choices=PresenceState.choices, default=PresenceState.OFFLINE, editable=False
    )  # both are copies of their Presence, kept by the database so that no page has to ask for it
    skills = ArrayField(
        models.CharField(max_length=44), default=list, blank=True, editable=False
    )  # "slug:level" for every level up to theirs; likewise a copy, of their Proficiency rows
    offers_open = models.PositiveSmallIntegerField(
        default=0, editable=False
    )  # cases held out to them; likewise a copy
    plants_told = models.PositiveSmallIntegerField(
        default=0, editable=False
    )  # planted cases of theirs that they were told of and have not taken note of; likewise a copy (R094)
    auditing = models.UUIDField(
        null=True, editable=False
    )  # the case that they audit blind, which is not there for them meanwhile; likewise a copy (R087)
    capacity = models.PositiveSmallIntegerField(
        null=True, blank=True
    )  # work units at once; empty: everybody's
    date_joined = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(Lower("email"), name="user_email_any_case")]

    def __str__(self) -> str:
        return self.name

    @property
    def short_name(self) -> str:
        """First name and initial, as lists show people: "Maria L."."""
        return shortened(self.name)


def shortened(name: str) -> str:
    """See `User.short_name`."""
    first, _, last = name.partition(" ")
    return f"{first} {last[0]}." if last else first
