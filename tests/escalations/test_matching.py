"""Who gets which case: right, skill and room always; the gravest first; nobody who could help left idle."""

from datetime import UTC, datetime, timedelta
from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from escalations.matching import Person, Waiting, carries, match, suits

START = datetime(2026, 11, 20, 8, tzinfo=UTC)
WORDS = ("billing:1", "billing:2", "billing:3", "spanish:2")
skills = st.frozensets(st.sampled_from(WORDS), max_size=3)
moments = st.integers(0, 600).map(lambda minute: START + timedelta(minutes=minute))


@st.composite
def floors(draw: st.DrawFn) -> tuple[list[Waiting], list[Person]]:
    people = [
        Person(number, draw(skills), draw(st.integers(0, 4)), draw(st.integers(0, 5)), draw(moments))
        for number in range(draw(st.integers(0, 5)))
    ]
    allowed = st.frozensets(st.sampled_from(range(5)), max_size=5)
    cases = [
        Waiting(number, draw(st.integers(1, 4)), draw(moments), draw(skills), draw(st.integers(1, 4)), draw(allowed))
        for number in range(draw(st.integers(0, 6)))
    ]  # fmt: skip
    return cases, people


def matchable(cases: tuple[Waiting, ...], people: list[Person]) -> bool:
    """Can all of these be matched at once? By trying, for comparison."""
    if not cases:
        return True
    first, rest = cases[0], cases[1:]
    return any(
        suits(one, first) and matchable(rest, [other for other in people if other is not one])
        for one in people
    )


@given(floors())
def test_nobody_gets_what_they_may_not_cannot_or_have_no_room_for(
    floor: tuple[list[Waiting], list[Person]],
) -> None:
    """R054, R036, R108."""
    cases, people = floor
    by_case, by_id = {case.id: case for case in cases}, {one.id: one for one in people}
    pairs = match(cases, people)
    assert len({case for case, _ in pairs}) == len(pairs) == len({person for _, person in pairs})
    for case, person in pairs:
        assert person in by_case[case].allowed
        assert by_case[case].asks <= by_id[person].skills
        assert carries(by_id[person], by_case[case].effort)


@given(floors())
def test_no_pair_that_suits_is_left_over(floor: tuple[list[Waiting], list[Person]]) -> None:
    """R054: a critical case never waits while somebody who could take it is idle."""
    cases, people = floor
    pairs = match(cases, people)
    served, busy = {case for case, _ in pairs}, {person for _, person in pairs}
    for case in cases:
        for person in people:
            assert case.id in served or person.id in busy or not suits(person, case)


@given(floors())
def test_the_gravest_are_served_first_and_as_many_as_possible(
    floor: tuple[list[Waiting], list[Person]],
) -> None:
    """Severity 1 first: going down the order, each case is served that could be beside all served before it."""
    cases, people = floor
    served = {case for case, _ in match(cases, people)}
    kept: tuple[Waiting, ...] = ()
    for case in sorted(cases, key=lambda one: (one.severity, one.rank, str(one.id))):
        if matchable((*kept, case), people):
            kept = (*kept, case)
    assert {case.id for case in kept} == served
    most = max((size for size in range(len(cases) + 1) for some in combinations(cases, size)
                if matchable(some, people)), default=0)  # fmt: skip
    assert len(served) == most


def test_the_least_loaded_is_asked_first_and_then_the_longest_idle() -> None:
    case = Waiting("a", 1, START, frozenset(), 1, frozenset({1, 2, 3}))
    busy = Person(1, frozenset(), 3, 1, START)
    fresh = Person(2, frozenset(), 3, 0, START + timedelta(minutes=5))
    idle = Person(3, frozenset(), 3, 0, START)
    assert match([case], [busy, fresh, idle]) == [("a", 3)]
    assert match([case], [busy, fresh]) == [("a", 2)]


def test_somebody_with_a_rare_skill_is_kept_for_the_case_that_needs_it() -> None:
    plain = Waiting("plain", 1, START, frozenset(), 1, frozenset({1, 2}))
    rare = Waiting("rare", 1, START + timedelta(minutes=1), frozenset({"spanish:2"}), 1, frozenset({1, 2}))
    people = [Person(1, frozenset({"spanish:2"}), 3, 0, START), Person(2, frozenset(), 3, 1, START)]
    assert match([plain, rare], people) == [("plain", 2), ("rare", 1)]


def test_a_case_larger_than_anybodys_capacity_goes_to_somebody_with_nothing_else() -> None:
    case = Waiting("big", 1, START, frozenset(), 9, frozenset({1, 2, 3}))
    people = [
        Person(1, frozenset(), 3, 1, START),
        Person(2, frozenset(), 3, 0, START),
        Person(3, frozenset(), 0, 0, START),
    ]
    assert match([case], people) == [("big", 2)]
