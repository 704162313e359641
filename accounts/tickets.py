"""What a browser shows the live process instead of a session: signed, short-lived, and read without a database."""

import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core import signing

SALT = "handrail.live"
STREAM_SECONDS, POLL_SECONDS = 90, 900
"""How long a ticket opens a stream, and how long it serves to poll and to look."""


@dataclass(frozen=True, slots=True)
class Ticket:
    """Who listens (id, name as lists show it), from which sign-in and page origin, and what they may hear."""

    person: int
    name: str
    session: str
    origin: str
    topics: tuple[str, ...]


def issue(*, person: int, name: str, session_key: str, origin: str, topics: Sequence[str]) -> str:
    """The ticket's text. Topics are what its holder may hear now; a right that ends also ends their streams."""
    held = {"p": person, "n": name, "s": mark_of(session_key), "o": origin, "t": list(topics)}
    return signing.dumps(held, salt=SALT, compress=True)


def read(text: str, max_age: int) -> Ticket | None:
    """The ticket, or None when it is too old (seconds) or not ours."""
    try:
        held: dict[str, Any] = signing.loads(text, salt=SALT, max_age=max_age)
    except signing.BadSignature:
        return None
    return Ticket(held["p"], held["n"], held["s"], held["o"], tuple(held["t"]))


def mark_of(session_key: str) -> str:
    """What stands for a sign-in where its key must not."""
    return _mac("session", session_key)


def case_pass(session: str, case: UUID | str) -> str:
    """The right to hear one case, for one sign-in (`mark_of` its key). The page of that case carries it, and with it
    a stream that runs already can be told to listen to a case more.
    """
    return f"{case}.{_mac(session, str(case))}"


def case_in(session: str, given: str) -> str | None:
    """The id of the case that this pass is for, or None when it is not this sign-in's."""
    case, _, mac = given.partition(".")
    return case if hmac.compare_digest(_mac(session, case).encode(), mac.encode()) else None


def _mac(purpose: str, text: str) -> str:
    key = f"{SALT}.{purpose}{settings.SECRET_KEY}".encode()
    return hmac.digest(key, text.encode(), "sha256")[:12].hex()
