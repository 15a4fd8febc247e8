"""The small answers, the list, single items, and ids that no row has."""

from bench.contract import shapes
from bench.contract.clauses import Checks, sample
from bench.contract.fields import encode, fields, identical
from bench.contract.message import Answer
from bench.contract.shapes import Document, listing
from bench.contract.shop import GaveUp, Shop, without_id

check = Checks()

_LARGEST = 2**63 - 1
_TIMES = 100
"""Over several connections, young and old."""
_STRIDE = 29
"""Between the offsets of two stretches, where all of the table is looked at."""
_NO_NUMBERS = ("-1", "1.5", "", "abc", "0x1", "1,2", "null")
_TEXTS = (
    "Crème brûlée",
    "Cre\u0300me de\u0301compose\u0301e",
    "👩‍🚀 折叠梯子 مصباح",
    "  blanks at  both ends ",
    "tab\tand\nline\r\nbreaks",
    "\"quotes\" 'and' \\backslashes\\ \\n",
    "%s %(x)s {} {{ 7*7 }} ${x} [[=1]]",
    "'; DROP TABLE item;--",
    "\u0001\u007f\u0085\u2028\ufeff\U0010ffff",
    "null",
    "007",
)


@check("plaintext")
def plaintext_says_hello(shop: Shop) -> None:
    for _ in range(_TIMES):
        answer = shop.ask("GET", "/plaintext")
        shop.expect(answer, answer.status == 200 and answer.body == b"Hello, World!", "200 Hello, World!")


@check("json")
def json_says_hello(shop: Shop) -> None:
    for _ in range(_TIMES):
        shop.expect_json(shop.ask("GET", "/json"), {"message": "Hello, World!"})


@check("list-items")
def lists_are_stretches_of_the_table(shop: Shop) -> None:
    items = [shop.create(name=f"Listed {number}") for number in range(3)]
    # A table that is read without an order shows the row that was changed last in another place.
    shop.update(items[0], description="Changed")
    first = _stretch(shop, "?offset=0&limit=100")
    shop.expect_json(shop.ask("GET", f"/items/{first[0].get('id')}"), first[0])
    _expect_stretch(shop, "", first[:20])
    _expect_stretch(shop, "?limit=20", first[:20])
    _expect_stretch(shop, "?limit=1", first[:1])
    _expect_stretch(shop, "?offset=2", first[2:22])
    _expect_stretch(shop, "?limit=3&offset=1", first[1:4])
    _expect_stretch(shop, "?offset=0&colour=blue&limit=2", first[:2])
    total = shop.total()
    last = _stretch(shop, f"?offset={max(total - 5, 0)}&limit=5")
    _expect_stretch(shop, f"?offset={total - 2}&limit=5", last[-2:])
    for offset in (total, total + 1000, 2**31, 2**32, 2**32 + 1, _LARGEST):
        _expect_stretch(shop, f"?offset={offset}&limit=5", [])


@check("list-items")
def stretches_overlap(shop: Shop) -> None:
    """Any two that share rows show them alike, whatever their offsets and limits."""
    shop.create(name="So that there is one")
    total = shop.total()
    everywhere = range(0, total, _STRIDE) if shop.thorough else ()
    for offset in (*sample(shop, range(total)), *everywhere):
        start = max(offset - 7, 0)
        around = _stretch(shop, f"?offset={start}&limit=100")
        for limit in (1, 2, 21, offset % 100 + 1, 99):
            end = min(offset + limit, start + len(around))
            wanted = around[offset - start : end - start]
            items = _stretch(shop, f"?offset={offset}&limit={limit}")
            right = identical(items[: len(wanted)], wanted) and len(items) == min(limit, total - offset)
            if not right:
                shop.note(f"GET /items?offset={offset}&limit={limit}", _named(wanted), _named(items))


def _stretch(shop: Shop, query: str) -> list[Document]:
    """The items for a query, which are items, in order; gives up where there are none."""
    answer = shop.ask("GET", f"/items{query}")
    stretch = listing(answer)
    if stretch is None:
        shop.expect(answer, False, '200 {"items": [...], "total": N}')
        raise GaveUp
    items, _ = stretch
    whole = all(shapes.item(members) for members in items)
    shop.expect(answer, whole, "items with exactly id, name, description, price_cents and in_stock, of their types")
    ids = [item.get("id") for item in items]
    ordered = ids == sorted({key for key in ids if type(key) is int})
    shop.expect(answer, ordered, "items in ascending order of id", f"ids {', '.join(map(str, ids[:12]))}")
    return items


def _expect_stretch(shop: Shop, query: str, expected: list[Document]) -> None:
    items = _stretch(shop, query)
    if not identical(items, expected):
        shop.note(f"GET /items{query}", _named(expected), _named(items))


def _named(items: list[Document]) -> str:
    return f"{len(items)} items: ids {', '.join(str(item.get('id')) for item in items[:12])}" if items else "no items"


