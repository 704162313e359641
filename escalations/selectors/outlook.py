"""How long a proof will take, if audits go on being read as they are now (R002)."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from escalations.models import AuditDraw, BlindLabel, CaseType, Proof

DAYS = 14
"""The present rate is that of so many days, or of fewer where the first case was drawn later."""
FARTHEST = timedelta(days=3 * 365)
"""What takes longer has no date: nobody plans by it."""


@dataclass(frozen=True, slots=True)
class Outlook:
    """`a_day`: audits read a day, or before a proof runs cases that the AI answered. `more`: how many are still needed,
    None when nobody can say; `by`: when they will be there, None when never at this rate.
    """

    a_day: float
    more: int | None
    by: date | None

    @property
    def pace(self) -> str:
        """`a_day` as one says it: 12, 3.5, less than 0.1."""
        if self.a_day < 0.1:
            return "less than 0.1"
        return f"{self.a_day:.0f}" if self.a_day >= 9.95 else f"{self.a_day:.1f}".removesuffix(".0")


def outlook_of(case_type: CaseType, proof: Proof | None, *, now: datetime, least: int) -> Outlook:
    """What is still needed for a certificate; without a running proof, for one to begin: `least` cases of the model.

    Labels of an ended proof are never counted on. Whoever ended it chose to, by a promise, a policy or a model made
    after those labels, and often because of them: a proof that keeps what it was chosen by proves nothing
    (autonomy.certify). So the only way is new audits, and this says how long it is.
    """
    if proof is not None:
        read = BlindLabel.objects.filter(case_type=case_type, at__gte=now - timedelta(days=DAYS)).count()
        return _outlook(read / _days(case_type, now), proof.latest.get("more_needed"), now)
    newest = AuditDraw.objects.filter(case_type=case_type).order_by("-at").first()
    if newest is None:
        return Outlook(0.0, least, None)
    mine = AuditDraw.objects.filter(case_type=case_type, model_version=newest.model_version)
    came = mine.filter(at__gte=now - timedelta(days=DAYS)).count()
    return _outlook(came / _days(case_type, now), max(0, least - mine.count()), now)


def _outlook(a_day: float, more: int | None, now: datetime) -> Outlook:
    if more is None or not a_day or timedelta(days=more / a_day) > FARTHEST:
        return Outlook(a_day, more, None)
    return Outlook(a_day, more, (now + timedelta(days=more / a_day)).date())


def _days(case_type: CaseType, now: datetime) -> float:
    """How many days the rate is of: from 1 to DAYS."""
    since = AuditDraw.objects.filter(case_type=case_type, at__gte=now - timedelta(days=DAYS)).order_by("at")
    first = since.values_list("at", flat=True).first()
    return min(float(DAYS), max(1.0, (now - first) / timedelta(days=1))) if first else float(DAYS)
