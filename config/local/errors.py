"""What can go wrong on somebody's laptop."""


class LocalError(Exception):
    """The message is for a person: what failed, why, and what to do about it."""
