"""Drawing a revealed week again, from what the database keeps of it (R087)."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import F

from escalations.autonomy.draw import Settled, Verified, verify
from escalations.choices import Verb
from escalations.models import AuditDraw, AuditPeriod, Case, Decision


@dataclass(frozen=True, slots=True)
class Redrawn:
    """A week drawn again. `early`: cases that came before the hash was published, only at the very start of a desk or
    where a case outlived the secret of its own week; `left_out`: settled and final cases of the week that took part in
    no draw, by reference.
    """

    verified: Verified
    early: int
    left_out: tuple[str, ...]

    @property
    def honest(self) -> bool:
        """Is the week's audit exactly what its seed says, over all that was settled?"""
        return self.verified.honest and not self.left_out


def redraw(period: AuditPeriod) -> Redrawn:
    """Draw a revealed `period` again; ValueError while it is sealed."""
    if not period.seed:
        raise ValueError("This week is not revealed.")
    draws = AuditDraw.objects.filter(period=period)
    rows = draws.values_list("case_id", "rate", "item__pk", "risk_rate").order_by("case_id")
    cases = [
        Settled(str(case), rate, item is not None, risk) for case, rate, item, risk in rows.iterator(5000)
    ]
    return Redrawn(
        verified=verify(bytes.fromhex(period.seed), period.commitment, cases),
        early=draws.filter(case__created_at__lt=F("period__committed_at")).count(),
        left_out=_left_out(period),
    )


def frame_of(period: AuditPeriod) -> Iterator[tuple[str, ...]]:
    """Every case of the week's draw as lines of a table, the first with the names: what anybody needs to draw it again.
    No words and no values of a case. ValueError while the week is sealed, for it tells what is audited.
    """
    if not period.seed:
        raise ValueError("This week is not revealed.")
    yield (
        "case",
        "drawn from",
        "rate",
        "risk rate",
        "probability",
        "audited",
        "score",
        "model",
        "policy",
        "at",
    )
    rows = AuditDraw.objects.filter(period=period).order_by("case_id").values_list(
        "case_id", "arm", "rate", "risk_rate", "probability", "item__pk", "score", "model_version", "policy__number",
        "at",
    )  # fmt: skip
    for case, arm, rate, risk, chance, item, score, model, policy, at in rows.iterator(chunk_size=5000):
        audited = "yes" if item else "no"
        yield (
            str(case),
            arm,
            *map(repr, (rate, risk, chance)),
            audited,
            repr(score),
            model,
            f"v{policy}",
            at.isoformat(),
        )


def _left_out(period: AuditPeriod) -> tuple[str, ...]:
    """Cases of the week that the AI settled for good and that no draw knows."""
    final = Decision.objects.filter(verb=Verb.AUTO_RESOLVE, standing=Decision.Standing.FINAL).values("case")
    cases = Case.objects.filter(
        client=period.client_id,
        created_at__gte=period.starts_at,
        created_at__lt=period.ends_at,
        closed_at__gte=period.committed_at,
        pk__in=final,
    )
    return tuple(cases.filter(audit_draw=None).order_by("ref").values_list("ref", flat=True)[:100])
