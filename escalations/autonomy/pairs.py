"""Is the challenger better than the champion? Both answered the same blindly labelled cases (R102). Pure.

Only cases that exactly one of them got right tell them apart. McNemar (1947), Psychometrika 12, exact: among those, an
equal challenger is right in half. For looks at any time, a bet against "the challenger wins at most half of them" with
a mixture of stakes, as in `bounds`: by Ville's inequality a challenger that is no better ever reaches 1/alpha with
probability at most alpha, over its whole life in shadow.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from escalations.autonomy import bounds
from escalations.autonomy.intervals import Interval, paired

LEAST = 100  # cases, before anything is promoted
_STAKES = np.linspace(0.05, 0.95, 19)


@dataclass(frozen=True, slots=True)
class Pair:
    """One case, in the order in which the labels came: was each of the two right?"""

    champion: bool
    challenger: bool


@dataclass(frozen=True, slots=True)
class Comparison:
    """`gained`: only the challenger was right; `lost`: only the champion was. `p_value`: exact McNemar, two-sided, for
    one look; `peak`: the highest e-value at any look; `gap`: the challenger's accuracy minus the champion's.
    """

    cases: int
    gained: int
    lost: int
    p_value: float
    evidence: float
    peak: float
    gap: Interval

    def promotable(self, alpha: float = 0.01, least: int = LEAST) -> bool:
        """May people promote the challenger? Only when it is better, beyond chance, and still looks so.

        One that is no better ever gets there with probability `alpha` at most, however often it is asked; one that is
        worse, with far less.
        """
        return self.cases >= least and self.peak >= 1 / alpha and self.gap.low > 0


def compare(pairs: Iterable[Pair], confidence: float = 0.95) -> Comparison:
    """Champion and challenger on the same cases."""
    rows = list(pairs)
    gains = np.array(
        [int(one.challenger) - int(one.champion) for one in rows if one.challenger != one.champion]
    )
    gained, lost = int((gains > 0).sum()), int((gains < 0).sum())
    from scipy import stats  # half a second to import, and only a comparison needs it

    wealth = bounds.wealth(gains.astype(np.float64), _STAKES) if len(gains) else np.ones(1)
    return Comparison(
        cases=len(rows),
        gained=gained,
        lost=lost,
        p_value=float(stats.binomtest(gained, gained + lost).pvalue) if gained + lost else 1.0,
        evidence=float(wealth[-1]),
        peak=max(1.0, float(wealth.max())),
        gap=paired(gained, lost, len(rows), confidence),
    )
