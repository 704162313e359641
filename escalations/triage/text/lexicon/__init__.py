"""Our own short lexicon of what customers say when a person should look."""

from escalations.triage.text.lexicon.entry import Entry
from escalations.triage.text.lexicon.requests import DISPUTE, HUMAN_REQUESTED, NEGOTIATE
from escalations.triage.text.lexicon.strain import COMPLAINT, DISTRESS
from escalations.triage.text.lexicon.topics import ETHICAL, REGULATORY, SENSITIVE, THREAT

ENTRIES: tuple[Entry, ...] = (
    *DISTRESS,
    *COMPLAINT,
    *DISPUTE,
    *NEGOTIATE,
    *HUMAN_REQUESTED,
    *REGULATORY,
    *SENSITIVE,
    *ETHICAL,
    *THREAT,
)

__all__ = ["ENTRIES", "Entry"]
