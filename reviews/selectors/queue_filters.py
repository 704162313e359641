"""What a list is narrowed to, and where in it a page begins. Plain values that a form has checked."""

from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from django.db.models import Model, Q, QuerySet

from escalations.selectors.cases import below_confidence, through

M = TypeVar("M", bound=Model)


@dataclass(frozen=True, slots=True)
class Cursor:
    """The last row of the page before: its place in the order, and its id to break ties."""

    at: datetime
    id: UUID

    def __str__(self) -> str:
        return f"{self.at.isoformat()}~{self.id}"

    @classmethod
    def parse(cls, text: str) -> "Cursor | None":
        """A cursor that this site wrote; anything else is the first page."""
        at, _, key = text.partition("~")
        try:
            found = cls(datetime.fromisoformat(at), UUID(key))
        except ValueError:
            return None
        return found if found.at.tzinfo else None

    def after(self, column: str, key: str = "id") -> Q:
        """Rows that follow in ascending order of `column` and `key`, the case's id."""
        beyond = Q(**{f"{column}__gt": self.at}) | Q(**{column: self.at, f"{key}__gt": self.id})
        return Q(**{f"{column}__gte": self.at}) & beyond  # the first half is where an index can begin

    def before(self, column: str) -> Q:
        """Rows that follow in descending order."""
        beyond = Q(**{f"{column}__lt": self.at}) | Q(**{column: self.at, "id__lt": self.id})
        return Q(**{f"{column}__lte": self.at}) & beyond


@dataclass(frozen=True, slots=True)
class Filters:
    """Severity 1 to 4, a client's slug, a reason code, a confidence of 0 to 1 (R028), one of the three doors (R093);
    None or "" for all.
    """

    severity: int | None = None
    client: str = ""
    reason: str = ""
    door: str = ""
    confidence_below: float | None = None
    after: Cursor | None = None

    def narrow(self, cases: QuerySet[M]) -> QuerySet[M]:
        """The cases that match, or the rows of those that wait."""
        if self.severity is not None:
            cases = cases.filter(severity=self.severity)
        if self.client:
            cases = cases.filter(client__slug=self.client)
        if self.reason:
            cases = cases.filter(reason_codes__contains=[self.reason])
        if self.door:
            cases = through(cases, self.door)
        if self.confidence_below is not None:
            cases = below_confidence(cases, self.confidence_below)
        return cases
