"""A rehearsed draft of policy waits for two people: they are told once, until it no longer waits (R091)."""

from django.db.models import Q

from accounts.actors import Actor
from escalations.choices import AlertKind
from escalations.models import PolicyDraft, Rehearsal
from escalations.selectors.policy import live_policy
from escalations.selectors.releases import approvers_of, standing_of
from escalations.services.alerting import end, end_alerts, raise_alert


def tell_approvers(rehearsal: Rehearsal) -> None:
    """Its draft can be approved now: tell whoever may. Rehearsed again, it is the same alert, and nobody is told twice;
    nothing where the draft has changed meanwhile.
    """
    draft = PolicyDraft.objects.select_related("base").get(rehearsals=rehearsal)
    standing = standing_of(draft, live_policy())
    if standing.state != "rehearsed" or standing.errors or standing.overtaken:
        return
    raise_alert(
        AlertKind.POLICY_WAITS, _key(draft), to=approvers_of(standing),
        data={"ref": f"draft {draft.pk}", "draft": draft.pk, "cases": rehearsal.cases or 0,
              "moves": sum(rehearsal.results.get("moves", {}).values())},
    )  # fmt: skip


def no_longer_waits(draft: PolicyDraft, *, because: str, actor: Actor) -> None:
    """It was approved by both, refused, changed or withdrawn."""
    end_alerts(AlertKind.POLICY_WAITS, [_key(draft)], because=because, actor=actor)


def none_waits(*, actor: Actor) -> None:
    """Another version went live: every draft must be brought up to date first."""
    end(Q(kind=AlertKind.POLICY_WAITS), because="overtaken", actor=actor)


def _key(draft: PolicyDraft) -> str:
    return str(draft.pk)
