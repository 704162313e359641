"""How the past's audits were read: two people who err now and then, and an adjudicator where they differ.

Somebody errs only where another one looks, so that every verdict is what is true of the case.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from config.demo.past.judged import Answered
from escalations.auditing import PERSON
from escalations.choices import AuditRole

SLIP, HARD_SLIP = 0.015, 0.16
"""How often a reader takes a case for something else; the second where it is hard to tell."""


@dataclass(frozen=True, slots=True)
class Read:
    """One answer to a past audit: in which role, what the case is, and whether that is what the AI says."""

    role: AuditRole
    category: str
    agrees: bool


def readings(one: Answered, *, double: bool, dice: Random) -> list[Read]:
    """Everybody's answers, in their order, as `reviews.services.concluding` would have asked for them."""
    truth = one.truth or PERSON
    first = _read(one, truth, AuditRole.FIRST, dice, alone=not double)
    if first.agrees and not double:
        return [first]
    second = _read(one, truth, AuditRole.SECOND, dice, alone=first.category != truth)
    if first.category == second.category:
        return [first, second]
    return [first, second, Read(AuditRole.ADJUDICATOR, truth, not one.wrong)]


def _read(one: Answered, truth: str, role: AuditRole, dice: Random, *, alone: bool) -> Read:
    """`alone`: nobody would find a slip towards the AI, so there is none."""
    hard = one.wrong or one.script.scenario.startswith("murky")
    slips = dice.random() < (HARD_SLIP if hard else SLIP)
    said = _other(one, truth, dice) if slips else truth
    if alone and one.wrong and said == one.triage.category:
        said = truth
    if role == AuditRole.SECOND and alone:  # the first one was wrong: the second finds it
        said = truth
    return Read(role, said, said == one.triage.category)


def _other(one: Answered, truth: str, dice: Random) -> str:
    """What it could be taken for: the likeliest categories that it is not."""
    likely: Sequence[str] = [name for name, _ in one.triage.alternatives if name != truth]
    return dice.choice(likely[:2]) if likely else PERSON
