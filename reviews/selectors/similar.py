"""Past cases of the same kind and how they ended: precedent, beside the case at hand."""

from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery
from django.db.models.functions import JSONObject

from accounts.models import User
from escalations.choices import FINAL_VERBS, Verb
from escalations.models import Case, Decision, Plant
from escalations.planting import planted
from escalations.selectors.cases import visible_cases
from reviews.selectors.shapes import SimilarView
from reviews.selectors.verbs import SAID

MOST, FEWEST = 5, 3


def similar_cases(case: Case, actor: User) -> tuple[SimilarView, ...]:
    """Up to five settled cases of the same client, type and category, newest first; of the type if those
    are few.
    """
    settled = _settled(case, actor)
    found = list(settled.filter(category=case.category)[:MOST]) if case.category else []
    if len(found) < FEWEST:
        more = settled.exclude(category=case.category) if case.category else settled
        found += more[: MOST - len(found)]
    return tuple(_view(one) for one in found)


def _settled(case: Case, actor: User) -> QuerySet[Case]:
    standing = Decision.objects.filter(case=OuterRef("pk"), verb__in=FINAL_VERBS)
    standing = standing.exclude(standing=Decision.Standing.UNDONE)
    last = standing.order_by("-created_at").values(
        row=JSONObject(verb="verb", disposition="disposition", name="user__name")
    )
    return (
        visible_cases(actor)
        .filter(client=case.client_id, case_type=case.case_type_id, closed_at__isnull=False)
        .exclude(pk=case.pk)
        .exclude(pk__in=_copied_by(case))
        .annotate(
            last_row=Subquery(last[:1]),
            reversal=Subquery(standing.filter(overrides__verb__in=FINAL_VERBS).order_by().values("pk")[:1]),
        )
        .filter(last_row__isnull=False)
        .select_related("case_type")
        .defer("customer")
        .order_by("-closed_at")
    )


def _copied_by(case: Case) -> QuerySet[Plant, Any] | tuple[()]:
    """A planted case is not shown beside the one that it copies, and that says what is right (R094)."""
    return Plant.objects.filter(case=case.pk).values("original") if planted(case.pk) else ()


def _view(case: Case) -> SimilarView:
    last: dict[str, Any] = case.last_row  # type: ignore[attr-defined]
    labels = {one["code"]: one["label"] for one in case.case_type.dispositions}
    said = SAID[Verb(last["verb"])]
    assert case.resolved_at is not None  # noqa: S101 - filtered on
    return SimilarView(
        ref=case.ref, subject=case.subject or case.case_type.name,
        outcome=labels.get(last["disposition"], said[:1].upper() + said[1:]), who=last["name"] or "AI",
        when=case.resolved_at, reversed=case.reversal is not None,  # type: ignore[attr-defined]
    )  # fmt: skip
