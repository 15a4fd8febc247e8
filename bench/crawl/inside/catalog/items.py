"""What the spider brings home."""

from dataclasses import dataclass


@dataclass(slots=True)
class CatalogItem:
    """One item of the catalogue; `price_cents` is a number of hundredths."""

    id: int
    name: str
    description: str
    price_cents: int
    in_stock: bool


@dataclass(slots=True)
class CatalogRow:
    """One row of a page of the catalogue: the path that it leads to, and the texts of its cells."""

    page: int
    path: str
    cells: list[str]
