"""All tables of an app in one step of a migration."""

from collections.abc import Sequence
from typing import Any

from django.db.migrations.operations import CreateModel
from django.db.migrations.operations.base import Operation, OperationCategory
from django.db.migrations.state import ProjectState


class Tables(Operation):
    """`models`, in any order, whichever of them name each other.

    With each CreateModel of its own Django makes the class of its table anew, and those of all tables that it is tied to
    near or far, which are nearly all: 17 s for a hundred tables. Added to the state while it has no classes, each is made
    once, by whoever asks for the first. PostgreSQL gets foreign keys at the end of a migration, so a ring of them is none.
    """

    category = OperationCategory.ADDITION
    reversible = True

    def __init__(self, models: Sequence[CreateModel]) -> None:
        self.models = models

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """See Operation."""
        state.__dict__.pop("apps", None)  # a cached property
        for one in self.models:
            one.state_forwards(app_label, state)

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: ProjectState, to_state: ProjectState) -> None:
        """See Operation."""
        for one in self.models:
            one.database_forwards(app_label, schema_editor, from_state, to_state)

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: ProjectState, to_state: ProjectState) -> None:
        """See Operation."""
        for one in reversed(self.models):
            one.database_backwards(app_label, schema_editor, from_state, to_state)

    def describe(self) -> str:
        """See Operation."""
        return f"Create {len(self.models)} tables"
