"""AI agents: identities that are not people. They post and propose; they never sign in or decide."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models


class AIAgent(models.Model):
    """Software that posts cases or wants to act, with a person who answers for it (R078)."""

    name = models.SlugField(max_length=80)
    client = models.ForeignKey("accounts.Client", on_delete=models.PROTECT, related_name="agents")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="owned_agents")
    purpose = models.CharField(max_length=300, blank=True)
    version = models.CharField(max_length=80, blank=True)
    tools = ArrayField(
        models.CharField(max_length=80), default=list, blank=True
    )  # its grants: what it may do alone
    case_types = ArrayField(models.SlugField(), default=list, blank=True)  # empty: every type of the client
    suspended_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    is_authenticated = True  # what Django and DRF ask of whoever made a request
    is_anonymous = False

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["client", "name"], name="agent_name_once_per_client")]

    def __str__(self) -> str:
        return f"{self.name} {self.version}".strip()


class AgentToken(models.Model):
    """A secret an agent shows with each request. Only its SHA-256 is kept; it is random, so no slow hash is needed."""

    agent = models.ForeignKey(AIAgent, on_delete=models.CASCADE, related_name="tokens")
    key_id = models.CharField(max_length=16, unique=True)  # the part that may be shown and logged
    digest = models.BinaryField(max_length=32)
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"hr_{self.key_id}_…"
