"""Servers that break one clause only where nobody looks: on some connection, page or id, or after something else.

Each is the reference with a fault at a place. A verification has to name the clause, and no other that the fault does
not touch.
"""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any
from unicodedata import normalize

from tests.contract.reference import NAMES, Asked, Reference, Refusal, Reply

RARE = 7
"""One id in so many is rare enough for a table of a few pages."""


@dataclass(frozen=True)
class Hidden:
    """A server that breaks `clause`; `also` are clauses that the same fault breaks, in whose name it may be noted."""

    clause: str
    also: frozenset[str]
    server: Callable[[Path], Reference]


HIDDEN: dict[str, Hidden] = {}


def hides(clause: str, *also: str) -> Callable[[type[Reference]], type[Reference]]:
    """Enter a broken reference."""

    def enter(server: type[Reference]) -> type[Reference]:
        HIDDEN[server.__name__] = Hidden(clause, frozenset(also), server)
        return server

    return enter


@dataclass(frozen=True)
class Moment:
    """A request, the right reply to it, and what was asked just before."""

    asked: Asked
    reply: Reply
    before: "Moment | None"

    @property
    def item_id(self) -> int:
        """The id in the path, or else in the reply; 0 where there is none."""
        named = re.fullmatch(r"/(?:items|catalog)/([0-9]{1,18})", self.asked.path)
        if named or self.reply.status != 201:
            return int(named[1]) if named else 0
        return int(json.loads(self.reply.body)["id"])


Place = Callable[[Moment], bool]
Fault = Callable[[Moment], Reply]


def at(place: Place, clause: str, *also: str) -> Callable[[Fault], Fault]:
    """Enter the reference, but for a fault at a place."""

    def enter(fault: Fault) -> Fault:
        HIDDEN[fault.__name__] = Hidden(clause, frozenset(also), partial(Faulty, place=place, fault=fault))
        return fault

    return enter


@dataclass
class Tampered(Reply):
    """A reply of which other bytes are sent."""

    tamper: Callable[[bytes], bytes] = bytes
    hangs_up: bool = False


class Faulty(Reference):
    """The reference, but for a fault at a place."""

    def __init__(self, path: Path, place: Place, fault: Fault) -> None:
        super().__init__(path)
        self.place, self.fault = place, fault
        self.last: Moment | None = None

    def answer(self, asked: Asked) -> Reply:
        reply = super().answer(asked)
        with self.lock:
            moment = Moment(asked, reply, self.last)
            self.last = replace(moment, before=None)
            return self.fault(moment) if self.place(moment) else reply

    def wire(self, asked: Asked, reply: Reply) -> bytes:
        data = super().wire(asked, reply)
        self.hangs_up = isinstance(reply, Tampered) and reply.hangs_up
        return reply.tamper(data) if isinstance(reply, Tampered) else data


# Places


def on_a_later_connection(moment: Moment) -> bool:
    return moment.asked.visit.connection % 3 == 0


def late_on_a_connection(moment: Moment) -> bool:
    return moment.asked.visit.nth > 5


def after_a_write(moment: Moment) -> bool:
    return moment.before is not None and moment.before.reply.status in (201, 204)


def after_an_update(moment: Moment) -> bool:
    return moment.before is not None and moment.before.asked.method == "PUT" and moment.before.reply.status == 200


def after_a_refusal(moment: Moment) -> bool:
    return moment.before is not None and moment.before.reply.status >= 400


def in_two_segments(moment: Moment) -> bool:
    return moment.asked.visit.split


def for_rare_ids(moment: Moment) -> bool:
    return moment.item_id % RARE == 3


def by(*methods: str) -> Place:
    return lambda moment: moment.asked.method in methods


def under(pattern: str) -> Place:
    """A path with query that matches wholly."""
    return lambda moment: re.fullmatch(pattern, moment.asked.target) is not None


def answered(*statuses: int) -> Place:
    return lambda moment: moment.reply.status in statuses


def sent(pattern: bytes) -> Place:
    return lambda moment: re.search(pattern, moment.asked.body) is not None


def shows(pattern: str) -> Place:
    return lambda moment: re.search(pattern.encode(), moment.reply.body) is not None


def every(*places: Place) -> Place:
    return lambda moment: all(place(moment) for place in places)


# Faults


def other_body(reply: Reply, old: bytes, new: bytes) -> Reply:
    """The reply with something in its body exchanged, wherever it stands."""
    return replace(reply, body=re.sub(old, new, reply.body))


def other_json(reply: Reply, **members: Any) -> Reply:
    return replace(reply, body=json.dumps(json.loads(reply.body) | members).encode())


def problem(status: int, **members: Any) -> Reply:
    document = {"title": "Refused", "status": status} | members
    return Reply(status, "application/problem+json", json.dumps(document).encode())


