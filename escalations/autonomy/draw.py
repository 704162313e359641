"""The honest audit draw (R087): commit, then reveal. Nobody can steer it, anybody can repeat it. Pure.

Each client has a seed of 32 random bytes for each ISO week. Its SHA-256 goes into the ledger before the week's cases
arrive; the seed itself is revealed when the week is over. A case is drawn when HMAC-SHA256 (RFC 2104) of its id under
the seed, its first 8 bytes read as a big-endian fraction of 2**64, is below the rate: neither its score nor anything
else about it has a say. Commitment by hash, opened later: Blum (1981), Coin flipping by telephone; the same in
risk-limiting election audits, Lindeman & Stark (2012), section 4.

A second sample may draw risky cases more often, by a second, independent fraction; the chance that either draw takes a
case is kept with its label, so that `certify` and `monitor` can weight it back (Horvitz & Thompson, 1952).
"""

import hashlib
import hmac
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

SEED = 32  # bytes
LEAST = 0.05
"""The least rate without a logged exception (R087)."""
_SCALE = 2**64
_UNIFORM, _RISK = b"handrail-audit-1\n", b"handrail-risk-1\n"


@dataclass(frozen=True, slots=True)
class Drawn:
    """`uniform`: by the honest draw; `risk`: by the second one; `probability`: that either took it."""

    uniform: bool
    risk: bool
    probability: float

    @property
    def selected(self) -> bool:
        """Is the case audited?"""
        return self.uniform or self.risk


@dataclass(frozen=True, slots=True)
class Settled:
    """One case as the ledger tells it, to draw again: the rates that were in force, and whether it was audited."""

    case_id: str
    rate: float
    audited: bool
    risk_rate: float = 0.0


@dataclass(frozen=True, slots=True)
class Verified:
    """A week drawn again. `committed`: is the seed the one that was committed; `missing`: drawn, yet not audited;
    `extra`: audited, yet not drawn.
    """

    committed: bool
    cases: int
    drawn: int
    missing: tuple[str, ...]
    extra: tuple[str, ...]

    @property
    def honest(self) -> bool:
        """Was the week audited exactly as its seed says?"""
        return self.committed and not self.missing and not self.extra


def commitment(seed: bytes) -> str:
    """What is published before the cases arrive: the seed's SHA-256, in hex. Raises ValueError for a short seed."""
    if len(seed) != SEED:
        raise ValueError(f"a seed has {SEED} bytes")
    return hashlib.sha256(seed).hexdigest()


def fraction(seed: bytes, case_id: str) -> Fraction:
    """Where a case falls in [0, 1) by the honest draw."""
    return _fraction(seed, _UNIFORM, case_id)


def selected(seed: bytes, case_id: str, rate: float) -> bool:
    """Is the case in the honest sample of this rate (0 to 1)? A higher rate only adds cases."""
    return fraction(seed, case_id) < Fraction(rate)


def draw(seed: bytes, case_id: str, rate: float, risk_rate: float = 0.0) -> Drawn:
    """Both draws. `risk_rate` is set from what is known before the verdict; keep it with the case."""
    return Drawn(
        uniform=selected(seed, case_id, rate),
        risk=_fraction(seed, _RISK, case_id) < Fraction(risk_rate),
        probability=inclusion(rate, risk_rate),
    )


def inclusion(rate: float, risk_rate: float = 0.0) -> float:
    """The chance that at least one of two independent draws takes a case."""
    return 1 - (1 - rate) * (1 - risk_rate)


def verify(seed: bytes, committed: str, cases: Iterable[Settled]) -> Verified:
    """Draw a week again from its revealed seed, and tell where the audits differ from it."""
    rows = list(cases)
    drawn = {row.case_id for row in rows if draw(seed, row.case_id, row.rate, row.risk_rate).selected}
    audited = {row.case_id for row in rows if row.audited}
    return Verified(
        committed=hmac.compare_digest(commitment(seed), committed),
        cases=len(rows),
        drawn=len(drawn),
        missing=tuple(sorted(drawn - audited)),
        extra=tuple(sorted(audited - drawn)),
    )


def _fraction(seed: bytes, purpose: bytes, case_id: str) -> Fraction:
    digest = hmac.new(seed, purpose + case_id.encode(), hashlib.sha256).digest()
    return Fraction(int.from_bytes(digest[:8], "big"), _SCALE)
