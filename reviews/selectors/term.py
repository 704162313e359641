"""How long a claim lasts: as long as its tier says (R058), worked out inside the statement that claims.

One look at a table of a few rows, so that a changed tier holds from the next claim on, in every process at once; a copy
in each process or on each case would have to be kept true. `tier` is where the case will be, if not where it is.
"""

from functools import cache
from typing import Any

from django.conf import settings
from django.db.models.expressions import RawSQL

SECONDS = """
least({cap}, (SELECT r.lease_seconds FROM escalations_tierrule r WHERE r.number = {tier}
  AND (r.client_id = escalations_case.client_id OR r.client_id IS NULL) ORDER BY r.client_id NULLS LAST LIMIT 1))
"""
"""The client's own rule before everybody's; HANDRAIL_LEASE_CAP_SECONDS where a tier has none, and at most."""
LASTS = "statement_timestamp() + make_interval(secs => {seconds})"
RENEWED = "least({lasts}, escalations_case.claimed_at + make_interval(secs => {cap}))"


def lease_end(tier: int | None = None) -> Any:
    """The end of a claim made now: an expression over the case that an UPDATE writes."""
    return _raw(LASTS, settings.HANDRAIL_LEASE_CAP_SECONDS, tier)


def renewed_end() -> Any:
    """The end of a claim that activity renews now, at most HANDRAIL_LEASE_CAP_SECONDS after it was made."""
    cap = settings.HANDRAIL_LEASE_CAP_SECONDS
    return _raw(RENEWED.format(lasts=LASTS, cap=int(cap)), cap, None)


@cache
def _raw(sql: str, cap: int, tier: int | None) -> Any:
    """Numbers are part of the text, which is kept: they are ours and few."""
    place = "escalations_case.tier" if tier is None else str(int(tier))
    return RawSQL(sql.format(seconds=SECONDS.format(cap=int(cap), tier=place)), ())  # noqa: S611 - numbers of ours
