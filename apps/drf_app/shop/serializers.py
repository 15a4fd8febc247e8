"""An item as a client sends and gets it."""

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


class ItemSerializer(serializers.ModelSerializer):
    name = StrictCharField(max_length=100, trim_whitespace=False)
    description = StrictCharField(max_length=500, trim_whitespace=False, allow_blank=True)
    price_cents = StrictIntegerField(min_value=0, max_value=10_000_000)
    in_stock = StrictBooleanField(required=True)

    class Meta:
        model = Item
        fields = ("id", "name", "description", "price_cents", "in_stock")

    def to_internal_value(self, data):
        errors = {}
        if isinstance(data, dict):
            writable = {field.field_name for field in self._writable_fields}
            errors = {_named(name): ["is not a field of an item"] for name in data.keys() - writable}
        try:
            fields = super().to_internal_value(data)
        except serializers.ValidationError as error:
            errors |= error.detail
        if errors:
            raise serializers.ValidationError(errors)
        return fields


def _named(name):
    """A field's name as it can be sent: it may hold a lone surrogate."""
    return name.encode("utf-8", "backslashreplace").decode()
