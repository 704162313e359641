"""The trees in force, and what they may speak of."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Q

from accounts.models import Client
from escalations.choices import Channel, ReasonCode, Tier
from escalations.models import CaseType, DecisionTree, Queue, TierRule
from escalations.trees import Desk
from escalations.trees.facts import DEPARTMENTS

IN_FORCE = Q(live_from__isnull=False, superseded_at__isnull=True)


@dataclass(frozen=True, slots=True)
class Ways:
    """What decides, after policy, where the cases of one type enter: the queues, their tree, the tiers' rules."""

    queues: Mapping[str, Queue]
    tree: DecisionTree | None
    rules: Mapping[int, TierRule]


def tree_for(client_id: int, case_type_id: int) -> DecisionTree | None:
    """The tree that a case follows: its client's for its type, else its client's, else everybody's."""
    reach = Q(client=client_id, case_type=case_type_id) | Q(case_type=None, client=client_id) | Q(client=None)
    nearest = F("case_type").asc(nulls_last=True), F("client").asc(nulls_last=True)
    return DecisionTree.objects.filter(IN_FORCE & reach).order_by(*nearest).first()


def live_tree(client_id: int | None, case_type_id: int | None) -> DecisionTree | None:
    """The tree of exactly this reach."""
    return DecisionTree.objects.filter(IN_FORCE, client=client_id, case_type=case_type_id).first()


def desk(client_id: int | None = None) -> Desk:
    """What a tree of this client (None: everybody's) may name. Case types of other clients are no words of it."""
    types = CaseType.objects.all() if client_id is None else CaseType.objects.filter(client=client_id)
    ruled = set(TierRule.objects.filter(client=None).values_list("number", flat=True)) & set(Tier.values)
    return Desk(
        queues=dict(Queue.objects.values_list("slug", "tier")),
        tiers=frozenset(ruled),
        words={
            "types": frozenset(types.values_list("slug", flat=True)),
            "clients": frozenset(Client.objects.values_list("slug", flat=True)),
            "departments": frozenset(DEPARTMENTS.values()),
            "reasons": frozenset(ReasonCode.values),
            "channels": frozenset(Channel.values),
        },
    )


def history(client_id: int | None, case_type_id: int | None) -> list[DecisionTree]:
    """Every version of exactly this reach, newest first."""
    found: Any = DecisionTree.objects.select_related("created_by").filter(
        client=client_id, case_type=case_type_id
    )
    return list(found)
