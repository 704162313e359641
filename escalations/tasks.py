"""What Celery may ask for. Each task only looks for due rows; any of them may be lost or come twice."""

from celery import shared_task

from escalations.handlers import GIVEN_UP, HANDLERS
from escalations.services import draining, folding


@shared_task
def drain() -> None:
    """Work off what is due."""
    draining.drain(HANDLERS, GIVEN_UP)


@shared_task
def fold_backlog() -> None:
    """Shorten the count of waiting cases."""
    folding.fold_backlog()
