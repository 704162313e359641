"""Where a value stands in the conversation. Pure; positions count code points."""

from collections.abc import Mapping, Sequence


def span_fault(span: Mapping[str, int] | None, texts: Sequence[str]) -> tuple[str, str] | None:
    """(part, what is wrong with it) of a span {message, start, end} over `texts`, or None when it is right."""
    if not span:
        return None
    if not span["message"] < len(texts):
        return "message", "There is no such message."
    if not span["start"] < span["end"] <= len(texts[span["message"]]):
        return "end", "The span must lie inside the message's text, its start before its end."
    return None
