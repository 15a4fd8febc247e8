"""The nouns that modules hand to one another: frozen, without I/O."""

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Item:
    """One row of the table; `price_cents` is an integer number of hundredths."""

    id: int
    name: str
    description: str
    price_cents: int
    in_stock: bool

    def as_json(self) -> dict[str, Any]:
        """The item as the contract writes it in JSON."""
        return asdict(self)
