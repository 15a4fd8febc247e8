"""Orders, which are validated and summed up, and not stored: the optional group `validation` of the contract."""

from errors import HTTPError
from submission import json_object


def valid_order(environ):
    """The order that the body holds; raises the `HTTPError` that it has instead, which names its members."""
    order = json_object(environ)
    errors = {name: f"must be {rule}" for name, (fits, rule) in _RULES.items() if not fits(order.get(name))}
    errors |= dict.fromkeys(order.keys() - _RULES.keys(), "is not a member of an order")
    if errors:
        raise HTTPError(422, errors)
    return order


def summary(order):
    lines = order["lines"]
    return {
        "lines": len(lines),
        "quantity": sum(line["quantity"] for line in lines),
        "total_cents": sum(line["quantity"] * line["price_cents"] for line in lines),
    }


def _text(shortest, longest):
    return lambda value: type(value) is str and shortest <= len(value) <= longest


def _integer(least, most):
    return lambda value: type(value) is int and least <= value <= most


def _object(**rules):
    """An object with these members and no others."""

    def accepts(value):
        return (
            type(value) is dict
            and value.keys() == rules.keys()
            and all(fits(value[name]) for name, fits in rules.items())
        )

    return accepts


def _array(shortest, longest, fits):
    return lambda value: type(value) is list and shortest <= len(value) <= longest and all(map(fits, value))


_LINE = _object(
    item_id=_integer(1, 1_000_000),
    quantity=_integer(1, 1000),
    price_cents=_integer(0, 10_000_000),
    gift=lambda value: type(value) is bool,
    note=_text(0, 500),
)
_RULES = {
    "customer": (
        _object(name=_text(1, 100), street=_text(1, 100), city=_text(1, 100)),
        "an object of name, street and city, each of 1 to 100 characters",
    ),
    "delivery": (lambda value: value in ("post", "courier", "pickup"), "post, courier or pickup"),
    "lines": (_array(1, 100, _LINE), "1 to 100 objects of item_id, quantity, price_cents, gift and note"),
}
