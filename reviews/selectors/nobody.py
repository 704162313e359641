"""What its page and every list say of a waiting case that nobody can take, whoever is there."""

from datetime import datetime

from accounts.choices import Level
from escalations.choices import CaseState
from escalations.permissions import asked_by
from reviews.selectors.words import humanize

LEVELS = {str(level): str(label).lower() for level, label in Level.choices}


def nobody_can(state: str, unroutable_since: datetime | None, need: int) -> str:
    """The words, from columns of the case; "" for a case that somebody can take, or that no longer waits."""
    if unroutable_since is None or state != CaseState.QUEUED:
        return ""
    skills = ", ".join(_skill(one) for one in sorted(asked_by(need)))
    return f"Nobody can take it: it asks for {skills}" if skills else "Nobody can take it"


def _skill(word: str) -> str:
    """ "french:2" as people read it: "French (able)"."""
    slug, _, level = word.partition(":")
    return f"{humanize(slug)} ({LEVELS.get(level, level)})"