# Every answer


@at(every(on_a_later_connection, answered(200), by("GET")), "content-length")
def sends_chunks_on_a_later_connection(moment: Moment) -> Reply:
    def chunked(data: bytes) -> bytes:
        head, _, body = data.partition(b"\r\n\r\n")
        head = re.sub(rb"Content-Length: \d+", b"Transfer-Encoding: chunked", head)
        return head + b"\r\n\r\n%x\r\n%s\r\n0\r\n\r\n" % (len(body), body)

    return Tampered(**vars(moment.reply), tamper=chunked)


@at(every(in_two_segments, answered(201, 200)), "content-length", "keep-alive")
def tells_too_short_a_length_after_two_segments(moment: Moment) -> Reply:
    return Tampered(**vars(moment.reply), tamper=lambda data: data + b"\n")


@at(every(after_a_refusal, answered(404), by("GET")), "content-length")
def tells_its_length_twice_after_a_refusal(moment: Moment) -> Reply:
    return Tampered(**vars(moment.reply), tamper=lambda data: re.sub(rb"(Content-Length: \d+\r\n)", rb"\1\1", data))


@at(every(for_rare_ids, answered(204), by("DELETE")), "content-length")
def tells_a_length_with_a_204_for_rare_ids(moment: Moment) -> Reply:
    return Tampered(
        **vars(moment.reply), tamper=lambda data: data.replace(b"\r\n\r\n", b"\r\nContent-Length: 0\r\n\r\n")
    )


@at(every(after_a_write, under("/items/.*"), by("GET"), answered(200)), "content-type")
def calls_json_text_after_a_write(moment: Moment) -> Reply:
    return replace(moment.reply, content_type="text/json")


@at(under(r"/catalog\?page=0*[3-6]"), "content-type")
def sends_later_pages_in_latin1(moment: Moment) -> Reply:
    kind = moment.reply.content_type.replace("utf-8", "iso-8859-1")
    return replace(moment.reply, content_type=kind)


@at(every(for_rare_ids, under("/catalog/.*"), answered(200)), "content-type")
def calls_the_page_of_rare_ids_xhtml(moment: Moment) -> Reply:
    return replace(moment.reply, content_type="application/xhtml+xml; charset=utf-8")


@at(answered(204), "keep-alive")
def hangs_up_after_a_delete(moment: Moment) -> Reply:
    return Tampered(**vars(moment.reply), hangs_up=True)


@at(lambda moment: moment.asked.visit.nth == 17, "keep-alive")
def closes_after_the_seventeenth_answer(moment: Moment) -> Reply:
    return replace(moment.reply, headers=moment.reply.headers | {"Connection": "close"})


@at(every(in_two_segments, answered(404, 405, 415)), "keep-alive")
def hangs_up_on_a_body_that_it_need_not_read(moment: Moment) -> Reply:
    return Tampered(**vars(moment.reply), hangs_up=True)


@at(answered(422), "keep-alive")
def refuses_fields_in_http_1_0(moment: Moment) -> Reply:
    return Tampered(**vars(moment.reply), tamper=lambda data: data.replace(b"HTTP/1.1", b"HTTP/1.0", 1))


@at(every(by("HEAD"), answered(404)), "head")
def sends_a_body_with_the_head_of_a_missing_item(moment: Moment) -> Reply:
    return Tampered(**vars(moment.reply), tamper=lambda data: data + moment.reply.body)


@at(every(by("HEAD"), under("/catalog/.*"), for_rare_ids), "head")
def finds_no_head_of_the_page_of_rare_ids(moment: Moment) -> Reply:
    return problem(404)


@at(every(by("HEAD"), after_a_write), "head")
def tells_another_length_with_head_after_a_write(moment: Moment) -> Reply:
    return Tampered(**vars(moment.reply), tamper=lambda data: re.sub(rb"(Content-Length: )\d+", rb"\g<1>7", data))


@at(every(by("OPTIONS"), under("/catalog/.*"), for_rare_ids), "options")
def offers_nothing_on_the_page_of_rare_ids(moment: Moment) -> Reply:
    return replace(moment.reply, headers={"Allow": "OPTIONS"})


@at(every(by("OPTIONS"), after_a_write), "options")
def knows_no_options_after_a_write(moment: Moment) -> Reply:
    return problem(404)


@at(every(by("PATCH"), under("/catalog/.*")), "method-not-allowed")
def has_no_page_to_patch(moment: Moment) -> Reply:
    return problem(404)


@at(every(answered(405), late_on_a_connection), "method-not-allowed")
def names_no_methods_late_on_a_connection(moment: Moment) -> Reply:
    return replace(moment.reply, headers={})


