"""Where people are: said by themselves, seen by us, ended by signing out."""

import math
import threading
import time
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models.functions import Now

from accounts.actors import Actor
from accounts.choices import Capability, EventKind, PresenceState
from accounts.errors import Invalid
from accounts.hints import hint
from accounts.ledger import record, stream_of
from accounts.models import Presence, User
from accounts.permissions import scopes_of

SET = """
INSERT INTO accounts_presence AS now (user_id, state, since, last_seen)
VALUES (%s, %s, statement_timestamp(), statement_timestamp())
ON CONFLICT (user_id) DO UPDATE SET state = excluded.state, since = excluded.since,
  last_seen = CASE WHEN %s THEN excluded.last_seen ELSE now.last_seen END
WHERE now.state <> excluded.state
RETURNING since
"""

SEEN_EVERY = 60.0
"""Seconds between two notes that somebody was seen."""

_seen: dict[int, float] = {}
_noting = threading.Lock()


def set_presence(*, person: User, state: str, actor: Actor, because: str = "") -> bool:
    """Put `person` into `state`; whether that is news. What is news is an event, and takes effect at once.

    Invalid for a word that is no state. `because` is a code: said, seen, unseen, signed_in, signed_out, wrapped_up.
    """
    if state not in PresenceState.values:
        raise Invalid("There is no such presence.", {"state": "Choose one of the list."})
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(SET, [person.pk, state, actor is not None])
            changed = cursor.fetchone() is not None
        if changed:
            told: dict[str, Any] = {"from": person.presence, "to": state, "because": because or "said"}
            record(stream_of("user", person.pk), kind=EventKind.PRESENCE_CHANGED, actor=actor, **told)
            hint("board", f"me:{person.pk}")
    person.refresh_from_db(fields=["presence", "on_break_since"])
    return changed


def sign_in(*, person: User) -> None:
    """Whoever works cases and was offline is available; everybody else stays as they are."""
    if person.presence == PresenceState.OFFLINE and scopes_of(person, Capability.CASE_CLAIM):
        set_presence(person=person, state=PresenceState.AVAILABLE, actor=person, because="signed_in")


def sign_out(*, person: User) -> None:
    """Signing out makes offline whoever was anything else."""
    if person.presence != PresenceState.OFFLINE:
        set_presence(person=person, state=PresenceState.OFFLINE, actor=person, because="signed_out")


def seen(person: User, ago: float = 0) -> None:
    """Note that they used a page of ours so many seconds ago: one write a minute at most, none for who is offline."""
    now = time.monotonic() - ago
    if person.presence == PresenceState.OFFLINE or now - _seen.get(person.pk, -math.inf) < SEEN_EVERY:
        return
    with _noting:
        if len(_seen) > 10_000:
            _seen.clear()
        _seen[person.pk] = now
    used = Now() - timedelta(seconds=ago)
    older = used - timedelta(seconds=SEEN_EVERY)  # another process may have noted it
    Presence.objects.filter(user=person, last_seen__lte=older).update(last_seen=used)


def wrap_up_ends() -> int:
    """Make available again whose wrap-up has lasted HANDRAIL_WRAP_UP_SECONDS; how many."""
    over = Now() - timedelta(seconds=settings.HANDRAIL_WRAP_UP_SECONDS)
    done = User.objects.filter(presence_row__state=PresenceState.WRAP_UP, presence_row__since__lte=over)
    return sum(
        set_presence(person=person, state=PresenceState.AVAILABLE, actor=None, because="wrapped_up")
        for person in done.order_by("pk")[:200]
    )
