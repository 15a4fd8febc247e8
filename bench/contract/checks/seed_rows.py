"""The seeded rows, to the character, as every app must show them."""

from bench.contract import seed
from bench.contract.checks import pages
from bench.contract.clauses import Checks, walk
from bench.contract.fields import identical
from bench.contract.shop import Shop
from bench.model import Item

check = Checks()

_HOSTILE_PLACE = 7
"""Where on each page the seed has a hostile name."""


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
def any_stretch_is_listed(shop: Shop) -> None:
    """At any offset, and of any length."""
    for offset in walk(shop, range(0, seed.ROWS, 7), 40):
        limit = offset % 100 + 1
        listed, _ = shop.listed(offset, limit)
        expected = [item.as_json() for item in seed.items()[offset : offset + limit]]
        if not identical(listed, expected):
            ids = ", ".join(str(item.get("id")) for item in listed[:5])
            shop.note(f"GET /items?offset={offset}&limit={limit}", f"the items from {offset + 1} on", f"ids {ids} ...")


@check("seed-rows")
def any_row_is_read(shop: Shop) -> None:
    """As a document, and as a page."""
    for place in walk(shop, range(seed.ROWS), 60):
        item = seed.items()[place]
        shop.expect_json(shop.ask("GET", f"/items/{item.id}"), item.as_json())
        pages.expect_view(shop, item)


@check("seed-rows")
def chosen_rows_are_shown(shop: Shop) -> None:
    hostile = [item.id - 1 for item in seed.items() if item.id % pages.PER_PAGE == _HOSTILE_PLACE]
    for item in [*_chosen(), *(seed.items()[place] for place in walk(shop, hostile))]:
        shop.expect_json(shop.ask("GET", f"/items/{item.id}"), item.as_json())
        pages.expect_view(shop, item)
        pages.expect_line(shop, item, f"?page={(item.id - 1) // pages.PER_PAGE + 1}")


def _chosen() -> list[Item]:
    """A row for each name that returns (the hostile ones do), and those with the shortest and longest of each field."""
    by_name = {item.name: item for item in reversed(seed.items()) if item.id % pages.PER_PAGE == _HOSTILE_PLACE}
    extremes = [
        choose(seed.items(), key=key)
        for choose in (min, max)
        for key in (lambda item: len(item.description), lambda item: item.price_cents, lambda item: item.id)
    ]
    elsewhere = [item for item in seed.items()[:300] if not item.name.isascii()]
    return [*by_name.values(), *extremes, *elsewhere[:15]]
