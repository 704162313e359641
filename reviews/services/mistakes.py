"""What people correct again and again, for QA (R065)."""

import time
from datetime import timedelta
from uuid import UUID

from django.db.models import Count

from escalations.choices import AlertKind
from escalations.models import real
from escalations.services.watching import Repeat, watch_repeats
from reviews.models import Correction

WINDOW, LIMIT = timedelta(hours=1), 5


def watch_mistakes() -> int:
    """The same type of error in one type of case, five times an hour: QA is told. How many alerts were raised."""
    rows = (
        Correction.objects.filter(real("decision__case"), decision_id__gte=_first_id(WINDOW))
        .exclude(decision__standing="undone")
        .values_list("decision__case__client", "decision__case__client__slug", "decision__case__case_type__slug")
        .annotate(count=Count("pk"))
        .values_list(
            "decision__case__client", "decision__case__client__slug", "decision__case__case_type__slug", "error_type",
            "count",
        )
    )  # fmt: skip
    found = {
        f"{slug}:{case_type}:{error}": Repeat(count, client, f"{slug} {case_type}", {"error": error})
        for client, slug, case_type, error, count in rows
    }
    return watch_repeats(AlertKind.REPEATED_ERROR, "mistake", found, limit=LIMIT, window=WINDOW)


def _first_id(window: timedelta) -> UUID:
    """The smallest id a decision of the window can have: they begin with milliseconds (UUID version 7), so that the
    unique index of corrections answers, which begins with the decision.
    """
    return UUID(int=int((time.time() - window.total_seconds()) * 1000) << 80)
