"""Labelled texts for the triage model that Handrail ships with: ours, invented, made by a small grammar."""

from random import Random

from config.demo.categories import OUT_OF_SCOPE
from config.demo.texts import account, billing, decisions, delivery, payments, scope, service
from config.demo.texts.grammar import MACHINES, PEOPLE, sentences

BODIES: dict[str, tuple[str, ...]] = {
    **billing.BODIES,
    **delivery.BODIES,
    **payments.BODIES,
    **account.BODIES,
    **service.BODIES,
    **decisions.BODIES,
}
BY_MACHINE = frozenset({"suspicious_payment", "invoice_match", "invoice_mismatch", "agent_action_request"})
"""Categories whose texts are mostly written by a scanner, a rule or an agent, not by a customer."""


def training_set(seed: int = 7, per_category: int = 160, out_of_scope: int = 420) -> list[tuple[str, str]]:
    """(text, label) pairs, the same for the same arguments; the label `oos` is for what nobody here handles.

    Texts are distinct over all labels: a text that two grammars could make stays with the first.
    """
    dice = Random(seed)  # noqa: S311  the texts must be the same for the same seed
    wanted = [(label, BODIES[label], per_category) for label in BODIES]
    wanted.append((OUT_OF_SCOPE, scope.BODIES, out_of_scope))
    rows: dict[str, str] = {}
    for label, bodies, count in wanted:
        registers = MACHINES if label in BY_MACHINE else PEOPLE
        for text in sentences(bodies, registers, count, dice):
            rows.setdefault(text, label)
    return list(rows.items())
