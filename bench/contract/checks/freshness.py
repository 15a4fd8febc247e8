"""Nothing is answered from a cache: what was read and then changed is read as changed."""

from dataclasses import replace

from bench.contract import backdoor, shapes
from bench.contract.checks import pages
from bench.contract.clauses import Checks, sample
from bench.contract.fields import identical
from bench.contract.shop import Shop
from bench.model import Item

check = Checks()


@check("no-cache")
def changes_through_the_app_are_read(shop: Shop) -> None:
    item = shop.create(name="Read before", description="Read before")
    place = shop.place(item.id)
    _expect_everywhere(shop, item, place)
    _expect_everywhere(shop, item, place)
    _expect_everywhere(shop, shop.update(item, name="Changed", price_cents=4321, in_stock=False), place)
    _expect_everywhere(shop, shop.update(item, description="Changed"), place)


@check("no-cache")
def changes_behind_its_back_are_read(shop: Shop) -> None:
    """The first row of all: it was there when the server started, so pages prepared then would show it. And others."""
    if shop.database is None:
        return
    shop.create(name="So that there is one")
    for place in sample(shop, range(shop.total()), 8):
        rows, _ = shop.listed(place, 1)
        if rows and (item := shapes.item(rows[0])):
            _expect_fresh(shop, shop.database, item, place)


def _expect_fresh(shop: Shop, database: backdoor.Backdoor, item: Item, place: int) -> None:
    _expect_everywhere(shop, item, place)
    elsewhere = replace(item, name="Changed", description="Elsewhere", price_cents=4321, in_stock=not item.in_stock)
    with backdoor.changed(database, item, elsewhere):
        _expect_everywhere(shop, elsewhere, place, ", changed in the database")
    _expect_everywhere(shop, item, place, ", changed back in the database")


def _expect_everywhere(shop: Shop, item: Item, place: int | None, how: str = "") -> None:
    """The item as it now is, wherever it is shown; `place` is its offset in the list."""
    shop.expect_json(shop.ask("GET", f"/items/{item.id}"), item.as_json())
    pages.expect_view(shop, item)
    if place is None:
        return
    # The list without parameters and the catalogue without a page are what a shortcut would prepare first.
    for path in ("/items", "/items?limit=1") if place == 0 else (f"/items?offset={place}&limit=1",):
        stretch = shapes.listing(answer := shop.ask("GET", path))
        if stretch is None or not identical(stretch[0][:1], [item.as_json()]):
            shop.note(f"GET {path}{how}", f"the item {item.as_json()} first", answer.summary())
    for query in ("", "?page=1") if place == 0 else (f"?page={place // pages.PER_PAGE + 1}",):
        pages.expect_line(shop, item, query)
