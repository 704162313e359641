"""Do the sources agree? Two readings of one field, the record against the request (R022, R026)."""

from collections.abc import Mapping

from escalations.policy.evidence import Evidence, span_of, spans_of_field
from escalations.policy.readings import clip, gap, is_number
from escalations.policy.types import Facts
from escalations.triage.types import CaseView, Extracted


def conflicts(facts: Facts, numbers: Mapping[str, float]) -> tuple[Evidence, ...]:
    """Fields for which two sources state different values: two readings, or record and request in words.

    Two amounts that differ are a DATA_MISMATCH alone; two statuses that differ leave open which is true.
    """
    in_words = tuple(
        item for item in mismatches(facts, numbers) if not all(is_number(value) for value in item.values)
    )
    read = tuple(item for name in _names(facts.case) if (item := _two_readings(facts.case, name, numbers)))
    return tuple({item.field: item for item in (*in_words, *read)}.values())


def mismatches(facts: Facts, numbers: Mapping[str, float]) -> tuple[Evidence, ...]:
    """Cross-checks that differ beyond the tolerance, in order; `values` are (on record, in the request)."""
    found = []
    for name, record, request in facts.cross_checks:
        far = gap(record, request, numbers["tolerance"], numbers["tolerance_abs"])
        if far is not None:
            spans = spans_of_field(facts.case, name)
            found.append(
                Evidence(clip(name), far, numbers["tolerance"], spans, (clip(record), clip(request)))
            )
    return tuple(found)


def _names(case: CaseView) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value.name for value in case.fields))


def _two_readings(case: CaseView, name: str, numbers: Mapping[str, float]) -> Evidence | None:
    stated = [value for value in case.fields if value.name == name and value.value.strip()]
    different: list[Extracted] = []
    for value in stated:
        if all(gap(seen.value, value.value, 0.0, numbers["tolerance_abs"]) is not None for seen in different):
            different.append(value)
    if len(different) <= 1:
        return None
    spans = tuple(span for value in different for span in span_of(value))
    return Evidence(
        clip(name), float(len(different)), 1.0, spans, tuple(clip(v.value) for v in different[:5])
    )
