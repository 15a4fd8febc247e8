"""Creating, replacing and deleting items, and seeing at once what was written."""

from concurrent.futures import ThreadPoolExecutor

from bench.contract.checks import pages
from bench.contract.clauses import Checks
from bench.contract.client import Client, NoAnswer
from bench.contract.coding import plain
from bench.contract.fields import Fields, encode, fields, identical
from bench.contract.message import Request
from bench.contract.shapes import Document, document, item_id
from bench.contract.shop import Shop
from bench.model import Item

check = Checks()

_SEVERAL = 8
"""Ids in a row, among which there are odd and even ones, and multiples of small numbers."""
_CLIENTS = 6
_TURNS = 5


@check("create-item")
def items_are_created(shop: Shop) -> None:
    one, other = shop.create(name="One of two"), shop.create(name="Other of two", price_cents=0, in_stock=False)
    twin = shop.create(name="One of two")
    if len({one.id, other.id, twin.id}) < 3:
        shop.note("POST /items, three times", "three ids", f"{one.id}, {other.id} and {twin.id}")
    for item in (one, other, twin):
        shop.expect_json(shop.ask("GET", f"/items/{item.id}"), item.as_json())
    total = shop.total()
    for number in range(1, _SEVERAL + 1):
        shop.create(name=f"One of several {number}")
        shop.expect_total(total + number, f"the table after POST /items, {number} times")
    # The order of the members says nothing.
    backwards = dict(reversed(fields(name="Backwards").items()))
    shop.expect_status(shop.ask("POST", "/items", encode(backwards)), 201)


@check("create-location")
def location_leads_to_the_item(shop: Shop) -> None:
    for number in range(_SEVERAL * 2):
        _expect_located(shop, fields(name=f"Located {number}"))


def _expect_located(shop: Shop, wanted: Fields) -> None:
    answer = shop.ask("POST", "/items", encode(wanted))
    created, location = item_id(answer), answer.header("Location")
    if not shop.expect_status(answer, 201, clause="create-item"):
        return
    if not shop.expect(answer, location is not None, f"Location: /items/{created}", "no Location"):
        return
    path = shop.path_of(location or "", "/items")
    if shop.expect(answer, path == f"/items/{created}", f"Location: /items/{created}", f"Location: {location}"):
        shop.expect_json(shop.ask("GET", f"/items/{created}"), {"id": created} | wanted)


@check("update-item")
def items_are_replaced_whole(shop: Shop) -> None:
    item = shop.create(name="Old", description="Old", price_cents=999, in_stock=True)
    other = shop.create(name="Neighbour")
    steps = (
        fields(name="New", description="New", price_cents=10_000_000, in_stock=False),
        fields(name="New", description="", price_cents=0, in_stock=False),
        fields(name="New", description="", price_cents=0, in_stock=False),
        fields(name="Newer", description="", price_cents=0, in_stock=False),
        fields(name="Newer", description="Back", price_cents=1, in_stock=True),
    )
    for step in steps:
        expected = {"id": item.id} | step
        shop.expect_json(shop.ask("PUT", f"/items/{item.id}", encode(step)), expected)
        shop.expect_json(shop.ask("GET", f"/items/{item.id}"), expected)
    shop.expect_json(shop.ask("GET", f"/items/{other.id}"), other.as_json())


@check("update-item")
def others_stay_as_they_are(shop: Shop) -> None:
    row = [shop.create(name=f"In a row {number}") for number in range(_SEVERAL)]
    for place in range(1, len(row) - 1):
        for changes in ({"name": f"Changed {place}", "in_stock": False, "price_cents": place}, {}):
            row[place] = shop.update(row[place], **changes)
            for near in row[place - 1 : place + 2]:
                shop.expect_json(shop.ask("GET", f"/items/{near.id}"), near.as_json())


@check("delete-item")
def items_are_deleted(shop: Shop) -> None:
    for number in range(_SEVERAL):
        _expect_deleted(shop, shop.create(name=f"To be deleted {number}"), shop.create(name=f"To stay {number}"))


def _expect_deleted(shop: Shop, item: Item, other: Item) -> None:
    total = shop.total()
    answer = shop.ask("DELETE", f"/items/{item.id}")
    shop.expect(answer, answer.status == 204 and not answer.body, "204 and no body")
    for path in (f"/items/{item.id}", f"/catalog/{item.id}"):
        shop.expect_status(shop.ask("GET", path), 404)
    shop.expect_status(shop.ask("DELETE", f"/items/{item.id}"), 404)
    shop.expect_total(total - 1, f"the table after DELETE /items/{item.id}")
    shop.expect_json(shop.ask("GET", f"/items/{other.id}"), other.as_json())


