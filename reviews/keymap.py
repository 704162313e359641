"""Keys that a person may move: which letters the product gives out, and what may stand in their place. Pure."""

from collections.abc import Mapping

KEYS: dict[str, str] = {
    "a": "Approve", "c": "Correct", "o": "Override", "d": "Reject", "e": "Escalate", "i": "Request info",
    "s": "Snooze", "h": "Hold", "b": "Return to AI", "r": "Reply", "m": "Note for the record, or move to",
    "f": "Next field to check", "F": "Previous field to check", "l": "Keep the case longer", "N": "Skip",
    "n": "Claim next", "z": "Undo", "t": "Timeline", "p": "Policy", "y": "Similar cases",
    "w": "Write a lesson", "/": "Find a case",
    "[": "Fold the list",
}  # fmt: skip
"""The letter each action has, and its name."""
TAKEN = frozenset("gjkxX?123456789 ")
"""First of two keys, movement in lists, evidence, help: these stay what they are."""


def problems(chosen: Mapping[str, str]) -> dict[str, str]:
    """What is wrong with a map of given to chosen letters, by given letter; empty when it can be used."""
    wrong: dict[str, str] = {}
    whole = {key: chosen.get(key) or key for key in KEYS}
    for key, letter in whole.items():
        if len(letter) != 1 or not letter.isprintable():
            wrong[key] = "One letter or sign."
        elif letter in TAKEN:
            wrong[key] = f"{letter if letter != ' ' else 'Space'} has a meaning of its own."
        elif list(whole.values()).count(letter) > 1 and letter != key:
            twin = next(KEYS[other] for other, used in whole.items() if used == letter and other != key)
            wrong[key] = f"{letter} is already {twin}."
    return wrong


def moved(chosen: Mapping[str, str]) -> dict[str, str]:
    """Only the keys that were moved."""
    return {key: letter for key in KEYS if (letter := chosen.get(key) or key) != key}
