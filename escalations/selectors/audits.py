"""What blind audits say of the AI: labels to certify with, accuracy with its interval (R087, R117)."""

from datetime import datetime

from escalations.autonomy.labels import Label
from escalations.models import BlindLabel


def labels_of(
    case_type_id: int, since: datetime | None = None, model_version: str | None = None
) -> list[Label]:
    """The blind labels of a case type in the order in which they came: settled cases and candidates alike.

    `since` (aware) and `model_version` leave out what came before, or from another model.
    """
    found = BlindLabel.objects.filter(case_type=case_type_id)
    if since is not None:
        found = found.filter(at__gte=since)
    if model_version is not None:
        found = found.filter(model_version=model_version)
    rows = found.order_by("at", "pk").values_list("score", "wrong", "probability")
    return [Label(*row) for row in rows]
