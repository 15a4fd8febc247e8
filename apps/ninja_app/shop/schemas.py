"""What a client sends and gets."""

from typing import Annotated

from ninja import Field, Schema
from pydantic import BeforeValidator, ConfigDict


def _ascii_digits(value):
    """Pydantic's integers may have a sign, blanks, underscores or a fraction of zero."""
    if isinstance(value, str) and not (value.isascii() and value.isdigit()):
        raise ValueError("must be written in digits")
    return value


Number = Annotated[int, BeforeValidator(_ascii_digits), Field(ge=0, le=2**63 - 1)]
Limit = Annotated[int, BeforeValidator(_ascii_digits), Field(ge=1, le=100)]
WaitMs = Annotated[int, BeforeValidator(_ascii_digits), Field(ge=1, le=1000)]


STRICT = ConfigDict(strict=True, extra="forbid")


class ItemIn(Schema):
    model_config = STRICT

    name: str = Field(min_length=1, max_length=100, pattern=r"^[^\x00]*$")
    description: str = Field(max_length=500, pattern=r"^[^\x00]*$")
    price_cents: int = Field(ge=0, le=10_000_000)
    in_stock: bool


class ItemOut(Schema):
    id: int
    name: str
    description: str
    price_cents: int
    in_stock: bool


class Listing(Schema):
    items: list[ItemOut]
    total: int
