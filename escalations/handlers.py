"""Which service does which kind of due work, and what happens when it is given up."""

from collections.abc import Callable

from escalations.models import Job
from escalations.services import plants, rehearsing, scoring, shadowing, training, weekly
from escalations.services.closing import close_case
from escalations.services.releases import publish_due
from escalations.services.retiming import retime_batch
from escalations.services.triaging import before_a_person, triage_case, triage_is_late

Handler = Callable[[Job], None]

HANDLERS: dict[str, Handler] = {
    "triage": triage_case,
    "triage_deadline": triage_is_late,
    "close": close_case,
    plants.KIND: plants.reveal,
    "retime": retime_batch,
    "publish_policy": publish_due,
    rehearsing.KIND: rehearsing.carry_on,
    weekly.KIND: weekly.build_review,
}
"""Each finishes its job in the transaction of its effects, and does nothing the second time."""

GIVEN_UP: dict[str, Handler] = {
    **dict.fromkeys(HANDLERS, before_a_person),
    plants.KIND: plants.let_go,
    rehearsing.KIND: rehearsing.give_up,
}
"""What a dead job does: its case goes before a person (safety P9)."""

LEARNING: dict[str, Handler] = {
    training.KIND: training.train_challenger,
    scoring.KIND: scoring.score_samples,
    shadowing.KIND: shadowing.shadow,
}
"""Work on models: minutes long, and no case waits for it. Drained by a task of its own, with limits of its own."""


def let_go(job: Job) -> None:
    """A dead job of the learning: the champion stays what it was, and JOB_DEAD has told."""
