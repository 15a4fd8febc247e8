"""More servers with a fault that only some odd requests meet: of one method, for some ids, in one of several ways."""

import re
import sqlite3
from dataclasses import replace
from pathlib import Path
from typing import Any

from tests.contract.hidden import HIDDEN, Moment, at, by, every, for_rare_ids, hides, problem, under
from tests.contract.mutations import HasFewConnections
from tests.contract.reference import Asked, Reference, Refusal, Reply

__all__ = ["HIDDEN"]


def with_header(name: str, pattern: str) -> Any:
    """A header that matches, wherever in it."""
    return lambda moment: re.search(pattern, moment.asked.headers.get(name, "")) is not None


def in_version(version: str) -> Any:
    return lambda moment: moment.asked.version == version


@at(every(under("/%69tems"), by("POST")), "same-resource", "model")
def knows_no_other_spelling_of_a_write(moment: Moment) -> Reply:
    return problem(404)


@at(every(under(r"/items/[0-9]+\?.*"), for_rare_ids, by("GET")), "same-resource", "head")
def finds_nothing_behind_a_question_mark_for_rare_ids(moment: Moment) -> Reply:
    return problem(404)


@at(every(under("/c%61talog/.*"), for_rare_ids), "same-resource")
def knows_rare_pages_by_one_spelling(moment: Moment) -> Reply:
    return problem(404)


@at(every(with_header("If-None-Match", "."), under("/catalog/.*")), "headers")
def believes_that_a_page_has_not_changed(moment: Moment) -> Reply:
    return problem(412)


@at(every(with_header("Range", "bytes"), under("/items")), "headers")
def sends_part_of_a_list(moment: Moment) -> Reply:
    return replace(moment.reply, status=206)


@hides("headers", "update-item")
class ReadsTheMethodElsewhere(Reference):
    """It takes a header's word for the method, of writes alone."""

    def route(self, asked: Asked) -> Reply:
        if asked.method == "PUT" and "X-HTTP-Method-Override" in asked.headers:
            asked.method = asked.headers["X-HTTP-Method-Override"]
        return super().route(asked)


@at(every(lambda moment: moment.asked.host.isupper() or "EX" in moment.asked.host, under("/catalog.*")), "host")
def knows_pages_by_hosts_in_lower_case(moment: Moment) -> Reply:
    return problem(400)


@at(every(lambda moment: moment.asked.host.startswith("["), under("/items/.*")), "host")
def knows_items_by_no_address(moment: Moment) -> Reply:
    return problem(400)


@at(every(with_header("Upgrade", "h2c"), by("PUT")), "upgrade")
def switches_for_a_write(moment: Moment) -> Reply:
    return problem(426)


@at(every(with_header("Upgrade", "TLS"), under("/nowhere")), "upgrade")
def takes_up_an_offer_where_nothing_is(moment: Moment) -> Reply:
    return problem(400)


@at(every(with_header("Expect", "."), by("PUT")), "expect-continue")
def expects_no_update(moment: Moment) -> Reply:
    return problem(417)


@at(every(in_version("HTTP/1.0"), by("DELETE")), "older-http")
def deletes_nothing_in_http_1_0(moment: Moment) -> Reply:
    return problem(505)


@hides("older-http")
class LeavesOldConnectionsToMissingPagesOpen(Reference):
    def wire(self, asked: Asked, reply: Reply) -> bytes:
        self.stays_open = asked.version == "HTTP/1.0" and reply.status == 404
        return super().wire(asked, reply)


@hides("truncated-body")
class TakesHalfABodyInTwoSegments(Reference):
    def check_whole(self, asked: Asked) -> None:
        if not asked.visit.split or not asked.body or "Transfer-Encoding" in asked.headers:
            super().check_whole(asked)


@hides("truncated-body", "update-item")
class WritesAnUpdateThatLacksOneByte(Reference):
    def check_whole(self, asked: Asked) -> None:
        if asked.method != "PUT" or not asked.body.endswith(b"true}") or len(asked.body) < 100:
            super().check_whole(asked)


@hides("framing", "truncated-body")
class TakesTheFirstLengthOfAnUpdate(Reference):
    """What is read is in doubt all the same, so it writes what it likes."""

    def check_whole(self, asked: Asked) -> None:
        lengths = asked.headers.get_all("Content-Length") or []  # type: ignore[attr-defined]
        if asked.method == "PUT" and len(lengths) == 2:
            self.replace(int(asked.path.rpartition("/")[2]), {"name": "x", "description": "", "price_cents": 1} | STOCK)
        super().check_whole(asked)


STOCK = {"in_stock": True}


@hides("other-bodies")
class WritesWhatItCannotUnpack(Reference):
    """It refuses a coded body of an update, and has written something by then."""

    def update_item(self, asked: Asked, item_id: str) -> Reply:
        if "Content-Encoding" in asked.headers:
            self.replace(self.item_id(item_id), {"name": "x", "description": "", "price_cents": 1} | STOCK)
        return super().update_item(asked, item_id)


