"""Orders, which are validated and summed up, and not stored: the optional group `validation` of the contract."""

from rest_framework import serializers

from shop.serializers import StrictBooleanField, StrictCharField, StrictIntegerField, StrictSerializer


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
