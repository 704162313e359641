"""Celery carries wake-ups only: what is due is in PostgreSQL (escalations.models.Job)."""

import os

from celery import Celery
from celery.signals import setup_logging

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.local")

app = Celery("handrail")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.update(
    task_acks_late=True,
    task_reject_on_worker_lost=False,  # a crash is handled by the row's lease; no poison loop
    task_ignore_result=True,
    worker_prefetch_multiplier=1,
    worker_hijack_root_logger=False,
    broker_connection_retry_on_startup=True,
    broker_transport_options={
        "socket_timeout": 5,
        "socket_connect_timeout": 2,
        "socket_keepalive": True,
        "health_check_interval": 15,
        "unacked_restore_throttle": 1,
        "unacked_restore_interval": 5,
        "visibility_timeout": 120,
    },
    task_soft_time_limit=60,
    task_time_limit=90,
)
app.autodiscover_tasks(["escalations", "reviews", "accounts"])

# The whole schedule. Each tick only wakes a worker that looks for due rows; two beats are as good as one.
SCHEDULE = {
    "drain": {"task": "escalations.tasks.drain", "schedule": 1.0, "options": {"expires": 5}},
    "sweep-leases": {"task": "reviews.tasks.sweep_leases", "schedule": 5.0, "options": {"expires": 10}},
    "sweep-wakes": {"task": "reviews.tasks.sweep_wakes", "schedule": 10.0, "options": {"expires": 20}},
    "hand-out": {"task": "reviews.tasks.hand_out", "schedule": 2.0, "options": {"expires": 5}},
    "find-unroutable": {
        "task": "reviews.tasks.find_unroutable",
        "schedule": 15.0,
        "options": {"expires": 20},
    },
    "sweep-presence": {"task": "reviews.tasks.sweep_presence", "schedule": 20.0, "options": {"expires": 30}},
    "fire-milestones": {
        "task": "escalations.tasks.fire_milestones",
        "schedule": 1.0,
        "options": {"expires": 5},
    },
    "move-many": {"task": "reviews.tasks.move_many", "schedule": 2.0, "options": {"expires": 5}},
    "fold-backlog": {"task": "escalations.tasks.fold_backlog", "schedule": 15.0, "options": {"expires": 20}},
    "count-ages": {"task": "escalations.tasks.count_ages", "schedule": 10.0, "options": {"expires": 10}},
    "roll-up": {"task": "escalations.tasks.roll_up", "schedule": 60.0, "options": {"expires": 60}},
    "tell-people": {"task": "escalations.tasks.tell_people", "schedule": 2.0, "options": {"expires": 5}},
    # a queue of its own (worker -Q notify): nothing waits behind a mail or webhook host that hangs
    "send-messages": {
        "task": "escalations.tasks.send_messages",
        "schedule": 2.0,
        "options": {"expires": 5, "queue": "notify"},
    },
    "watch-streams": {
        "task": "escalations.tasks.watch_streams",
        "schedule": 30.0,
        "options": {"expires": 60},
    },
    "commit-draws": {
        "task": "escalations.tasks.commit_draws",
        "schedule": 60.0,
        "options": {"expires": 60},
    },
    "judge-handoffs": {
        "task": "escalations.tasks.judge_handoffs",
        "schedule": 30.0,
        "options": {"expires": 60},
    },
    "review-rules": {
        "task": "escalations.tasks.review_rules",
        "schedule": 3600.0,
        "options": {"expires": 600},
    },
    "plan-reviews": {
        "task": "escalations.tasks.plan_reviews",
        "schedule": 600.0,
        "options": {"expires": 600},
    },
    "learn": {"task": "escalations.tasks.learn", "schedule": 10.0, "options": {"expires": 10}},
    "gather": {"task": "reviews.tasks.gather", "schedule": 30.0, "options": {"expires": 30}},
    "mine-rules": {"task": "reviews.tasks.mine_rules", "schedule": 1800.0, "options": {"expires": 1800}},
    "digest-weeks": {"task": "reviews.tasks.digest_weeks", "schedule": 300.0, "options": {"expires": 300}},
    "watch-mistakes": {"task": "reviews.tasks.watch_mistakes", "schedule": 60.0, "options": {"expires": 120}},
    "plant": {"task": "reviews.tasks.plant", "schedule": 60.0, "options": {"expires": 60}},
    "watch-autonomy": {
        "task": "escalations.tasks.watch_autonomy",
        "schedule": 20.0,
        "options": {"expires": 30},
    },
}
app.conf.beat_schedule = SCHEDULE


@setup_logging.connect
def _structured_logs(**_: object) -> None:
    from config.logs import configure

    configure()
