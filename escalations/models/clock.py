"""Business calendars, SLA policies, and the clocks that run under them."""

from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from escalations.choices import Pause, Severity, Timer


class BusinessCalendar(models.Model):
    """One version of when somebody works. Never edited: a change is a new version, in force from `live_from` on.

    `periods` is a list of [weekday 0 to 6, "HH:MM", "HH:MM" or "24:00"] in the wall-clock time of `timezone`;
    `country` and `subdivision` name public holidays as the `holidays` package does; see escalations.calendars.
    """

    slug = models.SlugField(max_length=40)
    number = models.PositiveIntegerField()
    name = models.CharField(max_length=80)
    timezone = models.CharField(max_length=40, default="UTC")
    periods = models.JSONField(default=list)
    country = models.CharField(max_length=2, blank=True)
    subdivision = models.CharField(max_length=10, blank=True)
    closed_days = ArrayField(models.DateField(), default=list, blank=True)
    live_from = models.DateTimeField()
    superseded_at = models.DateTimeField(null=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )

    class Meta:
        ordering: ClassVar = ["name"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["slug", "number"], name="calendar_version_once"),
            models.UniqueConstraint(
                fields=["slug"], condition=Q(superseded_at__isnull=True), name="one_live_calendar"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} v{self.number}"


class SlaPolicy(models.Model):
    """One version of what is promised for a client, case type and severity; null means any. Never edited.

    The most specific policy in force wins; the one for any client, type and severity always exists (R057). Minutes
    are of business time in `calendar` (a calendar's slug). Null minutes: the case type's own for the resolution, the
    resolution's for the responses, the tier's own for the dwell. `pauses` are the waits that stop the clocks;
    `raise_on` the milestones ("tier_dwell.breached") that take the case a tier up (R048).
    """

    client = models.ForeignKey(
        "accounts.Client", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    case_type = models.ForeignKey(
        "escalations.CaseType", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    severity = models.PositiveSmallIntegerField(choices=Severity.choices, null=True)
    calendar = models.SlugField(max_length=40, db_index=False)
    first_response_minutes = models.PositiveIntegerField(null=True)
    next_response_minutes = models.PositiveIntegerField(null=True)
    dwell_minutes = models.PositiveIntegerField(null=True)
    resolution_minutes = models.PositiveIntegerField(null=True)
    warn_percent = models.PositiveSmallIntegerField(default=80)
    pauses = ArrayField(models.CharField(max_length=8, choices=Pause.choices), default=list, blank=True)
    raise_on = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    penalty = models.DecimalField(max_digits=12, decimal_places=2, default=0)  # per breach (R059)
    currency = models.CharField(max_length=3, default="EUR")
    penalty_timers = ArrayField(
        models.CharField(max_length=16, choices=Timer.choices), default=list, blank=True
    )
    live_from = models.DateTimeField()
    superseded_at = models.DateTimeField(null=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )

    class Meta:
        ordering: ClassVar = ["client", "case_type", "severity"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["client", "case_type", "severity"], condition=Q(superseded_at__isnull=True),
                nulls_distinct=False, name="one_live_sla_policy",
            ),
            models.CheckConstraint(
                condition=~(
                    Q(first_response_minutes=0) | Q(next_response_minutes=0) | Q(dwell_minutes=0)
                    | Q(resolution_minutes=0)
                ),
                name="sla_minutes_are_positive",
            ),
            models.CheckConstraint(
                condition=Q(warn_percent__gte=1, warn_percent__lte=99), name="warning_comes_before_the_end"
            ),
            models.CheckConstraint(condition=Q(penalty__gte=0), name="penalty_is_no_reward"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"SLA policy {self.pk}"


class Clock(models.Model):
    """One timer of one case. What it says follows from the case's events, `policy` and `calendar` alone.

    `round` counts the timers of a kind on a case: tiers entered, customer messages answered, times reopened. Seconds
    are of business time. `elapsed` is what was counted before the segment that runs now (in all, once stopped);
    `due_at` is null while the clock is paused, `next_at` is the next milestone to fire, null when there is none.
    """

    case = models.ForeignKey(
        "escalations.Case", on_delete=models.CASCADE, related_name="clocks", db_index=False
    )
    timer = models.CharField(max_length=16, choices=Timer.choices)
    round = models.PositiveSmallIntegerField(default=1)
    tier = models.PositiveSmallIntegerField(default=1)  # in which it started
    policy = models.ForeignKey(SlaPolicy, on_delete=models.PROTECT, related_name="+", db_index=False)
    calendar = models.ForeignKey(BusinessCalendar, on_delete=models.PROTECT, related_name="+", db_index=False)
    target = models.PositiveIntegerField()
    warn_after = models.PositiveIntegerField()
    started_at = models.DateTimeField()
    stopped_at = models.DateTimeField(null=True)
    paused = models.CharField(max_length=8, choices=Pause.choices, blank=True)  # why, while it is
    elapsed = models.PositiveIntegerField(default=0)
    warn_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    next_at = models.DateTimeField(null=True)
    warned_at = models.DateTimeField(null=True)
    breached_at = models.DateTimeField(null=True)  # when that was found; the time it passed is `due_at`
    penalty = models.DecimalField(max_digits=12, decimal_places=2, null=True)  # what the breach costs
    currency = models.CharField(max_length=3, blank=True)
    met = models.BooleanField(null=True)

    class Meta:
        constraints: ClassVar = [
            # also finds the clocks of a case
            models.UniqueConstraint(fields=["case", "timer", "round"], name="clock_once"),
            # the batches that time every open case anew walk this in order of the case
            models.UniqueConstraint(
                fields=["case", "timer"], condition=Q(stopped_at__isnull=True), name="one_running_clock"
            ),
            models.CheckConstraint(condition=Q(target__gt=0), name="clock_has_time"),
            models.CheckConstraint(
                condition=Q(stopped_at__isnull=True) | Q(met__isnull=False), name="stopped_clock_is_judged"
            ),
        ]
        indexes: ClassVar = [
            # the sweeper: milestones in the order in which they come due
            models.Index(fields=["next_at"], condition=Q(next_at__isnull=False), name="clock_next"),
            # breaches and what they cost, by month
            models.Index(
                fields=["breached_at"], condition=Q(breached_at__isnull=False), name="clock_breached"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.timer} {self.round} of {self.case_id}"
