"""The ledger's rows. PostgreSQL fills everything but stream, version and body, and refuses every change."""

import uuid

from django.db import models


class Event(models.Model):
    """One line of the trail. Written only by `accounts.ledger.record`; see accounts/ledger/README in its docstring.

    `body` is canonical JSON (RFC 8785); `data` is the same body for searching and is not what is hashed.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    stream = models.UUIDField(editable=False)
    seq = models.BigIntegerField(editable=False)
    version = models.BigIntegerField(editable=False)  # of the case; 0 where the stream is not a case
    at = models.DateTimeField(editable=False)
    body = models.BinaryField(editable=False)
    prev = models.BinaryField(max_length=32, editable=False)
    hash = models.BinaryField(max_length=32, editable=False)
    kind = models.CharField(max_length=40, editable=False)  # an accounts.choices.EventKind
    actor_kind = models.CharField(max_length=10, editable=False)
    actor_id = models.CharField(max_length=40, editable=False)
    data = models.JSONField(editable=False)

    class Meta:
        # an event's one index: the key of its id is Django's notion, the database makes ids and keeps none of them.
        # Also answers the wall that asks for an event of a version, and the trail of a case
        constraints = [models.UniqueConstraint(fields=["stream", "seq"], name="event_order")]

    def __str__(self) -> str:
        return f"{self.kind} #{self.seq}"


class Head(models.Model):
    """The newest hash of each stream; only the ledger's own trigger writes it.

    One a stream by an exclusion constraint over a hash index in place of the key (accounts/sql/ledger.sql).
    """

    stream = models.UUIDField(primary_key=True, editable=False)
    seq = models.BigIntegerField(editable=False)
    hash = models.BinaryField(max_length=32, editable=False)
    # of the newest event too, so that the link is one statement (accounts/sql/ledger.sql); null before the first event
    prev = models.BinaryField(max_length=32, null=True, editable=False)
    at = models.DateTimeField(null=True, editable=False)
    # of the newest event: what the wall asks (escalations/sql/walls.sql)
    version = models.BigIntegerField(null=True, editable=False)

    def __str__(self) -> str:
        return f"{self.stream} at {self.seq}"
