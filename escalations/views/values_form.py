"""A draft's numbers, thresholds and words as lines of a form: read from the document, and back from what was typed.

What is wrong with a line is written beside its field, in `wrong`.
"""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from escalations.policy.diff import SEVERITIES, WORD_LISTS
from escalations.policy.vocabulary import NUMBERS

_KEY = re.compile(r"([a-z0-9_-]+|\*)/([a-z0-9_-]+|\*)")
_SLUG = re.compile(r"[a-z0-9][a-z0-9_-]{0,79}")
_TIERS = re.compile(r"([123])\s*(?:to|-)\s*([123])")
_NUMBER = re.compile(r"-?\d{1,12}(\.\d{1,9})?")


def parts(sent: Mapping[str, str], wrong: dict[str, str]) -> dict[str, Any]:
    """The parts of a document that the form holds, from what was typed."""
    return {
        "numbers": _numbers(sent, wrong), "sla_minutes": _minutes(sent, wrong), "thresholds": _thresholds(sent, wrong),
        "topics": _topics(sent, wrong), "intents": _intents(sent, wrong), "queues": _queues(sent, wrong),
        "ladder": _ladder(sent, wrong), **{name: _words(sent[name]) for name in WORD_LISTS},
    }  # fmt: skip


def typed(document: Mapping[str, Any]) -> dict[str, str]:
    """The form's fields as they are now."""
    thresholds = document.get("thresholds", {})
    return {
        **{f"n.{name}": _exact(value) for name, value in document["numbers"].items()},
        **{f"sla.{key}": str(value) for key, value in document["sla_minutes"].items()},
        "thresholds": "\n".join(f"{key} = {_exact(value)}" for key, value in sorted(thresholds.items())),
        "topics": "\n".join(
            f"{label} = {topic}"
            for topic, label in sorted((topic, label) for label, topic in document["topics"].items())
        ),
        "intents": "\n".join(f"{name} = {', '.join(words)}" for name, words in document["intents"].items()),
        "queues": "\n".join(
            f"{slug} = {tiers['least']} to {tiers['most']}" for slug, tiers in document["queues"].items()
        ),
        "ladder": "\n".join(f"{tier} = {slug}" for tier, slug in sorted(document["ladder"].items())),
        **{name: "\n".join(document[name]) for name in WORD_LISTS},
    }


def _numbers(sent: Mapping[str, str], wrong: dict[str, str]) -> dict[str, float]:
    found = {}
    for name, bounds in NUMBERS.items():
        number = _number(sent[f"n.{name}"])
        if number is None or not bounds.least <= number <= bounds.most:
            wrong[f"n.{name}"] = f"A number from {bounds.least:g} to {bounds.most:g}."
        else:
            found[name] = number
    return found


def _minutes(sent: Mapping[str, str], wrong: dict[str, str]) -> dict[str, int]:
    found = {}
    for key in SEVERITIES:
        number = _number(sent[f"sla.{key}"])
        if number is None or number != int(number) or not 1 <= number <= 525_600:
            wrong[f"sla.{key}"] = "Whole minutes, from 1 to 525600."
        else:
            found[key] = int(number)
    return found


def _thresholds(sent: Mapping[str, str], wrong: dict[str, str]) -> dict[str, float]:
    found = {}
    for line in filter(None, map(str.strip, sent["thresholds"].splitlines())):
        key, _, text = (part.strip() for part in line.partition("="))
        number = _number(text)
        if not _KEY.fullmatch(key) or number is None or not 0 <= number <= 1:
            wrong["thresholds"] = (
                f"“{line[:60]}”: write client/type = a number from 0 to 1, such as harbour/refund = 0.95."
            )
        else:
            found[key] = number
    return found


def _topics(sent: Mapping[str, str], wrong: dict[str, str]) -> dict[str, str]:
    found = {}
    for line in filter(None, map(str.strip, sent["topics"].splitlines())):
        label, _, topic = (part.strip().lower().replace(" ", "_") for part in line.partition("="))
        if not _SLUG.fullmatch(label) or not _SLUG.fullmatch(topic):
            wrong["topics"] = f"“{line[:60]}”: write label = topic, such as refund = billing."
        else:
            found[label] = topic
    return found


def _intents(sent: Mapping[str, str], wrong: dict[str, str]) -> dict[str, list[str]]:
    found = {}
    for name, _, words in _pairs(sent["intents"]):
        if not _SLUG.fullmatch(name) or not words:
            wrong["intents"] = (
                f"“{name[:60]}”: write signal = word, word, such as dispute = chargeback, disputed."
            )
        else:
            found[name] = _words(words.replace(",", "\n"))
    return found


def _queues(sent: Mapping[str, str], wrong: dict[str, str]) -> dict[str, dict[str, int]]:
    found = {}
    for slug, _, text in _pairs(sent["queues"]):
        tiers = _TIERS.fullmatch(text)
        if not _SLUG.fullmatch(slug) or tiers is None or tiers[1] > tiers[2]:
            wrong["queues"] = (
                f"“{slug[:60]}”: write queue = 1 to 3, the least and the highest tier of its cases."
            )
        else:
            found[slug] = {"least": int(tiers[1]), "most": int(tiers[2])}
    return found


def _ladder(sent: Mapping[str, str], wrong: dict[str, str]) -> dict[str, str]:
    found = {tier: slug for tier, _, slug in _pairs(sent["ladder"])}
    if sorted(found) != ["1", "2", "3"] or not all(_SLUG.fullmatch(slug) for slug in found.values()):
        wrong["ladder"] = "Three lines: 1 = queue, 2 = queue, 3 = queue."
    return found


def _pairs(text: str) -> list[tuple[str, str, str]]:
    """The lines of a list, each as what stands before and after its first equals sign, without blanks."""
    found = []
    for line in filter(None, map(str.strip, text.splitlines())):
        name, sign, rest = line.partition("=")
        found.append((name.strip(), sign, rest.strip()))
    return found


def _words(text: str) -> list[str]:
    return list(dict.fromkeys(word[:80] for word in map(str.strip, text.splitlines()) if word))[:500]


def _number(text: str) -> float | None:
    text = text.strip().replace(",", ".")
    return float(text) if _NUMBER.fullmatch(text) else None


def _exact(value: float) -> str:
    """A number with all its digits, as it can be typed."""
    text = format(Decimal(repr(value)), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
