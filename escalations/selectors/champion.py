"""Which triage model serves."""

from dataclasses import dataclass

from escalations.choices import ModelState
from escalations.models import ModelVersion
from escalations.triage.engines import DEFAULT_MODEL


@dataclass(frozen=True, slots=True)
class Serving:
    """A model by its file's name, and the only version of it that will do ("" for whichever lies there)."""

    name: str = DEFAULT_MODEL
    version: str = ""


def serving() -> Serving:
    """The champion; before the first is registered, the shipped model. One statement."""
    row = ModelVersion.objects.filter(state=ModelState.CHAMPION).values_list("name", "version").first()
    return Serving(*row) if row else Serving()
