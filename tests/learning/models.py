"""Small texts and samples by the dozen, for tests of models."""

import itertools
from collections.abc import Iterable, Sequence
from pathlib import Path

from django.db import connection
from django.utils import timezone

from accounts.ledger import new_salt
from escalations.handlers import LEARNING
from escalations.models import Case, Dataset, Decision, Job, ModelVersion, PolicyVersion, Sample
from escalations.services import due
from escalations.triage.classifier.store import read_about, read_info
from reviews.models import TrainingExample
from reviews.services.learning.content import digest_of
from tests.cast import Cast
from tests.reviews.makers import waiting

THINGS = ("October", "the router", "my flat", "the last order", "the annual plan", "the spare part",
          "line two", "the garden set", "March", "the repair", "delivery", "the phone")  # fmt: skip
SAY = {
    "billing_dispute": "The bill for {} is wrong and I do not accept this amount",
    "duplicate_charge": "You took the money for {} two times from my card",
    "refund_request": "Please send me back what I paid for {}",
}
BASE = [(say.format(thing), label) for label, say in SAY.items() for thing in THINGS]
NEW = "The parcel for {} lies at the neighbours and nobody rang"
"""What the shipped model cannot know."""


CATEGORY = "duplicate_charge"
"""What people call it: of the categories that the case type knows, none that its words suggest."""

LEARNED = "learned-before"
"""The file of a challenger that learned BASE and NEW."""

_TOKENS = itertools.count(1_000_000)


def samples(
    cast: Cast, rows: Iterable[tuple[str, str]], *, held_out: bool = False, source: str = "corrected",
    case: Case | None = None,
) -> list[Sample]:  # fmt: skip
    """A sample of each (text, category), all about one case, made as if people had decided it again and again."""
    case = case or waiting(cast.case_type("billing_dispute"), cast.acme_bot)
    made, now = [], timezone.now()
    policy = PolicyVersion.objects.get(pk=cast.policy.pk)
    for text, category in rows:
        decision = Decision.objects.create(
            case=case, verb="correct", actor_kind="human", user=cast.finn, claim_token=next(_TOKENS),
            disposition="answered", salt=new_salt(), policy=policy, standing="final",
        )  # fmt: skip
        example = TrainingExample.objects.create(
            decision=decision, case=case, ai_output={}, human_output={}, agrees=False, policy=policy
        )
        content = {"text": text, "channel": "email"}
        made.append(
            Sample(
                decision=decision, example=example.pk, case=case, client_id=case.client_id,
                case_type_id=case.case_type_id, category=category, source=source, said="billing_dispute",
                said_by="embedded-1", held_out=held_out, content=content, digest=digest_of(content), at=now,
            )
        )  # fmt: skip
    return Sample.objects.bulk_create(made)


def learn(kinds: Sequence[str] = tuple(LEARNING)) -> int:
    """Do all work on models that is due; how many pieces. A test is one transaction: what it does next is no shadow."""
    done = 0
    while (job := due.take(kinds)) is not None:
        LEARNING[job.kind](job)
        done += 1
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL handrail.shadow = ''")
    return done


def job(kind: str) -> Job:
    """The open job of that kind."""
    return Job.objects.get(kind=kind, state__in=["ready", "running"])


def model(number: int = -1) -> ModelVersion:
    """A model by its place in the books: the newest."""
    return list(ModelVersion.objects.order_by("pk"))[number]


def make_challenger(folder: Path, champion: ModelVersion, dataset: Dataset) -> ModelVersion:
    """The challenger that the session trained, entered in the books as one of this dataset."""
    info = read_info(folder / f"{LEARNED}.json")
    return ModelVersion.objects.create(
        name=info.name, version=info.version, state="challenger", parent=champion, dataset=dataset,
        artifact_sha256=read_about(info.path)["arrays_sha256"], labels=list(info.labels), texts=info.texts, taught=12,
    )  # fmt: skip
