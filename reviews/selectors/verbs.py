"""Verbs as buttons and as words: the key that arms each, and how a finished decision reads. Pure."""

from collections.abc import Iterable, Mapping

from escalations.choices import Verb
from reviews.selectors.shapes import VerbView

KEYS = {
    Verb.APPROVE: "a", Verb.CORRECT: "c", Verb.OVERRIDE: "o", Verb.REJECT: "d", Verb.ESCALATE: "e",
    Verb.REQUEST_INFO: "i", Verb.SNOOZE: "s", Verb.HOLD: "h", Verb.RETURN_TO_AI: "b",
}  # fmt: skip
"""The letters of the keyboard map; D declines, H holds, B gives it back to the AI."""

SAID = {
    Verb.APPROVE: "approved", Verb.CORRECT: "corrected", Verb.OVERRIDE: "overridden", Verb.REJECT: "rejected",
    Verb.ESCALATE: "escalated", Verb.REQUEST_INFO: "waits for information", Verb.SNOOZE: "snoozed",
    Verb.HOLD: "put on hold", Verb.RETURN_TO_AI: "returned to the AI", Verb.AUTO_RESOLVE: "settled by the AI",
}  # fmt: skip


SILENT = {Verb.APPROVE: ("Settle", "settled")}
"""Where the AI suggests nothing there is nothing to approve: the person settles the case."""


def verb_views(verbs: Iterable[Verb], *, silent: bool = False) -> tuple[VerbView, ...]:
    """Buttons in the order of the keyboard map. `silent`: the page holds no suggestion of the AI's."""
    offered, own = set(verbs), SILENT if silent else {}
    return tuple(
        VerbView(verb.value, *_words(verb, key, own)) for verb, key in KEYS.items() if verb in offered
    )


def _words(verb: Verb, key: str, own: Mapping[Verb, tuple[str, str]]) -> tuple[str, str, str]:
    label, said = own.get(verb, (str(verb.label), SAID[verb]))
    return label, key, said


def decision_words(verb: Verb, outcome: str, who: str) -> str:
    """ "Approved by Fay Example: Credit issued." """
    said = SAID[verb]
    by = f" by {who}" if who else ""
    return f"{said[:1].upper()}{said[1:]}{by}{f': {outcome}' if outcome else ''}."
