"""A serializer that knows every key it is sent."""

from typing import Any

from rest_framework import serializers


class Strict(serializers.Serializer[Any]):
    """Refuses keys that it does not declare: a misspelt field must not vanish in silence."""

    def to_internal_value(self, data: Any) -> Any:
        unknown = {}
        if isinstance(data, dict):
            unknown = {key[:80]: ["Unknown field."] for key in data if key not in self.fields}
        try:
            value = super().to_internal_value(data)
        except serializers.ValidationError as error:
            if unknown and isinstance(error.detail, dict):
                raise serializers.ValidationError({**error.detail, **unknown}) from None
            raise
        if unknown:
            raise serializers.ValidationError(unknown)
        return value


def several(shape: type[Strict], most: int, **options: Any) -> Any:
    """A list of at most so many."""
    return shape(many=True, max_length=most, **options)  # type: ignore[call-arg]  # of the list
