"""What a client may send as a price list, which is changed and not stored: the group `large-body`."""

from pydantic import BaseModel, ConfigDict, Field

LARGEST_LIST = 2_097_152


class PricedItem(BaseModel):
    """Whatever else it has comes back as it is."""

    model_config = ConfigDict(strict=True, extra="allow")

    price_cents: int = Field(ge=0, le=10_000_000)


class PriceList(BaseModel):
    model_config = ConfigDict(strict=True)

    percent: int = Field(ge=0, le=100)
    items: list[PricedItem]


def repriced(asked):
    """The list with new prices."""
    items = [item.model_dump() for item in asked.items]
    for item in items:
        item["price_cents"] = item["price_cents"] * (100 + asked.percent) // 100
    return {"total_cents": sum(item["price_cents"] for item in items), "items": items}
