"""`python -m tests.bench.rehearsal [--cases 100000]`: a rehearsal over that many past cases, by the real worker.

No two of the cases are alike, so nothing that is remembered of one helps with another beyond what it helps in life.
Target: under 60 s from the button to the figures; stopping is heard within a chunk.
"""

import argparse
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.bench.meters import TICKS
from tests.bench.setting import installation, machine

TARGET_SECONDS = 60.0


def main() -> int:
    """Exit status: 0 when the target is met."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.rehearsal", description=__doc__)
    parser.add_argument("--cases", type=int, default=100_000)
    parser.add_argument("--workers", type=int, default=2)
    options = parser.parse_args()
    with installation() as bench:
        print(f"{machine()}; making {options.cases:,} cases", flush=True)
        seconds = float(bench.stack.python("-m", "tests.bench.past", str(options.cases), seconds=7200))
        bench.web.stop()
        worker, beat = bench.stack.worker(slots=options.workers), bench.stack.beat()
        bench.stack.wait_for_worker(worker)
        print(f"made in {seconds:.0f} s; {machine()}; rehearsing", flush=True)
        postgres = bench.stack.postgres.process
        assert postgres is not None
        run = ("-m", "tests.bench.rehearsal", "--run", str(worker.pid), str(postgres.pid))
        found: dict[str, Any] = json.loads(bench.stack.python(*run, seconds=1200).splitlines()[-1])
        beat.stop()
        worker.stop()
    return report(found, met=found["seconds"] < TARGET_SECONDS or options.cases > 100_000)


def report(found: dict[str, Any], *, met: bool) -> int:
    """Print what was found; the exit status."""
    lanes = ", ".join(f"{used:.1f}" for used in found["lanes"])
    print(
        f"\n{found['cases']:,} cases under two policies in {found['seconds']:.1f} s wall "
        f"({found['cases'] / found['seconds']:,.0f} a second), {found['moves']:,} would move\n"
        f"CPU: lanes {lanes} s, database {found['database']:.1f} s "
        f"({1e6 * (sum(found['lanes']) + found['database']) / found['cases']:,.0f} us a case)\n"
        f"first progress after {found['first']:.1f} s, then {found['steps']} times until the end\n"
        f"stopped {found['stopped']:.1f} s after it was told to, at {found['stopped_at']:,} cases; {machine()}"
    )
    print("target met" if met else f"missed: {TARGET_SECONDS:.0f} s")
    return 0 if met else 1


def run(worker: int, postgres: int) -> int:
    """Inside the installation: begin a rehearsal of a stricter draft, wait for it; begin another and stop it."""
    import django

    django.setup()

    from datetime import timedelta

    from django.db.models import Sum
    from django.utils import timezone

    from escalations.models import Rehearsal
    from escalations.services.rehearsing import begin_rehearsal, cancel_rehearsal

    draft, noor = drafted()
    now = timezone.now()
    window: dict[str, Any] = {"since": now - timedelta(days=90), "until": now + timedelta(days=1)}

    def done(made: Rehearsal) -> int:
        return int(made.chunks.filter(results__isnull=False).aggregate(n=Sum("cases"))["n"] or 0)

    before, begun = cpu(worker, postgres), time.monotonic()
    made = begin_rehearsal(draft=draft, actor=noor, **window)
    seen: list[tuple[float, int]] = []
    while made.state == Rehearsal.State.RUNNING:
        time.sleep(0.2)
        if (count := done(made)) > (seen[-1][1] if seen else 0):
            seen.append((time.monotonic() - begun, count))
        made.refresh_from_db(fields=["state"])
    seconds, after = time.monotonic() - begun, cpu(worker, postgres)
    made.refresh_from_db()
    assert made.state == Rehearsal.State.DONE, made.error
    second = begin_rehearsal(draft=draft, actor=noor, **window)
    while not done(second):
        time.sleep(0.1)
    cancel_rehearsal(rehearsal=second, actor=noor)
    stopped, at = until_still(lambda: done(second))
    found = {
        "seconds": seconds, "cases": made.cases, "moves": sum(made.results["moves"].values()), "stopped": stopped,
        "stopped_at": at, "first": seen[0][0] if seen else seconds, "steps": len(seen),
        "lanes": [used - before[0].get(lane, 0.0) for lane, used in after[0].items()],
        "database": after[1] - before[1],
    }  # fmt: skip
    print(json.dumps(found))
    return 0


def drafted() -> tuple[Any, Any]:
    """A draft that is stricter in three numbers, and who wrote it."""
    from accounts.grants import person_with_grants
    from accounts.models import User
    from escalations.policy.edits import with_parts
    from escalations.services.drafting import begin_draft, change_draft

    noor = person_with_grants(User.objects.get(email="noor@handrail.test").pk)
    assert noor is not None
    draft = begin_draft(actor=noor, title="Bench")
    stricter = {"distress_limit": 0.3, "anomaly_limit": 0.9, "high_impact_amount": 100.0}
    document = with_parts(draft.document, {"numbers": {**draft.document["numbers"], **stricter}})
    return change_draft(draft=draft, document=document, edits=draft.edits, actor=noor), noor


def until_still(count: Callable[[], int]) -> tuple[float, int]:
    """Seconds until nothing more was counted for two seconds, and the count."""
    told, last, still = time.monotonic(), count(), time.monotonic()
    while time.monotonic() - still < 2.0:
        time.sleep(0.05)
        if (now := count()) != last:
            last, still = now, time.monotonic()
    return still - told, last


def cpu(worker: int, postgres: int) -> tuple[dict[int, float], float]:
    """CPU seconds so far: of each of the worker's processes, and of the database with all that it started."""
    lanes, database = {}, 0.0
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            fields = (entry / "stat").read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue
        own, reaped = (sum(map(int, fields[at : at + 2])) / TICKS for at in (11, 13))
        if int(fields[1]) == worker:
            lanes[int(entry.name)] = own
        elif postgres in (int(entry.name), int(fields[1])):
            database += own + (reaped if int(entry.name) == postgres else 0.0)
    return lanes, database


if __name__ == "__main__":
    asked = sys.argv[1:]
    sys.exit(run(int(asked[1]), int(asked[2])) if asked[:1] == ["--run"] else main())
