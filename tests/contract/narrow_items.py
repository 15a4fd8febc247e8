"""Narrow faults in items, lists, pages and the optional groups."""

import json
from pathlib import Path
from typing import Any

from bench.contract.checks import (
    field_rules,
    freshness,
    orders,
    pages,
    price_lists,
    reading,
    refusals,
    seed_rows,
    writing,
)
from tests.contract.narrow import (
    ADDS_A_ROW,
    ONE_ITEM,
    ONE_PAGE,
    OTHER_PRICE,
    Place,
    after,
    answered,
    both,
    calls_it,
    escapes,
    ever,
    loses_the_last,
    no,
    nth,
    refuses,
    says,
    sends,
    shows,
    sized,
    slips,
    to,
    with_header,
    writes,
)
from tests.contract.reference import NAMES, Asked, Reference, Reply

# Fields

ranges = field_rules.ranges_are_kept
for name, place, fault in (
    ("the answer is trimmed", both(to("PUT"), sends(b'"  both ends  "')), says(name="both ends")),
    ("the row is trimmed", both(ONE_ITEM, shows('"  both ends  "')), says(name="both ends")),
    ("a negative price", both(sends(b'"price_cents": -1'), sends(b'"in_stock": true')), refuses(400)),
    ("pairs of surrogates", sends(rb"\ud83c\udfaa"), refuses(422, "name")),
):
    slips(ranges, "field-range", name, place, fault)

duplicates = field_rules.the_last_of_two_counts
twice: Place = lambda step: step.asked.body.count(b'"name"') == 2  # noqa: E731
for name, place, fault in (
    ("the answer tells the first of two", both(to("POST"), twice, sends(b'"Last"')), says(name="First")),
    ("the row has the first of two", both(ONE_ITEM, shows('"Last", "desc')), says(name="First")),
    ("the last of two is bad", sends(b'"name": []'), refuses(404)),
    ("two of a name", both(to("POST"), twice, sends(b'"Last"')), refuses(404)),
):
    slips(duplicates, "field-duplicate", name, place, fault)

types = field_rules.types_are_strict
for name, place, fault in (
    ("a power of ten", sends(b'"price_cents": 1e3'), refuses(400)),
    ("several bad fields", sends(b'"colour": 1'), refuses(422, "name")),
    ("nothing but null", both(sends(b'"name": null'), sends(b'"in_stock": null')), refuses(400)),
):
    slips(types, "field-type", name, place, fault)

slips(
    refusals.large_bodies_are_refused,
    "body-too-large",
    "two pages of memory",
    both(to("POST"), sized(8192)),
    refuses(413),
)
slips(
    refusals.what_is_not_json_is_refused,
    "body-not-json",
    "a mark of the byte order",
    sends(b"\xef\xbb\xbf"),
    refuses(422, "body"),
)

# Caches

fresh = freshness.changes_through_the_app_are_read
for name, place, fault in (
    ("a page is old", both(ONE_PAGE, shows("<h1>Changed")), writes("<h1>Changed", "<h1>Read before")),
    ("an item is old once", both(ONE_ITEM, shows('"Changed", "description": "Read')), says(name="Read before")),
    ("an item is old later", both(ONE_ITEM, shows('"description": "Changed"')), says(description="Read before")),
):
    slips(fresh, "no-cache", name, place, fault)


