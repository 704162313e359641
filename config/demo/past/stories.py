"""What people did with one past case: who took it when, what they made of it, what the customer thought. Invented, by
dice that are the same each time; whether the handoff was a good one is judged from it by Handrail's own rule.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from accounts.models import User
from config.demo import world
from config.demo.past.judged import Answered
from escalations.choices import CaseMode, Verb
from escalations.handoff import missing_parts

HIDDEN = 0.09
"""In which share of the past cases the AI's answer was hidden until the person had given theirs."""

STAMPED = 0.35
"""Of wrong answers that they were shown, how many people let stand; of those that were hidden, how many they share."""
SHARED = 0.2

DISAGREED, ALONE = 0.03, 0.06
"""Of right answers, how many people did not follow; how many they would not have given themselves."""

HURRIED = "arjun@handrail.test"
"""Somebody who now and then decides quicker than anyone reads."""

ASKS = "Hello, could you please tell us your {field} again?"
AGAIN = (
    "I am writing once more: this is not solved.",
    "You said it was done. It is not, please look again.",
    "Still the same as before. What happens now?",
)
LONGEST_WAIT = 20 * 3600.0


@dataclass(frozen=True, slots=True)
class Story:
    """Times in seconds. `again`: the customer wrote again so long after the end, None for never; `moved`: the queue
    that it should have gone to, "" where it lay right; `reply` asks, in some, for what was known; `stars`: the
    customer's 1 to 5, None without an answer.
    """

    worker: User
    other: User
    waited: float
    hand: float
    verb: Verb
    hidden: bool
    first_agrees: bool
    moved: str
    reply: str
    again: float | None
    stars: int | None


def story_of(
    one: Answered, people: Sequence[User], moved: str, limit: float, mode: str, dice: Random
) -> Story:
    """What became of it. `people` could take it, `limit` is the time that its tier has, in seconds."""
    worker, other = dice.choice(people), dice.choice(people)
    package = one.script.body["handoff"]
    missing = bool(missing_parts(dict(package)))
    hidden = bool(package.get("proposed", {}).get("action")) and mode == CaseMode.NORMAL
    hidden = dice.random() < HIDDEN and hidden
    waited = min(dice.expovariate(1 / (0.3 * limit)), LONGEST_WAIT)
    again = dice.uniform(1, 60) * 3600 if dice.random() < 0.05 else None
    asks = dice.random() < (0.2 if missing else 0.04)
    known = next((field.name for field in one.view.fields if field.confidence and field.confidence > 0.9), "")
    good = not (missing or moved or again or asks or waited > limit)
    return Story(
        worker, other, waited, _hand(one, missing, worker, dice), _verb(one, hidden, dice), hidden,
        dice.random() < (SHARED if one.wrong else 1 - ALONE), moved,
        ASKS.format(field=known.replace("_", " ")) if asks and known else "", again, _stars(good, dice),
    )  # fmt: skip


def moved_to(one: Answered, dice: Random) -> str:
    """Another queue of the same tier, for the few that lay in the wrong one; "" for all others."""
    if dice.random() > (0.12 if one.script.scenario in ("many_matters", "riddle", "stray") else 0.03):
        return ""
    tier = next(queue.tier for queue in world.QUEUES if queue.slug == one.outcome.queue)
    return dice.choice([q.slug for q in world.QUEUES if q.tier == tier and q.slug != one.outcome.queue])


def able(client: str, queue: str, tier: int, people: dict[str, User]) -> list[User]:
    """Who could have taken a case of this queue and tier: those who name the queue before those who may take any."""
    working = [one for one in world.PEOPLE if one.role in ("frontline", "sme", "compliance", "supervisor")]
    there = [one for one in working if client in (one.clients or (client,)) and one.tier >= tier]
    named = [one for one in there if queue in one.queues]
    return [people[one.email] for one in named or [one for one in there if not one.queues]]


def _hand(one: Answered, missing: bool, worker: User, dice: Random) -> float:
    """Reading at 240 words a minute, then the work; longer where the package leaves something to find out."""
    words = sum(len(said.text.split()) for said in one.view.messages)
    if worker.email == HURRIED and dice.random() < 0.12:
        return dice.uniform(0.01, 0.04) * words + 0.5
    work = dice.lognormvariate(4.6, 0.5) + 0.8 * words
    return words / 4 + work * (1.6 if missing else 1.0)


def _verb(one: Answered, hidden: bool, dice: Random) -> Verb:
    """What was decided in the end. Whoever had answered before they saw the AI's answer, looked."""
    follows = dice.random() < (STAMPED * (0.3 if hidden else 1.0) if one.wrong else 1 - DISAGREED)
    return Verb.APPROVE if follows else Verb.OVERRIDE


def _stars(good: bool, dice: Random) -> int | None:
    if dice.random() > 0.3:
        return None
    return dice.choices((1, 2, 3, 4, 5), (2, 3, 10, 45, 40) if good else (18, 22, 30, 20, 10))[0]
