"""What a decision answers, kept with it so that a repeated request is answered as the first was."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from accounts.models import User
from escalations.errors import Invalid, Stale
from escalations.models import Case, Decision
from escalations.transitions import Moved


@dataclass(frozen=True, slots=True)
class Opened:
    """The next case, already the decider's: enough to answer a page that shows it."""

    id: UUID
    ref: str
    version: int
    token: int
    lease_until: str
    spot: str = field(
        default="", compare=False
    )  # where its row lay when it was claimed; not kept with the decision


@dataclass(frozen=True, slots=True)
class Decided:
    """What came of it: the decision, how long it can be undone, the next case if one was claimed."""

    id: UUID
    ref: str
    verb: str
    undo_seconds: int
    next: Opened | None
    opened: bool = False  # the next case is the one that the page had prefetched
    replayed: bool = False


def recipe_of(following: Moved | None, *, opened: bool) -> dict[str, Any]:
    """The part of `Decision.seen` from which the answer can be made again."""
    if following is None or following.lease_until is None:
        return {"next": None, "opened": False}
    following_case = {
        "id": str(following.id), "ref": following.ref, "version": following.version,
        "token": following.claim_token, "lease": following.lease_until.isoformat(),
    }  # fmt: skip
    return {"next": following_case, "opened": opened}


def answer_of(ref: str, decision: Decision, *, spot: str = "", replayed: bool = False) -> Decided:
    """The answer to the decision on the case of that reference; `spot` is where the next one's row lies."""
    return Decided(
        decision.pk, ref, decision.verb, decision.seen["undo_seconds"], _opened(decision.seen["next"], spot),
        opened=decision.seen["opened"], replayed=replayed,
    )  # fmt: skip


def first_answer(case: Case, actor: User, key: str) -> Decided:
    """The answer that `key` had the first time. Invalid when it was used for another case."""
    first = Decision.objects.get(user=actor, key=key)
    if first.case_id != case.pk:
        raise Invalid("This key was used for another case.", {"key": "used for another case"})
    if first.standing == Decision.Standing.UNDONE:
        raise Stale(f"The decision on {case.ref} was taken back.")
    return answer_of(case.ref, first, replayed=True)


def _opened(recipe: Mapping[str, Any] | None, spot: str) -> Opened | None:
    if recipe is None:
        return None
    return Opened(
        UUID(recipe["id"]), recipe["ref"], recipe["version"], recipe["token"], recipe["lease"], spot
    )
