"""What supports a reason: where it shows, which field, which values disagreed."""

from dataclasses import dataclass

from escalations.triage.types import CaseView, Extracted, Span, Triage


@dataclass(frozen=True, slots=True)
class Evidence:
    """One finding behind a reason; its own `score` and `limit`, if any, are shown instead of the row's."""

    field: str = ""
    score: float | str | None = None
    limit: float | str | None = None
    spans: tuple[Span, ...] = ()
    values: tuple[str, ...] = ()


def span_of(value: Extracted) -> tuple[Span, ...]:
    """Where an extracted value stands, or nothing."""
    if value.message is None or value.start is None or value.end is None:
        return ()
    return (Span(value.message, value.start, value.end),)


def spans_of_field(case: CaseView, name: str) -> tuple[Span, ...]:
    return tuple(span for value in case.fields if value.name == name for span in span_of(value))


def spans_of_signals(triage: Triage | None, *codes: str) -> tuple[Span, ...]:
    """Every place where one of these signals shows, in the engine's order, each once."""
    found = (
        ()
        if triage is None
        else (s for signal in triage.signals if signal.code in codes for s in signal.spans)
    )
    return tuple(dict.fromkeys(found))
