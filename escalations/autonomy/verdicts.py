"""What the breaker says: every reason, in words that a supervisor can act on (R089, R090). Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from escalations.autonomy.drift import BINS, OTHERS, Breaker, Errors, Reason
from escalations.autonomy.streams import Stream


@dataclass(frozen=True, slots=True)
class Superseded:
    """Decisions of one AI agent under another policy version than the live one. `live`: what it should have used."""

    live: str
    used: str
    count: int
    example: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """All reasons at once; none: the AI may go on."""

    reasons: tuple[Reason, ...]

    @property
    def tripped(self) -> bool:
        """Must the AI stop acting alone?"""
        return bool(self.reasons)


def verdict(breaker: Breaker, superseded: Sequence[Superseded] = ()) -> Verdict:
    """Why the AI must stop acting alone, or that nothing speaks against it."""
    found = [_policy(one) for one in superseded if one.count]
    found += [_fields(breaker)] if breaker.fields.tripped else []
    found += [_mix(breaker.mix)] if breaker.mix.tripped else []
    found += [_scores(breaker.scores)] if breaker.scores.tripped else []
    found += [_audits(name, one) for name, one in breaker.audits.items() if one.tripped]
    found += [_overrides(name, one) for name, one in breaker.overrides.items() if one.tripped]
    return Verdict(tuple(found))


def _policy(one: Superseded) -> Reason:
    times = "decision was" if one.count == 1 else "decisions were"
    words = f"{one.count} {times} made under policy {one.used}, which {one.live} has superseded"
    return Reason("policy", words, one.example, "POLICY_SUPERSEDED")


def _fields(breaker: Breaker) -> Reason:
    names = sorted(breaker.strange)
    new = ", ".join(name for name in names if not name.startswith("-"))
    lost = ", ".join(name[1:] for name in names if name.startswith("-"))
    parts = [f"fields that were never there: {new}"] if new else []
    parts += [f"fields that always were there are missing: {lost}"] if lost else []
    before, now = breaker.fields.share("0 odd")
    words = (
        f"{'; '.join(parts)}; in {now:.0%} of the latest {_size(breaker.fields)} cases, {before:.1%} before"
    )
    return Reason("fields", words, next(iter(breaker.strange.values()), None), "FORMAT_CHANGE")


def _mix(one: Stream) -> Reason:
    run = one.run or {}
    most = max(run, key=lambda kind: run[kind] / sum(run.values()) - one.share(kind)[0])
    before, now = one.share(most)
    words = f"the mix of categories changed: {most} is {now:.0%} of the latest {_size(one)} cases, {before:.0%} before"
    return Reason("mix", words, one.first)


def _scores(one: Stream) -> Reason:
    run = one.run or {}
    low = sorted(one.before)[: max(1, BINS // 4)]
    low += [kind for kind in run if kind == "" and kind not in low]
    before, now = (sum(one.share(kind)[side] for kind in low) for side in (0, 1))
    words = f"the scores changed: {now:.0%} of the latest {_size(one)} cases score as low as {before:.0%} did before"
    return Reason("scores", words, one.first)


def _overrides(name: str, one: Stream) -> Reason:
    before, now = one.share("0 overridden")
    words = f"people override the AI more{_where(name)}: {now:.0%} of the latest {_size(one)}, {before:.0%} before"
    return Reason("overrides", words, one.first)


def _audits(name: str, one: Errors) -> Reason:
    words = f"audits found {one.wrong} of {one.seen} wrong{_where(name)}; at most {one.limit:.1%} may be"
    return Reason("audits", words)


def _where(name: str) -> str:
    return "" if not name else " in the smaller categories" if name == OTHERS else f" in {name}"


def _size(one: Stream) -> int:
    return sum((one.run or {}).values())