@at(every(by("DELETE"), lambda moment: bool(moment.asked.body)), "other-bodies")
def wants_no_body_with_a_delete(moment: Moment) -> Reply:
    return problem(422, errors={"body": "not wanted"})


@hides("leading-zeros")
class ReadsOctalOffsets(Reference):
    def stretch(self, asked: Asked) -> tuple[int, int]:
        asked.target = re.sub("offset=0([0-7]+)", lambda match: f"offset={int(match[1], 8)}", asked.target)
        return super().stretch(asked)


@hides("leading-zeros")
class WantsIdsOfUpdatesBare(Reference):
    def update_item(self, asked: Asked, item_id: str) -> Reply:
        if item_id.startswith("0") and len(item_id) > 1:
            raise Refusal(404)
        return super().update_item(asked, item_id)


@at(every(by("POST"), lambda moment: moment.asked.path.count("/") > 10_000), "long-path")
def fails_on_long_paths_of_writes(moment: Moment) -> Reply:
    return problem(500)


@at(every(by("GET"), lambda moment: len(moment.asked.path) > 50_000, under("/items/x.*")), "long-path")
def fails_on_long_segments(moment: Moment) -> Reply:
    return problem(500)


@hides("number-spelling")
class UpdatesUnderASign(Reference):
    def update_item(self, asked: Asked, item_id: str) -> Reply:
        return super().update_item(asked, re.sub(r"^\+(?=[0-9])", "", item_id))


@hides("number-spelling")
class ReadsPagesInOtherDigits(Reference):
    def page_number(self, asked: Asked) -> int:
        page = asked.parameters.get("page", "1")
        return int(page) if page == "\u0661" else super().page_number(asked)


@hides("body-encoding")
class GuessesTheEncodingOfUpdates(Reference):
    def fields(self, asked: Asked) -> dict[str, Any]:
        if asked.method == "PUT" and asked.body.startswith(b"\xff\xfe{\0"):
            asked.body = asked.body.decode("utf-16").encode()
        return super().fields(asked)


@hides("body-encoding")
class ReadsOverlongForms(Reference):
    def parse(self, body: bytes) -> Any:
        return super().parse(body.replace(b"\xc0\xaf", b"/"))


@hides("server-error", "error-log")
class CallsALockedRowDeleted(Reference):
    def remove(self, item_id: int) -> bool:
        try:
            return super().remove(item_id)
        except sqlite3.OperationalError:
            return True


@hides("server-error", "model")
class CreatesLater(Reference):
    """It answers rightly, and writes once it can what it said it had not."""

    def __init__(self, path: Any) -> None:
        super().__init__(path)
        self.late: list[dict[str, Any]] = []

    def insert(self, fields: dict[str, Any]) -> int:
        try:
            return super().insert(fields)
        except sqlite3.OperationalError:
            self.late.append(fields)
            raise

    def total(self) -> int:
        while self.late:
            super().insert(self.late.pop())
        return super().total()


@hides("error-log")
class LogsNoMethodOfADelete(Reference):
    def report(self, asked: Asked) -> None:
        super().report(replace(asked, method="request") if asked.method == "DELETE" else asked)


@hides("error-log")
class LogsCreationsTwice(Reference):
    def report(self, asked: Asked) -> None:
        super().report(asked)
        if asked.method == "POST":
            super().report(asked)


@hides("check-order")
class CountsInThirtyTwoBits(Reference):
    def worth(self, lines: list[dict[str, Any]]) -> int:
        return super().worth(lines) % 2**32


@hides("check-order")
class LosesLinesBeyondFifty(Reference):
    def order(self, asked: Asked) -> dict[str, Any]:
        order = super().order(asked)
        return order | {"lines": order["lines"][:50]}


@hides("order-refused")
class LooksAtTheFirstLineAlone(Reference):
    def are_lines(self, lines: Any) -> bool:
        return super().are_lines(lines[:1] if isinstance(lines, list) and len(lines) <= 100 else lines)

    def check_order(self, asked: Asked) -> Reply:
        try:
            return super().check_order(asked)
        except (KeyError, TypeError):
            return self.json({"lines": 1, "quantity": 1, "total_cents": 1})


@hides("order-refused")
class TakesTrueForAQuantity(Reference):
    def is_line(self, line: Any) -> bool:
        taken = isinstance(line, dict) and line.get("quantity") is True
        return super().is_line(line | {"quantity": 1} if taken else line)


@hides("order-refused")
class PassesOverAnUnknownMemberOfACustomer(Reference):
    def is_customer(self, customer: Any) -> bool:
        if isinstance(customer, dict) and len(customer) > 3:
            customer = {name: text for name, text in customer.items() if name != "colour"}
        return super().is_customer(customer)


