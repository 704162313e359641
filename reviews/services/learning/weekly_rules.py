"""Once a week the corrections of every type are looked through for a rule, and its AI owner is told (R096, R100)."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from escalations.auditing import week_around
from escalations.choices import AlertKind, RuleState
from escalations.models import Approval, CaseType, Checklist, RuleProposal, Watermark
from escalations.selectors.releases import people_of_side
from escalations.services.alerting import raise_alert
from escalations.services.each import each
from reviews.services.learning.mining import mine_rules, rule_key


def mine_weekly(*, now: datetime | None = None) -> int:
    """Mine each active type that was not yet mined in its client's week; of how many a new rule was proposed. Any
    number of beats may call this: the row of a type keeps the second one out, and what failed is tried again.
    """
    at = now or timezone.now()
    types = CaseType.objects.filter(is_active=True, client__is_active=True).select_related("client")
    return each(types.order_by("pk"), lambda case_type: _mine(case_type, at))


@transaction.atomic
def _mine(case_type: CaseType, at: datetime) -> bool:
    _, monday, _ = week_around(at, case_type.client.timezone)
    name = f"mine-rules:{case_type.pk}"
    Watermark.objects.get_or_create(name=name, defaults={"until": monday - timedelta(days=7)})
    mark = Watermark.objects.select_for_update(skip_locked=True).filter(name=name, until__lt=monday).first()
    if mark is None:
        return False
    made = mine_rules(case_type=case_type)
    Watermark.objects.filter(name=name).update(until=monday)
    if made:
        _offer(case_type, made)
    return bool(made)


def _offer(case_type: CaseType, made: list[RuleProposal]) -> None:
    """One alert a type, which ends when the last proposal is answered."""
    owner = Checklist.objects.filter(case_type=case_type).values_list("owner", flat=True).first()
    first = made[0]
    raise_alert(
        AlertKind.RULE_PROPOSED, rule_key(case_type), client_id=case_type.client_id,
        to=tuple({*people_of_side(Approval.Side.AI), *((owner,) if owner else ())}),
        data={
            "ref": f"{case_type.client.slug}: {case_type.slug}", "wrong": first.wrong, "cases": first.cases,
            "open": RuleProposal.objects.filter(case_type=case_type, state=RuleState.OPEN).count(),
        },
    )  # fmt: skip
