"""The demo's own trees: an outage at Harbour starts at the frontline and rises to the engineers."""

from accounts.models import AIAgent, Client
from config.demo import world
from escalations.models import CaseType
from escalations.selectors.trees import live_tree
from escalations.services.trees import ensure_trees, publish_tree
from escalations.trees.shipped import outage_tree


def load_trees(clients: dict[str, Client]) -> None:
    """Everybody's tree and Harbour's for outages, where there is none; agents of an older demo learn its types."""
    ensure_trees()
    harbour = clients["harbour"]
    outage = CaseType.objects.get(client=harbour, slug="outage")
    if live_tree(harbour.pk, outage.pk) is None:
        publish_tree(
            document=outage_tree(), actor=None, client=harbour, case_type=outage,
            note="Frontline first; engineers when it is critical or stays",
        )  # fmt: skip
    for spec in world.AGENTS:
        AIAgent.objects.filter(client=clients[spec.client], name=spec.name).update(
            case_types=list(spec.case_types)
        )
