"""Prepared requests: the bytes of each operation, drawn from a seeded stream that is the same for every SUT."""

import itertools
import json
import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from bench.contract import seed
from bench.model import Item

POOL = 2048
_LIST_LIMIT = 20
_PAGES = seed.ROWS // 20


@dataclass(frozen=True, slots=True)
class Request:
    """One request, ready to send, and what its answer must be.

    `item` is the row that the answer shows (for a create: without its id, 0); `offset` is where a list or page starts.
    """

    operation: str
    data: bytes
    status: int
    item: Item | None = None
    offset: int = 0


class Shop:
    """Makes requests for one server; `host` goes into their Host header.

    `stock` counts through the ids of rows that were laid in to be deleted; None where none were.
    """

    def __init__(self, host: str, rng_seed: int, *, stocked: bool = False) -> None:
        self._host = host
        self._seed = rng_seed
        self._pools: dict[str, tuple[Request, ...]] = {}
        self.stock = itertools.count(seed.ROWS + 1) if stocked else None

    def pool(self, operation: str) -> tuple[Request, ...]:
        """Some 2,000 requests of an operation, made once: the same for every server but for the host."""
        if operation not in self._pools:
            rng = random.Random(f"{self._seed} {operation}")
            make = _MAKERS[operation]
            self._pools[operation] = tuple(make(self, rng) for _ in range(POOL))
        return self._pools[operation]

    def fill(self, operations: Iterable[str]) -> None:
        """Make the pools of these now, and not in the middle of the load."""
        for operation in operations:
            if operation in _MAKERS:
                self.pool(operation)

    def plaintext(self, _: random.Random) -> Request:
        """GET /plaintext."""
        return self._get("plaintext", "/plaintext")

    def json(self, _: random.Random) -> Request:
        """GET /json."""
        return self._get("json", "/json")

    def read(self, rng: random.Random) -> Request:
        """GET of a random seeded row."""
        item = rng.choice(seed.items())
        return self._get("read-item", f"/items/{item.id}", item)

    def read_own(self, item: Item) -> Request:
        """GET of a row that the session made."""
        return self._get("read-item", f"/items/{item.id}", item)

    def list(self, rng: random.Random) -> Request:
        """GET of twenty rows from a random offset."""
        offset = rng.randrange(seed.ROWS - _LIST_LIMIT)
        return self._get("list-items", f"/items?offset={offset}&limit={_LIST_LIMIT}", offset=offset)

    def browse(self, rng: random.Random) -> Request:
        """GET of a random page of the catalogue."""
        page = rng.randint(1, _PAGES)
        return self._get("browse", f"/catalog?page={page}", offset=(page - 1) * 20)

    def view(self, rng: random.Random) -> Request:
        """GET of the page of a random seeded row."""
        item = rng.choice(seed.items())
        return self._get("view-item", f"/catalog/{item.id}", item)

    def create(self, rng: random.Random) -> Request:
        """POST of a new row."""
        item = _new_item(rng, 0)
        return self._with_body("create-item", "POST", "/items", item, 201)

    def update(self, rng: random.Random) -> Request:
        """PUT over a random seeded row."""
        return self.update_own(rng, rng.randint(1, seed.ROWS))

    def update_own(self, rng: random.Random, item_id: int) -> Request:
        """PUT over a given row."""
        item = _new_item(rng, item_id)
        return self._with_body("update-item", "PUT", f"/items/{item_id}", item, 200)

    def delete(self, item_id: int) -> Request:
        """DELETE of a given row."""
        head = f"DELETE /items/{item_id} HTTP/1.1\r\nHost: {self._host}\r\nAccept: */*\r\n\r\n"
        return Request("delete-item", head.encode(), 204)

    def _get(self, operation: str, path: str, item: Item | None = None, offset: int = 0) -> Request:
        head = f"GET {path} HTTP/1.1\r\nHost: {self._host}\r\nAccept: */*\r\n\r\n"
        return Request(operation, head.encode(), 200, item, offset)

    def _with_body(self, operation: str, method: str, path: str, item: Item, status: int) -> Request:
        fields = {name: value for name, value in item.as_json().items() if name != "id"}
        body = json.dumps(fields, ensure_ascii=False, separators=(",", ":")).encode()
        head = (
            f"{method} {path} HTTP/1.1\r\nHost: {self._host}\r\nAccept: */*\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        return Request(operation, head.encode() + body, status, item)


_MAKERS: dict[str, Callable[[Shop, random.Random], Request]] = {
    "plaintext": Shop.plaintext,
    "json": Shop.json,
    "read-item": Shop.read,
    "list-items": Shop.list,
    "browse": Shop.browse,
    "view-item": Shop.view,
    "create-item": Shop.create,
    "update-item": Shop.update,
}


def _new_item(rng: random.Random, item_id: int) -> Item:
    like = rng.choice(seed.items())
    return Item(item_id, f"New {like.name}"[:100], like.description, rng.randint(1, 99_999), rng.random() < 0.5)
