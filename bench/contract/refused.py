"""Bodies that a server must refuse: sent by POST and by PUT, with a look at the table afterwards."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from bench.contract.message import JSON
from bench.contract.shop import Shop
from bench.model import Item


@dataclass(frozen=True, slots=True)
class Refused:
    """A body, the statuses that may refuse it, and what the errors of a 422 name (None: that is left open)."""

    body: bytes
    statuses: tuple[int, ...] = (422,)
    names: Collection[str] | None = None
    content_type: str | None = JSON


def expect_refused(shop: Shop, cases: Iterable[Refused]) -> None:
    """Send each body as a new item and as a replacement; neither may change anything."""
    kept, total = _set_up(shop)
    for case in cases:
        if not _refuses(shop, case, kept):
            # That is noted, and what follows is to be seen apart from it.
            shop.clear()
            kept, total = _set_up(shop)
    shop.expect_json(shop.ask("GET", f"/items/{kept.id}"), kept.as_json())
    shop.expect_total(total, "the table after bodies that were refused")


def _set_up(shop: Shop) -> tuple[Item, int]:
    return shop.create(name="Kept as it is"), shop.total()


def _refuses(shop: Shop, case: Refused, kept: Item) -> bool:
    both = True
    for method, path in (("POST", "/items"), ("PUT", f"/items/{kept.id}")):
        answer = shop.ask(method, path, case.body, case.content_type)
        both &= shop.expect_refusal(answer, case.names, *case.statuses)
    return both
