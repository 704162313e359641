"""The floor: who knows what, who works when, who is there now."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from accounts.choices import Level, PresenceState, TimeOffReason


class Skill(models.Model):
    """Something that cases may ask of whoever works them. Its slug never changes: cases are matched by it."""

    slug = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=80)
    about = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Proficiency(models.Model):
    """How well one person knows one skill. The database keeps `User.skills` in step (accounts/sql/floor.sql)."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="proficiencies")
    skill = models.ForeignKey(Skill, on_delete=models.CASCADE, related_name="proficiencies")
    level = models.PositiveSmallIntegerField(choices=Level.choices, default=Level.ABLE)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "skill"], name="one_level_per_skill"),
            models.CheckConstraint(condition=Q(level__gte=1, level__lte=3), name="proficiency_level_1_to_3"),
        ]

    def __str__(self) -> str:
        return f"{self.skill} {self.level}"


class Team(models.Model):
    """People who work together, for one client or for all, with whoever leads them."""

    slug = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=80)
    client = models.ForeignKey(
        "accounts.Client", on_delete=models.PROTECT, null=True, blank=True, related_name="teams"
    )
    lead = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="led_teams"
    )
    members = models.ManyToManyField(
        settings.AUTH_USER_MODEL, through="accounts.Membership", related_name="teams"
    )

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """One person in one team."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="memberships")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["team", "user"], name="member_once")]

    def __str__(self) -> str:
        return f"{self.user_id} in {self.team_id}"


class Shift(models.Model):
    """Hours that come back every week, in the person's own time zone. `ends` before `starts` is the next morning.

    Whoever has no shift works whenever they are there.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="shifts")
    weekday = models.PositiveSmallIntegerField()  # 0 is Monday
    starts = models.TimeField()
    ends = models.TimeField()

    class Meta:
        ordering = ["weekday", "starts"]
        constraints = [
            models.UniqueConstraint(fields=["user", "weekday", "starts"], name="shift_begins_once"),
            models.CheckConstraint(condition=Q(weekday__lte=6), name="shift_on_a_weekday"),
            models.CheckConstraint(condition=~Q(starts=F("ends")), name="shift_lasts"),
        ]

    def __str__(self) -> str:
        return f"{self.weekday} {self.starts:%H:%M}-{self.ends:%H:%M}"


class TimeOff(models.Model):
    """Out of office from `begins` to `ends`; meanwhile what would be assigned to them goes to `delegate`."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="time_off")
    begins = models.DateTimeField()
    ends = models.DateTimeField()
    reason = models.CharField(max_length=12, choices=TimeOffReason.choices, default=TimeOffReason.LEAVE)
    delegate = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="stands_in"
    )

    class Meta:
        ordering = ["begins"]
        constraints = [
            models.CheckConstraint(condition=Q(ends__gt=F("begins")), name="time_off_lasts"),
            models.CheckConstraint(condition=~Q(delegate=F("user")), name="nobody_stands_in_for_themselves"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} away until {self.ends:%Y-%m-%d}"


class Presence(models.Model):
    """Where a person is now. The database keeps `User.presence` and `User.on_break_since` in step with it.

    `last_seen` is when they last used a page of ours, to about a minute.
    """

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True, related_name="presence_row"
    )
    state = models.CharField(max_length=10, choices=PresenceState.choices, default=PresenceState.OFFLINE)
    since = models.DateTimeField()
    last_seen = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.user_id} {self.state}"
