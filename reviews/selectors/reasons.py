"""Why a case came to a person, as chips and as the rules behind them. Pure: an outcome's JSON in, shapes
out.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from escalations.choices import Allocation, ReasonCode
from escalations.models import Case
from reviews.selectors.evidence import Mark
from reviews.selectors.shapes import Meter, ReasonView
from reviews.selectors.words import humanize, measure, percent, plain

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"

THEN = {"reasons": "A person is needed", "allocation": "Who may settle it", "tiers": "How grave, how high",
        "queues": "Where it goes"}  # fmt: skip

LABELS, ALLOCATIONS = dict(ReasonCode.choices), dict(Allocation.choices)

METERS = (
    ("confidence", "Confidence", ("unsure", "fairly sure", "sure")),
    ("out_of_scope", "Out of scope", ("in scope", "perhaps outside", "outside")),
    ("distress", "Distress", ("none", "some strain", "distressed")),
    ("anomaly", "Anomaly", ("usual", "unusual", "very unusual")),
    ("risk", "Risk", ("low", "medium", "high")),
    ("complexity", "Complexity", ("simple", "some steps", "complex")),
)


def reason_views(
    found: Sequence[Mapping[str, Any]],
    codes: Sequence[str],
    fields: Sequence[Mapping[str, Any]],
    said: Mapping[str, str] | None = None,
) -> tuple[tuple[ReasonView, ...], list[Mark]]:
    """Reasons lettered A onwards, and where each shows. Codes set by hand come last, without a measure, with what
    was `said` of them by code.

    A reason about a field that names no passage of its own is shown by the field's.
    """
    known = {str(reason.get("code")) for reason in found}
    by_hand = [{"code": code, "text": (said or {}).get(code)} for code in codes if code not in known]
    reasons = [*found, *by_hand][: len(LETTERS)]
    views, marks = [], []
    for number, (letter, reason) in enumerate(zip(LETTERS, reasons, strict=False), start=1):
        here = [Mark(*span, letter) for span in _spans(reason, fields)]
        marks += here
        views.append(_view(letter, number, reason, len(here)))
    return tuple(views), marks


def matrix_rows(cells: Sequence[Mapping[str, Any]]) -> tuple[tuple[str, str, str], ...]:
    """The allocation matrix: question, what the case is on it, who may settle it then (R005 to R008)."""
    return tuple(
        (
            humanize(cell["row"]),
            humanize(cell["value"]).lower(),
            ALLOCATIONS.get(cell["allocation"], cell["allocation"]),
        )
        for cell in cells
    )


def rule_rows(hits: Sequence[Mapping[str, Any]]) -> tuple[tuple[str, str, str], ...]:
    """Rows of the policy that matched: name, text, and what a row of that table does."""
    return tuple(
        (humanize(hit["row"]), plain(hit.get("text")), THEN.get(hit["table"], humanize(hit["table"])))
        for hit in hits
    )


def path_rows(case: Case) -> tuple[tuple[str, str, str, str], ...]:
    """The way through the decision tree: asked, found, answer, and where that led in words (R052)."""
    steps = case.routing.path if case.routing is not None else ()
    return tuple((step["asked"], step["found"], step["answer"], _led(step["to"])) for step in steps)


def _led(to: str) -> str:
    kind, _, name = to.partition(":")
    if kind == "queue":
        return f"queue {humanize(name)}"
    return f"question {name}" if kind == "node" else "policy's queue"


def meters(result: Mapping[str, Any]) -> tuple[Meter, ...]:
    """The engine's scores; those it did not give are left out."""
    return tuple(
        Meter(label, share, words[0 if share < 40 else 1 if share < 70 else 2])
        for name, label, words in METERS
        if (share := percent(result.get(name))) is not None
    )


def _view(letter: str, number: int, reason: Mapping[str, Any], passages: int) -> ReasonView:
    code = str(reason.get("code"))
    label = LABELS.get(code) or humanize(code.lower())
    values = [plain(value) for value in reason.get("values") or ()]
    text = plain(reason.get("text"))
    if values:
        text = f"{text}: {' or '.join(values)}" if text else " or ".join(values)
    return ReasonView(
        letter, number, code, label, measure(reason.get("score"), reason.get("limit")), text, passages
    )


def _spans(reason: Mapping[str, Any], fields: Sequence[Mapping[str, Any]]) -> list[tuple[int, int, int]]:
    spans = [(span["message"], span["start"], span["end"]) for span in reason.get("spans") or ()]
    if not spans and (name := reason.get("field")):
        spans = [
            (field["message"], field["start"], field["end"])
            for field in fields
            if field["name"] == name and None not in (field["message"], field["start"], field["end"])
        ]
    return [span for span in spans if span[0] >= 0]
