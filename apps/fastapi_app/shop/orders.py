"""What a client may send as an order, which is validated and summed up, and not stored: the group `validation`."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Text = Annotated[str, Field(min_length=1, max_length=100)]


class Strict(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid")


class Customer(Strict):
    name: Text
    street: Text
    city: Text


class Line(Strict):
    item_id: int = Field(ge=1, le=1_000_000)
    quantity: int = Field(ge=1, le=1000)
    price_cents: int = Field(ge=0, le=10_000_000)
    gift: bool
    note: str = Field(max_length=500)


class Order(Strict):
    customer: Customer
    delivery: Literal["post", "courier", "pickup"]
    lines: list[Line] = Field(min_length=1, max_length=100)


class Summary(BaseModel):
    lines: int
    quantity: int
    total_cents: int

    @classmethod
    def of(cls, order: Order):
        return cls(
            lines=len(order.lines),
            quantity=sum(line.quantity for line in order.lines),
            total_cents=sum(line.quantity * line.price_cents for line in order.lines),
        )
