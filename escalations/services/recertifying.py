"""A policy goes live: a certificate holds on only where the same cases stay the AI's to settle (R002, R090).

What audits proved was about the cases that the policy of that time let through. Another one that lets others through
makes another promise, which new audits must prove; nobody would know of the cases that came in by it.
"""

from dataclasses import asdict
from typing import Any

from escalations.choices import CertificateEnd
from escalations.models import CaseType, PolicyVersion, Watch
from escalations.policy.candidates import settling_part
from escalations.policy.document import PolicyDocument
from escalations.selectors.candidates import compared, concerned
from escalations.selectors.policy import document_of
from escalations.services.certificates import end_certificate
from escalations.services.certifying import end_proof
from escalations.services.watching_audits import DETECTOR


def recertify(live: PolicyVersion, document: PolicyDocument) -> dict[str, list[int]]:
    """End every certificate and proof whose cases `document` changes, in the transaction in which it replaces `live`;
    {"kept": case types, "ended": case types}, empty where nothing of it has a say in what is settled.

    Kept is what deciding the type's newest cases again shows to be unchanged. Thresholds end nothing: the stricter of
    document and certificate holds.
    """
    if settling_part(live.document) == settling_part(document.data):
        return {}
    was = document_of(live)
    found: dict[str, list[int]] = {"kept": [], "ended": []}
    for case_type in concerned():  # in their order, so that two who end many take turns
        figures = compared(case_type, was, document)
        found["kept" if figures.same else "ended"].append(case_type.pk)
        if not figures.same:
            _end(case_type, asdict(figures))
    return found


def _end(case_type: CaseType, figures: dict[str, Any]) -> None:
    end_certificate(case_type, CertificateEnd.POLICY, actor=None, figures=figures)
    end_proof(case_type)
    Watch.objects.filter(case_type=case_type, detector=DETECTOR).delete()  # it counted other cases
