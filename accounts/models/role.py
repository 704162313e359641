"""Roles as data, and the grants that give them to people and AI agents."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q


class Role(models.Model):
    """A named set of capabilities with a highest tier. The built-in eight are rows like any other (R046)."""

    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=80)
    description = models.CharField(max_length=300, blank=True)
    capabilities = ArrayField(models.CharField(max_length=40), default=list, blank=True)  # of Capability
    max_tier = models.PositiveSmallIntegerField(default=1)
    built_in = models.BooleanField(default=False)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Grant(models.Model):
    """One role, given to one person or one AI agent, for some clients and queues, from a date to a date.

    `client` empty means every client, `queues` empty means every queue, `max_tier` empty means the role's.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, blank=True, related_name="grants"
    )
    agent = models.ForeignKey(
        "accounts.AIAgent", on_delete=models.CASCADE, null=True, blank=True, related_name="grants"
    )
    role = models.ForeignKey(Role, on_delete=models.PROTECT, related_name="grants")
    client = models.ForeignKey("accounts.Client", on_delete=models.CASCADE, null=True, blank=True)
    queues = ArrayField(models.SlugField(), default=list, blank=True)
    max_tier = models.PositiveSmallIntegerField(null=True, blank=True)
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField(null=True, blank=True)
    granted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(user__isnull=False, agent__isnull=True)
                | Q(user__isnull=True, agent__isnull=False),
                name="grant_to_one_person_or_one_agent",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role} to {self.user or self.agent}"
