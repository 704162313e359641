"""The policy in force, and its compiled document."""

from functools import lru_cache

from escalations.models import PolicyVersion
from escalations.policy.document import PolicyDocument, load


def live_policy() -> PolicyVersion:
    """The version in force; its document stays in the database until somebody asks for it."""
    return PolicyVersion.objects.defer("document").get(live_from__isnull=False, superseded_at__isnull=True)


def document_of(version: PolicyVersion) -> PolicyDocument:
    """The compiled document of a version. Versions never change, so each process reads one once."""
    return _compiled(version.digest, version.pk)


@lru_cache(maxsize=8)
def _compiled(digest: str, pk: int) -> PolicyDocument:
    return load(digest, PolicyVersion.objects.values_list("document", flat=True).get(pk=pk))
