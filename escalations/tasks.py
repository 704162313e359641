"""What Celery may ask for. Each task only looks for due rows; any of them may be lost or come twice."""

from celery import shared_task

from escalations.handlers import GIVEN_UP, HANDLERS
from escalations.services import draining, folding, rolling


@shared_task
def drain() -> None:
    """Work off what is due."""
    draining.drain(HANDLERS, GIVEN_UP)


@shared_task
def fold_backlog() -> None:
    """Shorten the count of waiting cases."""
    folding.fold_backlog()


@shared_task
def roll_up() -> None:
    """Count the board's past hours, days and clusters anew."""
    rolling.roll_up()