@at(every(in_two_segments, answered(405)), "method-not-allowed", "keep-alive")
def finds_no_methods_after_two_segments(moment: Moment) -> Reply:
    return problem(404)


@hides("method-not-allowed", "model", "read-item")
class DeletesByItsPage(Reference):
    """It refuses to delete a page, and deletes its row."""

    def among(self, asked: Asked, methods: dict[str, Any], *arguments: str) -> Reply:
        if asked.method == "DELETE" and asked.path.startswith("/catalog/"):
            self.remove(int(arguments[0]))
        return super().among(asked, methods, *arguments)


@at(every(answered(404), under("/catalog/[0-9]+/more")), "not-found")
def answers_below_a_page(moment: Moment) -> Reply:
    return Reply(200, "text/html; charset=utf-8", b"<!doctype html><title>More</title>")


@hides("not-found")
class CreatesUnderASlash(Reference):
    def route(self, asked: Asked) -> Reply:
        if asked.method == "POST" and asked.path == "/items/":
            return self.create_item(asked)
        return super().route(asked)


@at(every(in_two_segments, answered(404), under("/nowhere.*")), "not-found", "expect-continue", "keep-alive")
def looks_at_the_type_of_a_later_segment_first(moment: Moment) -> Reply:
    return problem(415)


@at(every(answered(404), under("/catalog/.*")), "problem")
def explains_missing_pages_in_html(moment: Moment) -> Reply:
    return Reply(404, "text/html; charset=utf-8", b"<!doctype html><title>None</title>")


@at(answered(413), "problem")
def spells_the_status_of_large_bodies(moment: Moment) -> Reply:
    return other_json(moment.reply, status="413")


@at(every(answered(415), in_two_segments), "problem")
def has_no_title_after_two_segments(moment: Moment) -> Reply:
    return other_json(moment.reply, title="")


@at(every(answered(405), under("/items/.*")), "problem")
def tells_another_status_than_405(moment: Moment) -> Reply:
    return other_json(moment.reply, status=404)


@at(every(answered(422), under(r"/items\?.*")), "problem", "list-parameters")
def lists_the_errors_of_parameters(moment: Moment) -> Reply:
    return other_json(moment.reply, errors=["limit"])


# Reading


@at(every(under("/plaintext"), late_on_a_connection, by("GET")), "plaintext", "head", "headers")
def whispers_late_on_a_connection(moment: Moment) -> Reply:
    return other_body(moment.reply, b"!", b".")


@at(every(under("/plaintext"), on_a_later_connection, by("GET")), "plaintext", "head", "headers")
def ends_the_line_on_a_later_connection(moment: Moment) -> Reply:
    return replace(moment.reply, body=b"Hello, World!\n")


@at(every(under("/json"), on_a_later_connection, by("GET")), "json", "head", "headers")
def says_more_on_a_later_connection(moment: Moment) -> Reply:
    return other_json(moment.reply, connection=3)


@at(every(under("/json"), late_on_a_connection, by("GET")), "json", "head", "headers")
def mistakes_the_message_late_on_a_connection(moment: Moment) -> Reply:
    return other_json(moment.reply, message="Hello, World")


@hides("list-items", "model", "seed-rows", "write-persists", "no-cache", "browse")
class SwapsTwoInTheMiddle(Reference):
    def list_items(self, asked: Asked) -> Reply:
        offset, limit = self.stretch(asked)
        rows = self.rows(offset, limit)
        if 50 <= offset <= 90 and len(rows) > 2:
            rows[1], rows[2] = rows[2], rows[1]
        return self.json({"items": rows, "total": self.total()})


@hides("list-items", "model", "browse")
class ListsOneLessThanAsked(Reference):
    def rows(self, offset: int, limit: int) -> list[dict[str, Any]]:
        return super().rows(offset, limit - (20 < limit < 100))


@hides("list-items", "seed-rows", "no-cache", "write-persists", "model")
class ListsTheStockOfRareIdsAsNumbers(Reference):
    def list_items(self, asked: Asked) -> Reply:
        rows = self.rows(*self.stretch(asked))
        rows = [row | ({"in_stock": int(row["in_stock"])} if row["id"] % RARE == 3 else {}) for row in rows]
        return self.json({"items": rows, "total": self.total()})


@hides("list-items")
class BeginsAnewFarOut(Reference):
    def rows(self, offset: int, limit: int) -> list[dict[str, Any]]:
        return super().rows(offset % 2**32, limit)


@at(
    every(under(r"/items(\?.*)?"), answered(200), by("GET"), after_a_refusal),
    "list-total",
    "model",
    "browse-links",
    "delete-item",
    "framing",
    "missing-item",
    "not-found",
    "create-item",
    "other-bodies",
    "server-error",
)
def counts_one_more_after_a_refusal(moment: Moment) -> Reply:
    return other_json(moment.reply, total=json.loads(moment.reply.body)["total"] + 1)


