"""What Celery may ask for. Each task only looks for due rows; any of them may be lost or come twice."""

from celery import shared_task

from escalations.handlers import GIVEN_UP, HANDLERS, LEARNING, let_go
from escalations.services import (
    auditing,
    certifying,
    digests,
    draining,
    folding,
    handoff_judging,
    milestones,
    quality,
    revealing,
    reviewing,
    rolling,
    scoring,
    sending,
    shadowing,
    telling,
    watching,
    watching_audits,
    watching_drift,
    weekly,
)


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


@shared_task
def tell_people() -> None:
    """Bring alerts to whom they concern; pass on those nobody took note of; end those whose cause is over."""
    telling.end_settled()
    telling.pass_on()
    telling.tell_people()


@shared_task
def send_messages() -> None:
    """Send what is due to leave the house. In a queue of its own: no other work waits behind a host that hangs."""
    sending.send_due()


@shared_task
def watch_streams() -> None:
    """Look for surges, repeated errors, contradicting records; once a day say what the AI settled."""
    watching.watch_streams()
    quality.watch_errors()
    quality.watch_contradictions()
    digests.raise_digests()


@shared_task
def review_rules() -> None:
    """Look whether what a rule sends to people keeps coming back."""
    reviewing.review_rules()


@shared_task
def fire_milestones() -> None:
    """Warn and tell of time that has passed."""
    milestones.fire_due()


@shared_task
def count_ages() -> None:
    """Count waiting cases by age anew."""
    rolling.count_ages()


@shared_task
def commit_draws() -> None:
    """Commit the audit draws of this week and the next; reveal those of weeks long over."""
    auditing.commit_ahead()
    revealing.reveal_old()


@shared_task
def judge_handoffs() -> None:
    """Judge the handoffs whose case has moved, or whose time is over."""
    handoff_judging.judge_handoffs()


@shared_task
def plan_reviews() -> None:
    """Make last week's handoff reviews due where they are missing."""
    weekly.plan_reviews()


@shared_task
def watch_autonomy() -> None:
    """Hold each certificate against new audits, look for drift, and see what can be certified now."""
    watching_audits.watch_promises()
    watching_drift.watch_drift()
    certifying.look_again()


@shared_task(soft_time_limit=3500, time_limit=3600)
def learn() -> None:
    """Train, compare and shadow models: what is due of it."""
    shadowing.shadow_later()
    scoring.score_what_is_new()
    draining.drain(LEARNING, dict.fromkeys(LEARNING, let_go))
