"""Certificates for types whose cases a test lets the AI settle: computed by `certify` from labels, as real ones are."""

from django.db import transaction

from escalations.autonomy.certify import certify
from escalations.autonomy.grid import grid_of
from escalations.autonomy.labels import Label
from escalations.choices import Autonomy
from escalations.models import CaseType, PolicyVersion
from escalations.services.certificates import issue
from tests.engine import SURE

SCORES = [0.72 + at / 2000 for at in range(500)]
"""Of earlier cases, all a little below what the cast asks for or above it."""


@transaction.atomic
def certify_types(*types: CaseType, model: str = SURE.model_version, target: float = 0.02) -> None:
    """Let the AI settle cases of these types from a confidence of about .72, as 500 audits without an error allow it.
    `target`: what is promised. No types: every autonomous one.
    """
    grid = grid_of(SCORES, [False] * len(SCORES))
    found = certify([Label(score + 0.0001, False) for score in SCORES], target, 0.95, grid)
    policy = PolicyVersion.objects.get(live_from__isnull=False, superseded_at__isnull=True)
    for case_type in types or CaseType.objects.filter(autonomy=Autonomy.AUTONOMOUS):
        issue(case_type, found, model_version=model, policy=policy)
