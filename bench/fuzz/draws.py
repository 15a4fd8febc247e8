"""Requests drawn by lot, all of them of a kind to which the contract leaves a server but one answer."""

from collections.abc import Callable
from random import Random
from typing import Any

from bench.contract import seed
from bench.contract.every_answer import BODY_LIMIT
from bench.contract.fields import NAMES, encode, fields, spelled
from bench.contract.message import JSON, Request

_NEW = 12
"""So many ids beyond those of the rows come up, given out or not."""
_ALPHABET = (
    *"ab0 _-'\"\\<>&;%{}[]=?#/",
    *("é", "e\u0301", "ß", "İ", "Ω", "ж", "ب", "漢", "\u200b", "\ufeff", "\u2028", "\x85", "\xa0", "\t", "\n", "\x7f"),
    *("🎪", "👩\u200d🚀", "\U0010ffff", "\ud7ff", "\ue000"),
)
_VALUES: dict[str, tuple[str, ...]] = {
    "name": ('""', "null", "5", "true", "[]", "{}", f'"{"n" * 101}"', f'"{"🎪" * 101}"'),
    "description": ("null", "5", "false", '["x"]', f'"{"d" * 501}"'),
    "price_cents": ("-1", "10000001", "5.0", "5e0", "1E2", '"5"', "true", "null", "[]", str(2**63), str(2**64)),
    "in_stock": ("1", "0", '"true"', "null", "[]", "{}"),
}
"""What no field takes, as JSON text."""
_NO_TEXTS = (r'"\u0000"', r'"a\u0000b"', r'"\ud800"', r'"\udc00\ud800"')
_NO_BODIES = (b"", b"{", b"{}}", b"nul", b"'x'", b'{"name": "x",}', b"\xff", b'{"name": "caf\xe9"}', b"\xc3", b"NaN{")
_NO_OBJECTS = (b"[]", b"null", b"5", b'"x"', b"true", b"[{}]")
_NO_JSON = ("text/plain", "application/x-www-form-urlencoded", "application/jsonx", "text/json", "", None)
_KINDS = (JSON, JSON, JSON, "Application/JSON", "application/json; charset=utf-8", "application/json;a=b")
_NUMBERS = ("0", "1", "00", "007", "20", "99", "100", "101", "5000", "9999", "10000", str(2**63 - 1))
_NO_NUMBERS = ("-1", "1.5", "abc", "", "0x1", "1,0")
_ODD_NUMBERS = ("+1", "%2B1", "1.0", "1e0", "1_0", "%201", "1%20", "%D9%A3", str(2**63), "9" * 30)
_ELSEWHERE = ("/", "/nowhere", "/items/", "/items/1/2", "/ITEMS", "/catalog/", "/json/x", "/items;a=b", "/items.json")
_RESOURCES = ("/plaintext", "/json", "/items", "/items/5", "/catalog", "/catalog/5")
_MODERATE = ("GET", "GET", "HEAD", "OPTIONS", "DELETE", "PATCH")


class Lot(Random):
    """What decides; a table of so many `rows`, with ids from 1 on, is what the requests are about."""

    def __init__(self, drawn_from: str, rows: int = seed.ROWS) -> None:
        super().__init__(drawn_from)
        self.rows = rows


Draw = Callable[[Lot], Request]


def requests(lot: Lot, count: int, *, hardened: bool) -> tuple[Request, ...]:
    """So many, of the core of the contract, or of the group `hardening` as well."""
    draws = _draws(hardened)
    return tuple(lot.choice(draws)(lot) for _ in range(count))


def kinds(*, hardened: bool) -> dict[str, Draw]:
    """Every kind of request by its name."""
    return {draw.__name__.removeprefix("_").replace("_", " "): draw for draw in _draws(hardened)}


def _draws(hardened: bool) -> tuple[Draw, ...]:
    return (*_CORE, *_HARDENING) if hardened else _CORE


def _read(lot: Lot) -> Request:
    return Request(lot.choice(("GET", "GET", "GET", "HEAD")), f"/{lot.choice(('items', 'catalog'))}/{_item_id(lot)}")


def _list(lot: Lot) -> Request:
    named = [(name, _number(lot)) for name in ("offset", "limit", "page", "x") if lot.random() < 0.6]
    lot.shuffle(named)
    query = "&".join(f"{name}={value}" for name, value in named)
    return Request("GET", f"{lot.choice(('/items', '/catalog'))}?{query}")


