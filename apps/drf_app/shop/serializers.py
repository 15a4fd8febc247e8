"""What a client sends and gets: items, orders and price lists."""

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


class CustomerSerializer(StrictSerializer):
    name = StrictCharField(max_length=100, trim_whitespace=False)
    street = StrictCharField(max_length=100, trim_whitespace=False)
    city = StrictCharField(max_length=100, trim_whitespace=False)


class LineSerializer(StrictSerializer):
    item_id = StrictIntegerField(min_value=1, max_value=1_000_000)
    quantity = StrictIntegerField(min_value=1, max_value=1000)
    price_cents = StrictIntegerField(min_value=0, max_value=10_000_000)
    gift = StrictBooleanField(required=True)
    note = StrictCharField(max_length=500, trim_whitespace=False, allow_blank=True)


class OrderSerializer(StrictSerializer):
    """An order, which is validated and summed up, and not stored: the optional group `validation`."""

    customer = CustomerSerializer()
    delivery = serializers.ChoiceField(("post", "courier", "pickup"))
    lines = LineSerializer(many=True, allow_empty=False, max_length=100)

    def summary(self):
        lines = self.validated_data["lines"]
        return {
            "lines": len(lines),
            "quantity": sum(line["quantity"] for line in lines),
            "total_cents": sum(line["quantity"] * line["price_cents"] for line in lines),
        }


class PricedItemSerializer(serializers.Serializer):
    price_cents = StrictIntegerField(min_value=0, max_value=10_000_000)

    def to_internal_value(self, data):
        """Whatever else it has comes back as it is; the framework's own leaves it out."""
        priced = super().to_internal_value(data)
        return data | priced


class PriceListSerializer(serializers.Serializer):
    """A price list, which is changed and not stored: the optional group `large-body`."""

    percent = StrictIntegerField(min_value=0, max_value=100)
    items = PricedItemSerializer(many=True)

    def repriced(self):
        percent, items = self.validated_data["percent"], self.validated_data["items"]
        for item in items:
            item["price_cents"] = item["price_cents"] * (100 + percent) // 100
        return {"total_cents": sum(item["price_cents"] for item in items), "items": items}


def _named(name):
    """A field's name as it can be sent: it may hold a lone surrogate."""
    return name.encode("utf-8", "backslashreplace").decode()
