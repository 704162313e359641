"""A case as the review page needs it, in one statement."""

from dataclasses import dataclass
from functools import cache
from typing import Any
from uuid import UUID

from accounts.choices import Capability
from accounts.models import User
from accounts.permissions import scopes_of
from escalations.models import Case, Queue
from reviews.selectors.evidence import LONGEST
from reviews.selectors.related import Wanted, read_case, statement

MESSAGES_SHOWN = 200
"""The newest so many; a longer conversation is read from the API."""

WANTED: Wanted = {
    "holder": ("name",),
    "triage": ("model_version", "result"),
    "routing": ("outcome", "path"),
    "handoff": ("package", "completeness", "missing"),
}

MESSAGES = f"""
SELECT json_agg(json_build_object('position', m.position, 'author', m.author, 'text', m.text, 'at', m.at)
                ORDER BY m.position)
FROM (SELECT position, author, left(text, {LONGEST + 1}) AS text, at FROM escalations_message
      WHERE case_id = c.id ORDER BY position DESC LIMIT {MESSAGES_SHOWN}) m
"""  # noqa: S608 - numbers of ours

FIELDS = """
SELECT json_agg(json_build_object('name', f.name, 'value', f.value, 'confidence', f.confidence,
                                  'message', f.message, 'start', f.start, 'end', f."end") ORDER BY f.position)
FROM escalations_extractedfield f WHERE f.case_id = c.id
"""

# One's own draft; whoever may take cases over also finds what the last holder had typed.
DRAFT = """
SELECT json_build_object('body', d.body, 'at', d.updated_at) FROM reviews_draft d
WHERE d.case_id = c.id AND (d.user_id = %s OR %s AND c.holder_id = %s)
ORDER BY d.user_id = %s DESC, d.updated_at DESC LIMIT 1
"""

# Whoever holds the case is shown none: it is theirs to make the next.
DECISION = """
SELECT json_build_object('id', d.id, 'verb', d.verb, 'disposition', d.disposition, 'user', d.user_id,
  'name', (SELECT u.name FROM accounts_user u WHERE u.id = d.user_id),
  'undoable', d.standing = 'pending' AND d.undo_until > statement_timestamp())
FROM escalations_decision d WHERE d.case_id = c.id AND d.standing <> 'undone'
  AND (c.holder_id IS NULL OR c.holder_id <> %s) ORDER BY d.created_at DESC LIMIT 1
"""

FLAG = """
SELECT json_build_object('reason', f.reason, 'name', (SELECT u.name FROM accounts_user u WHERE u.id = f.user_id))
FROM reviews_flag f WHERE f.case_id = c.id ORDER BY f.id DESC LIMIT 1
"""


@dataclass(frozen=True, slots=True)
class CasePage:
    """A case with its rows: messages oldest first, fields, queues it may be sent to, draft, decision in force, and
    the last that somebody flagged.
    """

    case: Case
    messages: list[dict[str, Any]]
    fields: list[dict[str, Any]]
    targets: list[Queue]
    draft: dict[str, Any] | None
    decision: dict[str, Any] | None
    flag: dict[str, str] | None


def case_page(actor: User, ref: str | UUID, spot: str = "") -> CasePage:
    """The case of that reference or id for `actor`; NotVisible when it is not for their eyes."""
    takes_over = bool(scopes_of(actor, Capability.CASE_TAKE_OVER))
    mine = [actor.pk, takes_over, actor.pk, actor.pk, actor.pk]  # the draft's, and the decision's
    case, beside = read_case(actor, ref, _sql(), mine, WANTED, spot)
    lists = {name: beside[name] or [] for name in ("messages", "fields")}
    return CasePage(
        case,
        **lists,
        targets=beside["targets"],
        draft=beside["draft"],
        decision=beside["decision"],
        flag=beside["flag"],
    )


@cache
def _sql() -> str:
    return statement(WANTED, messages=MESSAGES, fields=FIELDS, draft=DRAFT, decision=DECISION, flag=FLAG)
