"""Nothing is answered from a cache: what was read and then changed is read as changed."""

from collections.abc import Callable
from dataclasses import replace

from bench.model import Item
from bench.spec import behind
from bench.spec.checks import pages
from bench.spec.clauses import Checks
from bench.spec.fields import NAMES
from bench.spec.shop import Shop

check = Checks()


@check("no-cache")
def changes_through_the_app_are_read(shop: Shop) -> None:
    item = shop.create(name="Read before", description="Read before")
    look = _everywhere(shop, item.id)
    look(item)
    look(item)
    look(shop.update(item, name="Read after", description="Changed", price_cents=4321, in_stock=False))
    look(shop.update(item))


@check("no-cache")
def changes_behind_its_back_are_read(shop: Shop) -> None:
    """The first row of all: one that was there when the server started, as pages prepared then would show."""
    if shop.database is None:
        return
    rows, _ = shop.listed(0, 1)
    item = Item(**rows[0]) if rows and set(rows[0]) == {"id", *NAMES} else shop.create()
    look = _everywhere(shop, item.id)
    look(item)
    elsewhere = replace(item, name="Changed", description="Elsewhere", price_cents=4321, in_stock=not item.in_stock)
    with behind.changed(shop.database, item, elsewhere):
        look(elsewhere, "changed in the database, ")
    look(item, "changed back in the database, ")


def _everywhere(shop: Shop, item_id: int) -> Callable[..., None]:
    """A look at the item in each of the four places that show it."""
    place = shop.place(item_id) if item_id not in shop.found_ids else 0
