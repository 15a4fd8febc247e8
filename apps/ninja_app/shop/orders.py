"""Orders, which are validated and summed up, and not stored: the optional group `validation` of the contract."""

from typing import Annotated, Literal

from ninja import Field, Schema

from shop.schemas import STRICT

Text = Annotated[str, Field(min_length=1, max_length=100)]


class Customer(Schema):
    model_config = STRICT

    name: Text
    street: Text
    city: Text


class Line(Schema):
    model_config = STRICT

    item_id: int = Field(ge=1, le=1_000_000)
    quantity: int = Field(ge=1, le=1000)
    price_cents: int = Field(ge=0, le=10_000_000)
    gift: bool
    note: str = Field(max_length=500)


class Order(Schema):
    model_config = STRICT

    customer: Customer
    delivery: Literal["post", "courier", "pickup"]
    lines: list[Line] = Field(min_length=1, max_length=100)


class Summary(Schema):
    lines: int
    quantity: int
    total_cents: int
