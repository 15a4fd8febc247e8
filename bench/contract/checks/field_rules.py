"""The rules for the four fields of an item: which must be there, their types, ranges and characters."""

from collections.abc import Mapping

from bench.contract import shapes
from bench.contract.clauses import Checks
from bench.contract.fields import NAMES, encode, fields, spelled
from bench.contract.refused import Refused, expect_refused
from bench.contract.shop import Shop

check = Checks()

_ACCENTED = "e\u0301"
"""Two code points that look like one character."""
_WRONG_TYPES = {
    "name": ("5", "1.5", "true", "null", "[]", '["Lamp"]', "{}"),
    "description": ("5", "false", "null", "[]", "{}"),
    "price_cents": (
        '"5"',
        '""',
        "5.0",
        "5e0",
        "5E+0",
        "0.5",
        "-0.0",
        "1e400",
        "true",
        "false",
        "null",
        "[]",
        "[5]",
        "{}",
    ),
    "in_stock": ("1", "0", "1.0", '"true"', '"false"', '"yes"', '""', "null", "[]", "{}"),
}
_OUT_OF_RANGE = {
    "name": (
        *('""', f'"{"x" * 101}"', f'"{"x" * 100} "', f'"{"🎪" * 101}"'),
        *(f'"{_ACCENTED * 50}e"', f'"{_ACCENTED * 51}"', f'"{"x" * 10_000}"'),
    ),
    "description": (
        *(f'"{"x" * 501}"', f'" {"x" * 500}"', f'"{"🎪" * 501}"'),
        *(f'"{_ACCENTED * 251}"', f'"{"x" * 10_000}"'),
    ),
    "price_cents": ("-1", "10000001", str(-(2**63)), str(2**63), str(10**30), str(-(10**30))),
}
_IN_RANGE = (
    fields(name="x", description="", price_cents=0),
    fields(name="x" * 100, description="x" * 500, price_cents=10_000_000),
    fields(name="é" * 100, description="é" * 500),
    fields(name="🎪" * 100, description="🎪" * 500),
    fields(name=" ", description=" "),
    fields(name="  both ends  ", description="\n both ends\t"),
    fields(name="\u00a0\u3000wide blanks\u2003", description="\u00a0"),
    fields(name=_ACCENTED * 50, description="ﬁ Å K"),
    fields(name="x" * 99 + " ", description="x" * 499 + "\n", price_cents=1, in_stock=False),
    fields(name=" " + "x" * 99, description=" " * 500, price_cents=9_999_999, in_stock=False),
)


@check("field-missing")
def all_fields_are_needed(shop: Shop) -> None:
    without = [(name,) for name in NAMES] + [("name", "in_stock"), ("description", "price_cents", "in_stock"), NAMES]
    expect_refused(shop, [Refused(spelled(*names), names=names) for names in [*without, *without]])


@check("field-unknown")
def no_other_fields_are_taken(shop: Shop) -> None:
    others: tuple[dict[str, str], ...] = (
        *({"id": "1"}, {"id": "null"}, {"colour": '"blue"'}, {"colour": "null"}, {"Name": '"Lamp"'}),
        *({"": "null"}, {"id": "1", "créé": "[]"}, {"price": "{}"}, {"name ": "5"}, {"__class__": "false"}),
    )
    expect_refused(shop, [Refused(spelled(**other), names=set(other)) for other in others])


@check("field-duplicate")
def the_last_of_two_counts(shop: Shop) -> None:
    for name, last in fields(name="Last", description="Last", price_cents=99, in_stock=False).items():
        _expect_last(shop, name, last)
    expect_refused(shop, [Refused(spelled()[:-1] + f', "{name}": []}}'.encode(), (400, 422)) for name in NAMES])


def _expect_last(shop: Shop, name: str, last: object) -> None:
    item = shop.create()
    twice = spelled()[:-1] + b", " + encode({name: last})[1:]
    for method, path, done in (("POST", "/items", 201), ("PUT", f"/items/{item.id}", 200)):
        answer = shop.ask(method, path, twice)
        if shop.expect_status(answer, done, 400, 422) and answer.status == done:
            expected = {"id": shapes.item_id(answer)} | fields(**{name: last})
            shop.expect_json(answer, expected, done)
            shop.expect_json(shop.ask("GET", f"/items/{expected['id']}"), expected)


@check("field-type")
def types_are_strict(shop: Shop) -> None:
    expect_refused(shop, _singly(_WRONG_TYPES))
    expect_refused(
        shop, [Refused(spelled(price_cents=price), names={"price_cents"}) for price in ("100.0", "1e3", "1E2")]
    )
    several = spelled("in_stock", name="5", price_cents="5.0", colour="1")
    expect_refused(shop, [Refused(several, names={"name", "price_cents", "in_stock", "colour"})])
    expect_refused(shop, [Refused(spelled(**dict.fromkeys(NAMES, "null")), names=NAMES)])


@check("field-range")
def ranges_are_kept(shop: Shop) -> None:
    expect_refused(shop, _singly(_OUT_OF_RANGE))
    expect_refused(shop, _singly(_OUT_OF_RANGE, in_stock="false", description='""'))
    for wanted in _IN_RANGE:
        _expect_kept_as_sent(shop, encode(wanted), wanted)
    escaped = spelled(name='"{}"'.format(r"\ud83c\udfaa" * 100))
    _expect_kept_as_sent(shop, escaped, fields(name="🎪" * 100))


def _singly(values: Mapping[str, tuple[str, ...]], **others: str) -> list[Refused]:
    """Each bad value by itself, among others that are good."""
    return [Refused(spelled(**(others | {name: value})), names={name}) for name, bad in values.items() for value in bad]


def _expect_kept_as_sent(shop: Shop, body: bytes, wanted: dict[str, object]) -> None:
    item = shop.create()
    for method, path, done in (("POST", "/items", 201), ("PUT", f"/items/{item.id}", 200)):
        answer = shop.ask(method, path, body)
        item_id = shapes.item_id(answer) if method == "POST" else item.id
        if shop.expect_status(answer, done):
            expected = {"id": item_id} | wanted
            shop.expect_json(answer, expected, done)
            shop.expect_json(shop.ask("GET", f"/items/{item_id}"), expected)
