"""Ticks of the clock. Each only looks for rows that are due; a lost or doubled tick changes nothing."""

from celery import shared_task

from escalations.services import draining
from escalations.services.plants import withdraw_stale
from reviews.services import assigning, bulk, digests, presence
from reviews.services.learning.planning import plan_training
from reviews.services.learning.sampling import prepare_samples
from reviews.services.learning.weekly_rules import mine_weekly
from reviews.services.mistakes import watch_mistakes
from reviews.services.planting import plant_due
from reviews.services.sweep import expire_leases, wake_cases


@shared_task(name="reviews.tasks.sweep_leases")
def sweep_leases() -> int:
    """Return cases whose lease ran out."""
    return expire_leases()


@shared_task(name="reviews.tasks.sweep_wakes")
def sweep_wakes() -> int:
    """Return cases whose snooze, hold or time with the AI has ended."""
    return wake_cases()


@shared_task(name="reviews.tasks.watch_mistakes")
def watch_mistakes_of_ai() -> int:
    """Tell QA of mistakes that people correct again and again."""
    return watch_mistakes()


@shared_task(name="reviews.tasks.plant")
def plant() -> int:
    """Withdraw planted cases that nobody took, and plant where the agreed rate asks for one."""
    withdraw_stale()
    return plant_due()


@shared_task(name="reviews.tasks.hand_out")
def hand_out() -> None:
    """Offer what the desk itself hands out, take back what nobody took, page the supervisor."""
    assigning.hand_out()


@shared_task(name="reviews.tasks.find_unroutable")
def find_unroutable() -> None:
    """Mark waiting cases that nobody could take, and unmark those that somebody can."""
    assigning.find_unroutable()


@shared_task(name="reviews.tasks.sweep_presence")
def sweep_presence() -> int:
    """End wrap-ups that are over, and make away whoever went quiet."""
    return presence.sweep_presence()


@shared_task(name="reviews.tasks.move_many")
def move_many() -> None:
    """Work off moves of many cases."""
    draining.drain({bulk.KIND: bulk.carry_on}, {bulk.KIND: bulk.give_up}, seconds=20)


@shared_task(name="reviews.tasks.gather")
def gather() -> None:
    """Prepare what people taught, and have a challenger trained when enough came in."""
    prepare_samples()
    plan_training()


@shared_task(name="reviews.tasks.mine_rules")
def mine_rules() -> None:
    """Look once a week which rules people's corrections ask for."""
    mine_weekly()


@shared_task(name="reviews.tasks.digest_weeks")
def digest_weeks() -> None:
    """On Mondays tell each role what its client's week taught."""
    digests.plan_digests()
    draining.drain({digests.KIND: digests.build_digests}, {digests.KIND: digests.let_go}, seconds=20)