@at(every(under(r"/items\?offset=[5-8]\d&.*"), answered(200)), "list-total", "model", "seed-rows")
def counts_one_less_in_the_middle(moment: Moment) -> Reply:
    return other_json(moment.reply, total=json.loads(moment.reply.body)["total"] - 1)


@at(lambda moment: b'"items": [], ' in moment.reply.body, "list-total")
def counts_nothing_past_the_end(moment: Moment) -> Reply:
    return other_json(moment.reply, total=0)


@hides("list-parameters")
class TakesAnEmptyOffset(Reference):
    def stretch(self, asked: Asked) -> tuple[int, int]:
        asked.target = asked.target.replace("offset=&", "offset=0&")
        return super().stretch(asked)


@hides("list-parameters")
class TakesAHundredAndOneFurtherOn(Reference):
    def stretch(self, asked: Asked) -> tuple[int, int]:
        if re.search("offset=[1-9]", asked.target):
            asked.target = asked.target.replace("limit=101", "limit=100")
        return super().stretch(asked)


@hides("list-parameters")
class RefusesParametersOfOthers(Reference):
    def stretch(self, asked: Asked) -> tuple[int, int]:
        if "page" in asked.parameters:
            raise Refusal(422, {"page": "unknown"})
        return super().stretch(asked)


@at(every(answered(422), under(r"/items\?.*"), after_a_refusal), "list-parameters")
def names_both_parameters_after_a_refusal(moment: Moment) -> Reply:
    return other_json(moment.reply, errors={"offset": "bad", "limit": "bad"})


@at(every(under("/items/.*"), by("GET"), answered(200), shows(r"line\\r\\nbreaks")), "read-item")
def cuts_descriptions_with_line_breaks(moment: Moment) -> Reply:
    return other_json(moment.reply, description=json.loads(moment.reply.body)["description"][:12])


@at(
    every(under("/items/.*"), by("GET"), answered(200), on_a_later_connection),
    "read-item",
    "no-cache",
    "write-persists",
)
def composes_names_on_a_later_connection(moment: Moment) -> Reply:
    return other_json(moment.reply, name=normalize("NFC", json.loads(moment.reply.body)["name"]))


@at(every(under("/items/.*"), by("GET"), answered(200), after_an_update, shows('"name": "007"')), "read-item")
def tells_another_price_after_an_update(moment: Moment) -> Reply:
    return other_json(moment.reply, price_cents=json.loads(moment.reply.body)["price_cents"] + 1)


@hides("missing-item", "delete-item")
class DeletesRareIdsTwice(Reference):
    def remove(self, item_id: int) -> bool:
        return super().remove(item_id) or item_id % RARE == 3


@hides("number-spelling", "not-found")
class ReadsIdsAsPythonDoes(Reference):
    def item_id(self, text: str) -> int:
        try:
            return super().item_id(str(int(text)))
        except ValueError:
            raise Refusal(404) from None


@hides("missing-item", "delete-item", "write-persists", "no-cache", "view-item")
class ShowsAPageOfWhatWasJustDeleted(Reference):
    gone = ""

    def delete_item(self, asked: Asked, item_id: str) -> Reply:
        self.gone = item_id
        return super().delete_item(asked, item_id)

    def view_item(self, asked: Asked, item_id: str) -> Reply:
        return self.page("Gone", "<h1>Gone</h1>") if item_id == self.gone else super().view_item(asked, item_id)


@hides("huge-id")
class WrapsHugeIds(Reference):
    def item_id(self, text: str) -> int:
        return int(text) % 2**64 if re.fullmatch("[0-9]{20}", text) and int(text) % 2**64 else super().item_id(text)


@at(every(under("/catalog/[0-9]{20,}"), by("GET")), "huge-id")
def fails_on_the_page_of_a_huge_id(moment: Moment) -> Reply:
    return problem(500)


@at(every(under("/items/[0-9]{20,}"), in_two_segments), "huge-id")
def fails_on_a_huge_id_with_a_later_segment(moment: Moment) -> Reply:
    return problem(500)


# Writing


@at(
    every(in_two_segments, answered(201)),
    "create-item",
    "body-too-large",
    "expect-continue",
    "field-duplicate",
    "field-range",
    "headers",
    "same-resource",
    "keep-alive",
    "create-location",
    "model",
    "browse-pages",
    "browse",
)
def creates_with_200_after_two_segments(moment: Moment) -> Reply:
    return replace(moment.reply, status=200)