@check("list-total")
def total_counts_the_rows(shop: Shop) -> None:
    total = shop.total()
    one, other = [shop.create(name=f"Counted {number}") for number in range(2)]
    _expect_total(shop, "after two more items", total + 2)
    last, _ = shop.listed(total + 1, 100)
    beyond, _ = shop.listed(total + 2, 100)
    if (len(last), len(beyond)) != (1, 0):
        got = f"{len(last)} at offset {total + 1} and {len(beyond)} at {total + 2}"
        shop.note("GET /items", f"the {total + 2} items that `total` counts", got)
    shop.delete(one)
    _expect_total(shop, "after one of them was deleted", total + 1)
    shop.update(other, name="Counted again")
    _expect_total(shop, "after the other was changed", total + 1)
    shop.expect_status(shop.ask("GET", "/items?offset=x"), 422)
    _expect_total(shop, "after a request that was refused", total + 1)
    if shop.database:
        with shop.database.inserted(other):
            _expect_total(shop, "after a row was added in the database, behind the server's back", total + 2)


def _expect_total(shop: Shop, when: str, expected: int) -> None:
    """The total at offsets all over the table, and past its end."""
    offsets = [*range(0, min(expected, 200), 29), expected, expected + 5]
    for query in ("?offset=0&limit=1", "", "?offset=3&limit=100", *(f"?offset={n}&limit={n % 7 + 1}" for n in offsets)):
        answer = shop.ask("GET", f"/items{query}")
        stretch = listing(answer)
        if stretch is None or stretch[1] != expected:
            got = answer.summary() if stretch is None else f'"total": {stretch[1]}'
            shop.note(f"GET /items{query} {when}", f'"total": {expected}', got)


@check("list-parameters")
def parameters_are_plain_numbers(shop: Shop) -> None:
    for bad in _NO_NUMBERS:
        shop.expect_refusal(shop.ask("GET", f"/items?offset={bad}"), {"offset"})
        shop.expect_refusal(shop.ask("GET", f"/items?offset=0&limit={bad}"), {"limit"})
    for bad in ("0", "101", str(_LARGEST)):
        shop.expect_refusal(shop.ask("GET", f"/items?limit={bad}"), {"limit"})
        shop.expect_refusal(shop.ask("GET", f"/items?offset=7&limit={bad}"), {"limit"})
    for bad in _NO_NUMBERS:
        shop.expect_refusal(shop.ask("GET", f"/items?offset={bad}&limit=5"), {"offset"})
    for other in ("page=2", "id=5", "sort=name", "limits=0", "q="):
        shop.expect_status(shop.ask("GET", f"/items?{other}"), 200)
    shop.expect_refusal(shop.ask("GET", "/items?offset=-1&limit=0"), {"offset", "limit"})
    shop.expect_status(shop.ask("GET", f"/items?offset={_LARGEST}&limit=100&offset_=x"), 200)


@check("read-item")
def items_are_read_to_the_character(shop: Shop) -> None:
    items = [
        shop.create(name=text, description=text * 2, price_cents=len(text), in_stock=len(text) % 2 == 0)
        for text in _TEXTS
    ]
    for item in items * 5:
        shop.expect_json(shop.ask("GET", f"/items/{item.id}"), item.as_json())
    for item in items:
        shop.expect_json(shop.ask("PUT", f"/items/{item.id}", encode(without_id(item))), item.as_json())
        shop.expect_json(shop.ask("GET", f"/items/{item.id}"), item.as_json())


@check("missing-item")
def ids_without_a_row_are_not_found(shop: Shop) -> None:
    other = shop.create(name="Still here")
    row = [shop.create(name=f"Gone {number}") for number in range(8)]
    for gone in row:
        shop.delete(gone)
        shop.expect_status(shop.ask("GET", f"/catalog/{gone.id}"), 404)
        shop.expect_status(shop.ask("DELETE", f"/items/{gone.id}"), 404)
    expect_missing(shop, (str(row[0].id), "0", "-1", "abc", f"x{other.id}", f"-{other.id}", str(_LARGEST)))
    shop.expect_json(shop.ask("GET", f"/items/{other.id}"), other.as_json())


def expect_missing(shop: Shop, ids: tuple[str, ...]) -> None:
    """Note a violation unless these ids are answered as ids that no row has, by every method."""
    total = shop.total()
    for item_id in ids:
        path = f"/items/{item_id}"
        _expect_not_found(shop, shop.ask("GET", path))
        _expect_not_found(shop, shop.ask("PUT", path, encode(fields(name="Out of nowhere"))))
        _expect_not_found(shop, shop.ask("GET", path))
        _expect_not_found(shop, shop.ask("DELETE", path))
        _expect_not_found(shop, shop.ask("GET", f"/catalog/{item_id}"))
    shop.expect_total(total, f"GET /items after requests for the ids {', '.join(ids)[:60]}")


def _expect_not_found(shop: Shop, answer: Answer) -> None:
    shop.expect_status(answer, 404)
