"""The shape of a policy document, as JSON Schema."""

from collections.abc import Mapping
from typing import Any

from jsonschema import Draft202012Validator

from escalations.policy.vocabulary import NUMBERS, SCHEMA, TABLES

_SLUG = {"type": "string", "pattern": "^[a-z0-9][a-z0-9_-]{0,79}$"}
_WORDS = {"type": "array", "items": {"type": "string", "minLength": 1, "maxLength": 80}, "maxItems": 500}
_TIER = {"type": "integer", "minimum": 1, "maximum": 3}
_COLUMN = {
    "type": "object",
    "required": ["id"],
    "properties": {
        "id": {"type": "string"},
        "name": {"type": "string"},
        "field": {"type": ["string", "null"]},
    },
}
_TABLE = {
    "type": "object",
    "required": ["hitPolicy", "inputs", "outputs", "rules"],
    "properties": {
        "hitPolicy": {"const": "collect"},
        "inputs": {"type": "array", "minItems": 1, "maxItems": 50, "items": _COLUMN},
        "outputs": {
            "type": "array",
            "minItems": 1,
            "maxItems": 20,
            "items": {**_COLUMN, "required": ["id", "field"], "properties": {"field": {"type": "string"}}},
        },
        "rules": {
            "type": "array",
            "maxItems": 500,
            "items": {
                "type": "object",
                "required": ["_id"],
                "properties": {"_id": _SLUG},
                "additionalProperties": {"type": "string", "maxLength": 2000},
            },
        },
    },
}
_GRAPH = {
    "type": "object",
    "required": ["nodes", "edges"],
    "properties": {
        "nodes": {
            "type": "array",
            "minItems": 3,
            "maxItems": 3,
            "items": {
                "type": "object",
                "required": ["id", "name", "type"],
                "properties": {"type": {"enum": ["inputNode", "decisionTableNode", "outputNode"]}},
                "if": {"properties": {"type": {"const": "decisionTableNode"}}},
                "then": {"required": ["content"], "properties": {"content": _TABLE}},
            },
        },
        "edges": {"type": "array", "minItems": 2, "maxItems": 2},
    },
}

DOCUMENT: dict[str, Any] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "additionalProperties": False,
    "required": [
        *(
            "schema",
            "title",
            "numbers",
            "sla_minutes",
            "queues",
            "ladder",
            "topics",
            "intents",
            "credit_actions",
        ),
        *("amount_fields", "data_channels", "document_channels", "common_fields", "tables"),
    ],
    "properties": {
        "schema": {"const": SCHEMA},
        "title": {"type": "string", "minLength": 1, "maxLength": 200},
        "notes": {"type": "object", "additionalProperties": {"type": "string"}},
        "numbers": {
            "type": "object",
            "required": sorted(NUMBERS),
            "additionalProperties": False,
            "properties": {
                name: {"type": "number", "minimum": bounds.least, "maximum": bounds.most}
                for name, bounds in NUMBERS.items()
            },
        },
        "thresholds": {
            "type": "object",
            "propertyNames": {"pattern": "^([a-z0-9_-]+|\\*)/([a-z0-9_-]+|\\*)$"},
            "additionalProperties": {"type": "number", "minimum": 0, "maximum": 1},
        },
        "sla_minutes": {
            "type": "object",
            "required": ["1", "2", "3", "4"],
            "additionalProperties": False,
            "properties": {key: {"type": "integer", "minimum": 1, "maximum": 525600} for key in "1234"},
        },
        "queues": {
            "type": "object",
            "propertyNames": _SLUG,
            "additionalProperties": {
                "type": "object",
                "required": ["least", "most"],
                "additionalProperties": False,
                "properties": {"least": _TIER, "most": _TIER},
            },
        },
        "ladder": {
            "type": "object",
            "required": ["1", "2", "3"],
            "additionalProperties": False,
            "properties": dict.fromkeys("123", _SLUG),
        },
        "topics": {"type": "object", "propertyNames": _SLUG, "additionalProperties": _SLUG},
        "intents": {"type": "object", "additionalProperties": _WORDS},
        "credit_actions": _WORDS,
        "amount_fields": _WORDS,
        "data_channels": _WORDS,
        "document_channels": _WORDS,
        "common_fields": _WORDS,
        "tables": {
            "type": "object",
            "required": list(TABLES),
            "additionalProperties": False,
            "properties": dict.fromkeys(TABLES, _GRAPH),
        },
    },
}


def checked_shape(document: Mapping[str, Any]) -> list[str]:
    """What is wrong with the shape of a document, one line each; empty when it is a policy's."""
    return [
        f"{'/'.join(map(str, error.absolute_path)) or 'document'}: {error.message[:200]}"
        for error in Draft202012Validator(DOCUMENT).iter_errors(document)
    ]