class ServesOnce(Reference):
    """It remembers an item where `remembers` says so, and shows it once in place of the next that it is asked for."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.old: dict[str, Reply] = {}
        self.reads: dict[str, int] = {}

    def read_item(self, asked: Asked, item_id: str) -> Reply:
        reply = super().read_item(asked, item_id)
        self.reads[item_id] = self.reads.get(item_id, 0) + 1
        if item_id in self.old:
            return self.old.pop(item_id)
        if self.remembers(item_id, json.loads(reply.body)):
            self.old[item_id] = reply
        return reply

    def remembers(self, item_id: str, item: dict[str, Any]) -> bool:
        raise NotImplementedError


@escapes(freshness.changes_through_the_app_are_read, "no-cache")
class RemembersWhatIsReadTwice(ServesOnce):
    def remembers(self, item_id: str, item: dict[str, Any]) -> bool:
        return item["name"] == "Read before" and self.reads[item_id] == 2


@escapes(freshness.changes_behind_its_back_are_read, "no-cache")
class RemembersWhatWasThere(ServesOnce):
    def remembers(self, item_id: str, item: dict[str, Any]) -> bool:
        return item["description"] != "Elsewhere" and self.reads[item_id] == 1


@escapes(freshness.changes_behind_its_back_are_read, "no-cache")
class RemembersWhatSomebodyChanged(ServesOnce):
    def remembers(self, item_id: str, item: dict[str, Any]) -> bool:
        return item["description"] == "Elsewhere"


# Orders and price lists

summed = orders.valid_orders_are_summed_up
slips(summed, "check-order", "an order of the largest size", sized(65_536), refuses(413))
slips(summed, "check-order", "an order's type", with_header("Content-Type", "Application/JSON"), refuses(415))
slips(summed, "method-not-allowed", "DELETE of an order", to("DELETE"), refuses(404))
slips(
    orders.other_orders_are_refused,
    "check-order",
    "an order after refusals",
    both(answered(200), ever(answered(422))),
    says(lines=9),
)
repriced = price_lists.lists_come_back_with_new_prices
slips(repriced, "reprice-list", "a list's type", with_header("Content-Type", "Application/JSON"), refuses(415))
slips(repriced, "reprice-list", "half a pair of surrogates", sends(rb"\ud800"), refuses(500))
slips(repriced, "method-not-allowed", "DELETE of a list", to("DELETE", "/reprice"), refuses(404))
slips(
    price_lists.other_bodies_are_refused,
    "reprice-list",
    "a list after refusals",
    both(answered(200), ever(answered(422))),
    says(total_cents=1),
)

# Pages

shelf = pages.pages_show_the_items_in_order
slips(shelf, "browse", "a line leads elsewhere", to("GET", r"/catalog\?page=1"), writes('"/catalog/3"', '"/catalog/x"'))
slips(shelf, "browse", "a line has another name", to("GET", r"/catalog\?page=1"), writes('(log/3">)[^<]+', r"\1Other"))
slips(shelf, "browse", "no page 2", to("GET", r"/catalog\?page=2"), refuses(404))
slips(shelf, "browse", "a line less", to("GET", r"/catalog\?page=2"), writes("(?s)(.*)<tr>.*</tr>", r"\1"))
again = nth(2, to("GET", r"/catalog\?page=3"))
slips(shelf, "browse", "no page of a new item", again, refuses(404))
slips(shelf, "browse", "no line of a new item", again, writes('"/catalog/46"', '"/catalog/x"'))
slips(
    pages.pages_lead_to_their_neighbours,
    "browse-links",
    "nowhere to lead from",
    to("GET", r"/catalog\?page=2"),
    refuses(404),
)
slips(pages.texts_stay_texts, "escaping", "no page of a plain text", shows("<h1>Plain"), refuses(404))
slips(pages.texts_stay_texts, "escaping", "a reference that is read", shows("<h1>&amp;lt;"), writes("&amp;lt;", "&lt;"))


@escapes(pages.pages_show_the_items_in_order, "browse")
class ShowsTheSameWrongEverywhere(Reference):
    """The list and the catalogue agree, and neither shows what was written."""

    def rows(self, offset: int, limit: int) -> list[dict[str, Any]]:
        return [row | {"in_stock": row["in_stock"] and row["name"] != "Shelf 0"} for row in super().rows(offset, limit)]


exist = pages.only_pages_with_items_exist
slips(exist, "browse-pages", "no page 1", nth(1, to("GET", r"/catalog\?page=1")), refuses(404))
slips(exist, "browse-pages", "no catalogue", to("GET", "/catalog"), refuses(404))
slips(exist, "browse-pages", "another first page", to("GET", "/catalog"), writes('(log/3">)[^<]+', r"\1Other"))
slips(
    pages.pages_come_and_go_with_their_items,
    "browse-pages",
    "no last page",
    nth(1, to("GET", "/catalog.*")),
    refuses(404),
)
viewed = pages.items_have_a_page
for name, place, fault in (
    ("no page", nth(3, shows("<h1>Viewed")), refuses(404)),
    ("another heading", shows("<h1>Viewed"), writes("<h1>Viewed", "<h1>View")),
    ("no empty paragraph", shows("<h1>x</h1>"), writes("<p></p>", "")),
    ("other letters", shows("折叠梯子"), writes("折叠梯子", "?")),
):
    slips(viewed, "view-item", name, both(ONE_PAGE, place), fault)

# Lists and items

lists = reading.lists_are_stretches_of_the_table
slips(lists, "list-items", "a list with more", to("GET", r"/items\?offset=0&limit=100"), says(more=1))
slips(lists, "list-items", "an item that is listed otherwise", to("GET", "/items/1"), OTHER_PRICE)
for query in ("", "limit=20", "limit=1", "offset=2", "limit=3&offset=1", "offset=0&colour=blue&limit=2"):
    place = to("GET", f"/items\\?{query}" if query else "/items")
    slips(lists, "list-items", f"one less for {query or 'no query'}", place, loses_the_last)
for name, query in (("a list", "limit=20"), ("the end", "offset=43&limit=5")):
    slips(lists, "list-items", f"{name} is refused", to("GET", f"/items\\?{query}"), refuses(404))
for name, query in (("what is around a stretch", "offset=[1-9][0-9]*&limit=100"), ("a stretch", ".*limit=21")):
    slips(reading.stretches_overlap, "list-items", f"{name} is refused", to("GET", f"/items\\?{query}"), refuses(404))
slips(lists, "list-items", "one less at the end", to("GET", r"/items\?offset=46&limit=5"), loses_the_last)


@escapes(reading.lists_are_stretches_of_the_table, "list-items")
class HasAnotherOrder(Reference):
    """The same in every stretch."""

    def rows(self, offset: int, limit: int) -> list[dict[str, Any]]:
        order = "CASE id WHEN 2 THEN 3 WHEN 3 THEN 2 ELSE id END"
        rows = self.connection.execute(f"SELECT * FROM item ORDER BY {order} LIMIT ? OFFSET ?", (limit, offset))
        return [self.item(row) for row in rows]


missing = reading.ids_without_a_row_are_not_found
for name, place, fault in (
    ("GET of no id", nth(1, to("GET", "/items/abc")), refuses(400)),
    ("GET of no id after PUT", nth(2, to("GET", "/items/abc")), refuses(400)),
    ("DELETE of no id", to("DELETE", "/items/abc"), refuses(400)),
    ("a row by PUT", to("PUT", "/items/abc"), ADDS_A_ROW),
    ("the page of what was just deleted", both(ONE_PAGE, after(answered(204))), refuses(410)),
    ("another item", both(ONE_ITEM, shows("Still here")), OTHER_PRICE),
):
    slips(missing, "missing-item", name, place, fault)

numbers = reading.parameters_are_plain_numbers
for query in ("offset=abc", "offset=0&limit=abc", "limit=101", f"offset={2**63 - 1}&limit=100&offset_=x"):
    slips(numbers, "list-parameters", f"refuses {query} otherwise", to("GET", f"/items\\?{query}"), refuses(400))

total = reading.total_counts_the_rows
counted, deleted, updated = to("GET", r"/items\?offset=3&limit=100"), ever(to("DELETE")), ever(to("PUT"))
for name, place, fault in (
    ("after creations", both(counted, no(deleted)), says(total=0)),
    ("after a delete", both(counted, deleted, no(updated)), says(total=0)),
    ("after an update", both(counted, updated, no(ever(answered(422)))), says(total=0)),
    ("of no offset", to("GET", r"/items\?offset=x"), refuses(400)),
):
    slips(total, "list-total", f"a total {name}", place, fault)

slips(
    reading.items_are_read_to_the_character,
    "read-item",
    "the first answer",
    nth(1, both(ONE_ITEM, shows('"007"'))),
    OTHER_PRICE,
)
slips(
    reading.items_are_read_to_the_character,
    "read-item",
    "the answer to PUT",
    both(to("PUT"), shows('"007"')),
    OTHER_PRICE,
)

# The seed

hundreds, rows = seed_rows.all_rows_are_listed, seed_rows.chosen_rows_are_shown
for check, name, place, fault in (
    (hundreds, "another total", to("GET", r"/items\?offset=300&limit=100"), says(total=1)),
    (hundreds, "one row less", to("GET", r"/items\?offset=400&limit=100"), loses_the_last),
    (seed_rows.any_row_is_read, "another row", to("GET", "/items/1"), OTHER_PRICE),
    (seed_rows.any_stretch_is_listed, "a stretch", to("GET", r"/items\?offset=7&limit=8"), loses_the_last),
    (rows, "a chosen row", to("GET", "/items/1"), OTHER_PRICE),
    (rows, "the page of a chosen row", to("GET", "/catalog/1"), writes("<h1>.*</h1>", "<h1>Other</h1>")),
    (rows, "the line of a chosen row", to("GET", r"/catalog\?page=1"), writes('(log/1">)[^<]+', r"\1Other")),
):
    slips(check, "seed-rows", f"{name} of the seed", place, fault)

# Writing

gone = writing.items_are_deleted
for name, place, fault in (
    ("deletes with 200", nth(1, to("DELETE")), calls_it(200)),
    ("GET of what is gone", nth(1, both(ONE_ITEM, answered(404))), refuses(410)),
    ("DELETE of what is gone", nth(1, both(to("DELETE"), answered(404))), refuses(410)),
    ("the total after a delete", nth(2, to("GET", r"/items\?offset=0&limit=1")), says(total=0)),
    ("the neighbour of what is gone", both(ONE_ITEM, shows("To stay 0")), OTHER_PRICE),
):
    slips(gone, "delete-item", name, place, fault)

created = writing.items_are_created
slips(created, "create-item", "what was created", both(ONE_ITEM, shows("Other of two")), OTHER_PRICE)
slips(created, "create-item", "members in another order", sends(b'{"in_stock"'), refuses(422, "name"))


@escapes(writing.items_are_created, "create-item")
class CreatesNothingTwice(Reference):
    def insert(self, fields: dict[str, Any]) -> int:
        alike = "SELECT id FROM item WHERE name = ? AND description = ? AND price_cents = ? AND in_stock = ?"
        row = self.connection.execute(alike, [fields[name] for name in NAMES]).fetchone()
        return row[0] if row else super().insert(fields)


slips(
    writing.location_leads_to_the_item, "create-location", "where it leads", both(ONE_ITEM, answered(200)), OTHER_PRICE
)
slips(
    writing.location_leads_to_the_item,
    "create-item",
    "creates what it locates with 200",
    both(to("POST"), sends(b"Located 3")),
    calls_it(200),
)
slips(writing.others_stay_as_they_are, "update-item", "a row in a row", nth(1, ONE_ITEM), OTHER_PRICE)
slips(writing.writes_at_once_do_not_meet, "write-persists", "at once", both(ONE_ITEM, shows("turn 2")), OTHER_PRICE)

elsewhere = writing.other_clients_see_it_too
fresh_line: Place = lambda step: step.asked.visit.nth == 1  # noqa: E731
for name, place, fault in (
    ("a new connection", both(ONE_ITEM, answered(200), fresh_line), OTHER_PRICE),
    ("an old connection", both(ONE_ITEM, answered(200), no(fresh_line)), OTHER_PRICE),
    ("what is gone elsewhere", both(ONE_ITEM, answered(404)), refuses(410)),
):
    slips(elsewhere, "write-persists", name, place, fault)

seen = writing.writes_are_seen_at_once
for name, place, fault in (
    ("a new item", both(ONE_ITEM, shows("Written 0 times")), OTHER_PRICE),
    ("a changed item", both(ONE_ITEM, shows("Again")), OTHER_PRICE),
    ("an item in the list", both(to("GET", r"/items\?offset=[1-9][0-9]*&limit=1"), shows("Again")), loses_the_last),
    ("the page of a deleted item", both(ONE_PAGE, answered(404)), refuses(410)),
):
    slips(seen, "write-persists", f"{name} is not seen", place, fault)


class StoresAnotherPrice(Reference):
    """Under one name the database holds more than the server tells."""

    name = ""

    def insert(self, fields: dict[str, Any]) -> int:
        return super().insert(self.more(fields, 1))

    def replace(self, item_id: int, fields: dict[str, Any]) -> bool:
        return super().replace(item_id, self.more(fields, 1))

    def item(self, row: tuple[Any, ...]) -> dict[str, Any]:
        return self.more(super().item(row), -1)

    def more(self, fields: dict[str, Any], cents: int) -> dict[str, Any]:
        return fields | {"price_cents": fields["price_cents"] + (cents if fields["name"] == self.name else 0)}


@escapes(writing.writes_are_seen_at_once, "write-persists")
class StoresAnotherPriceFirst(StoresAnotherPrice):
    name = "Written 0 times"


@escapes(writing.writes_are_seen_at_once, "write-persists")
class StoresAnotherPriceAgain(StoresAnotherPrice):
    name = "Again"


@escapes(writing.writes_are_seen_at_once, "write-persists")
class HidesWhatIsDeleted(Reference):
    def remove(self, item_id: int) -> bool:
        hide = "UPDATE item SET name = 'hidden' WHERE id = ? AND name <> 'hidden'"
        return self.connection.execute(hide, (item_id,)).rowcount > 0

    def row(self, item_id: int) -> dict[str, Any] | None:
        row = super().row(item_id)
        return row if row and row["name"] != "hidden" else None

    def rows(self, offset: int, limit: int) -> list[dict[str, Any]]:
        return [row for row in super().rows(0, 10**6) if row["name"] != "hidden"][offset : offset + limit]

    def total(self) -> int:
        return len(self.rows(0, 10**6))
