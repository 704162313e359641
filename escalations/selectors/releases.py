"""How far a draft is, and what stands in its way: from rows, never from a column."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from django.db.models import Q, QuerySet

from accounts.actors import Actor
from accounts.choices import Capability
from accounts.grants import with_grants
from accounts.models import User
from escalations.models import Approval, PolicyDraft, PolicyVersion, Rehearsal
from escalations.permissions import may_everywhere
from escalations.policy.diff import Change, differences
from escalations.policy.lint import Problem, lint

NEEDED = {
    Approval.Side.AI: Capability.POLICY_APPROVE_AI,
    Approval.Side.OPS: Capability.POLICY_APPROVE_OPS,
}
"""Who may approve for which side (R091)."""

TOUCHES = (Capability.POLICY_EDIT, *NEEDED.values())
"""Who has to do with policy at all: writes it, or approves it."""

STATES = {
    "draft": "Draft",
    "rehearsed": "Rehearsed",
    "approved": "Approved",
    "refused": "Refused",
    "live": "Live",
    "superseded": "Superseded",
    "withdrawn": "Withdrawn",
}


@dataclass(frozen=True)
class Standing:
    """A draft with what was said of it as it is now: its document against its base."""

    draft: PolicyDraft
    approvals: Sequence[Approval]
    rehearsal: Rehearsal | None  # the newest finished one of this document
    live: PolicyVersion

    @property
    def state(self) -> str:
        """draft, rehearsed, approved, refused, live, superseded or withdrawn."""
        version = self.draft.version
        if version is not None:
            return "superseded" if version.superseded_at else "live"
        if self.draft.withdrawn_at:
            return "withdrawn"
        if self.refusals:
            return "refused"
        if self.rehearsal is None:
            return "draft"
        return "approved" if all(self.by_side.values()) else "rehearsed"

    @property
    def label(self) -> str:
        return STATES[self.state]

    @property
    def open(self) -> bool:
        """Can it still be changed?"""
        return self.draft.version_id is None and self.draft.withdrawn_at is None

    @property
    def by_side(self) -> dict[str, Approval | None]:
        """The approval of each side, or None."""
        given = {approval.side: approval for approval in self.approvals if not approval.refused}
        return {side: given.get(side) for side in Approval.Side.values}

    @property
    def refusals(self) -> list[Approval]:
        return [approval for approval in self.approvals if approval.refused]

    @property
    def overtaken(self) -> bool:
        """Another version went live since it was begun: it must be brought up to date."""
        return self.open and self.draft.base_id != self.live.pk

    @cached_property
    def problems(self) -> list[Problem]:
        return lint(self.draft.document)

    @property
    def errors(self) -> list[Problem]:
        return [problem for problem in self.problems if problem.is_error]

    @cached_property
    def changes(self) -> list[Change]:
        """What it says otherwise than its base, in words."""
        return differences(self.draft.base.document, self.draft.document)


def sides_of(actor: Actor) -> list[str]:
    """The sides for which `actor` may approve. A policy holds for everybody, so their power must too."""
    return [str(side) for side, needed in NEEDED.items() if may_everywhere(actor, needed)]


def approvers_of(standing: Standing) -> tuple[int, ...]:
    """Ids of the people who may still say yes: for a side that has not spoken, and not to their own words."""
    sides = {side for side, said in standing.by_side.items() if said is None}
    return tuple(
        pk for side in sorted(sides) for pk in people_of_side(side) if pk not in standing.draft.author_ids
    )


def people_of_side(side: str) -> tuple[int, ...]:
    """Ids of the people who may approve policy for a side."""
    holders = User.objects.filter(
        is_active=True, grants__role__capabilities__contains=[NEEDED[Approval.Side(side)]]
    )
    people = with_grants(holders.distinct().order_by("pk"))
    return tuple(person.pk for person in people if side in sides_of(person))


def standing_of(draft: PolicyDraft, live: PolicyVersion) -> Standing:
    """The draft as it stands. Two statements."""
    approvals = draft.approvals.filter(digest=draft.digest, base=draft.base_id).select_related("by")
    rehearsal = draft.rehearsals.filter(
        digest=draft.digest, base=draft.base_id, state=Rehearsal.State.DONE
    ).first()
    return Standing(draft, list(approvals), rehearsal, live)


def drafts_open() -> QuerySet[PolicyDraft]:
    """Drafts that may still go live, newest change first."""
    return PolicyDraft.objects.filter(version=None, withdrawn_at=None).select_related("author", "base")


def versions() -> QuerySet[PolicyVersion]:
    """Every version that was ever in force, newest first, without the documents."""
    return (
        PolicyVersion.objects.filter(live_from__isnull=False)
        .select_related("created_by", "restores")
        .defer("document")
    )


def version_before(version: PolicyVersion) -> PolicyVersion | None:
    """The one that was in force before it."""
    earlier = PolicyVersion.objects.filter(number__lt=version.number, live_from__isnull=False)
    return earlier.order_by("-number").first()


def approvals_of(version: PolicyVersion) -> QuerySet[Approval]:
    """Who approved what became this version."""
    of_it = Q(draft__version=version, digest=version.digest, refused=False)
    return Approval.objects.filter(of_it).select_related("by")
