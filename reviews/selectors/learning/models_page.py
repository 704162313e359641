"""The page of models: who serves, who challenges, how much each gets right on the same held-out cases (R101)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Count, F, Q

from escalations.autonomy.intervals import Interval, paired, wilson
from escalations.choices import Exclusion, ModelState, Trial
from escalations.models import Comparison, Dataset, ModelVersion, Sample, SampleScore, ShadowScore
from escalations.selectors.challengers import hindrance

LEAST = 30
"""Cases before a share is shown."""


@dataclass(frozen=True, slots=True)
class Compared:
    """A challenger beside the champion in one trial; `gap` is its accuracy minus the champion's."""

    row: Comparison
    gap: Interval


@dataclass(frozen=True, slots=True)
class Shadowed:
    """Live cases that both judged, and how often they said the same."""

    cases: int
    same: Interval | None


@dataclass(frozen=True, slots=True)
class Line:
    """A model on the page. `why_not`: what keeps it from being proposed."""

    model: ModelVersion
    right: Interval | None
    tested: int
    held_out: Compared | None
    live: Compared | None
    shadow: Shadowed
    why_not: str

    @property
    def proposed(self) -> bool:
        """Does it wait for a second person?"""
        return self.model.proposed_at is not None and self.model.state in (
            ModelState.CHALLENGER, ModelState.RETIRED,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Left:
    """Why samples are left out, and how many."""

    why: str
    n: int


def model_lines() -> tuple[list[Line], list[Line]]:
    """The models in the running, the champion first, and the past ones, newest first."""
    rows = ModelVersion.objects.select_related("dataset", "proposed_by", "decided_by", "parent").order_by(
        "-pk"
    )
    lines = [_line(model) for model in rows[:50]]
    running = [one for one in lines if one.model.state in (ModelState.CHAMPION, ModelState.CHALLENGER)]
    running.sort(key=lambda one: one.model.state != ModelState.CHAMPION)
    return running, [one for one in lines if one not in running]


def curve() -> tuple[int, list[tuple[ModelVersion, int, Interval]], Interval | None]:
    """The learning curve: of every model that judged all held-out samples that the others judged too, how many people
    had taught it and its accuracy there; how many samples that are; and what the last gained on the first, on the same
    samples.
    """
    scored = SampleScore.objects.filter(sample__held_out=True).values_list("model", "sample", "right")
    rights: dict[int, dict[int, bool]] = {}
    for model, sample, right in scored.iterator(2_000):
        rights.setdefault(model, {})[sample] = right
    most = max((len(found) for found in rights.values()), default=0)
    rights = {model: found for model, found in rights.items() if 2 * len(found) >= most}
    common = set.intersection(*(set(found) for found in rights.values())) if rights else set()
    if len(common) < LEAST:
        return len(common), [], None
    models = ModelVersion.objects.filter(pk__in=rights).order_by("taught", "pk")
    found = [
        (model, model.taught, wilson(sum(rights[model.pk][one] for one in common), len(common)))
        for model in models
    ]
    points = [(model, taught, right) for model, taught, right in found if right is not None]
    return len(common), points, _gain(rights[points[0][0].pk], rights[points[-1][0].pk], common)


def _gain(first: Mapping[int, bool], last: Mapping[int, bool], common: set[int]) -> Interval:
    """Of the same samples: how many more the last got right, with its interval."""
    gained = sum(last[one] > first[one] for one in common)
    lost = sum(last[one] < first[one] for one in common)
    return paired(gained, lost, len(common))


def finding(points: Sequence[tuple[ModelVersion, int, Interval]], gain: Interval | None) -> str:
    """What the curve says, in a sentence: by the same samples, for the models' own intervals overlap long after it is
    plain which is better.
    """
    if len(points) < 2 or gain is None:
        return (
            "No model has learned from people yet." if not points else "One model so far: nothing to compare."
        )
    first, last = points[0], points[-1]
    begun = f"{100 * first[2].estimate:.1f} % right with {first[1]} cases of people"
    words = f"{begun}, {100 * last[2].estimate:.1f} % with {last[1]}"
    if gain.low > 0:
        return f"What people teach helps: {words}."
    if gain.high < 0:
        return f"What people taught last made it worse: {words}."
    return f"No change beyond noise ({100 * gain.estimate:+.1f} points): {words}."


def waiting() -> tuple[int, int]:
    """Samples with a category that no model has learned from yet: (to teach, to test)."""
    last = Dataset.objects.filter(model__isnull=False).values_list("last_sample", flat=True).first() or 0
    counted = (
        Sample.objects.filter(pk__gt=last)
        .exclude(category="")
        .aggregate(teach=Count("pk", filter=Q(held_out=False)), test=Count("pk", filter=Q(held_out=True)))
    )
    return counted["teach"], counted["test"]


def datasets(client: int | None) -> list[tuple[Dataset, list[Left]]]:
    """The newest datasets: a client's, or (None) everybody's and every client's."""
    rows = Dataset.objects.select_related("client", "case_type", "made_by")
    if client is not None:
        rows = rows.filter(client=client)
    return [
        (row, [Left(Exclusion(why).label.lower(), n) for why, n in sorted(row.reasons.items())])
        for row in rows[:20]
    ]


def _line(model: ModelVersion) -> Line:
    tested = SampleScore.objects.filter(model=model, sample__held_out=True)
    counts = tested.aggregate(n=Count("pk"), right=Count("pk", filter=Q(right=True)))
    return Line(
        model=model, right=wilson(counts["right"], counts["n"]) if counts["n"] >= LEAST else None, tested=counts["n"],
        held_out=_compared(model, Trial.HELD_OUT), live=_compared(model, Trial.SHADOW), shadow=_shadow(model),
        why_not=hindrance(model),
    )  # fmt: skip


def _compared(model: ModelVersion, trial: Trial) -> Compared | None:
    row = Comparison.objects.filter(challenger=model, trial=trial).first()
    return Compared(row, Interval(row.gap, row.low, row.high)) if row else None


def _shadow(model: ModelVersion) -> Shadowed:
    rows = ShadowScore.objects.filter(model=model)
    counts = rows.aggregate(n=Count("pk"), same=Count("pk", filter=Q(category=F("champion_category"))))
    return Shadowed(counts["n"], wilson(counts["same"], counts["n"]))
