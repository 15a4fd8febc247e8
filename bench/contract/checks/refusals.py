"""Bodies that are refused: the wrong type, too large, not JSON, not UTF-8, not an object."""

from bench.contract.clauses import Checks
from bench.contract.every_answer import BODY_LIMIT
from bench.contract.fields import encode, fields, spelled
from bench.contract.message import JSON
from bench.contract.refused import Refused, expect_refused
from bench.contract.shop import Shop

check = Checks()

_OTHER_TYPES = (
    None,
    "text/plain",
    "text/json",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "application/problem+json",
    "application/jsonp",
    "application/json-patch+json",
    "text/plain; application/json",
)
_SAME_TYPE = ("application/json; charset=utf-8", "Application/JSON;Charset=UTF-8", "application/json ; x=y")
_NO_JSON = (
    b"",
    b" ",
    b"{",
    b"nope",
    b"undefined",
    b"\x00",
    b"name=Lamp&price_cents=1",
    b"{'name': 'Lamp'}",
    b'{"name": "Lamp",}',
    spelled()[:-1] + b",}",
    b'{"name" "Lamp"}',
    b'{name: "Lamp"}',
    b"[1, 2",
    b'"unfinished',
    spelled() + b" x",
    spelled() + spelled(),
    b"/* Lamp */ " + spelled(),
    spelled(name='"raw\nline"'),
    spelled(name='"raw\x00nul"'),
    spelled(name=r'"\x41"'),
    spelled(name=r'"\u12"'),
    *(spelled(price_cents=number) for number in ("+1", "01", ".5", "5.", "1_0", "0x10", "\u0665")),
)
_NO_UTF8 = (
    spelled(name='"Caf\u00e9"').decode().encode("latin-1"),
    spelled(description='"\u00c0 la carte"').decode().encode("latin-1"),
    spelled(name='"Caf?"').replace(b"?", b"\xc3"),
    b"\xff",
)


@check("media-type")
def only_json_is_taken(shop: Shop) -> None:
    body = encode(fields(name="Typed"))
    expect_refused(shop, [Refused(body, (415,), content_type=other) for other in _OTHER_TYPES])
    # The type is looked at before the size and before the body.
    expect_refused(shop, [Refused(b"x" * n, (415,), content_type="text/plain") for n in (1, BODY_LIMIT + 1)])
    for same in _SAME_TYPE:
        _expect_taken(shop, body, same)


@check("body-too-large")
def large_bodies_are_refused(shop: Shop) -> None:
    small = encode(fields(name="Padded"))
    too_large = (small.ljust(BODY_LIMIT + 1), small.ljust(1_000_000), b"{" * (BODY_LIMIT + 1))
    expect_refused(shop, [Refused(body, (413,)) for body in too_large])
    for size in (4_095, 4_096, 8_192, 16_385, 65_535, BODY_LIMIT):
        _expect_taken(shop, small.ljust(size), JSON)


@check("body-not-json")
def what_is_not_json_is_refused(shop: Shop) -> None:
    expect_refused(shop, [Refused(body, (400,)) for body in _NO_JSON])
    constants = ("NaN", "Infinity", "-Infinity")
    for name in ("name", "price_cents"):
        bodies = [spelled(**{name: constant}) for constant in constants]
        expect_refused(shop, [Refused(body, (400, 422), {name}) for body in bodies])
    marked = b"\xef\xbb\xbf" + spelled()
    shop.expect_status(shop.ask("POST", "/items", marked), 201, 400)


@check("body-not-utf8")
def what_is_not_utf8_is_refused(shop: Shop) -> None:
    expect_refused(shop, [Refused(body, (400,)) for body in [*_NO_UTF8, *_NO_UTF8]])


@check("body-not-object")
def what_is_not_an_object_is_refused(shop: Shop) -> None:
    bodies = (b"[]", b"[" + spelled() + b"]", b'"text"', b"5", b"1.5", b"true", b"false", b"null", b" [ ] ")
    expect_refused(shop, [Refused(body, (422,), {"body"}) for body in [*bodies, *bodies]])


def _expect_taken(shop: Shop, body: bytes, content_type: str) -> None:
    """A body that only looks as if it were to be refused."""
    item = shop.create()
    shop.expect_status(shop.ask("POST", "/items", body, content_type), 201)
    shop.expect_status(shop.ask("PUT", f"/items/{item.id}", body, content_type), 200)
