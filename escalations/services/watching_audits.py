"""Is the promise kept? Each new blind label bets against it; when it is refuted the breaker trips (R089, `monitor`)."""

from dataclasses import asdict, replace
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Now

from escalations.autonomy.labels import Label
from escalations.autonomy.monitor import Monitor, restored, watched
from escalations.choices import TripCode
from escalations.models import BlindLabel, Certificate, Watch
from escalations.services.breaking import trip
from escalations.services.certifying import plan_of
from escalations.services.each import each

DETECTOR = "promise"
CHUNK = 500  # labels a transaction


def watch_promises() -> int:
    """Feed what was concluded since the last time to the monitor of each standing certificate; how many tripped."""
    standing = Certificate.objects.filter(ended_at=None).select_related("case_type__client")
    return each(standing, watch_promise)


def watch_promise(certificate: Certificate) -> bool:
    """The same for one certificate. True when its breaker tripped now.

    A wider certificate of the same promise and model goes on with the monitor of the one before: whoever began anew
    with each would forget what speaks against it.
    """
    monitor = _fed(certificate)
    if not monitor.tripped:
        return False
    trip(  # in a transaction of its own: others hold the breaker's row first, and the watch's after it
        certificate.case_type, TripCode.PROMISE, f"{monitor.reason()}.", actor=None,
        figures={
            "labels": monitor.labels, "errors": monitor.errors, "observed": monitor.observed, "low": monitor.low,
            "high": monitor.high, "target": monitor.target,
        },
    )  # fmt: skip
    return True


@transaction.atomic
def _fed(certificate: Certificate) -> Monitor:
    watch = _watch(certificate)
    monitor = restored(watch.state)
    labels = list(_new(certificate, watch)[:CHUNK])
    if not labels:
        return monitor
    monitor = replace(monitor, floor=min([monitor.floor, *(label.probability for label in labels)]))
    monitor = watched(monitor, [Label(one.score, one.wrong, one.probability) for one in labels])
    cursor = watch.cursor | {"label": max(one.pk for one in labels)}
    Watch.objects.filter(pk=watch.pk).update(state=asdict(monitor), cursor=cursor, updated_at=Now())
    return monitor


def _watch(certificate: Certificate) -> Watch:
    """The row, held; begun anew when the promise or the model is another one."""
    about = {"target": certificate.target, "model": certificate.model_version}
    fresh: dict[str, Any] = {
        "state": asdict(Monitor(certificate.target, floor=plan_of(certificate.case_type).rate)),
        "cursor": about | {"label": 0},
        "since": certificate.issued_at,
    }
    watch, _ = Watch.objects.select_for_update().get_or_create(
        case_type=certificate.case_type, detector=DETECTOR, defaults=fresh
    )
    if {name: watch.cursor[name] for name in about} != about:
        Watch.objects.filter(pk=watch.pk).update(**fresh, alarm={})
        watch.refresh_from_db()
    return watch


def _new(certificate: Certificate, watch: Watch) -> Any:
    """Labels of cases that the AI settled, or would have, drawn since the watch began; not yet fed."""
    above = Q(settled=True) | Q(score__gte=certificate.threshold)
    return BlindLabel.objects.filter(
        above, case_type=certificate.case_type_id, model_version=certificate.model_version,
        pk__gt=watch.cursor["label"], item__draw__at__gte=watch.since,
    ).order_by("pk")  # fmt: skip
