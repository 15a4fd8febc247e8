"""Labels, which are computed and not stored: the optional group `template` of the contract."""

from typing import NamedTuple

LABELS_A_PAGE = 50
LAST_PAGE = 1_000_000


class Label(NamedTuple):
    number: int
    name: str
    price_cents: int
    in_stock: bool

    @property
    def price(self):
        """The price as pages write it: 1234 cents are 12.34."""
        return f"{self.price_cents // 100}.{self.price_cents % 100:02}"


def labels(text, page):
    """The labels of a page, or None where there is no such page."""
    if page is None or not 1 <= page <= LAST_PAGE:
        return None
    first = (page - 1) * LABELS_A_PAGE + 1
    return [
        Label(number, f"{text} {number}", number * 7919 % 100_000, number % 3 != 0)
        for number in range(first, first + LABELS_A_PAGE)
    ]
