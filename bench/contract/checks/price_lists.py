"""The optional group `large-body`: price lists that come back with other prices, and lists that are refused."""

import random
from collections.abc import Iterator
from typing import Any

from bench.contract.checks import answers
from bench.contract.clauses import Checks
from bench.contract.fields import encode, fields
from bench.contract.message import JSON
from bench.contract.operations.reprice_list import LARGEST_BYTES, REPRICE_LIST, PriceList, drawn, repriced
from bench.contract.refused import Refused
from bench.contract.resources import METHODS
from bench.contract.shop import Shop

check = Checks()

_METHODS = frozenset({REPRICE_LIST.method})
_ITEM: PriceList = {"id": 7, "name": "Blue lamp", "price_cents": 1250, "in_stock": True}
_PRICES = (0, 1, 33, 99, 100, 12_345, 10_000_000)
_ODD_MEMBERS: PriceList = {
    "": "",
    "ü": ["🎪", None, True, {"a": [0.5, -1, 10**15]}],
    "total_cents": 1,
    "Price_Cents": "x",
}
_NO_NUMBERS: tuple[Any, ...] = ("5", "", 5.0, 1.5, True, False, None, [], [5], {})


def _list(**changes: Any) -> PriceList:
    """A small valid list, with some members changed."""
    return {"percent": 10, "items": [_ITEM]} | changes


@check("reprice-list")
def lists_come_back_with_new_prices(shop: Shop) -> None:
    for asked in (*_valid(), drawn(random.Random("a price list"))):
        _expect_repriced(shop, asked)
    _expect_repriced(shop, _list(), encode(_list()).ljust(LARGEST_BYTES))
    _expect_repriced(shop, _list(), content_type="Application/JSON; charset=utf-8")
    lone = encode(_list()).replace(b"Blue", rb"\ud800")
    shop.expect_status(shop.ask(REPRICE_LIST.method, REPRICE_LIST.path, lone), 200, 400, 422)
    for method in METHODS:
        if method not in _METHODS:
            body = encode(fields()) if method in ("PUT", "PATCH") else None
            answers.expect_refused_method(shop, shop.ask(method, REPRICE_LIST.path, body), _METHODS)


@check("reprice-refused")
def other_bodies_are_refused(shop: Shop) -> None:
    for case in (*_unread(), *_invalid()):
        answer = shop.ask(REPRICE_LIST.method, REPRICE_LIST.path, case.body, case.content_type)
        shop.expect_refusal(answer, case.names, *case.statuses)
    _expect_repriced(shop, _list())


def _expect_repriced(shop: Shop, asked: PriceList, body: bytes | None = None, content_type: str = JSON) -> None:
    answer = shop.ask(REPRICE_LIST.method, REPRICE_LIST.path, body or encode(asked), content_type)
    shop.expect_json(answer, repriced(asked), clause="reprice-list")


def _valid() -> Iterator[PriceList]:
    yield from (_list(percent=percent) for percent in (0, 1, 7, 100))
    yield _list(items=[])
    yield _list(items=[{"price_cents": price} for price in _PRICES], percent=3)
    yield _list(items=[_ITEM | _ODD_MEMBERS, {"name": "<b>"} | _ITEM])
    yield _list(items=[_ITEM | {"id": number} for number in range(500)])
    yield dict(reversed(_list(colour="blue").items()))


def _unread() -> Iterator[Refused]:
    """What is refused before it is a list at all."""
    body = encode(_list())
    yield from (Refused(body, (415,), content_type=other) for other in (None, "text/plain"))
    yield Refused(body.ljust(LARGEST_BYTES + 1), (413,))
    yield from (Refused(odd, (400,)) for odd in (b"", b"{", body[:-1], body + b" x"))
    yield Refused(body.replace(b"Blue", b"Caf\xe9"), (400,))
    yield from (Refused(other, names={"body"}) for other in (b"[]", b"[" + body + b"]", b'"text"', b"5", b"null"))


def _invalid() -> Iterator[Refused]:
    """What is an object, and no list with prices: `errors` name which of the two members has anything wrong in it."""
    yield from (_naming(_list(percent=bad), "percent") for bad in (*_NO_NUMBERS, -1, 101))
    yield from (_naming(_list(items=bad), "items") for bad in _bad_items())
    yield from (_naming({name: _list()[name]}, other) for name, other in (("items", "percent"), ("percent", "items")))
    yield _naming({}, "percent", "items")
    yield _naming(_list(percent=None, items=None), "percent", "items")


def _naming(asked: PriceList, *names: str) -> Refused:
    return Refused(encode(asked), names=names)


def _bad_items() -> Iterator[Any]:
    yield from ("text", 5, True, None, {}, _ITEM, [None], ["text"], [5], [[]], [[_ITEM]], [{}], [{"name": "x"}])
    # The bad one is the last of several: nobody may stop at the first.
    yield from ([_ITEM, _ITEM | {"price_cents": bad}] for bad in (*_NO_NUMBERS, -1, 10_000_001))