def _create(lot: Lot) -> Request:
    return Request("POST", "/items", _spread(lot, encode(_fields(lot))), lot.choice(_KINDS))


def _update(lot: Lot) -> Request:
    return Request("PUT", f"/items/{_item_id(lot)}", _spread(lot, encode(_fields(lot))), lot.choice(_KINDS))


def _delete(lot: Lot) -> Request:
    return Request("DELETE", f"/items/{_item_id(lot)}")


def _refused_fields(lot: Lot) -> Request:
    """One to three fields that are wrong, missing, or too many."""
    wrong = {name: lot.choice(_VALUES[name]) for name in lot.sample(NAMES, lot.randint(0, 2))}
    without = [name for name in lot.sample(NAMES, lot.randint(0, 2)) if name not in wrong]
    if lot.random() < 0.3 or not (wrong or without):
        wrong[lot.choice(("id", "Name", "x", ""))] = lot.choice(("1", "null", '"x"'))
    return _written(lot, spelled(*without, **wrong))


def _refused_body(lot: Lot) -> Request:
    return _written(lot, lot.choice((*_NO_BODIES, *_NO_OBJECTS)))


def _refused_type(lot: Lot) -> Request:
    return _written(lot, encode(_fields(lot)), lot.choice(_NO_JSON))


def _sized(lot: Lot) -> Request:
    """About as large as a body may be."""
    return _written(lot, encode(_fields(lot)).ljust(BODY_LIMIT + lot.choice((-1, 0, 1, 5000))))


def _elsewhere(lot: Lot) -> Request:
    return Request(lot.choice(("GET", "HEAD")), lot.choice(_ELSEWHERE))


def _method(lot: Lot) -> Request:
    return Request(lot.choice(_MODERATE), lot.choice(_RESOURCES))


def _odd_number(lot: Lot) -> Request:
    name = lot.choice(("items?offset", "items?limit", "catalog?page"))
    return Request("GET", f"/{name}={lot.choice(_ODD_NUMBERS)}")


def _huge_id(lot: Lot) -> Request:
    number = lot.choice((2**63, 2**64, 2**64 + 1, 10**40))
    return Request(lot.choice(("GET", "DELETE")), f"/items/{number}")


def _refused_text(lot: Lot) -> Request:
    return _written(lot, spelled(**{lot.choice(("name", "description")): lot.choice(_NO_TEXTS)}))


def _other_encoding(lot: Lot) -> Request:
    text = encode(_fields(lot)).decode()
    return _written(lot, text.encode(lot.choice(("utf-16", "utf-32-le", "utf-16-be"))))


_CORE: tuple[Draw, ...] = (
    *(_read, _read, _list, _list, _create, _create, _update, _update, _delete),
    *(_refused_fields, _refused_fields, _refused_body, _refused_type, _sized, _elsewhere, _method),
)
_HARDENING: tuple[Draw, ...] = (_odd_number, _huge_id, _refused_text, _other_encoding)


def _written(lot: Lot, body: bytes, kind: str | None = JSON) -> Request:
    path = lot.choice(("/items", f"/items/{_item_id(lot)}"))
    return Request("POST" if path == "/items" else "PUT", path, body, kind)


def _item_id(lot: Lot) -> str:
    """Often one of the first rows, or one that was just given out or could be; sometimes none."""
    number = lot.choice((lot.randint(1, 5), lot.randint(lot.rows, lot.rows + _NEW), lot.randint(1, lot.rows)))
    return lot.choice((*(str(number),) * 12, f"00{number}", "0", "abc", "1.5", "-1", "%35"))


def _number(lot: Lot) -> str:
    return lot.choice(_NO_NUMBERS if lot.random() < 0.2 else _NUMBERS)


def _fields(lot: Lot) -> dict[str, Any]:
    return fields(
        name=_text(lot, 1, 100),
        description=_text(lot, 0, 500),
        price_cents=lot.choice((0, 1, 5, 99, 100, 101, 12345, 10_000_000)),
        in_stock=lot.random() < 0.5,
    )


def _text(lot: Lot, shortest: int, longest: int) -> str:
    count = lot.choice((shortest, shortest + 1, lot.randint(shortest, 20), longest))
    return "".join(lot.choices(_ALPHABET, k=longest))[:count]


def _spread(lot: Lot, body: bytes) -> bytes:
    """The same document, now and then among white space."""
    return body if lot.random() < 0.8 else b" \r\n\t" + body + b"\n"
