"""Alerts, whom they reached and how: the rows are the outbox."""

import uuid6
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from escalations.choices import Severity, Via


class Alert(models.Model):
    """Something somebody must know. Open until its cause is over; one open alert per kind and key (R062, R064).

    `people` (ids) and `roles` (slugs) are the first to be told; whoever comes after them follows from the kind.
    `data` holds codes, numbers and ids, never a person's words.
    """

    kind = models.CharField(max_length=20)  # an AlertKind
    key = models.CharField(max_length=160)
    severity = models.PositiveSmallIntegerField(choices=Severity.choices, default=Severity.NORMAL)
    # unchecked: raised together with its case's move; no case is ever deleted
    case = models.ForeignKey(
        "escalations.Case",
        on_delete=models.CASCADE,
        null=True,
        related_name="alerts",
        db_index=False,
        db_constraint=False,
    )
    client = models.ForeignKey(
        "accounts.Client", on_delete=models.CASCADE, null=True, related_name="+", db_index=False
    )
    queue = models.ForeignKey(
        "escalations.Queue", on_delete=models.CASCADE, null=True, related_name="+", db_index=False
    )
    people = ArrayField(models.BigIntegerField(), default=list)
    roles = ArrayField(models.SlugField(), default=list)
    data = models.JSONField(default=dict)
    count = models.PositiveIntegerField(default=1)  # how often it was raised while open
    level = models.PositiveSmallIntegerField(default=0)  # +1 each time nobody took note
    raised_at = models.DateTimeField()
    last_at = models.DateTimeField()
    notify_at = models.DateTimeField(null=True)  # when people are due to be told; null once they are
    escalate_at = models.DateTimeField(null=True)  # when it passes on by itself
    acknowledged_at = models.DateTimeField(null=True)
    acknowledged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    end_reason = models.CharField(max_length=40, blank=True)

    class Meta:
        ordering = ["-raised_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "key"], condition=Q(ended_at__isnull=True), name="one_open_alert"
            )
        ]
        indexes = [
            # the sweepers: whom to tell, what to pass on
            models.Index(fields=["notify_at"], condition=Q(notify_at__isnull=False), name="alert_notify"),
            models.Index(
                fields=["escalate_at"], condition=Q(escalate_at__isnull=False), name="alert_escalate"
            ),
            # what is open about a case, to end it with its cause
            models.Index(fields=["case"], condition=Q(ended_at__isnull=True), name="alert_open_of_case"),
            # the list of what is over, and how long ago a key was last alarmed about
            models.Index(fields=["-raised_at"], name="alert_newest"),
            models.Index(fields=["kind", "key", "-ended_at"], name="alert_last_ended"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"


class Notice(models.Model):
    """One person was told of an alert at one level, in the app: once, whoever tells them (R064)."""

    alert = models.ForeignKey(Alert, on_delete=models.CASCADE, related_name="notices")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notices", db_index=False
    )
    level = models.PositiveSmallIntegerField(default=0)
    at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-at"]
        constraints = [
            models.UniqueConstraint(fields=["alert", "user", "level"], name="one_notice_per_level")
        ]
        indexes = [
            models.Index(fields=["user", "-at"], name="notice_newest"),
            # the count in the bar
            models.Index(fields=["user"], condition=Q(read_at__isnull=True), name="notice_unread"),
        ]

    def __str__(self) -> str:
        return f"{self.alert_id} to {self.user_id}"


class Endpoint(models.Model):
    """A place outside that alerts go to: a webhook, a chat room, a mailing list.

    `address` is what a screen may show. `sealed` holds the secret (a webhook's signing key, a chat's whole URL),
    encrypted; it is written and never read back to anybody.
    """

    class Kind(models.TextChoices):
        WEBHOOK = "webhook", "Webhook"
        CHAT = "chat", "Chat"
        EMAIL = "email", "Mailing list"

    name = models.CharField(max_length=80, unique=True)
    kind = models.CharField(max_length=8, choices=Kind.choices)
    address = models.CharField(max_length=500)
    sealed = models.TextField(blank=True)
    per_minute = models.PositiveSmallIntegerField(default=12)  # messages; more wait and come as one
    is_active = models.BooleanField(default=True)
    failures = models.PositiveIntegerField(default=0)  # in a row
    paused_until = models.DateTimeField(null=True)  # after a failure nothing is tried before this
    succeeded_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(db_default=Now())
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Subscription(models.Model):
    """Who gets which alerts how: a role's rule, or one person's own wish inside it.

    An empty `kind` means every kind. A person's row (`user`) goes before the role's; `wanted` false switches off.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="subscriptions",
    )
    role = models.SlugField(blank=True)
    kind = models.CharField(max_length=20, blank=True)  # an AlertKind
    via = models.CharField(max_length=8, choices=Via.choices)
    endpoint = models.ForeignKey(
        Endpoint, on_delete=models.CASCADE, null=True, blank=True, related_name="subscriptions"
    )
    client = models.ForeignKey(
        "accounts.Client", on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    least = models.PositiveSmallIntegerField(
        choices=Severity.choices, default=Severity.LOW
    )  # this grave or graver
    wanted = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "role", "kind", "via", "endpoint", "client"],
                nulls_distinct=False,
                name="subscription_once",
            ),
            models.CheckConstraint(
                condition=Q(user__isnull=False, role="", endpoint__isnull=True, via__in=["in_app", "email"])
                | Q(user__isnull=True, endpoint__isnull=True, via__in=["in_app", "email"]) & ~Q(role="")
                | Q(user__isnull=True, role="", endpoint__isnull=False),
                name="subscription_of_a_person_a_role_or_an_endpoint",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind or 'everything'} by {self.via}"


class QuietHours(models.Model):
    """When one person's e-mails wait, in their own zone, and how they are bundled. Critical alerts do not wait."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="quiet_hours"
    )
    starts = models.TimeField(null=True)
    ends = models.TimeField(null=True)
    digest_minutes = models.PositiveSmallIntegerField(default=0)  # 0: at once

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(starts__isnull=True, ends__isnull=True)
                | Q(starts__isnull=False, ends__isnull=False) & ~Q(starts=models.F("ends")),
                name="quiet_hours_have_both_ends",
            )
        ]

    def __str__(self) -> str:
        return f"{self.starts} to {self.ends}"


