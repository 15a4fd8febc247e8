"""Price lists, which are changed and not stored: the optional group `large-body` of the contract."""

from rest_framework import serializers

from shop.serializers import StrictIntegerField


class PricedItemSerializer(serializers.Serializer):
    price_cents = StrictIntegerField(min_value=0, max_value=10_000_000)

    def to_internal_value(self, data):
        """Whatever else it has comes back as it is; the framework's own leaves it out."""
        priced = super().to_internal_value(data)
        return data | priced


class PriceListSerializer(serializers.Serializer):
    percent = StrictIntegerField(min_value=0, max_value=100)
    items = PricedItemSerializer(many=True)

    def repriced(self):
        percent, items = self.validated_data["percent"], self.validated_data["items"]
        for item in items:
            item["price_cents"] = item["price_cents"] * (100 + percent) // 100
        return {"total_cents": sum(item["price_cents"] for item in items), "items": items}
