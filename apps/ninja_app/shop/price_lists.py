"""What a client may send as a price list, which is changed and not stored: the group `large-body`.

The models are Pydantic's own: a schema of Ninja's reads attributes of any object, and so loses members that it does not
name, and takes a text for an object without members.
"""

from pydantic import BaseModel, ConfigDict, Field


class PricedItem(BaseModel):
    """Whatever else it has comes back as it is."""

    model_config = ConfigDict(strict=True, extra="allow")

    price_cents: int = Field(ge=0, le=10_000_000)


class PriceList(BaseModel):
    model_config = ConfigDict(strict=True)

    percent: int = Field(ge=0, le=100)
    items: list[PricedItem]


class Repriced(BaseModel):
    total_cents: int
    items: list[PricedItem]

    @classmethod
    def of(cls, asked: PriceList):
        for item in asked.items:
            item.price_cents = item.price_cents * (100 + asked.percent) // 100
        return cls(total_cents=sum(item.price_cents for item in asked.items), items=asked.items)
