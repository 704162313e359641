"""Certificates: given, replaced, ended. Whoever does it holds the breaker's row, so that nobody settles meanwhile."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from django.db.models.functions import Now

from accounts.actors import Actor
from accounts.choices import EventKind
from accounts.ledger import record, stream_of
from accounts.models import User
from escalations.autonomy.certify import Certificate as Found
from escalations.choices import AlertKind, Autonomy, CertificateEnd, Severity
from escalations.models import Breaker, CaseType, Certificate, Checklist, PolicyVersion, Proof
from escalations.services.alerting import end_alerts, raise_alert

SAID_ALREADY = frozenset({CertificateEnd.REPLACED, CertificateEnd.BROKEN})
"""Ends of which nobody is told again: another one stands at once, or AI_STOPPED has told."""


def breaker_of(case_type: CaseType) -> Breaker:
    """The breaker, nobody else's until the transaction ends: who settles a case of this type waits.

    Its trip is not joined: a lock that had to wait reads the row anew, and what is joined to it as it was before.
    """
    return Breaker.objects.select_for_update().get(pk=case_type.pk)


def issue(
    case_type: CaseType,
    found: Found,
    *,
    model_version: str,
    policy: PolicyVersion,
    proof: Proof | None = None,
    note: str = "",
) -> Certificate:
    """Keep what `certify` found as the certificate that stands from now on, instead of the one before.

    ValueError when it found nothing. Call it in a transaction.
    """
    if found.threshold is None or found.bound is None:
        raise ValueError("nothing was certified")
    breaker_of(case_type)
    end_certificate(case_type, CertificateEnd.REPLACED, actor=None)
    certificate = Certificate.objects.create(
        case_type=case_type, proof=proof, threshold=found.threshold, target=found.target, confidence=found.confidence,
        bound=found.bound, labels=found.labels, errors=found.errors, observed=found.observed, coverage=found.coverage,
        method=found.method, model_version=model_version, policy=policy, note=note,
    )  # fmt: skip
    end_alerts(AlertKind.AI_LESS, [key_of(case_type)], because="certified", actor=None)
    _tell(EventKind.CERTIFICATE_ISSUED, certificate, None, **asdict(found), model=model_version,
          policy=policy.number, policy_digest=policy.digest, note=note)  # fmt: skip
    return certificate


def end_certificate(
    case_type: CaseType, why: CertificateEnd, *, actor: Actor, figures: Mapping[str, Any] | None = None
) -> Certificate | None:
    """End the certificate that stands, if one does: from the commit on the AI settles nothing by it. `figures` say why
    in the trail.
    """
    breaker_of(case_type)
    standing = Certificate.objects.filter(case_type=case_type, ended_at=None).first()
    if standing is None:
        return None
    person = actor if isinstance(actor, User) else None
    Certificate.objects.filter(pk=standing.pk).update(ended_at=Now(), why_ended=why, ended_by=person)
    told = {"figures": dict(figures)} if figures else {}
    _tell(EventKind.CERTIFICATE_ENDED, standing, actor, why=str(why), **told)
    level = CaseType.objects.values_list("autonomy", flat=True).get(pk=case_type.pk)
    if level == Autonomy.AUTONOMOUS and why not in SAID_ALREADY:
        tell_of_less(case_type, str(why))
    return standing


def tell_of_less(case_type: CaseType, why: str) -> None:
    """Whoever answers for the process, and the client's supervisors: from now on their people decide what the AI did.
    `why`: how the certificate ended, or "level".
    """
    owner = Checklist.objects.filter(case_type=case_type).values_list("owner", flat=True).first()
    raise_alert(
        AlertKind.AI_LESS, key_of(case_type), severity=Severity.HIGH, client_id=case_type.client_id,
        to=(owner,) if owner else (), data={"ref": ref_of(case_type), "type": case_type.pk, "why": why},
    )  # fmt: skip


def key_of(case_type: CaseType) -> str:
    """How an alert about the type is told from others of its kind."""
    return f"{case_type.client.slug}:{case_type.slug}"


def ref_of(case_type: CaseType) -> str:
    """The type in a notification: codes only (safety T18)."""
    return f"{case_type.client.slug}: {case_type.slug}"


def _tell(kind: EventKind, certificate: Certificate, actor: Actor, **data: Any) -> None:
    record(
        stream_of("autonomy", certificate.case_type_id), kind=kind, actor=actor, certificate=certificate.pk,
        type=certificate.case_type_id, **data,
    )  # fmt: skip
