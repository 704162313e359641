"""Whether two policies leave the same cases of a type to the AI, found by deciding its newest ones again under both."""

from dataclasses import dataclass

from django.db.models import Exists, OuterRef

from escalations.choices import CertificateEnd
from escalations.models import Case, CaseType, Certificate, PolicyVersion, Proof
from escalations.policy.candidates import candidate
from escalations.policy.document import PolicyDocument

NEWEST = 600
"""So many cases are looked at; half a second of a processor."""
LEAST, ENOUGH = 100, 200
"""Fewer that are the AI's show too little: one in thirty could change unseen. So many are enough."""


@dataclass(frozen=True, slots=True)
class Compared:
    """Of a type's newest cases: how many either policy leaves to the AI, how many only the new one or only the old one
    does, and how many it scores otherwise.
    """

    cases: int
    entered: int
    left: int
    rescored: int

    @property
    def same(self) -> bool:
        """Is what was certified still what would be settled?"""
        return self.cases >= LEAST and not (self.entered or self.left or self.rescored)


def compared(case_type: CaseType, old: PolicyDocument, new: PolicyDocument) -> Compared:
    """One statement. A case that breaks either policy counts as one that enters."""
    cases = Case.objects.filter(
        client=case_type.client_id, case_type=case_type, routing__triage__isnull=False
    )
    rows = cases.order_by("-created_at").values_list("routing__facts", "routing__triage__result")[:NEWEST]
    seen = entered = left = rescored = 0
    for facts, result in rows.iterator(200):
        if seen >= ENOUGH or (seen >= LEAST and entered + left + rescored):
            break
        if not facts:
            continue  # from before they were kept
        try:
            was, now = candidate(facts, result, old), candidate(facts, result, new)
        except Exception:  # whatever it is, nothing is known of this case
            was, now = None, 1.0
        seen += was is not None or now is not None
        entered += was is None and now is not None
        left += was is not None and now is None
        rescored += was is not None and now is not None and was != now
    return Compared(seen, entered, left, rescored)


def concerned() -> list[CaseType]:
    """Case types with something certified, or about to be."""
    standing = Certificate.objects.filter(case_type=OuterRef("pk"), ended_at=None)
    running = Proof.objects.filter(case_type=OuterRef("pk"), ended_at=None)
    types = CaseType.objects.select_related("client")
    return list(types.filter(Exists(standing) | Exists(running)).order_by("pk"))


def ended_by(version: PolicyVersion) -> list[CaseType]:
    """The case types whose certificate ended because this version went live."""
    ended = Certificate.objects.filter(why_ended=CertificateEnd.POLICY, ended_at__gte=version.live_from)
    if version.superseded_at is not None:
        ended = ended.filter(ended_at__lt=version.superseded_at)
    return list(
        CaseType.objects.filter(pk__in=ended.values("case_type")).select_related("client").order_by("pk")
    )