@hides("slow-upstream")
class AsksForAMillisecondTooMany(Reference):
    longest_ms = 1001


@hides("slow-upstream")
class WritesTheWaitAsAFraction(Reference):
    def said_after(self, wait_ms: int) -> dict[str, Any]:
        said = super().said_after(wait_ms)
        return said | {"waited_ms": float(wait_ms)} if wait_ms > 100 else said


@at(every(by("HEAD"), under("/upstream.*")), "slow-upstream")
def has_no_head_of_what_waits(moment: Moment) -> Reply:
    return problem(404)


@hides("stream")
class SwapsTwoLinesOfAStream(Reference):
    def stream_line(self, number: int) -> bytes:
        return super().stream_line({500: 501, 501: 500}.get(number, number))


@at(every(by("HEAD"), under("/stream")), "stream")
def has_no_head_of_a_stream(moment: Moment) -> Reply:
    return problem(404)


@hides("stream")
class StreamsOnlyOnce(Reference):
    streams = 0

    def stream(self, asked: Asked) -> Reply:
        self.streams += 1
        return super().stream(asked) if self.streams == 1 else Reply(200, "text/plain")


@hides("print-labels")
class CountsLabelsInSixteenBits(Reference):
    def label(self, text: str, number: int) -> str:
        return super().label(text, number % 2**16)


@hides("print-labels")
class LosesTheHundredsOfPrices(Reference):
    def label_price(self, number: int) -> str:
        return super().label_price(number).removeprefix("1") if number > 50_000 else super().label_price(number)


@hides("labels-text")
class TakesTextForComments(Reference):
    def shown(self, text: str) -> str:
        return re.sub("&lt;!--.*?--&gt;", "", super().shown(text))


@hides("labels-text")
class CutsTextsShort(Reference):
    def label_text(self, asked: Asked) -> str:
        return super().label_text(asked)[:150]


@hides("labels-pages")
class HasOnePageMore(Reference):
    def last_sheet(self) -> int:
        return super().last_sheet() + 1


@hides("labels-pages")
class TakesAnEmptyPageForTheFirst(Reference):
    def print_labels(self, asked: Asked) -> Reply:
        asked.target = asked.target.replace("page=&", "page=1&")
        return super().print_labels(asked)


@hides("reprice-list")
class LosesItemsBeyondAThousand(Reference):
    def price_list(self, asked: Asked) -> dict[str, Any]:
        document = super().price_list(asked)
        return document | {"items": document["items"][:1000]}


@hides("reprice-list")
class SumsInTwentyEightBits(Reference):
    def total_cents(self, items: list[dict[str, Any]]) -> int:
        return super().total_cents(items) % 2**28


@hides("reprice-list")
class ReadsAMegabyteAtMost(Reference):
    list_limit = 1_500_000


@hides("reprice-refused")
class LooksAtTheFirstItemAlone(Reference):
    def bad_in_list(self, document: dict[str, Any]) -> set[str]:
        items = document.get("items")
        return super().bad_in_list(document | {"items": items[:1]} if isinstance(items, list) else document)

    def reprice(self, item: dict[str, Any], percent: int) -> dict[str, Any]:
        return super().reprice(item, percent) if self.has_price(item) else item

    def total_cents(self, items: list[dict[str, Any]]) -> int:
        return super().total_cents([item for item in items if isinstance(item, dict) and self.counts(item)])

    def counts(self, item: dict[str, Any]) -> bool:
        """Whether there is something to add; a new price may be higher than any that is taken."""
        return isinstance(item.get("price_cents"), int)


@hides("reprice-refused")
class TakesTrueForAPercent(Reference):
    def bad_in_list(self, document: dict[str, Any]) -> set[str]:
        return super().bad_in_list(document | ({"percent": 1} if document.get("percent") is True else {}))


@hides("reprice-refused")
class ReadsAByteMore(Reference):
    list_limit = 2_097_153


@hides("many-clients")
class FailsAtPagesForTheLastOfMany(HasFewConnections):
    """It has nearly enough connections, and does not need one for JSON."""

    few = 36

    def crowded(self, asked: Asked, reply: Reply) -> Reply:
        return super().crowded(asked, reply) if asked.path.startswith("/catalog/") else reply


@hides("many-clients", "server-error")  # its crowd is over only after some further requests
class MixesUpTheItemsOfMany(HasFewConnections):
    """Whoever asks gets what the one before got."""

    mixes = "/items/"

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.before: Reply | None = None

    def crowded(self, asked: Asked, reply: Reply) -> Reply:
        if not asked.path.startswith(self.mixes):
            return reply
        self.before, late = reply, self.before
        return late or reply


@hides("many-clients")
class MixesUpThePagesOfMany(MixesUpTheItemsOfMany):
    mixes = "/catalog/"