class Delivery(models.Model):
    """One alert on its way to one person or endpoint, outside the app. What is due together to one target goes out as
    one message; `message` is its id, kept over every attempt, so that a receiver knows a repetition.
    """

    class State(models.TextChoices):
        READY = "ready", "Waiting"
        SENDING = "sending", "Being sent"
        SENT = "sent", "Delivered"
        DEAD = "dead", "Given up"

    id = models.UUIDField(primary_key=True, default=uuid6.uuid7, editable=False)
    alert = models.ForeignKey(
        Alert, on_delete=models.CASCADE, null=True, related_name="deliveries"
    )  # null: a test
    level = models.PositiveSmallIntegerField(default=0)
    severity = models.PositiveSmallIntegerField(choices=Severity.choices, default=Severity.NORMAL)
    via = models.CharField(max_length=8, choices=Via.choices)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, related_name="+", db_index=False
    )
    endpoint = models.ForeignKey(
        Endpoint, on_delete=models.CASCADE, null=True, related_name="deliveries", db_index=False
    )
    state = models.CharField(max_length=8, choices=State.choices, default=State.READY)
    next_at = models.DateTimeField()
    message = models.UUIDField(null=True)
    lead = models.BooleanField(default=True)  # the row a message is taken by; the others follow it
    token = models.BigIntegerField(default=0)
    attempts = models.PositiveSmallIntegerField(default=0)
    log = models.JSONField(default=list)  # of {at, outcome, status, ms}
    created_at = models.DateTimeField(db_default=Now())
    sent_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["alert", "level", "via", "user", "endpoint"],
                condition=Q(alert__isnull=False),
                nulls_distinct=False,
                name="delivery_once",
            )
        ]
        indexes = [
            # the senders
            models.Index(
                fields=["severity", "next_at"],
                condition=Q(lead=True, state__in=["ready", "sending"]),
                name="delivery_due",
            ),
            # all of a message; how much a target got lately
            models.Index(fields=["message"], condition=Q(message__isnull=False), name="delivery_message"),
            models.Index(
                fields=["user", "-sent_at"], condition=Q(sent_at__isnull=False), name="delivery_to_user"
            ),
            models.Index(
                fields=["endpoint", "-sent_at"],
                condition=Q(sent_at__isnull=False),
                name="delivery_to_endpoint",
            ),
            models.Index(fields=["-created_at"], name="delivery_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.via} of {self.alert_id}"


class CountBucket(models.Model):
    """How many cases of one type came in one five minutes, and how many of them complained (R062, R067)."""

    client = models.ForeignKey("accounts.Client", on_delete=models.CASCADE, related_name="+", db_index=False)
    case_type = models.ForeignKey(
        "escalations.CaseType", on_delete=models.CASCADE, related_name="+", db_index=False
    )
    starts_at = models.DateTimeField()
    total = models.PositiveIntegerField(default=0)
    complaints = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            # also reads the past weeks of one series
            models.UniqueConstraint(fields=["case_type", "starts_at"], name="bucket_once")
        ]

    def __str__(self) -> str:
        return f"{self.case_type_id} at {self.starts_at}: {self.total}"


class Watermark(models.Model):
    """Up to when a sweeper has worked: one row a sweeper; its lock keeps a second one out."""

    name = models.CharField(max_length=40, primary_key=True)
    until = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name} until {self.until}"
