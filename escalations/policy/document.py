"""A policy document: checked, hashed and compiled once, then only read."""

import hashlib
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import rfc8785

from escalations.policy.lint import Problem, lint
from escalations.policy.tables import Tables
from escalations.policy.types import TypeRules
from escalations.policy.vocabulary import NUMBERS


class PolicyError(ValueError):
    """The document is not a policy. `problems` are its errors, each with table and row."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("; ".join(str(problem) for problem in problems))
        self.problems = problems


@dataclass(frozen=True)
class PolicyDocument:
    """One policy, ready to decide with. Make it with `parse` or `load`; safe to share between threads.

    `version_hash` is the SHA-256 of the document's canonical JSON (RFC 8785), hex: the same content in any
    order of keys has the same hash, also after a round trip through a jsonb column.
    """

    data: Mapping[str, Any]
    version_hash: str

    @classmethod
    def parse(cls, source: Mapping[str, Any] | str | bytes) -> "PolicyDocument":
        """Check and compile a document given as JSON text or value; PolicyError names what is wrong."""
        try:
            text = source if isinstance(source, str | bytes) else json.dumps(source, allow_nan=False)
            data = json.loads(text, parse_constant=_refuse)
            errors = [problem for problem in lint(data) if problem.is_error]
            digest = "" if errors else version_hash(data)
        except (TypeError, ValueError, RecursionError, rfc8785.CanonicalizationError) as error:
            raise PolicyError([Problem(f"not JSON: {error}")]) from error
        if errors:
            raise PolicyError(errors)
        return cls(data, digest)

    @cached_property
    def tables(self) -> Tables:
        """The compiled tables."""
        return Tables(self.data["tables"])

    @cached_property
    def topics(self) -> Mapping[str, str]:
        topics: dict[str, str] = self.data["topics"]
        return topics

    @cached_property
    def amount_fields(self) -> frozenset[str]:
        return frozenset(self.data["amount_fields"])

    @cached_property
    def intent_words(self) -> Mapping[str, tuple[str, ...]]:
        """Code to the words that show it in an intent's slug, each between underscores."""
        return {code: tuple(f"_{word}_" for word in words) for code, words in self.data["intents"].items()}

    @cached_property
    def queues(self) -> Mapping[str, tuple[int, int]]:
        """Queue slug to the least and the highest tier of its cases."""
        return {slug: (tiers["least"], tiers["most"]) for slug, tiers in self.data["queues"].items()}

    @cached_property
    def ladder(self) -> Mapping[int, str]:
        """Tier to the queue of the cases that suit no other."""
        return {int(tier): slug for tier, slug in self.data["ladder"].items()}

    def numbers_for(self, rules: TypeRules) -> dict[str, float]:
        """The document's numbers with the case type's own in their place, held inside the allowed range."""
        numbers = {name: float(value) for name, value in self.data["numbers"].items()}
        for name, value in rules.limits.items():
            if name in NUMBERS and not math.isnan(value):
                numbers[name] = min(max(float(value), NUMBERS[name].least), NUMBERS[name].most)
        return numbers

    def threshold_for(self, rules: TypeRules) -> float:
        """The least confidence to settle alone: the document's for client and type, else the type's own; never less
        than what is certified, which the database would refuse.
        """
        thresholds = self.data.get("thresholds", {})
        for key in (f"{rules.client}/{rules.slug}", f"*/{rules.slug}", f"{rules.client}/*"):
            if key in thresholds:
                return max(float(thresholds[key]), rules.certified)
        return max(float(rules.threshold), rules.certified)

    def sla_minutes(self, severity: int, rules: TypeRules) -> int:
        """Minutes to a decision: the severity's, or the case type's where that is tighter."""
        minutes = int(self.data["sla_minutes"][str(severity)])
        return min(minutes, rules.sla_minutes) if rules.sla_minutes > 0 else minutes


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is not a JSON number")


def version_hash(data: Mapping[str, Any]) -> str:
    """SHA-256 of the canonical JSON (RFC 8785) of a document, hex."""
    return hashlib.sha256(rfc8785.dumps(dict(data))).hexdigest()


_loaded: dict[str, PolicyDocument] = {}
_KEEP = 32


def load(digest: str, data: Mapping[str, Any]) -> PolicyDocument:
    """The document of that digest, compiled once per process; `data` is read only the first time.

    PolicyError if `data` is not what `digest` was taken of.
    """
    found = _loaded.get(digest)
    if found is None:
        found = PolicyDocument.parse(data)
        if found.version_hash != digest:
            raise PolicyError([Problem("the document does not match its digest")])
        while len(_loaded) >= _KEEP:
            _loaded.pop(next(iter(_loaded)), None)
        _loaded[digest] = found
    return found
