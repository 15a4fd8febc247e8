"""The seeded rows, to the character, as every app must show them."""

from bench.contract import seed
from bench.contract.checks import pages
from bench.contract.clauses import Checks
from bench.contract.fields import identical
from bench.contract.shop import Shop
from bench.model import Item

check = Checks()


@check("seed-rows")
def all_rows_are_listed(shop: Shop) -> None:
    for offset in range(0, seed.ROWS, 100):
        listed, total = shop.listed(offset, 100)
        expected = [item.as_json() for item in seed.items()[offset : offset + 100]]
        request = f"GET /items?offset={offset}&limit=100"
        if total != seed.ROWS:
            shop.note(request, f'"total": {seed.ROWS}', f'"total": {total}')
        if len(listed) != len(expected):
            shop.note(request, f"{len(expected)} items", f"{len(listed)} items")
        for one, other in zip(expected, listed, strict=False):
            if not identical(one, other):
                shop.note(request, f"the seeded item {one}", f"{other}")


@check("seed-rows")
def chosen_rows_are_shown(shop: Shop) -> None:
    for item in _chosen():
        shop.expect_json(shop.ask("GET", f"/items/{item.id}"), item.as_json())
        pages.expect_view(shop, item)
        pages.expect_line(shop, item, f"?page={(item.id - 1) // pages.PER_PAGE + 1}")


def _chosen() -> list[Item]:
    """A row for each name that returns (the hostile ones do), and those with the shortest and longest of each field."""
    by_name = {item.name: item for item in reversed(seed.items()) if item.id % pages.PER_PAGE == 7}
    extremes = [
        choose(seed.items(), key=key)
        for choose in (min, max)
        for key in (lambda item: len(item.description), lambda item: item.price_cents, lambda item: item.id)
    ]
    elsewhere = [item for item in seed.items()[:300] if not item.name.isascii()]
    return [*by_name.values(), *extremes, *elsewhere[:15]]
