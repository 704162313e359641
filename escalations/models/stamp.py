"""The stamp of what cases are judged by."""

from django.db import models


class Stamp(models.Model):
    """One row, whose `value` is another after every change of a client, AI agent, queue, case type or tier rule.

    Written only by the database's triggers (escalations/sql/configuration.sql). A random value and not a count, so that
    what one transaction took back is never told again by the next.
    """

    id = models.SmallIntegerField(primary_key=True)
    value = models.UUIDField()

    def __str__(self) -> str:
        return str(self.value)
