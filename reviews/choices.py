"""Words of the human work: what was wrong, why it goes up, where a case lies for its reader."""

from django.db.models import TextChoices


class WhatWasWrong(TextChoices):
    """Why a person overrides; feeds the drift measures."""

    FACTS = "facts", "The facts"
    RULE = "rule", "The rule"
    TONE = "tone", "The tone"
    TOOL = "tool", "A tool"
    OTHER = "other", "Something else"


class EscalateReason(TextChoices):
    """Why a person sends a case up or across (R030)."""

    AUTHORITY = "authority", "Above my authority"
    EXPERTISE = "expertise", "Needs an expert"
    UNCLEAR = "unclear", "Still unclear"
    RISK = "risk", "Too risky to decide here"
    REGULATORY = "regulatory", "Regulatory impact"
    OTHER = "other", "Something else"


class SkipReason(TextChoices):
    """Why a person passes a case on."""

    EXPERTISE = "expertise", "Not my subject"
    LANGUAGE = "language", "Not my language"
    CONFLICT = "conflict", "I know the customer"
    WELLBEING = "wellbeing", "I need to step away"
    OTHER = "other", "Something else"


class Tab(TextChoices):
    """The lists of "my queue"."""

    MINE = "mine", "Mine"
    TEAM = "team", "Team"
    SNOOZED = "snoozed", "Snoozed"
    WAITING = "waiting", "Waiting"
    DONE = "done", "Done today"


class Mode(TextChoices):
    """How a case lies open: to decide, to read, just lost, or settled."""

    HELD = "held"
    READING = "reading"
    LOST = "lost"
    DONE = "done"
