"""Ticks of the clock. Each only looks for rows that are due; a lost or doubled tick changes nothing."""

from celery import shared_task

from reviews.services.sweep import expire_leases, wake_cases


@shared_task(name="reviews.tasks.sweep_leases")
def sweep_leases() -> int:
    """Return cases whose lease ran out."""
    return expire_leases()


@shared_task(name="reviews.tasks.sweep_wakes")
def sweep_wakes() -> int:
    """Return cases whose snooze, hold or time with the AI has ended."""
    return wake_cases()
