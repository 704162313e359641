"""`python -m tests.bench.rehearsal [--cases 100000]`: a rehearsal over that many past cases, by the real worker.

Target: under 60 s from the button to the figures, beside nothing else; stopping is heard within a chunk.
"""

import argparse
import json
import sys
import time
from typing import Any

from tests.bench.setting import QUEUES, installation, machine

TARGET_SECONDS = 60.0


def main() -> int:
    """Exit status: 0 when the target is met."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.rehearsal", description=__doc__)
    parser.add_argument("--cases", type=int, default=100_000)
    parser.add_argument("--workers", type=int, default=2)
    options = parser.parse_args()
    with installation() as bench:
        print(f"{machine()}; making {options.cases:,} cases", flush=True)
        bench.stack.python("-m", "tests.bench.world", str(options.cases), "0", *QUEUES, seconds=7200)
        bench.web.stop()
        worker, beat = bench.stack.worker(slots=options.workers), bench.stack.beat()
        bench.stack.wait_for_worker(worker)
        print(f"{machine()}; rehearsing", flush=True)
        found: dict[str, Any] = json.loads(
            bench.stack.python("-m", "tests.bench.rehearsal", "--run", seconds=1200).splitlines()[-1]
        )
        beat.stop()
        worker.stop()
    print(
        f"\n{found['cases']:,} cases replayed under two policies in {found['seconds']:.1f} s "
        f"({found['cases'] / found['seconds']:,.0f} a second), {found['moves']:,} would move; "
        f"stopped {found['stopped']:.1f} s after it was told to, at {found['stopped_at']:,} cases; {machine()}"
    )
    met = found["seconds"] < TARGET_SECONDS or options.cases > 100_000
    print("target met" if met else f"missed: {TARGET_SECONDS:.0f} s")
    return 0 if met else 1


def run() -> int:
    """Inside the installation: begin a rehearsal of a stricter draft, wait for it; begin another and stop it."""
    import django

    django.setup()

    from datetime import timedelta

    from django.db.models import Sum
    from django.utils import timezone

    from accounts.grants import person_with_grants
    from accounts.models import User
    from escalations.models import Rehearsal
    from escalations.policy.edits import with_parts
    from escalations.services.drafting import begin_draft, change_draft
    from escalations.services.rehearsing import begin_rehearsal, cancel_rehearsal

    noor = person_with_grants(User.objects.get(email="noor@handrail.test").pk)
    assert noor is not None
    draft = begin_draft(actor=noor, title="Bench")
    numbers = {
        **draft.document["numbers"],
        "distress_limit": 0.3,
        "anomaly_limit": 0.9,
        "high_impact_amount": 100.0,
    }
    draft = change_draft(
        draft=draft, document=with_parts(draft.document, {"numbers": numbers}), edits=draft.edits, actor=noor
    )
    now = timezone.now()
    window: dict[str, Any] = {"since": now - timedelta(days=90), "until": now + timedelta(days=1)}

    def done(made: Rehearsal) -> int:
        return int(made.chunks.filter(results__isnull=False).aggregate(n=Sum("cases"))["n"] or 0)

    begun = time.monotonic()
    made = begin_rehearsal(draft=draft, actor=noor, **window)
    while made.state == Rehearsal.State.RUNNING:
        time.sleep(0.2)
        made.refresh_from_db()
    seconds = time.monotonic() - begun
    assert made.state == Rehearsal.State.DONE, made.error
    second = begin_rehearsal(draft=draft, actor=noor, **window)
    while not done(second):
        time.sleep(0.1)
    cancel_rehearsal(rehearsal=second, actor=noor)
    told, last, still = time.monotonic(), done(second), time.monotonic()
    while time.monotonic() - still < 2.0:  # nothing more is done for two seconds: it has stopped
        time.sleep(0.05)
        if (now_done := done(second)) != last:
            last, still = now_done, time.monotonic()
    stopped = still - told
    moves = sum(made.results["moves"].values())
    print(
        json.dumps(
            {"seconds": seconds, "cases": made.cases, "moves": moves, "stopped": stopped, "stopped_at": last}
        )
    )
    return 0


if __name__ == "__main__":
    sys.exit(run() if sys.argv[1:] == ["--run"] else main())
