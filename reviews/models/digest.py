"""What a role is told of a week, and who has read it (R098)."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Now


class Digest(models.Model):
    """One role's digest of one client's week, built once on the Monday after; `starts_on` is the Monday, in the
    client's zone. `body` holds counts, codes and ids, never a name or anybody's words: a page puts those in for
    whoever may see them. `empty`: there was nothing to tell. Written once.
    """

    client = models.ForeignKey("accounts.Client", on_delete=models.PROTECT, related_name="+", db_index=False)
    role = models.SlugField()
    starts_on = models.DateField()
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    body = models.JSONField(default=dict)
    empty = models.BooleanField(default=False)
    built_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["-starts_on", "client", "role"]
        # also finds a person's weeks: their clients and roles are known
        constraints = [
            models.UniqueConstraint(fields=["client", "role", "starts_on"], name="one_digest_a_role_and_week")
        ]

    def __str__(self) -> str:
        return f"{self.role}, week of {self.starts_on}"


class DigestRead(models.Model):
    """Somebody has read a digest."""

    digest = models.ForeignKey(Digest, on_delete=models.CASCADE, related_name="readers", db_index=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["digest", "user"], name="digest_read_once")]

    def __str__(self) -> str:
        return f"{self.user_id} read {self.digest_id}"
