"""Words of the human work: what was wrong, why it goes up, where a case lies for its reader."""

from django.db.models import TextChoices

CATEGORY = "category"
"""The name under which a person corrects what the AI takes the case for, beside the fields that it read (R096)."""


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


class AuditSkipReason(TextChoices):
    """Why a reader gives an audit back."""

    CONFLICT = "conflict", "I know the customer or the case"
    EXPERTISE = "expertise", "Not my subject"
    LANGUAGE = "language", "Not my language"
    WELLBEING = "wellbeing", "I need to step away"
    OTHER = "other", "Something else"


class Stands(TextChoices):
    """Whose answer an adjudicator finds right."""

    AI = "ai", "The AI's"
    FIRST = "first", "The first reader's"
    SECOND = "second", "The second reader's"
    NONE = "none", "Nobody's: all of them are wrong"


class RubricPart(TextChoices):
    """What an audit looks at after the reveal."""

    FACTS = "facts", "Facts"
    POLICY = "policy", "Policy"
    TONE = "tone", "Tone"
    REPLY = "reply", "Reply"
    DOCUMENTATION = "documentation", "Documentation"


class ErrorCause(TextChoices):
    """Whose error it is: decides who learns from it."""

    AI = "ai", "The AI's"
    POLICY = "policy", "The policy's"
    PERSON = "person", "The person's"
    SOURCE = "source", "The source was wrong"


class LessonState(TextChoices):
    """How far a lesson is (R097). It only moves forward."""

    DRAFT = "draft", "Proposed"
    PUBLISHED = "published", "Published"
    RETIRED = "retired", "Retired"


class DigestPart(TextChoices):
    """What a week's digest may tell (R098)."""

    LESSONS = "lessons", "New lessons"
    ERRORS = "errors", "What was corrected"
    AUDITS = "audits", "What audits found"
    FATES = "fates", "What became of your corrections"
    HANDOFFS = "handoffs", "Handoffs from AI to people"
    PATTERNS = "patterns", "Patterns of the weekly review"
    ATTENTION = "attention", "Planted errors that teams missed"
    READING = "reading", "Reading audits"
    AUTONOMY = "autonomy", "What the AI may do"


class Tab(TextChoices):
    """The lists of "my queue"."""

    MINE = "mine", "Mine"
    TEAM = "team", "Team"
    SNOOZED = "snoozed", "Snoozed"
    WAITING = "waiting", "Waiting"
    DONE = "done", "Done today"


class Mode(TextChoices):
    """How a case lies open: to decide, to answer before the AI's answer is shown, to read, just lost, or settled."""

    HELD = "held"
    UNAIDED = "unaided"
    READING = "reading"
    LOST = "lost"
    DONE = "done"
