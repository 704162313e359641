"""What became of one attempt to send."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Outcome:
    """`code` is a word for the delivery log ("ok", "status", "timeout", "garbage", "refused:private", ...), never
    what the other side wrote. `retry_after` in seconds when the other side asked for a pause.
    """

    ok: bool
    code: str
    status: int | None = None
    retry_after: float | None = None
