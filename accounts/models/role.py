"""Roles as data, and the grants that give them to people and AI agents."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q


class Role(models.Model):
    """A named set of capabilities with a highest tier. The built-in eight are rows like any other (R046).

    `cells` narrows single capabilities: {capability: {"clients": [ids], "queues": [slugs], "max_tier": n}}, each
    part optional. What a person may do is where their grant and the role's cell overlap.
    """

    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=80)
    description = models.CharField(max_length=300, blank=True)
    capabilities = ArrayField(models.CharField(max_length=40), default=list, blank=True)  # of Capability
    cells = models.JSONField(default=dict, blank=True)
    max_tier = models.PositiveSmallIntegerField(default=1)
    built_in = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=1)  # one more with every change

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class RoleVersion(models.Model):
    """What a role allowed from a moment to a moment: kept so that any past day can be asked about."""

    role = models.ForeignKey(Role, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    capabilities = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    cells = models.JSONField(default=dict, blank=True)
    max_tier = models.PositiveSmallIntegerField()
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["role", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["role", "number"], name="role_version_once"),
            models.UniqueConstraint(
                fields=["role"], condition=Q(valid_to__isnull=True), name="one_role_version_in_force"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role_id} v{self.number}"


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
