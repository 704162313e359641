"""Fields that take what JSON says and nothing else: no "1" for 1, no 1 for true, no time without a zone."""

from datetime import UTC, datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.dateparse import parse_datetime
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
AHEAD = timedelta(minutes=5)
"""How far a sender's clock may run ahead of ours."""


class Text(serializers.CharField):
    """A string, kept to the character: spans count its code points."""

    def __init__(self, **options: Any) -> None:
        super().__init__(trim_whitespace=False, **options)

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        return str(super().to_internal_value(data))


class Word(Text):
    """A string on one line, of printable characters."""

    default_error_messages = {"unprintable": "Only printable characters, on one line."}

    def to_internal_value(self, data: Any) -> str:
        value = super().to_internal_value(data)
        if not value.isprintable():
            self.fail("unprintable")
        return value


class Confidence(serializers.FloatField):
    """A probability: a number from 0 to 1."""

    def __init__(self, **options: Any) -> None:
        super().__init__(min_value=0, max_value=1, **options)

    def to_internal_value(self, data: Any) -> float:
        if isinstance(data, bool) or not isinstance(data, int | float):
            self.fail("invalid")
        return float(super().to_internal_value(data))


class Whole(serializers.IntegerField):
    """A whole number, not a numeral in quotes."""

    def to_internal_value(self, data: Any) -> int:
        if isinstance(data, bool) or not isinstance(data, int):
            self.fail("invalid")
        return int(super().to_internal_value(data))


class Flag(serializers.BooleanField):
    """true or false."""

    def to_internal_value(self, data: Any) -> bool:
        if not isinstance(data, bool):
            self.fail("invalid", input=data)
        return data


class Moment(serializers.DateTimeField):
    """An ISO 8601 time with a zone, from 2000 to five minutes from now."""

    default_error_messages = {
        "zone": "A time needs a zone, such as 2026-03-01T09:30:00Z.",
        "early": "Before the year 2000.",
        "late": "More than five minutes in the future.",
    }

    def to_internal_value(self, value: Any) -> datetime:
        moment = _parsed(value)
        if moment is None:
            self.fail("invalid", format="YYYY-MM-DDThh:mm:ss[.uuuuuu]Z")
        if moment.tzinfo is None:
            self.fail("zone")
        if moment < EARLIEST:
            self.fail("early")
        if moment > timezone.now() + AHEAD:
            self.fail("late")
        return moment


@extend_schema_field({"oneOf": [{"type": "string"}, {"type": "number"}]})
class Plain(serializers.Field[Any, Any, Any, Any]):
    """A string or a number, kept as text; null is no value."""

    default_error_messages = {
        "invalid": "A string or a number.",
        "max_length": "No more than {max_length} characters.",
    }

    def __init__(self, *, max_length: int, **options: Any) -> None:
        super().__init__(**options)
        self.max_length = max_length

    def to_internal_value(self, data: Any) -> str:
        if isinstance(data, bool) or not isinstance(data, str | int | float):
            self.fail("invalid")
        if len(str(data)) > self.max_length:
            self.fail("max_length", max_length=self.max_length)
        return str(data)

    def to_representation(self, value: Any) -> str:
        return str(value)


class Flat(serializers.DictField):
    """An object of a few plain values: strings, numbers, booleans, nulls, or lists of these."""

    MOST, LONGEST = 40, 500
    default_error_messages = {
        "many": "No more than 40 entries.",
        "plain": "“{name}” must be a string, number, boolean or null of at most 500 characters, "
        "or a list of 40 such; its name has at most 80.",
    }

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        if not isinstance(data, dict):
            self.fail("not_a_dict", input_type=type(data).__name__)
        if len(data) > self.MOST:
            self.fail("many")
        for key, value in data.items():
            values = value if isinstance(value, list) else [value]
            if len(values) > self.MOST or not all(map(self._plain, values)) or not 0 < len(key) <= 80:
                self.fail("plain", name=key[:80])
        return dict(data)

    def _plain(self, value: Any) -> bool:
        return (value is None or isinstance(value, str | int | float)) and len(str(value)) <= self.LONGEST


def _parsed(value: Any) -> datetime | None:
    try:
        return parse_datetime(value) if isinstance(value, str) and len(value) <= 40 else None
    except ValueError:
        return None
