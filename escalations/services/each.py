"""Going through many rows when one row's trouble must not keep the others waiting."""

from collections.abc import Callable, Iterable
from typing import TypeVar

import structlog

Row = TypeVar("Row")

log = structlog.get_logger(__name__)


def each(rows: Iterable[Row], act: Callable[[Row], bool]) -> int:
    """Do `act` for every row; for how many it was true. Raises the first error, after the last row."""
    done, failed = 0, None
    for row in rows:
        try:
            done += act(row)
        except Exception as error:  # whatever it is, the next type is watched too
            log.warning("each.failed", row=str(getattr(row, "pk", "")), error=type(error).__name__)
            failed = failed or error
    if failed is not None:
        raise failed
    return done
