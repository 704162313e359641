"""What can go wrong with a model or with the data it is to learn from."""

from escalations.triage.types import TriageError


class DataError(TriageError):
    """The labelled data cannot be used; the message is one line that says where and why."""


class ModelError(TriageError):
    """The stored model is missing, damaged or belongs to another encoder; the message says what to do."""
