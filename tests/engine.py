"""An engine that answers what a test tells it to, through the same protocol as the real ones."""

from dataclasses import replace
from functools import partial
from typing import Any

from django.db.models.functions import Now

from escalations.handlers import GIVEN_UP, HANDLERS, Handler
from escalations.models import Case, Job
from escalations.services.draining import drain
from escalations.services.triaging import triage_case
from escalations.triage.types import CaseView, Signal, Span, Triage, TriageError

SURE = Triage(
    engine="scripted", model_version="scripted-1", inputs_hash="0" * 64, category="faq_general", confidence=0.97,
    alternatives=(("order_status", 0.02),), out_of_scope=0.01, sentiment=0.2, distress=0.01, anomaly=0.01, risk=0.05,
    complexity=0.1, intents=("faq_general",), mood=(0.2,), latency_ms=1.0,
)  # fmt: skip
"""What triage says of a plain question it is sure about."""


class Scripted:
    """Answers SURE with `changes`; `fails` is raised instead. `asked` keeps every view it was given."""

    name, version = "scripted", "scripted-1"

    def __init__(self, *, fails: Exception | None = None, **changes: Any) -> None:
        self.fails, self.answer = fails, replace(SURE, **changes)
        self.asked: list[CaseView] = []

    def triage(self, case: CaseView) -> Triage:
        """The scripted answer."""
        self.asked.append(case)
        if self.fails:
            raise self.fails
        return self.answer


def distressed(**changes: Any) -> Scripted:
    """An engine that hears a customer in distress, as sure as before."""
    heard = Signal("distress", 0.95, "I cannot cope", (Span(0, 0, 13),))
    return Scripted(distress=0.95, sentiment=-0.8, signals=(heard,), **changes)


def down() -> Scripted:
    """An engine that does not answer."""
    return Scripted(fails=TriageError("the endpoint does not answer"))


def work(engine: Scripted | None = None) -> int:
    """Do all work that is due, with this engine; how many pieces."""
    handlers: dict[str, Handler] = {**HANDLERS, "triage": partial(triage_case, engine=engine or Scripted())}
    return drain(handlers, GIVEN_UP, seconds=30)


def make_due(case: Case, kind: str) -> None:
    """Let the time pass until that work on the case is due."""
    Job.objects.filter(case=case, kind=kind, state="ready").update(next_at=Now())
