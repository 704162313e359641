"""The closed form of a model's answer. Whatever does not fit is no answer."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, NoReturn

from jsonschema import Draft202012Validator

from escalations.triage.types import TriageError

CODES = (
    "distress",
    "complaint",
    "dispute",
    "human_requested",
    "regulatory",
    "sensitive",
    "ethical",
    "threat",
    "negotiate",
    "injection",
    "unclear",
)
"""Signals that a model may raise; amounts and grounding are checked by our own code only."""

_UNIT = {"type": "number", "minimum": 0, "maximum": 1}
_FENCE = re.compile(r"\A\s*```(?:json)?\s*\n(.*)\n\s*```\s*\Z", re.DOTALL)


def answer_schema(labels: Sequence[str]) -> dict[str, Any]:
    """JSON Schema of an answer whose category is one of `labels`."""
    signal = {
        "type": "object",
        "additionalProperties": False,
        "required": ["code", "score", "message", "quote"],
        "properties": {
            "code": {"enum": list(CODES)},
            "score": _UNIT,
            "message": {"type": "integer", "minimum": -1, "maximum": 10_000},
            "quote": {"type": "string", "maxLength": 300},
        },
    }
    properties: dict[str, Any] = {
        "category": {"enum": list(labels)},
        "confidence": _UNIT,
        "out_of_scope": _UNIT,
        "sentiment": {"type": "number", "minimum": -1, "maximum": 1},
        "distress": _UNIT,
        "risk": _UNIT,
        "complexity": _UNIT,
        "intents": {"type": "array", "maxItems": 10, "items": {"enum": list(labels)}},
        "signals": {"type": "array", "maxItems": 20, "items": signal},
    }
    return {
        "type": "object",
        "additionalProperties": False,
        "required": list(properties),
        "properties": properties,
    }


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON number")


def parse_answer(content: str, schema: Mapping[str, Any]) -> dict[str, Any]:
    """The answer as data, or TriageError saying what is wrong without quoting it."""
    fenced = _FENCE.match(content)
    try:
        answer = json.loads(fenced[1] if fenced else content, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise TriageError("the model's answer is not JSON") from error
    wrong = next(iter(Draft202012Validator(schema).iter_errors(answer)), None)
    if wrong is not None:
        place = "/".join(str(part) for part in wrong.absolute_path) or "the answer"
        raise TriageError(f"the model's answer does not fit the schema at {place} ({wrong.validator})")
    return dict(answer)
