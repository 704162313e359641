"""Putting a decision tree in force (R052)."""

from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.db.models.functions import Now

from accounts.actors import Actor
from accounts.choices import EventKind
from accounts.ledger import record, stream_of
from accounts.models import Client, User
from escalations.errors import Conflict, Invalid
from escalations.models import CaseType, DecisionTree
from escalations.selectors.trees import desk, live_tree
from escalations.services.tiers import may_edit
from escalations.trees import check
from escalations.trees.shipped import default_tree


def publish_tree(
    *, document: Mapping[str, Any], actor: Actor, client: Client | None = None, case_type: CaseType | None = None,
    based_on: int | None = None, note: str = "",
) -> DecisionTree:  # fmt: skip
    """Put `document` in force for a client's case type, a client, or everybody, and end the version before.

    The same document again changes nothing. Invalid carries `problems` when the check finds any (a leaf without a
    queue, a loop, a tier without owner and timer). Conflict when the version in force is not `based_on` any more.
    """
    may_edit(actor, client)
    if case_type is not None and (client is None or case_type.client_id != client.pk):
        raise Invalid("That case type is another client's.", {"case_type": "Not of this client."})
    problems = check(document, desk(client.pk if client else None))
    if problems:
        raise Invalid("The tree was not published.", {"document": str(problems[0])}, problems=problems)
    try:
        with transaction.atomic():
            return _published(document, actor, client, case_type, based_on, note)
    except IntegrityError as error:
        raise Conflict("Somebody published another version at this moment: look at it first.") from error


def ensure_trees() -> None:
    """Make everybody's tree where there is none. One that somebody published stays."""
    if live_tree(None, None) is None and not check(default_tree(), desk()):
        publish_tree(document=default_tree(), actor=None, note="The tree Handrail ships with")


def retire_tree(*, tree: DecisionTree, actor: Actor) -> None:
    """End a client's or a type's own tree: the wider one holds there again. Everybody's can only be replaced."""
    may_edit(actor, tree.client)
    if tree.client_id is None:
        raise Conflict("Everybody's tree can only be replaced: without one, cases would have no way in.")
    with transaction.atomic():
        live = DecisionTree.objects.filter(pk=tree.pk, live_from__isnull=False, superseded_at__isnull=True)
        if not live.update(superseded_at=Now()):
            raise Conflict("This version is not in force any more.")
        _told(tree, actor, before=tree.number, after=None)


def _published(
    document: Mapping[str, Any], actor: Actor, client: Client | None, case_type: CaseType | None,
    based_on: int | None, note: str,
) -> DecisionTree:  # fmt: skip
    reach = {"client_id": client.pk if client else None, "case_type_id": case_type.pk if case_type else None}
    live = live_tree(**reach)
    if based_on is not None and based_on != (live.number if live else 0):
        raise Conflict("Somebody published another version meanwhile: look at it first.")
    if live is not None and live.document == document:
        return live
    if live is not None:
        DecisionTree.objects.filter(pk=live.pk).update(superseded_at=Now())
    newest: int = DecisionTree.objects.filter(**reach).aggregate(newest=Max("number"))["newest"] or 0
    tree = DecisionTree.objects.create(
        **reach, number=newest + 1, document=dict(document), note=note, live_from=Now(),
        created_by=actor if isinstance(actor, User) else None,
    )  # fmt: skip
    _told(tree, actor, before=live.number if live else None, after=tree.number)
    return tree


def _told(tree: DecisionTree, actor: Actor, *, before: int | None, after: int | None) -> None:
    where = f"{tree.client_id or 'all'}/{tree.case_type_id or 'all'}"
    record(
        stream_of("tree", where), kind=EventKind.TREE_PUBLISHED, actor=actor, client=tree.client_id,
        case_type=tree.case_type_id, before=before, after=after, document=tree.document if after else None,
    )  # fmt: skip
