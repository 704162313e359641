"""What one version of policy says that another does not, in words."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from escalations.policy import jdm
from escalations.policy.vocabulary import TABLES
from escalations.policy.words import NUMBER_WORDS, TABLE_WORDS, number_words, row_words, then_words

SEVERITIES = {"1": "critical", "2": "high", "3": "normal", "4": "low"}
WORD_LISTS = {
    "credit_actions": "Actions that grant credit",
    "amount_fields": "Fields that hold money",
    "data_channels": "Channels that bring data",
    "document_channels": "Channels that bring documents",
    "common_fields": "Fields any document may have",
}


@dataclass(frozen=True, slots=True)
class Change:
    """One difference: the part of policy it is in, the table and row if it is one, and the sentence."""

    part: str
    text: str
    table: str = ""
    row: str = ""

    def __str__(self) -> str:
        return f"{self.part}: {self.text}"


def differences(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Change]:
    """Everything that `new` says otherwise than `old`; empty when nothing that decides is different."""
    return [
        *_values("Numbers", NUMBER_WORDS, old["numbers"], new["numbers"]),
        *_values("Thresholds", {}, old.get("thresholds", {}), new.get("thresholds", {}), gone="the type's own"),
        *_values(
            "Minutes to a decision",
            {key: f"Severity {key} ({word})" for key, word in SEVERITIES.items()},
            old["sla_minutes"],
            new["sla_minutes"],
        ),
        *(change for name in TABLES for change in _table(name, old, new)),
        *_values("Queues", {}, _tiers(old), _tiers(new), gone="any tier"),
        *_values(
            "Ladder", {t: f"Cases of tier {t} that suit no queue" for t in "123"}, old["ladder"], new["ladder"]
        ),
        *_values("Topics", {}, old["topics"], new["topics"], gone="no topic"),
        *(change for name in sorted({*old["intents"], *new["intents"]}) for change in _words(
            "Intents", f"Words that mean {name}", old["intents"].get(name, ()), new["intents"].get(name, ()))),
        *(change for key, label in WORD_LISTS.items() for change in _words("Lists", label, old[key], new[key])),
        *_values("Title", {"title": "Title"}, {"title": old["title"]}, {"title": new["title"]}),
    ]  # fmt: skip


def _values(
    part: str,
    labels: Mapping[str, str],
    old: Mapping[str, Any],
    new: Mapping[str, Any],
    *,
    gone: str = "nothing",
) -> Iterator[Change]:
    for key in sorted({*old, *new}):
        before, after = old.get(key), new.get(key)
        if before != after:
            said = [gone if value is None else number_words(value) for value in (before, after)]
            label = labels[key][:1].upper() + labels[key][1:] if key in labels else key
            yield Change(part, f"{label}: {said[0]}, now {said[1]}.")


def _words(part: str, label: str, old: Sequence[str], new: Sequence[str]) -> Iterator[Change]:
    if added := [word for word in new if word not in old]:
        yield Change(part, f"{label}: added {', '.join(added)}.")
    if removed := [word for word in old if word not in new]:
        yield Change(part, f"{label}: removed {', '.join(removed)}.")


def _tiers(document: Mapping[str, Any]) -> dict[str, str]:
    return {slug: f"tiers {tiers['least']} to {tiers['most']}" for slug, tiers in document["queues"].items()}


def _table(name: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Change]:
    before = {row.id: row for row in jdm.rows(old["tables"][name])}
    after = {row.id: row for row in jdm.rows(new["tables"][name])}
    part = TABLE_WORDS[name]
    for id, row in before.items():
        if id not in after:
            yield Change(part, f"Removed: {_said(name, row, old)}.", name, id)
    for id, row in after.items():
        if id not in before:
            yield Change(part, f"Added: {_said(name, row, new)}.", name, id)
        elif text := _row(name, before[id], row, old, new):
            yield Change(part, text, name, id)
    if name == "queues":  # the only table in which the first row wins
        yield from _moved(part, [id for id in before if id in after], [id for id in after if id in before])


def _row(name: str, was: jdm.Row, now: jdm.Row, old: Mapping[str, Any], new: Mapping[str, Any]) -> str:
    """How a row changed, in a sentence; empty when it did not. A number that changed is told among the numbers."""
    said = []
    if was.cells != now.cells:
        before, after = row_words(was, old["numbers"]), row_words(now, new["numbers"])
        said.append(f"held when {before}; now when {after}")
    if was.outputs != now.outputs:
        before, after = then_words(name, was.outputs), then_words(name, now.outputs)
        said.append(f"gave {before}; now {after}" if before != after else "what it shows is another")
    if was.text != now.text:
        said.append(f"is called “{now.text}” now")
    return f"“{was.text or was.id}” {'; '.join(said)}." if said else ""


def _said(name: str, row: jdm.Row, document: Mapping[str, Any]) -> str:
    return (
        f"“{row.text or row.id}”, when {row_words(row, document['numbers'])}: {then_words(name, row.outputs)}"
    )


def _moved(part: str, before: Sequence[str], after: Sequence[str]) -> Iterator[Change]:
    if list(before) != list(after):
        first = next(new for old, new in zip(before, after, strict=True) if old != new)
        yield Change(part, "The order of the rows is another, and the first that fits wins.", "queues", first)
