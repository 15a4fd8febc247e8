"""The contract in memory, for requests as bytes: right answers, at once, to be sent as they are or spoilt first."""

import html
import itertools
import json
import threading
from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

from bench.contract import seed
from bench.contract.operations import print_labels
from bench.contract.operations.check_order import summary
from bench.contract.operations.reprice_list import repriced
from bench.contract.operations.stream import whole
from bench.contract.upstream import sealed
from bench.model import Item


def http(status: str, body: bytes = b"", kind: str = "application/json", *more: str) -> bytes:
    """An answer with a length."""
    lines = [f"HTTP/1.1 {status}", f"Content-Type: {kind}", f"Content-Length: {len(body)}", *more]
    if status.startswith("204"):
        lines = lines[:1]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


HELLO = http("200 OK", b"Hello, World!", "text/plain")


class Reference:
    """A shop with the seeded rows, and as many more in stock as are wanted."""

    def __init__(self, stock: int = 0) -> None:
        laid_in = range(seed.ROWS + 1, seed.ROWS + 1 + stock)
        self._items = {item.id: item for item in seed.items()} | {n: Item(n, "x", "", 1, True) for n in laid_in}
        self._lock = threading.Lock()
        self._numbers = itertools.count(1)

    def answer(self, request: bytes) -> bytes:
        """The whole answer to one whole request."""
        head, _, body = request.partition(b"\r\n\r\n")
        method, target, _ = head.split(b"\r\n")[0].decode().split(" ")
        url = urlsplit(target)
        with self._lock:
            if url.path in _SMALL:
                return _SMALL[url.path]
            if url.path == "/items":
                return self._create(json.loads(body)) if method == "POST" else self._list(parse_qs(url.query))
            if url.path in _COMPUTED:
                return _COMPUTED[url.path](url.query, body)
            if url.path == "/upstream":
                return _json({"upstream": sealed(next(self._numbers), int(parse_qs(url.query)["ms"][0]))})
            if url.path == "/catalog":
                return self._browse(int(parse_qs(url.query)["page"][0]))
            return self._one(method, url.path, body)

    def _one(self, method: str, path: str, body: bytes) -> bytes:
        number = int(path.rpartition("/")[2])
        if number not in self._items:
            return http("404 Not Found", b'{"title":"Not Found","status":404}')
        if path.startswith("/catalog/"):
            return _html(_view(self._items[number]))
        if method == "DELETE":
            del self._items[number]
            return http("204 No Content")
        if method == "PUT":
            self._items[number] = Item(id=number, **json.loads(body))
        return _json(self._items[number].as_json())

    def _create(self, fields: dict[str, object]) -> bytes:
        number = max(self._items) + 1
        self._items[number] = Item(id=number, **fields)  # type: ignore[arg-type]
        return _json(self._items[number].as_json(), "201 Created", f"Location: /items/{number}")

    def _list(self, query: dict[str, list[str]]) -> bytes:
        rows = self._rows(int(query["offset"][0]), int(query["limit"][0]))
        return _json({"items": [row.as_json() for row in rows], "total": len(self._items)})

    def _browse(self, page: int) -> bytes:
        rows = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in _cells(row))}</tr>" for row in self._page(page))
        return _html(f"<h1>Catalog</h1><table>{rows}</table>")

    def _page(self, page: int) -> list[Item]:
        return self._rows((page - 1) * 20, 20)

    def _rows(self, offset: int, limit: int) -> list[Item]:
        return [self._items[number] for number in sorted(self._items)[offset : offset + limit]]


def _cells(item: Item) -> tuple[str, str, str]:
    cents = item.price_cents
    link = f'<a href="/catalog/{item.id}">{html.escape(item.name)}</a>'
    return link, f"{cents // 100}.{cents % 100:02}", "yes" if item.in_stock else "no"


def _view(item: Item) -> str:
    name, cost, stock = _cells(item)
    return f"<h1>{name}</h1><p>{html.escape(item.description)}</p><dl><dd>{cost}</dd><dd>{stock}</dd></dl>"


def _json(document: object, status: str = "200 OK", *more: str) -> bytes:
    return http(status, json.dumps(document, ensure_ascii=False).encode(), "application/json", *more)


def _html(page: str) -> bytes:
    return http("200 OK", f"<!doctype html><title>Shop</title><body>{page}</body>".encode(), "text/html; charset=utf-8")


def _labels(query: str, _: bytes) -> bytes:
    asked = parse_qs(query)
    (text,), (page,) = asked["text"], asked["page"]
    rows = (
        f"<tr><td>{label.id}</td><td>{html.escape(label.name)}</td><td>{cost}</td><td>{stock}</td></tr>"
        for label in print_labels.labels(text, int(page))
        for _, cost, stock in (_cells(label),)
    )
    return _html(f"<h1>{html.escape(text)}</h1><table>{''.join(rows)}</table>")


_SMALL = {
    "/plaintext": HELLO,
    "/json": _json({"message": "Hello, World!"}),
    "/stream": http("200 OK", whole(), "text/plain"),
}
_COMPUTED: dict[str, Callable[[str, bytes], bytes]] = {
    "/labels": _labels,
    "/orders/check": lambda _, body: _json(summary(json.loads(body))),
    "/reprice": lambda _, body: _json(repriced(json.loads(body))),
}
