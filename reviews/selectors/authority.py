"""Whether an amount that a person writes is theirs to settle (R058).

What the AI read and proposes is asked when a case enters: its tier is the one that may settle it, and a tier never
falls, so whoever may decide the case may settle that. Left over is an amount that a reviewer corrects.
"""

from collections.abc import Mapping

from accounts.choices import Capability
from accounts.models import User
from accounts.permissions import can
from accounts.services.roles import Place
from escalations.choices import Verb
from escalations.policy.readings import amount_in
from escalations.policy.shape import is_amount
from escalations.selectors.policy import document_of
from reviews.selectors.deciding import ToDecide

SETTLES = (Verb.APPROVE, Verb.CORRECT, Verb.OVERRIDE)


def beyond_authority(actor: User, asked: ToDecide, verb: str, changed: Mapping[str, str]) -> dict[str, str]:
    """What is wrong with the amounts among the fields that `actor` `changed`, by form field; empty when nothing is."""
    case, tiers = asked.case, asked.settles
    if verb not in SETTLES or not changed or case.policy is None:
        return {}
    names = document_of(case.policy).amount_fields
    money = {name: text for name, text in changed.items() if is_amount(name, names)}
    found = {}
    for name, text in money.items():
        amount, readable = amount_in(text)
        if not readable:
            found[f"f.{name}"] = "Write the amount as a number: it decides who may settle it."
            continue
        above = [tier for tier in sorted(tiers) if tier >= case.tier]
        fits = (tier for tier in above if (most := tiers[tier]) is None or (amount or 0) <= most)
        needed = next(fits, max(above, default=case.tier))
        if not can(actor, Capability.CASE_DECIDE, Place(case.client_id, case.queue_slug, needed)):
            found[f"f.{name}"] = f"So much is settled on tier {needed}: put it back and escalate the case."
    return found
