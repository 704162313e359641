"""Which waiting case goes to whom. Pure: no rows, no clock; `services.assigning` in reviews acts on it.

Cases are served in their order (severity, then rank): each takes somebody if that is possible without taking
anybody from an earlier one (Kuhn's augmenting paths; serving in order makes the matched set the lexicographically
best one, because sets of cases that can be matched form a matroid: Edmonds and Fulkerson 1965). Within that the
least loaded comes first, then the longest idle.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Waiting:
    """A case that wants somebody: how grave (1 is gravest), its rank, the skills it asks for ("slug:level" words), its
    work units, and who has the right to it and has not just let it pass by.
    """

    id: Any
    severity: int
    rank: datetime
    asks: frozenset[str]
    effort: int
    allowed: frozenset[int]


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who is there: what they know, how many work units they can carry and carry now, since when they have
    had nothing new.
    """

    id: int
    skills: frozenset[str]
    capacity: int
    load: int
    idle_since: datetime


@dataclass(slots=True)
class _Search:
    willing: Mapping[Any, Sequence[int]]
    taken: dict[int, Any] = field(default_factory=dict)  # person: case

    def place(self, case: Any, tried: set[int]) -> bool:
        for person in self.willing[case]:
            if person not in tried:
                tried.add(person)
                if person not in self.taken or self.place(self.taken[person], tried):
                    self.taken[person] = case
                    return True
        return False


def carries(person: Person, effort: int) -> bool:
    """Is there room? Whoever carries nothing has room for any one case, as long as they take cases at all."""
    return person.load + effort <= person.capacity or (person.load == 0 and person.capacity > 0)


def suits(person: Person, case: Waiting) -> bool:
    """Right, skill and room."""
    return person.id in case.allowed and case.asks <= person.skills and carries(person, case.effort)


def match(cases: Iterable[Waiting], people: Iterable[Person]) -> list[tuple[Any, int]]:
    """(case, person) pairs, at most one each, in the order of the cases."""
    order = sorted(cases, key=lambda case: (case.severity, case.rank, str(case.id)))
    by_ease = sorted(people, key=lambda one: (one.load / max(one.capacity, 1), one.idle_since, one.id))
    search = _Search({case.id: [one.id for one in by_ease if suits(one, case)] for case in order})
    for case in order:
        search.place(case.id, set())
    whose = {case: person for person, case in search.taken.items()}
    return [(case.id, whose[case.id]) for case in order if case.id in whose]
