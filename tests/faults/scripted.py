"""A worker with an engine that needs no model: `celery -A tests.faults.scripted worker`.

Loading the real model takes each process a second or two, and these workers are killed for a living.
Everything around the engine is the product's own. The long version of the tests uses the real one.
"""

import os
import time

from celery.signals import celeryd_after_setup

from config.celery import app
from escalations.triage.types import CaseView, Triage
from tests.faults.words import POISON, URGENT

__all__ = ["app"]

THINKS = 0.1
"""Seconds a judgement takes, so that there is a middle to be killed in."""


class ScriptedEngine:
    """Unsure of everything, so that people get it; dead at once, without a word, when it reads POISON;
    alarmed when it reads URGENT.
    """

    name = "scripted"
    version = "1"

    def triage(self, case: CaseView) -> Triage:
        """On POISON no exception, no exit handler: as a crash in native code or the memory killer does."""
        if POISON in case.subject:
            os._exit(1)
        time.sleep(THINKS)
        return Triage(
            engine=self.name,
            model_version=self.version,
            inputs_hash="0" * 64,
            category=next(iter(case.labels), "other"),
            confidence=0.4,
            alternatives=(),
            out_of_scope=0.1,
            sentiment=0.0,
            distress=0.95 if URGENT in case.subject else 0.0,
            anomaly=0.0,
            risk=0.1,
            complexity=0.1,
        )


@celeryd_after_setup.connect
def _put_in_place(**_: object) -> None:
    """In this worker only, once Django is set up and before the pool is forked."""
    from escalations.services import triaging

    triaging.configured_engine = lambda *_: ScriptedEngine()
