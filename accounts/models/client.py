"""Clients: the companies that outsource. The tenant boundary."""

from django.db import models


class Client(models.Model):
    """A company whose cases are worked here. Nothing of one client is ever shown with another's rights."""

    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=120)
    prefix = models.CharField(max_length=6, unique=True)  # of case references: HT-48210
    timezone = models.CharField(max_length=64, default="UTC")
    weight = models.PositiveSmallIntegerField(default=1)  # a heavier client's cases rank earlier
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
