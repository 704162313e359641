"""Is the promise still kept? Watches the error rate between certifications; looking every day costs nothing. Pure.

The null is "of the settled cases at most `target` are wrong". Against it bets the e-process of `bounds` (Waudby-Smith &
Ramdas, 2024, JRSS-B 86(1), section 4; weights as there): while the null is true it ever reaches 1/alpha with a
probability of at most alpha (Ville), so the monitor trips at 1/alpha and a false alarm in its whole life is that rare.
The confidence sequence is its inversion (section 3.1 there, with alpha/2 on each side): the interval that holds the
true rate at all looks at once.

The bets use fixed fractions, so the past matters only through how many labels of each probability were right and wrong:
the state is that tally and the peak. Draw rates should therefore come in a few steps, not in thousands.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from escalations.autonomy import bounds
from escalations.autonomy.labels import Floats, Label

Tally = tuple[tuple[float, int, int], ...]
"""(sampling probability, labels, wrong ones) of each probability, sorted."""


@dataclass(frozen=True, slots=True)
class Monitor:
    """The state after some labels. `floor`: the least probability of the design; `peak`: the highest e-value so far;
    `low`, `high`: the confidence sequence. Survives `dataclasses.asdict` and JSON: `restored`.
    """

    target: float
    alpha: float = 0.05
    floor: float = 0.05
    tally: Tally = ()
    evidence: float = 1.0
    peak: float = 1.0
    low: float = 0.0
    high: float = 1.0

    @property
    def labels(self) -> int:
        """How many were seen."""
        return sum(count for _, count, _ in self.tally)

    @property
    def errors(self) -> int:
        """How many of them were wrong."""
        return sum(wrong for _, _, wrong in self.tally)

    @property
    def observed(self) -> float:
        """The weighted error rate; 0 without labels."""
        weight = sum(count / p for p, count, _ in self.tally)
        return sum(wrong / p for p, _, wrong in self.tally) / weight if weight else 0.0

    @property
    def tripped(self) -> bool:
        """Is the promise refuted? Once tripped, always: a new certificate starts a new monitor."""
        return self.peak >= 1 / self.alpha

    def reason(self) -> str:
        """In words, with figures."""
        seen = f"{self.errors} of {self.labels} audited cases were wrong ({self.observed:.1%})"
        if self.tripped:
            chance = f"by chance that happens in less than {self.alpha:.0%} of all streams"
            return f"{seen}; {chance} when at most {self.target:.1%} are wrong"
        return (
            f"{seen}; the rate lies between {self.low:.1%} and {self.high:.1%}, promised is {self.target:.1%}"
        )


def watched(monitor: Monitor, labels: Iterable[Label], *, interval: bool = True) -> Monitor:
    """The monitor after more labels, in the order in which the cases were drawn; without `interval` it stays as it was.

    Raises ValueError for a label with a probability below the floor: the bet would no longer be fair.
    """
    for label in labels:
        monitor = _after(monitor, label)
    return _with_interval(monitor) if interval and monitor.tally else monitor


def restored(stored: Mapping[str, Any]) -> Monitor:
    """A monitor from what `dataclasses.asdict` gave, also by way of JSON."""
    tally = tuple(tuple(row) for row in stored["tally"])
    return Monitor(**{**stored, "tally": tally})


def _after(monitor: Monitor, label: Label) -> Monitor:
    if label.probability < monitor.floor:
        raise ValueError(
            f"the design draws no case with less than {monitor.floor}, this one had {label.probability}"
        )
    counts = {p: (count, wrong) for p, count, wrong in monitor.tally}
    count, wrong = counts.get(label.probability, (0, 0))
    counts[label.probability] = (count + 1, wrong + int(label.wrong))
    tally = tuple((p, *counts[p]) for p in sorted(counts))
    against = evidence(tally, monitor.target, monitor.floor)
    return replace(monitor, tally=tally, evidence=against, peak=max(monitor.peak, against))


def _with_interval(monitor: Monitor) -> Monitor:
    """The interval at this look, and never wider than at the looks before."""
    limit = 2 / monitor.alpha

    def above(rate: float) -> bool:
        return _for(monitor.tally, rate, monitor.floor) >= limit

    def below(rate: float) -> bool:
        return evidence(monitor.tally, rate, monitor.floor) < limit

    low = bounds.bisect(below) if not below(_LEAST) else 0.0
    return replace(monitor, low=max(monitor.low, low), high=min(monitor.high, bounds.bisect(above)))


_LEAST = 1e-6


def evidence(tally: Tally, rate: float, floor: float) -> float:
    """The e-value of what was seen so far, against "the error rate is `rate` or less"."""
    return bounds.average(_logs(tally, rate, floor, bounds.ABOVE / rate))


def _for(tally: Tally, rate: float, floor: float) -> float:
    """Evidence that the error rate is below `rate`."""
    return bounds.average(_logs(tally, rate, floor, -bounds.BELOW / (1 - rate)))


def _logs(tally: Tally, rate: float, floor: float, bets: Floats) -> Floats:
    """Log wealth of each bet, which gains with wrong answers when positive and with right ones when negative."""
    total = np.zeros(len(bets))
    with np.errstate(divide="ignore"):
        for probability, count, wrong in tally:
            weight = floor / probability
            total += wrong * np.log1p(np.maximum(bets * weight * (1 - rate), -1.0)) if wrong else 0.0
            total += (
                (count - wrong) * np.log1p(np.maximum(-bets * weight * rate, -1.0)) if count > wrong else 0.0
            )
    return total
