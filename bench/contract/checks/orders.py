"""The optional group `validation`: orders that are summed up, and orders that are refused."""

import random
from collections.abc import Iterator
from typing import Any

from bench.contract.checks import answers
from bench.contract.clauses import Checks
from bench.contract.every_answer import BODY_LIMIT
from bench.contract.fields import encode
from bench.contract.message import JSON
from bench.contract.operations.check_order import CHECK_ORDER, DELIVERIES, Order, drawn, summary
from bench.contract.refused import Refused
from bench.contract.resources import METHODS
from bench.contract.shop import Shop

check = Checks()

_METHODS = frozenset({CHECK_ORDER.method})
_DRAWN = 12
_CUSTOMER: Order = {"name": "Ana Sousa", "street": "12 Harbour Road", "city": "Porto"}
_LINE: Order = {"item_id": 7, "quantity": 2, "price_cents": 1250, "gift": False, "note": "Mind the step."}
_LEAST: Order = {"item_id": 1, "quantity": 1, "price_cents": 0, "gift": True, "note": ""}
_MOST: Order = {"item_id": 1_000_000, "quantity": 1000, "price_cents": 10_000_000, "gift": False, "note": "🎪"}
_NO_TEXTS: tuple[Any, ...] = ("", "x" * 101, 5, True, None, [], {})
_NO_DELIVERIES: tuple[Any, ...] = ("", "Post", "post ", "plane", 5, None, True, [], ["post"], {})
_NO_NUMBERS: tuple[Any, ...] = ("5", "", 5.0, 1.5, True, False, None, [], [5], {})
_BAD_IN_LINES: dict[str, tuple[Any, ...]] = {
    "item_id": (*_NO_NUMBERS, 0, -1, 1_000_001, 10**30),
    "quantity": (*_NO_NUMBERS, 0, -1, 1001),
    "price_cents": (*_NO_NUMBERS, -1, 10_000_001),
    "gift": (0, 1, "true", "", None, [], {}),
    "note": ("x" * 501, 5, False, None, [], {}),
}


def _order(**changes: Any) -> Order:
    """A small valid order, with some members changed."""
    return {"customer": _CUSTOMER, "delivery": "post", "lines": [_LINE]} | changes


def _without(members: Order, name: str) -> Order:
    return {key: value for key, value in members.items() if key != name}


@check("check-order")
def valid_orders_are_summed_up(shop: Shop) -> None:
    rng = random.Random("orders")
    for order in (*_valid(), *(drawn(rng) for _ in range(_DRAWN))):
        _expect_summed(shop, order)
    _expect_summed(shop, _order(), encode(_order()).ljust(BODY_LIMIT))
    _expect_summed(shop, _order(), content_type="Application/JSON; charset=utf-8")
    for method in METHODS:
        if method not in _METHODS:
            body = encode(_order()) if method in ("PUT", "PATCH") else None
            answers.expect_refused_method(shop, shop.ask(method, CHECK_ORDER.path, body), _METHODS)


@check("order-refused")
def other_orders_are_refused(shop: Shop) -> None:
    for case in (*_unread(), *_invalid()):
        answer = shop.ask(CHECK_ORDER.method, CHECK_ORDER.path, case.body, case.content_type)
        shop.expect_refusal(answer, case.names, *case.statuses)
    _expect_summed(shop, _order())


def _expect_summed(shop: Shop, order: Order, body: bytes | None = None, content_type: str = JSON) -> None:
    answer = shop.ask(CHECK_ORDER.method, CHECK_ORDER.path, body or encode(order), content_type)
    shop.expect_json(answer, summary(order), clause="check-order")


def _valid() -> Iterator[Order]:
    """Orders at the limits, and in each spelling of what has several."""
    yield from (_order(delivery=delivery) for delivery in DELIVERIES)
    for text in ("x", " ", "x" * 100, "é" * 100, "🎪" * 100):
        yield _order(customer=dict.fromkeys(_CUSTOMER, text))
    yield _order(lines=[_LEAST])
    yield _order(lines=[_MOST] * 100)
    yield _order(lines=[_LINE | {"note": note} for note in ("", "x" * 500, "é" * 500, "\n both ends \t")])
    yield dict(reversed(_order(lines=[dict(reversed(_LINE.items()))]).items()))


def _unread() -> Iterator[Refused]:
    """What is refused as it is for an item, before it is an order at all."""
    body = encode(_order())
    yield from (Refused(body, (415,), content_type=other) for other in (None, "text/plain", "text/json"))
    yield Refused(body.ljust(BODY_LIMIT + 1), (413,))
    yield from (Refused(odd, (400,)) for odd in (b"", b"{", body[:-1], body + b" x", b"lines=1"))
    yield Refused(body.replace(b"Porto", b"Caf\xe9"), (400,))
    yield from (Refused(other, names={"body"}) for other in (b"[]", b"[" + body + b"]", b'"text"', b"5", b"null"))


def _invalid() -> Iterator[Refused]:
    """What is an object, and no order: `errors` name the members of the order that have anything wrong in them."""
    yield from (_naming(_order(customer=bad), "customer") for bad in _bad_customers())
    yield from (_naming(_order(delivery=bad), "delivery") for bad in _NO_DELIVERIES)
    yield from (_naming(_order(lines=bad), "lines") for bad in _bad_lines())
    yield from (_naming(_without(_order(), name), name) for name in _order())
    yield from (_naming(_order(**{name: None}), name) for name in ("colour", "Lines", ""))
    yield _naming(_order(customer={}, lines=[]), "customer", "lines")
    yield _naming(_order(delivery=None, colour="blue"), "delivery", "colour")
    yield _naming({}, "customer", "delivery", "lines")


def _naming(order: Order, *names: str) -> Refused:
    return Refused(encode(order), names=names)


def _bad_customers() -> Iterator[Any]:
    yield from ("Ana Sousa", 5, True, None, [], [_CUSTOMER], {})
    yield from (_without(_CUSTOMER, name) for name in _CUSTOMER)
    yield from (_CUSTOMER | {name: bad} for name in _CUSTOMER for bad in _NO_TEXTS)
    yield _CUSTOMER | {"colour": "blue"}


def _bad_lines() -> Iterator[Any]:
    yield from ("text", 5, None, {}, _LINE, [], [_LINE] * 101, [None], ["text"], [[]], [[_LINE]], [{}])
    # The bad line is the last of several: nobody may stop at the first.
    yield from ([_LINE, _LINE, _without(_LINE, name)] for name in _LINE)
    yield from ([_LINE, _LINE | {name: bad}] for name, every in _BAD_IN_LINES.items() for bad in every)
    yield [_LINE] * 19 + [_LINE | {"colour": "blue"}]