@check("write-persists")
def writes_are_seen_at_once(shop: Shop) -> None:
    for number in range(_SEVERAL):
        item = shop.create(name=f"Written {number}")
        _expect_stored(shop, item, "POST /items")
    for number in range(2):
        _expect_written(shop, shop.create(name=f"Written {number} times"))


def _expect_written(shop: Shop, item: Item) -> None:
    """A new item is seen, and so is each change to it."""
    _expect_stored(shop, item, "POST /items")
    _expect_everywhere(shop, item, "POST /items")
    changes: tuple[Fields, ...] = ({"name": "Again", "description": "", "in_stock": False}, {"price_cents": 7})
    for change in changes:
        item = shop.update(item, **change)
        _expect_stored(shop, item, f"PUT /items/{item.id}")
        _expect_everywhere(shop, item, f"PUT /items/{item.id}")
    shop.delete(item)
    if shop.database and (row := shop.database.read(item.id)):
        shop.note(f"DELETE /items/{item.id}", "no row in the database", f"the row {row}")
    for path in (f"/items/{item.id}", f"/catalog/{item.id}"):
        shop.expect_status(shop.ask("GET", path), 404)


@check("write-persists")
def other_clients_see_it_too(shop: Shop) -> None:
    """Over connections that were used before the write, and ones that are opened after it. One that is open and was
    never used would hold up everybody behind a server with one thread that waits for its first request.
    """
    with shop.client.another() as elsewhere:
        elsewhere.send(Request("GET", "/plaintext"))
        item = shop.create(name="Seen by all")
        for change in ({"name": "Seen again"}, {"price_cents": 1}, {"in_stock": False, "description": ""}):
            shop.expect_json(plain(elsewhere.send(Request("GET", f"/items/{item.id}"))), item.as_json())
            item = shop.update(item, **change)
            _expect_elsewhere(shop, Request("GET", f"/items/{item.id}"), item.as_json())
        shop.delete(item)
        answer = elsewhere.send(Request("GET", f"/items/{item.id}"))
        shop.expect_status(answer, 404)


@check("write-persists")
def writes_at_once_do_not_meet(shop: Shop) -> None:
    """Several clients, each with an item of its own."""
    items = [shop.create(name=f"Client {number}") for number in range(_CLIENTS)]
    with ThreadPoolExecutor(_CLIENTS) as pool:
        for faults in pool.map(lambda item: _written_and_read(shop.client, item), items):
            for request, expected, got in faults:
                shop.note(f"{request}, while others write", expected, got)


def _written_and_read(client: Client, item: Item) -> list[tuple[Request, str, str]]:
    """What went wrong where a client changed its item and read it, over and over."""
    faults: list[tuple[Request, str, str]] = []
    with client.another() as own:
        for turn in range(_TURNS):
            wanted = fields(name=f"{item.name}, turn {turn}", price_cents=turn)
            for request in (Request("PUT", f"/items/{item.id}", encode(wanted)), Request("GET", f"/items/{item.id}")):
                try:
                    answer = plain(own.send(request))
                    good = answer.status == 200 and identical(document(answer), {"id": item.id} | wanted)
                    faults += [] if good else [(request, f"200 {wanted}", answer.summary())]
                except NoAnswer as fault:
                    faults.append((request, f"200 {wanted}", fault.what))
    return faults


def _expect_elsewhere(shop: Shop, request: Request, expected: Document) -> None:
    dialogue = shop.exchange([shop.on_the_wire(request)], request)
    if [answer.status for answer in dialogue.answers] != [200] or not identical(dialogue.answers[0].json(), expected):
        shop.note(f"{request}, over a new connection", f"{expected}", dialogue.summary())


def _expect_stored(shop: Shop, item: Item, write: str) -> None:
    if shop.database and (row := shop.database.read(item.id)) != item:
        shop.note(f"{write}, then a look into the database", f"the row {item}, committed", f"{row or 'no row'}")


def _expect_everywhere(shop: Shop, item: Item, write: str) -> None:
    """What was written, in `read-item`, `list-items` and `view-item`."""
    shop.expect_json(shop.ask("GET", f"/items/{item.id}"), item.as_json())
    place = shop.place(item.id)
    stretch = None if place is None else shop.listed(place, 1)[0]
    if not identical(stretch, [item.as_json()]):
        shop.note(f"GET /items after {write}", f"{item.as_json()} among the items", f"{stretch or 'no such id'}")
    pages.expect_view(shop, item)