@hides("create-item", "list-total", "model", "create-location", "browse", "browse-pages")
class CreatesRareIdsTwice(Reference):
    def insert(self, fields: dict[str, Any]) -> int:
        first = super().insert(fields)
        if first % RARE == 3:
            super().insert(fields)
        return first


@at(every(answered(201), for_rare_ids), "create-location")
def leads_from_rare_ids_to_the_next(moment: Moment) -> Reply:
    return replace(moment.reply, headers={"Location": f"/items/{moment.item_id + 1}"})


@at(every(answered(201), on_a_later_connection), "create-location")
def tells_no_location_on_a_later_connection(moment: Moment) -> Reply:
    return replace(moment.reply, headers={})


@at(every(answered(201), in_two_segments), "create-location")
def leads_under_a_slash_after_two_segments(moment: Moment) -> Reply:
    return replace(moment.reply, headers={"Location": moment.reply.headers["Location"] + "/"})


@at(
    every(by("PUT"), answered(200), in_two_segments),
    "update-item",
    "field-duplicate",
    "field-range",
    "read-item",
    "headers",
)
def tells_less_of_an_update_in_two_segments(moment: Moment) -> Reply:
    return other_json(moment.reply, description="")


@hides("update-item", "model", "keep-alive", "read-item")
class MissesAnUpdateOfRareIdsToTheSame(Reference):
    def replace(self, item_id: int, fields: dict[str, Any]) -> bool:
        same = self.row(item_id) == {"id": item_id} | fields
        return not (same and item_id % RARE == 3) and super().replace(item_id, fields)


@hides("update-item", "model", "write-persists", "field-range", "field-duplicate")
class KeepsThePriceInsteadOfNothing(Reference):
    def replace(self, item_id: int, fields: dict[str, Any]) -> bool:
        old = self.row(item_id) or fields
        return super().replace(item_id, fields | {"price_cents": fields["price_cents"] or old["price_cents"]})


@hides("update-item", "model", "read-item", "write-persists")
class TouchesTheNeighbourOfRareIds(Reference):
    def replace(self, item_id: int, fields: dict[str, Any]) -> bool:
        if item_id % RARE == 3:
            self.connection.execute("UPDATE item SET in_stock = NOT in_stock WHERE id = ?", (item_id + 1,))
        return super().replace(item_id, fields)


@hides("delete-item", "model", "missing-item", "write-persists", "list-total", "browse-pages")
class KeepsRareIds(Reference):
    def remove(self, item_id: int) -> bool:
        return self.row(item_id) is not None if item_id % RARE == 3 else super().remove(item_id)


@at(every(answered(204), by("DELETE"), on_a_later_connection), "delete-item", "other-bodies")
def deletes_with_200_on_a_later_connection(moment: Moment) -> Reply:
    return Reply(200, "application/json", b"{}")


@hides("write-persists", "model")
class CommitsRareIdsLater(Reference):
    """Whoever asks the server sees the row at once; who looks into the database does not."""

    def route(self, asked: Asked) -> Reply:
        if self.connection.in_transaction:
            self.connection.execute("COMMIT")
        return super().route(asked)

    def insert(self, fields: dict[str, Any]) -> int:
        new_id = super().insert(fields)
        if new_id % RARE == 3:
            self.connection.execute("DELETE FROM item WHERE id = ?", (new_id,))
            self.connection.execute("BEGIN")
            self.connection.execute("INSERT INTO item VALUES (?, ?, ?, ?, ?)", [new_id, *map(fields.get, NAMES)])
        return new_id


@hides("no-cache", "write-persists", "model", "list-items")
class ListsRareIdsAsTheyWere(Reference):
    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.seen: dict[int, dict[str, Any]] = {}

    def list_items(self, asked: Asked) -> Reply:
        rows = [row if row["id"] % RARE != 3 else self.remembered(row) for row in self.rows(*self.stretch(asked))]
        return self.json({"items": rows, "total": self.total()})

    def remembered(self, row: dict[str, Any]) -> dict[str, Any]:
        return self.seen.setdefault(row["id"], row)

    def remove(self, item_id: int) -> bool:
        self.seen.pop(item_id, None)
        return super().remove(item_id)


@hides("write-persists", "no-cache", "update-item", "escaping", "view-item", "many-clients")
class ShowsThePageBeforeTheSecondUpdate(Reference):
    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.updates: dict[str, int] = {}
        self.pages: dict[str, Reply] = {}

    def update_item(self, asked: Asked, item_id: str) -> Reply:
        self.updates[item_id] = self.updates.get(item_id, 0) + 1
        return super().update_item(asked, item_id)

    def view_item(self, asked: Asked, item_id: str) -> Reply:
        if self.updates.get(item_id, 0) < 2 or item_id not in self.pages:
            self.pages[item_id] = super().view_item(asked, item_id)
        else:
            self.row(int(item_id)) or super().view_item(asked, item_id)
        return self.pages[item_id]


