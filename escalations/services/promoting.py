"""A model becomes champion only by two people: one proposes it, another approves (R096). What is worse is refused."""

from django.db import transaction
from django.db.models.functions import Now

from accounts.choices import EventKind
from accounts.ledger import record
from accounts.models import User
from escalations.choices import CertificateEnd, ModelState
from escalations.errors import Conflict, Invalid, NotAllowed
from escalations.models import CaseType, Certificate, ModelVersion
from escalations.permissions import may_approve_models, may_manage_models, must_manage_models
from escalations.selectors.challengers import ASKED, hindrance, newest
from escalations.services.certificates import end_certificate
from escalations.services.scoring import engine_of, score_later
from escalations.services.shipped import STREAM
from escalations.triage.types import TriageError


@transaction.atomic
def propose_model(*, model: ModelVersion, actor: User) -> ModelVersion:
    """Ask for the model to become champion. Proposed twice, it stays the first one's proposal.

    NotAllowed without MODEL_MANAGE for everybody; Conflict, with the reason, when it may not become champion.
    """
    must_manage_models(actor, None)
    model = _locked(model)
    if model.proposed_at is not None and model.state in ASKED:
        return model
    if why := hindrance(model):
        raise Conflict(why)
    ModelVersion.objects.filter(pk=model.pk).update(proposed_by=actor, proposed_at=Now())
    record(STREAM, kind=EventKind.MODEL_PROPOSED, actor=actor, model=model.pk, named=model.version)
    return _read(model)


@transaction.atomic
def approve_model(*, model: ModelVersion, actor: User) -> ModelVersion:
    """Make the proposed model champion: from the next case on, every worker judges with it. Certificates were given for
    the champion before, so all of them end. Approved twice, it stays.

    NotAllowed for whoever may not, or proposed it; Conflict when it is not proposed, no longer better, or its file
    is not what was trained.
    """
    if not may_approve_models(actor):
        raise NotAllowed("Your roles do not let you approve a model.")
    model = _locked(model)
    if model.state == ModelState.CHAMPION:
        return model
    if model.proposed_by_id is None or model.state not in ASKED:
        raise Conflict("Nobody has proposed it.")
    if model.proposed_by_id == actor.pk:
        raise NotAllowed("You proposed it: somebody else approves.")
    if why := hindrance(model):
        raise Conflict(why)
    try:
        engine_of(model)
    except TriageError as error:
        raise Conflict(f"Its file is not what was trained: {error}") from error
    before = ModelVersion.objects.select_for_update().filter(state=ModelState.CHAMPION).first()
    if before is not None:
        ModelVersion.objects.filter(pk=before.pk).update(
            state=ModelState.RETIRED,
            proposed_by=None,
            proposed_at=None,
            because=f"{model.version} took its place.",
        )
    ModelVersion.objects.filter(pk=model.pk).update(
        state=ModelState.CHAMPION, decided_by=actor, decided_at=Now(), champion_since=Now(), because=""
    )
    ended = _end_certificates(model)
    held = newest(model)
    record(
        STREAM, kind=EventKind.MODEL_PROMOTED, actor=actor, model=model.pk, named=model.version,
        sha256=model.artifact_sha256, before=before.version if before else "", proposed_by=model.proposed_by_id,
        comparison=held.pk if held else None, certificates=ended,
    )  # fmt: skip
    score_later(model)
    return _read(model)


@transaction.atomic
def refuse_model(*, model: ModelVersion, actor: User, because: str) -> ModelVersion:
    """Refuse a challenger, for good. NotAllowed for who may neither manage nor approve models, Invalid without a
    reason, Conflict for what is no challenger.
    """
    if not (may_approve_models(actor) or may_manage_models(actor, None)):
        raise NotAllowed("Your roles do not let you refuse a model.")
    because = because.strip()
    if not because:
        raise Invalid("Not refused.", {"because": "Say why: it cannot be undone."})
    model = _locked(model)
    if model.state != ModelState.CHALLENGER:
        raise Conflict(f"It is {model.get_state_display().lower()}.")
    ModelVersion.objects.filter(pk=model.pk).update(
        state=ModelState.REFUSED, decided_by=actor, decided_at=Now(), because=because[:300]
    )
    record(STREAM, kind=EventKind.MODEL_REFUSED, actor=actor, model=model.pk, named=model.version)
    return _read(model)


def _end_certificates(model: ModelVersion) -> list[int]:
    """End what was certified for another model; the case types concerned."""
    standing = Certificate.objects.filter(ended_at=None).exclude(model_version=model.version)
    types = (
        CaseType.objects.filter(pk__in=standing.values("case_type")).select_related("client").order_by("pk")
    )
    for case_type in types:  # in their order, so that two who end many take turns
        end_certificate(case_type, CertificateEnd.MODEL, actor=None)
    return [case_type.pk for case_type in types]


def _locked(model: ModelVersion) -> ModelVersion:
    return ModelVersion.objects.select_for_update(of=("self",)).get(pk=model.pk)


def _read(model: ModelVersion) -> ModelVersion:
    return ModelVersion.objects.select_related("proposed_by", "decided_by", "dataset", "parent").get(
        pk=model.pk
    )
