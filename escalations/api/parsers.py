"""JSON as two machines read it alike: nothing ambiguous, nothing PostgreSQL or the ledger could not keep."""

import json
import math
from collections.abc import Mapping
from typing import IO, Any, NoReturn

from django.conf import settings
from rest_framework.exceptions import APIException, ParseError
from rest_framework.parsers import BaseParser

DEEPEST = 32
LARGEST = 2**53  # beyond it JSON numbers are not whole numbers to everybody


class TooLarge(APIException):
    """More bytes than we read."""

    status_code = 413
    default_code = "too_large"
    default_detail = "The body is larger than 2 MB."


class StrictJSONParser(BaseParser):
    """UTF-8 JSON without duplicate keys, NaN, infinities, NUL, lone surrogates, huge integers or deep nesting."""

    media_type = "application/json"

    def parse(
        self,
        stream: IO[bytes],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        """The value in `stream`; ParseError or TooLarge says what is wrong with it."""
        most = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        declared = (parser_context or {})["request"].META.get("CONTENT_LENGTH") or "0"
        if declared.isdigit() and int(declared) > most:
            raise TooLarge
        raw = stream.read(most + 1)
        if len(raw) > most:
            raise TooLarge
        return strict_json(raw)


def strict_json(raw: bytes) -> Any:
    """The value of a JSON text. Raises ParseError."""
    try:
        value = json.loads(
            raw.decode("utf-8"), object_pairs_hook=_unique, parse_constant=_no_constant, parse_float=_finite,
            parse_int=_whole,
        )  # fmt: skip
    except UnicodeDecodeError as error:
        raise ParseError("The body is not UTF-8.") from error
    except RecursionError as error:
        raise ParseError(f"Nested deeper than {DEEPEST} levels.") from error
    except json.JSONDecodeError as error:
        raise ParseError(f"Not JSON: {error.msg} at character {error.pos}.") from error
    _check(value)
    return value


def _check(value: Any) -> None:
    todo = [(value, 1)]
    while todo:
        item, depth = todo.pop()
        if depth > DEEPEST:
            raise ParseError(f"Nested deeper than {DEEPEST} levels.")
        match item:
            case str():
                _storable(item)
            case list():
                todo.extend((inner, depth + 1) for inner in item)
            case dict():
                for key, inner in item.items():
                    _storable(key)
                    todo.append((inner, depth + 1))


def _storable(text: str) -> None:
    if "\x00" in text:
        raise ParseError("A string holds the character NUL.")
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise ParseError("A string holds half of a surrogate pair.") from error


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ParseError("A key stands twice in one object.")
    return found


def _no_constant(name: str) -> NoReturn:
    raise ParseError(f"{name} is not a JSON number.")


def _finite(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise ParseError("A number is too large.")
    return number


def _whole(digits: str) -> int:
    if len(digits) > 17 or abs(int(digits)) > LARGEST:
        raise ParseError("A whole number is beyond 2^53.")
    return int(digits)
