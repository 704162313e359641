"""Which failures of an AI agent's tools are the same one: pure text work (R034)."""

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Protocol

LONGEST = 200

_SYSTEM = re.compile(
    r"time[d -]?out|unavailable|unreachable|connection|exception|traceback|refused by|reset by|internal|overload"
    r"|rate.?limit|too many requests|crash|\b5\d\d\b|\b429\b|deadlock|out of memory|dns|handshake|gateway|\berror\b"
)
"""Words of machines that fail. "No such invoice" is an answer of a machine that works, and is no error."""

_CHANGING = (
    (re.compile(r"""(["'“”‘’]).*?["'“”‘’]"""), "…"),  # quoted words: names, values
    (re.compile(r"\S+@\S+"), "…"),
    (re.compile(r"https?://\S+"), "…"),
    (
        re.compile(r"\b(?!5\d\d\b|4\d\d\b)[\w-]*\d[\w:.,/-]*"),
        "#",
    ),  # numbers, ids, times; a status code says what failed
    (re.compile(r"\s+"), " "),
)


class Step(Protocol):
    """A tool call, as triage sees it."""

    @property
    def tool(self) -> str: ...
    @property
    def ok(self) -> bool: ...
    @property
    def result(self) -> Any: ...


@dataclass(frozen=True, slots=True)
class Failure:
    """One kind of failure in one case: the tool, the error without what changes, how often."""

    tool: str
    error: str
    times: int

    @property
    def signature(self) -> str:
        """SHA-256 over tool and error, hex; the client is kept beside it."""
        return hashlib.sha256(f"{self.tool}\n{self.error}".encode("utf-8", "surrogatepass")).hexdigest()


def failures(steps: Iterable[Step]) -> list[Failure]:
    """The system errors among an agent's steps, one entry a signature, ordered by it.

    A step that was refused for want of permission, or that found nothing, is no system error.
    """
    seen = Counter((step.tool[:80], normalised(said)) for step in steps if (said := _error(step)))
    found = [Failure(tool, error, times) for (tool, error), times in seen.items()]
    return sorted(found, key=lambda failure: failure.signature)


def normalised(text: str) -> str:
    """An error's text without what differs from one time to the next: quotes, addresses, numbers, ids."""
    text = text[: 4 * LONGEST].replace("\x00", "").casefold()
    for pattern, instead in _CHANGING:
        text = pattern.sub(instead, text)
    return text.strip(" .:;,")[:LONGEST]


def _error(step: Step) -> str:
    """What a failed step said, "" when that was no system error."""
    if step.ok:
        return ""
    if isinstance(step.result, dict) and step.result.get("error"):
        return _text(step.result["error"])
    text = _text(step.result)
    return text if _SYSTEM.search(text.casefold()) else ""


def _text(value: Any) -> str:
    if isinstance(value, dict) and isinstance(value.get("summary"), str):
        value = value["summary"]
    return value if isinstance(value, str) else json.dumps(value, sort_keys=True, default=str)
