"""What a client sends and gets: items."""

from rest_framework import serializers

from shop.models import Item


class StrictCharField(serializers.CharField):
    def to_internal_value(self, data):
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


class StrictIntegerField(serializers.IntegerField):
    def to_internal_value(self, data):
        if type(data) is not int:
            self.fail("invalid")
        return data


class StrictBooleanField(serializers.BooleanField):
    def to_internal_value(self, data):
        if type(data) is not bool:
            self.fail("invalid", input=data)
        return data


class StrictSerializer(serializers.Serializer):
    """Refuses members that it does not have, which the framework's own passes over."""

    def to_internal_value(self, data):
        errors = {}
        if isinstance(data, dict):
            writable = {field.field_name for field in self._writable_fields}
            errors = {_named(name): ["is not one of the fields"] for name in data.keys() - writable}
        try:
            fields = super().to_internal_value(data)
        except serializers.ValidationError as error:
            errors |= error.detail
        if errors:
            raise serializers.ValidationError(errors)
        return fields


class ItemSerializer(StrictSerializer, serializers.ModelSerializer):
    name = StrictCharField(max_length=100, trim_whitespace=False)
    description = StrictCharField(max_length=500, trim_whitespace=False, allow_blank=True)
    price_cents = StrictIntegerField(min_value=0, max_value=10_000_000)
    in_stock = StrictBooleanField(required=True)

    class Meta:
        model = Item
        fields = ("id", "name", "description", "price_cents", "in_stock")


def _named(name):
    """A field's name as it can be sent: it may hold a lone surrogate."""
    return name.encode("utf-8", "backslashreplace").decode()