class Remembers(Reference):
    """It forgets everything with each write of its own, so that only changes behind its back come too late."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.replies: dict[str, Reply] = {}

    def remembered(self, asked: Asked, answer: Callable[[], Reply]) -> Reply:
        if asked.target not in self.replies:
            self.replies[asked.target] = answer()
        return self.replies[asked.target]

    def route(self, asked: Asked) -> Reply:
        if asked.method not in ("GET", "HEAD"):
            self.replies.clear()
        return super().route(asked)


@hides("no-cache")
class RemembersPagesInTheMiddle(Remembers):
    def browse(self, asked: Asked) -> Reply:
        if 2 <= self.page_number(asked) < self.last_page():
            return self.remembered(asked, lambda: super(RemembersPagesInTheMiddle, self).browse(asked))
        return super().browse(asked)


@hides("no-cache")
class RemembersRareItems(Remembers):
    def read_item(self, asked: Asked, item_id: str) -> Reply:
        if self.item_id(item_id) % RARE == 3:
            return self.remembered(asked, lambda: super(RemembersRareItems, self).read_item(asked, item_id))
        return super().read_item(asked, item_id)


@hides("no-cache", "list-total")
class RemembersListsFurtherOn(Remembers):
    def list_items(self, asked: Asked) -> Reply:
        if self.stretch(asked)[0] > 20:
            return self.remembered(asked, lambda: super(RemembersListsFurtherOn, self).list_items(asked))
        return super().list_items(asked)


@hides("model", "delete-item", "list-total", "browse-pages", "write-persists", "missing-item")
class ForgetsEveryFifthDelete(Reference):
    deletes = 0

    def remove(self, item_id: int) -> bool:
        self.deletes += self.row(item_id) is not None
        return self.row(item_id) is not None if self.deletes % 5 == 0 else super().remove(item_id)


@hides("model", "update-item", "write-persists")
class UpdatesWhatFollowsWhatWasDeleted(Reference):
    gone = 0

    def remove(self, item_id: int) -> bool:
        self.gone = item_id
        return super().remove(item_id)

    def replace(self, item_id: int, fields: dict[str, Any]) -> bool:
        if self.gone == item_id - 1 and self.row(item_id):
            self.connection.execute("UPDATE item SET name = name || '.' WHERE id = ?", (item_id + 1,))
        return super().replace(item_id, fields)


# What is refused


@at(every(by("PUT"), answered(415)), "media-type", "not-found", "missing-item")
def calls_another_type_no_json_in_an_update(moment: Moment) -> Reply:
    return problem(400)


@hides("media-type")
class TakesNoTypeInTwoSegments(Reference):
    def check_type(self, asked: Asked) -> None:
        if asked.content_type or not asked.visit.split:
            super().check_type(asked)


@hides("media-type")
class WantsTheTypeBareInUpdates(Reference):
    def check_type(self, asked: Asked) -> None:
        if asked.method == "PUT" and ";" in asked.content_type:
            raise Refusal(415)
        super().check_type(asked)


@hides("body-too-large")
class TakesLargeBodiesInTwoSegments(Reference):
    def fields(self, asked: Asked) -> dict[str, Any]:
        self.body_limit = 1_000_000 if asked.visit.split else 65_536
        return super().fields(asked)


@hides("body-too-large")
class TakesLargeUpdates(Reference):
    def fields(self, asked: Asked) -> dict[str, Any]:
        self.body_limit = 70_000 if asked.method == "PUT" else 65_536
        return super().fields(asked)


@hides("body-not-json", "other-bodies")
class TakesAnEmptyUpdateForNone(Reference):
    def update_item(self, asked: Asked, item_id: str) -> Reply:
        if not asked.body:
            self.check_type(asked)
            return self.read_item(asked, item_id)
        return super().update_item(asked, item_id)


@hides("body-not-json")
class TakesOneCommaMoreInTwoSegments(Reference):
    def fields(self, asked: Asked) -> dict[str, Any]:
        if asked.visit.split:
            asked.body = asked.body.replace(b",}", b"}")
        return super().fields(asked)


@hides("body-not-utf8")
class ReplacesBadBytesOfUpdates(Reference):
    def fields(self, asked: Asked) -> dict[str, Any]:
        if asked.method == "PUT" and b"\0" not in asked.body:
            asked.body = asked.body.decode("utf-8", "replace").encode()
        return super().fields(asked)


@hides("body-not-utf8")
class ReadsLatin1InDescriptions(Reference):
    def parse(self, body: bytes) -> Any:
        return super().parse(re.sub(rb'("description": "[^"\x80-\xff]*)[\xc0-\xff](?![\x80-\xbf])', rb"\1?", body))


@at(every(by("PUT"), sent(rb"\[{10000}")), "body-nesting")
def fails_on_deep_updates(moment: Moment) -> Reply:
    return problem(500)


@at(sent(rb"-[0-9]{4999}"), "body-nesting")
def fails_on_long_negative_numbers(moment: Moment) -> Reply:
    return problem(500)


@at(every(by("PUT"), sent(rb"^null$")), "body-not-object")
def calls_null_no_json_in_an_update(moment: Moment) -> Reply:
    return problem(400)


@at(every(in_two_segments, sent(rb"^\[")), "body-not-object")
def blames_a_name_for_a_list_in_two_segments(moment: Moment) -> Reply:
    return problem(422, errors={"name": "missing"}) if moment.reply.status == 422 else moment.reply


@hides("field-missing", "field-type")
class FillsInTheStockOfUpdates(Reference):
    def fields(self, asked: Asked) -> dict[str, Any]:
        if asked.method == "PUT" and b"in_stock" not in asked.body and asked.body.endswith(b"}"):
            asked.body = asked.body[:-1] + b', "in_stock": true}'
        return super().fields(asked)


@at(every(in_two_segments, answered(422)), "field-missing", "field-unknown", "field-type")
def names_one_field_alone_after_two_segments(moment: Moment) -> Reply:
    return other_json(moment.reply, errors=dict(list(json.loads(moment.reply.body)["errors"].items())[:1]))


@hides("field-unknown")
class IgnoresAnIdInUpdates(Reference):
    def check_fields(self, document: dict[str, Any]) -> None:
        super().check_fields({name: document[name] for name in document if name != "id" or not self.updating})

    updating = False

    def fields(self, asked: Asked) -> dict[str, Any]:
        self.updating = asked.method == "PUT"
        return super().fields(asked)


@hides("field-unknown", "model")
class IgnoresFieldsThatAreNull(Reference):
    def check_fields(self, document: dict[str, Any]) -> None:
        super().check_fields({name: document[name] for name in document if name in NAMES or document[name] is not None})


@hides("field-duplicate")
class TakesTheFirstOfTwoDescriptions(Reference):
    def parse(self, body: bytes) -> Any:
        document = super().parse(body)
        if isinstance(document, dict) and body.count(b'"description":') > 1:
            first = json.loads(body, object_pairs_hook=lambda pairs: dict(reversed(pairs)))
            return document | {"description": first["description"]}
        return document


@hides("field-duplicate")
class TakesTheFirstOfTwoInUpdates(Reference):
    def fields(self, asked: Asked) -> dict[str, Any]:
        fields = super().fields(asked)
        if asked.method == "PUT":
            return fields | json.loads(asked.body, object_pairs_hook=lambda pairs: dict(reversed(pairs)))
        return fields


@hides("field-type")
class TakesTruthForAPriceInUpdates(Reference):
    def fields(self, asked: Asked) -> dict[str, Any]:
        if asked.method == "PUT":
            asked.body = asked.body.replace(b'"price_cents": true', b'"price_cents": 1')
        return super().fields(asked)


@hides("field-type")
class TakesHalvesOfLargePrices(Reference):
    def fits(self, name: str, value: Any) -> bool:
        return super().fits(name, int(value) if type(value) is float and value > 99 and value == int(value) else value)


@hides("field-range")
class TakesNegativePricesOfWhatIsOut(Reference):
    def check_fields(self, document: dict[str, Any]) -> None:
        if document.get("in_stock") is False and document.get("price_cents") == -1:
            document["price_cents"] = 0
        super().check_fields(document)


@hides("field-range")
class CountsComposedCharacters(Reference):
    def fits(self, name: str, value: Any) -> bool:
        composed = isinstance(value, str) and self.storable(value)
        return super().fits(name, normalize("NFC", value) if composed else value)


@hides("field-range", "create-item")
class TrimsTheEndOfLongDescriptions(Reference):
    def fields(self, asked: Asked) -> dict[str, Any]:
        fields = super().fields(asked)
        long = len(fields["description"]) > 100
        return fields | ({"description": fields["description"].rstrip()} if long else {})


@hides("field-text")
class TakesNulInUpdates(Reference):
    def fields(self, asked: Asked) -> dict[str, Any]:
        if asked.method == "PUT":
            asked.body = asked.body.replace(rb"\u0000", b"")
        return super().fields(asked)


@hides("field-text")
class TakesNulAtTheEnd(Reference):
    def storable(self, text: str) -> bool:
        return super().storable(text.removesuffix("\0") or text)


# Pages


@hides("browse", "seed-rows", "no-cache")
class ShowsTwoInTheWrongOrderInTheMiddle(Reference):
    def browse(self, asked: Asked) -> Reply:
        reply = super().browse(asked)
        if self.page_number(asked) != 3:
            return reply
        return other_body(reply, rb"(?s)(<tr><td>.*?</tr>\n)(<tr><td>.*?</tr>\n)", rb"\2\1")


@hides("browse", "no-cache", "seed-rows")
class LeavesAZeroOutOnPages(Reference):
    def line(self, item: dict[str, Any]) -> str:
        cents = item["price_cents"]
        return super().line(item).replace(self.price(cents), f"{cents // 100}.{cents % 100}")


@hides("browse-links")
class LeadsFromAMiddlePageToTheLast(Reference):
    def links(self, page: int) -> str:
        return (
            super()
            .links(page)
            .replace(f"page={page + 1}", f"page={self.last_page()}" if page == 5 else f"page={page + 1}")
        )


@hides("browse-links")
class LeadsBackFromAMiddlePageToTheFirst(Reference):
    def links(self, page: int) -> str:
        links = super().links(page)
        return links.replace(f"?page={page - 1}", "?page=1") if page == 6 else links


@at(every(under(r"/catalog\?page=2"), after_a_write), "browse-links")
def leads_nowhere_after_a_write(moment: Moment) -> Reply:
    return other_body(moment.reply, b"<nav>.*</nav>", b"")


@hides("browse-pages")
class WrapsHugePages(Reference):
    def page_number(self, asked: Asked) -> int:
        page = asked.parameters.get("page", "1")
        return 1 if re.fullmatch("[0-9]{10,20}", page) and int(page) % 2**32 == 1 else super().page_number(asked)


@hides("browse-pages")
class HasPagesJustBeyondTheEnd(Reference):
    def page_number(self, asked: Asked) -> int:
        page = asked.parameters.get("page", "1")
        return int(page) if page == str(self.last_page() + 2) else super().page_number(asked)


@at(
    every(under(r"/catalog/.*"), for_rare_ids, answered(200), by("GET")),
    "view-item",
    "no-cache",
    "write-persists",
    "escaping",
    "head",
)
def hides_the_description_of_rare_ids(moment: Moment) -> Reply:
    return other_body(moment.reply, b"(?s)<p>.*?</p>", b"<p></p>")


@hides("view-item")
class HasEverythingThatIsFree(Reference):
    def view_item(self, asked: Asked, item_id: str) -> Reply:
        reply = super().view_item(asked, item_id)
        return other_body(reply, b"<dd>no</dd>", b"<dd>yes</dd>") if b"<dd>0.00</dd>" in reply.body else reply


@hides("escaping", "browse", "seed-rows", "no-cache")
class EscapesNothingOnLaterPages(Reference):
    later = False

    def browse(self, asked: Asked) -> Reply:
        self.later = self.page_number(asked) > 2
        return super().browse(asked)

    def line(self, item: dict[str, Any]) -> str:
        line = super().line(item)
        return line.replace(self.escape(item["name"]), item["name"]) if self.later else line


@hides("escaping", "seed-rows")
class EscapesNothingLong(Reference):
    def escape(self, text: str) -> str:
        return text if len(text) > 150 else super().escape(text)


@hides("escaping", "view-item", "no-cache", "write-persists")
class EscapesNoNamesOfRareIds(Reference):
    def view_item(self, asked: Asked, item_id: str) -> Reply:
        reply, row = super().view_item(asked, item_id), self.row(self.item_id(item_id))
        if row is None or row["id"] % RARE != 3:
            return reply
        body = reply.body.replace(self.escape(row["name"]).encode(), row["name"].encode())
        return replace(reply, body=body)


@hides("seed-rows")
class HasAnotherRowOnThePageAlone(Reference):
    def view_item(self, asked: Asked, item_id: str) -> Reply:
        reply = super().view_item(asked, item_id)
        return other_body(reply, b"<dt>", b"<dt>") if item_id != "6317" else self.page("Other", "<h1>Other</h1>")


@hides("seed-rows")
class HasAnotherRowInOneAnswerInAThousand(Reference):
    def read_item(self, asked: Asked, item_id: str) -> Reply:
        reply = super().read_item(asked, item_id)
        return other_json(reply, price_cents=1) if self.item_id(item_id) % 1000 == 317 else reply


@hides("browse-links")
class LeadsAstrayFromPage317(Reference):
    def links(self, page: int) -> str:
        links = super().links(page)
        return links.replace("?page=318", "?page=319") if page == 317 else links


SEEDED = {"HasAnotherRowOnThePageAlone", "HasAnotherRowInOneAnswerInAThousand", "LeadsAstrayFromPage317"}
"""Those that hide in a table of ten thousand rows."""
