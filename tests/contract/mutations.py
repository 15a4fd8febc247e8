"""Servers that break the contract in one place each, under the clause that has to say so."""

import json
import re
import sqlite3
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench.contract import seed
from tests.contract.reference import NAMES, Asked, Reference, Refusal, Reply

MUTATIONS: dict[str, tuple[str, type[Reference]]] = {}


def breaks(clause: str) -> Callable[[type[Reference]], type[Reference]]:
    """Enter a broken reference under the clause that it breaks."""

    def enter(mutation: type[Reference]) -> type[Reference]:
        MUTATIONS[mutation.__name__] = (clause, mutation)
        return mutation

    return enter


# Every answer


@breaks("content-length")
class SendsChunks(Reference):
    def wire(self, asked: Asked, reply: Reply) -> bytes:
        if reply.status != 200 or asked.method == "HEAD":
            return super().wire(asked, reply)
        headers = {"Content-Type": reply.content_type, "Transfer-Encoding": "chunked"}
        return self.head(200, headers) + b"%x\r\n%s\r\n0\r\n\r\n" % (len(reply.body), reply.body)


@breaks("content-length")
class TellsTooShortALength(Reference):
    def head(self, status: int, headers: dict[str, str]) -> bytes:
        if headers.get("Content-Type") == "text/plain; charset=utf-8":
            headers["Content-Length"] = "12"
        return super().head(status, headers)


@breaks("content-length")
class SendsABodyWithA204(Reference):
    def wire(self, asked: Asked, reply: Reply) -> bytes:
        return super().wire(asked, reply) + (b"gone" if reply.status == 204 else b"")


@breaks("content-length")
class TellsALengthWithA204(Reference):
    def head(self, status: int, headers: dict[str, str]) -> bytes:
        return super().head(status, headers | ({"Content-Length": "0"} if status == 204 else {}))


@breaks("content-type")
class SendsLatin1(Reference):
    def page(self, title: str, body: str) -> Reply:
        return Reply(200, "text/html; charset=iso-8859-1", super().page(title, body).body)


@breaks("content-type")
class CallsJsonText(Reference):
    def json(self, document: Any, status: int = 200, **headers: str) -> Reply:
        return Reply(status, "text/json", self.dump(document), headers)


@breaks("keep-alive")
class ClosesEachConnection(Reference):
    def head(self, status: int, headers: dict[str, str]) -> bytes:
        return super().head(status, headers | {"Connection": "close"})


@breaks("keep-alive")
class HangsUp(Reference):
    hangs_up = True


@breaks("keep-alive")
class SpeaksHttp10(Reference):
    def head(self, status: int, headers: dict[str, str]) -> bytes:
        return super().head(status, headers).replace(b"HTTP/1.1", b"HTTP/1.0", 1)


@breaks("head")
class SendsABodyWithHead(Reference):
    def wire(self, asked: Asked, reply: Reply) -> bytes:
        return super().wire(asked, reply) + (reply.body if asked.method == "HEAD" else b"")


@breaks("head")
class HasNoHead(Reference):
    def route(self, asked: Asked) -> Reply:
        if asked.method == "HEAD" and asked.path.startswith("/catalog"):
            raise Refusal(405, Allow="GET")
        return super().route(asked)


@breaks("head")
class TellsNoLengthOfItsOwn(Reference):
    def wire(self, asked: Asked, reply: Reply) -> bytes:
        return super().wire(asked, Reply(reply.status, reply.content_type) if asked.method == "HEAD" else reply)


@breaks("options")
class TellsNoOptions(Reference):
    def options(self, _allow: str) -> Reply:
        return Reply(200, "text/plain")


@breaks("options")
class KnowsNoOptions(Reference):
    def options(self, _allow: str) -> Reply:
        raise Refusal(404)


@breaks("method-not-allowed")
class NamesNoMethods(Reference):
    def problem(self, refusal: Refusal) -> Reply:
        return super().problem(Refusal(refusal.status, refusal.errors))


@breaks("method-not-allowed")
class FindsNoMethods(Reference):
    def problem(self, refusal: Refusal) -> Reply:
        return super().problem(Refusal(404) if refusal.status == 405 else refusal)


@breaks("method-not-allowed")
class NamesTooManyMethods(Reference):
    def head(self, status: int, headers: dict[str, str]) -> bytes:
        return super().head(status, headers | ({"Allow": "GET, POST, PUT, DELETE, PATCH"} if status == 405 else {}))


@breaks("not-found")
class ToleratesASlash(Reference):
    def route(self, asked: Asked) -> Reply:
        asked.target = re.sub(r"(?<=.)/(?=$|\?)", "", asked.target)
        return super().route(asked)


@breaks("not-found")
class RefusesTheTypeFirst(Reference):
    def route(self, asked: Asked) -> Reply:
        if asked.method == "POST":
            self.check_type(asked)
        return super().route(asked)


@breaks("keep-alive")
class AnswersBeforeTheBody(Reference):
    """Closes where a refused body has not come yet, or seems to."""

    def wire(self, asked: Asked, reply: Reply) -> bytes:
        if reply.status in (404, 405, 415) and len(asked.body) > 1000:
            reply.headers["Connection"] = "close"
        return super().wire(asked, reply)


@breaks("older-http")
class LeavesOldConnectionsOpen(Reference):
    stays_open = True


@breaks("older-http")
class FailsOnOldRequests(Reference):
    def route(self, asked: Asked) -> Reply:
        if asked.version == "HTTP/1.0" and asked.path.startswith("/catalog"):
            raise ValueError
        return super().route(asked)


@breaks("upgrade")
class LooksForAWebSocket(Reference):
    def route(self, asked: Asked) -> Reply:
        if asked.headers.get("Upgrade", "").lower() == "websocket":
            raise Refusal(405, Allow="GET")
        return super().route(asked)


@breaks("expect-continue")
class RefusesToWait(Reference):
    def route(self, asked: Asked) -> Reply:
        if "Expect" in asked.headers and asked.method == "POST" and asked.path == "/items":
            raise Refusal(417)
        return super().route(asked)


@breaks("truncated-body")
class TakesHalfABody(Reference):
    def check_whole(self, asked: Asked) -> None:
        if "Transfer-Encoding" in asked.headers or len(asked.headers.get_all("Content-Length") or ()) > 1:  # type: ignore[attr-defined]
            super().check_whole(asked)


@breaks("truncated-body")
class WritesBeforeTheEnd(Reference):
    """It refuses half a body, and has changed the row by then."""

    def check_whole(self, asked: Asked) -> None:
        if not asked.whole and asked.method == "PUT":
            self.connection.execute("UPDATE item SET price_cents = 5 WHERE id = ?", (asked.path.rpartition("/")[2],))
        super().check_whole(asked)


@breaks("other-bodies")
class FailsOnChunks(Reference):
    def check_whole(self, asked: Asked) -> None:
        if "Transfer-Encoding" in asked.headers:
            raise ValueError
        super().check_whole(asked)


@breaks("other-bodies")
class CallsABodyWithAGetTooLarge(Reference):
    def route(self, asked: Asked) -> Reply:
        if asked.method == "GET" and asked.body:
            raise Refusal(413)
        return super().route(asked)


@breaks("framing")
class TakesTheFirstLength(Reference):
    takes_the_first_length = True


@breaks("headers")
class ReadsCookies(Reference):
    def route(self, asked: Asked) -> Reply:
        if "@" in asked.headers.get("Cookie", ""):
            raise Refusal(400)
        return super().route(asked)


@breaks("headers")
class HeedsAccept(Reference):
    def route(self, asked: Asked) -> Reply:
        if asked.headers.get("Accept", "*/*") == "image/png":
            raise Refusal(406)
        return super().route(asked)


@breaks("headers")
class DecodesByTheCharset(Reference):
    def parse(self, body: bytes) -> Any:
        return super().parse(body)

    def route(self, asked: Asked) -> Reply:
        if "base64" in asked.content_type:
            asked.body.decode("base64")
        return super().route(asked)


@breaks("host")
class KnowsItsName(Reference):
    def route(self, asked: Asked) -> Reply:
        if "_" in asked.host:
            raise Refusal(400)
        return super().route(asked)


@breaks("not-found")
class DropsSlashes(Reference):
    def route(self, asked: Asked) -> Reply:
        asked.target = re.sub("^/+", "/", asked.target)
        return super().route(asked)


@breaks("not-found")
class IgnoresCase(Reference):
    def route(self, asked: Asked) -> Reply:
        if asked.method == "POST":
            asked.target = asked.target.lower()
        return super().route(asked)


@breaks("same-resource")
class DecodesNoPaths(Reference):
    def route(self, asked: Asked) -> Reply:
        if "%69" in asked.target:
            raise Refusal(404)
        return super().route(asked)


@breaks("leading-zeros")
class WantsNumbersBare(Reference):
    def number(self, text: str, lowest: int, highest: int) -> int | None:
        return None if re.match("0.", text) else super().number(text, lowest, highest)


@breaks("list-parameters")
class CountsParameters(Reference):
    def route(self, asked: Asked) -> Reply:
        if asked.target.count("&") > 1000:
            raise Refusal(400)
        return super().route(asked)


@breaks("list-parameters")
class SplitsAtSemicolons(Reference):
    def route(self, asked: Asked) -> Reply:
        asked.target = asked.target.replace(";", "&")
        return super().route(asked)


@breaks("method-not-allowed")
class TakesAnyMethodForGet(Reference):
    def route(self, asked: Asked) -> Reply:
        if asked.method == "FOO":
            asked.method = "DELETE"
        return super().route(asked)


@breaks("missing-item")
class CreatesByABadPut(Reference):
    def update_item(self, asked: Asked, item_id: str) -> Reply:
        try:
            return super().update_item(asked, item_id)
        except Refusal as refusal:
            if refusal.status == 422 and asked.body == b"[]" and self.row(int(item_id)) is None:
                self.insert(dict(zip(NAMES, ("x", "", 1, True), strict=True)))
            raise


@breaks("server-error")
class CallsALockNotFound(Reference):
    def replace(self, item_id: int, fields: dict[str, Any]) -> bool:
        try:
            return super().replace(item_id, fields)
        except sqlite3.OperationalError:
            return False


@breaks("error-log")
class LogsNothing(Reference):
    def report(self, _asked: Asked) -> None:
        pass


@breaks("error-log")
class LogsTwice(Reference):
    def report(self, asked: Asked) -> None:
        super().report(asked)
        super().report(asked)


@breaks("problem")
class ExplainsInText(Reference):
    def problem(self, refusal: Refusal) -> Reply:
        return Reply(refusal.status, "text/plain", b"No.", refusal.headers)


@breaks("problem")
class SpellsTheStatus(Reference):
    def dump(self, document: Any) -> bytes:
        return super().dump(document | {"status": str(document["status"])} if "status" in document else document)


@breaks("problem")
class HasNoTitle(Reference):
    def dump(self, document: Any) -> bytes:
        return super().dump({key: value for key, value in document.items() if key != "title"})


@breaks("problem")
class ListsItsErrors(Reference):
    def dump(self, document: Any) -> bytes:
        return super().dump(document | {"errors": list(document["errors"])} if "errors" in document else document)


# Reading


@breaks("plaintext")
class EndsTheLine(Reference):
    def plaintext(self, _asked: Asked) -> Reply:
        return Reply(200, "text/plain", b"Hello, World!\n")


@breaks("json")
class SaysMore(Reference):
    def hello(self, _asked: Asked) -> Reply:
        return self.json({"message": "Hello, World!", "by": "reference"})


@breaks("list-items")
class ListsBackwards(Reference):
    def rows(self, offset: int, limit: int) -> list[dict[str, Any]]:
        return super().rows(offset, limit)[::-1]


@breaks("list-items")
class IgnoresTheLimit(Reference):
    def rows(self, offset: int, _limit: int) -> list[dict[str, Any]]:
        return super().rows(offset, 20)


@breaks("list-items")
class IgnoresTheOffset(Reference):
    def rows(self, offset: int, limit: int) -> list[dict[str, Any]]:
        return super().rows(0 if limit < 20 else offset, limit)


@breaks("list-items")
class ListsWithoutDescriptions(Reference):
    def list_items(self, asked: Asked) -> Reply:
        items = [{key: row[key] for key in row if key != "description"} for row in self.rows(*self.stretch(asked))]
        return self.json({"items": items, "total": self.total()})


@breaks("list-items")
class OrdersByLastChange(Reference):
    last = 0

    def replace(self, item_id: int, fields: dict[str, Any]) -> bool:
        self.last = item_id
        return super().replace(item_id, fields)

    def rows(self, offset: int, limit: int) -> list[dict[str, Any]]:
        return sorted(super().rows(offset, limit), key=lambda row: (row["id"] == self.last, row["id"]))


@breaks("list-total")
class CountsOneMore(Reference):
    def total(self) -> int:
        return super().total() + 1


@breaks("list-total")
class CountsThePage(Reference):
    def list_items(self, asked: Asked) -> Reply:
        rows = self.rows(*self.stretch(asked))
        return self.json({"items": rows, "total": len(rows)})


@breaks("list-total")
class CountsByItself(Reference):
    """Right as long as nobody else writes."""

    count: int | None = None

    def total(self) -> int:
        if self.count is None:
            self.count = super().total()
        return self.count

    def insert(self, fields: dict[str, Any]) -> int:
        self.count = self.total() + 1
        return super().insert(fields)

    def remove(self, item_id: int) -> bool:
        self.count = self.total()
        removed = super().remove(item_id)
        self.count -= removed
        return removed


@breaks("number-spelling")
class ReadsNumbersAsPythonDoes(Reference):
    def number(self, text: str, lowest: int, highest: int) -> int | None:
        try:
            return int(text) if lowest <= int(text) <= highest else None
        except ValueError:
            return None


@breaks("list-parameters")
class NamesOneParameterAlone(Reference):
    def stretch(self, asked: Asked) -> tuple[int, int]:
        try:
            return super().stretch(asked)
        except Refusal as refusal:
            raise Refusal(422, dict([next(iter((refusal.errors or {}).items()))])) from None


@breaks("list-parameters")
class PutsLimitsRight(Reference):
    def stretch(self, asked: Asked) -> tuple[int, int]:
        limit = self.number(asked.parameters.get("limit", "20"), 0, LARGE)
        asked.target = f"{asked.path}?offset={asked.parameters.get('offset', '0')}&limit={min(max(limit or 1, 1), 100)}"
        return super().stretch(asked)


LARGE = 2**63 - 1


@breaks("read-item")
class ComposesCharacters(Reference):
    def item(self, row: tuple[Any, ...]) -> dict[str, Any]:
        return super().item(tuple(re.sub(r"\r\n", "\n", value) if isinstance(value, str) else value for value in row))


@breaks("missing-item")
class CreatesByPut(Reference):
    def replace(self, item_id: int, fields: dict[str, Any]) -> bool:
        values = [item_id, *(fields[name] for name in NAMES)]
        self.connection.execute("INSERT OR REPLACE INTO item VALUES (?, ?, ?, ?, ?)", values)
        return True


@breaks("missing-item")
class DeletesWhatIsNotThere(Reference):
    def remove(self, item_id: int) -> bool:
        super().remove(item_id)
        return True


@breaks("long-path")
class FailsOnLongPaths(Reference):
    def route(self, asked: Asked) -> Reply:
        if asked.path.count("/") > 1000:
            raise RecursionError
        return super().route(asked)


@breaks("not-found")
class LooksAtTheMethodFirst(Reference):
    def route(self, asked: Asked) -> Reply:
        if asked.path.startswith("/plaintext") and asked.method not in ("GET", "HEAD", "OPTIONS"):
            raise Refusal(405, Allow="GET")
        return super().route(asked)


@breaks("huge-id")
class OverflowsOnHugeIds(Reference):
    def number(self, text: str, lowest: int, highest: int) -> int | None:
        return int(text) if re.fullmatch("[0-9]{18,}", text) and lowest else super().number(text, lowest, highest)


# Writing


@breaks("create-item")
class CreatesWith200(Reference):
    def json(self, document: Any, status: int = 200, **headers: str) -> Reply:
        return super().json(document, 200, **headers)


@breaks("create-item")
class TellsNoId(Reference):
    def create_item(self, asked: Asked) -> Reply:
        fields = self.fields(asked)
        return self.json(fields, 201, Location=f"/items/{self.insert(fields)}")


@breaks("create-location")
class TellsNoLocation(Reference):
    def create_item(self, asked: Asked) -> Reply:
        reply = super().create_item(asked)
        reply.headers.clear()
        return reply


@breaks("create-location")
class LeadsElsewhere(Reference):
    def create_item(self, asked: Asked) -> Reply:
        reply = super().create_item(asked)
        reply.headers["Location"] = "http://testserver" + reply.headers["Location"]
        return reply


@breaks("update-item")
class KeepsAnOldField(Reference):
    def replace(self, item_id: int, fields: dict[str, Any]) -> bool:
        old = self.row(item_id) or fields
        return super().replace(item_id, fields | {"description": fields["description"] or old["description"]})


@breaks("update-item")
class MissesWhatStaysEqual(Reference):
    """As where a database tells the number of rows that really changed."""

    def replace(self, item_id: int, fields: dict[str, Any]) -> bool:
        return self.row(item_id) != {"id": item_id} | fields and super().replace(item_id, fields)


@breaks("update-item")
class ReplacesAlikeRows(Reference):
    def replace(self, item_id: int, fields: dict[str, Any]) -> bool:
        self.connection.execute("UPDATE item SET description = ? WHERE id > ?", (fields["description"], item_id))
        return super().replace(item_id, fields)


@breaks("delete-item")
class DeletesNothing(Reference):
    def remove(self, item_id: int) -> bool:
        return self.row(item_id) is not None


@breaks("delete-item")
class DeletesWith200(Reference):
    def delete_item(self, asked: Asked, item_id: str) -> Reply:
        super().delete_item(asked, item_id)
        return self.json({})


@breaks("write-persists")
class LosesWrites(Reference):
    def replace(self, item_id: int, _fields: dict[str, Any]) -> bool:
        return self.row(item_id) is not None


@breaks("write-persists")
class CommitsLater(Reference):
    """Everybody who asks the server sees the write; who opens the database does not."""

    def insert(self, fields: dict[str, Any]) -> int:
        if not self.connection.in_transaction:
            self.connection.execute("BEGIN")
        return super().insert(fields)

    def remove(self, item_id: int) -> bool:
        removed = super().remove(item_id)
        if self.connection.in_transaction:
            self.connection.execute("COMMIT")
        return removed


@breaks("no-cache")
class RemembersItems(Reference):
    def __init__(self, path: Any) -> None:
        super().__init__(path)
        self.seen: dict[str, Reply] = {}

    def read_item(self, asked: Asked, item_id: str) -> Reply:
        if item_id not in self.seen:
            self.seen[item_id] = super().read_item(asked, item_id)
        return self.seen[item_id]

    def delete_item(self, asked: Asked, item_id: str) -> Reply:
        self.seen.pop(item_id, None)
        return super().delete_item(asked, item_id)


@breaks("no-cache")
class RemembersUntilItWrites(RemembersItems):
    def update_item(self, asked: Asked, item_id: str) -> Reply:
        self.seen.pop(item_id, None)
        return super().update_item(asked, item_id)


@breaks("no-cache")
class RemembersThePage(Reference):
    """Page 1 as it was when the server started."""

    first: Reply | None = None

    def browse(self, asked: Asked) -> Reply:
        if self.page_number(asked) > 1:
            return super().browse(asked)
        self.first = self.first or super().browse(asked)
        return self.first


@breaks("no-cache")
class PreparesTheFirstItems(Reference):
    """Only the list that is asked for without parameters."""

    first: Reply | None = None

    def list_items(self, asked: Asked) -> Reply:
        if asked.parameters:
            return super().list_items(asked)
        self.first = self.first or super().list_items(asked)
        return self.first


@breaks("model")
class ForgetsEveryEighthUpdate(Reference):
    updates = 0

    def replace(self, item_id: int, fields: dict[str, Any]) -> bool:
        self.updates += 1
        return self.row(item_id) is not None if self.updates % 8 == 0 else super().replace(item_id, fields)


@breaks("model")
class DeletesTwins(Reference):
    def remove(self, item_id: int) -> bool:
        if row := self.row(item_id):
            self.connection.execute("DELETE FROM item WHERE name = ? AND id <> ?", (row["name"], item_id))
        return super().remove(item_id)


@breaks("model")
class MeansTheNewestRow(Reference):
    """Right for whoever works on one item at a time: it updates the row that was written last."""

    last = 0

    def insert(self, fields: dict[str, Any]) -> int:
        self.last = super().insert(fields)
        return self.last

    def replace(self, item_id: int, fields: dict[str, Any]) -> bool:
        newest = self.last if fields["price_cents"] == 99 and self.row(self.last) else item_id
        return self.row(item_id) is not None and super().replace(newest, fields)


# What is refused


@breaks("media-type")
class TakesAnyJson(Reference):
    def check_type(self, asked: Asked) -> None:
        if "json" not in asked.content_type.lower():
            raise Refusal(415)


@breaks("media-type")
class WantsTheTypeBare(Reference):
    def check_type(self, asked: Asked) -> None:
        if asked.content_type != "application/json":
            raise Refusal(415)


@breaks("media-type")
class RefusesTheSizeFirst(Reference):
    def check_type(self, asked: Asked) -> None:
        if len(asked.body) > self.body_limit:
            raise Refusal(413)
        super().check_type(asked)


@breaks("body-too-large")
class RefusesTheLimit(Reference):
    body_limit = 65_535


@breaks("body-too-large")
class TakesOneMore(Reference):
    body_limit = 65_537


@breaks("body-not-json")
class TakesTheEmptyBody(Reference):
    def parse(self, body: bytes) -> Any:
        return super().parse(body or b"{}")


@breaks("body-not-json")
class TakesNumbersThatAreNone(Reference):
    def constant(self, _name: str) -> Any:
        return 0


@breaks("body-not-json")
class ReadsTheFirstOfTwo(Reference):
    def parse(self, body: bytes) -> Any:
        try:
            return super().parse(body)
        except Refusal:
            try:
                return json.JSONDecoder().raw_decode(body.decode())[0]
            except (ValueError, RecursionError):
                raise Refusal(400) from None


@breaks("body-encoding")
class GuessesTheCoding(Reference):
    def parse(self, body: bytes) -> Any:
        try:
            return json.loads(body)
        except (ValueError, RecursionError):
            raise Refusal(400) from None


@breaks("body-not-utf8")
class ReplacesBadBytes(Reference):
    def parse(self, body: bytes) -> Any:
        return super().parse(body.decode("utf-8", "replace").encode())


@breaks("body-nesting")
class DivesTooDeep(Reference):
    def parse(self, body: bytes) -> Any:
        try:
            return json.loads(body.decode(), parse_constant=self.constant)
        except ValueError:
            raise Refusal(400) from None


@breaks("body-nesting")
class CountsTooFar(Reference):
    def parse(self, body: bytes) -> Any:
        try:
            return json.loads(body.decode(), parse_constant=self.constant)
        except (json.JSONDecodeError, UnicodeDecodeError, RecursionError):
            raise Refusal(400) from None


@breaks("body-not-object")
class CallsAListNoJson(Reference):
    def parse(self, body: bytes) -> Any:
        document = super().parse(body)
        if not isinstance(document, dict):
            raise Refusal(400)
        return document


@breaks("body-not-object")
class BlamesEveryField(Reference):
    def parse(self, body: bytes) -> Any:
        document = super().parse(body)
        return document if isinstance(document, dict) else {}


@breaks("field-missing")
class FillsInDescriptions(Reference):
    def parse(self, body: bytes) -> Any:
        document = super().parse(body)
        return {"description": ""} | document if isinstance(document, dict) else document


@breaks("field-missing")
class BlamesTheWrongField(Reference):
    def problem(self, refusal: Refusal) -> Reply:
        if refusal.errors and "description" in refusal.errors:
            refusal.errors["name"] = refusal.errors.pop("description")
        return super().problem(refusal)


@breaks("field-missing")
class StopsAtTheFirstField(Reference):
    def problem(self, refusal: Refusal) -> Reply:
        first = list((refusal.errors or {}).items())[:1]
        return super().problem(Refusal(refusal.status, dict(first) or None, **refusal.headers))


@breaks("field-unknown")
class IgnoresOtherFields(Reference):
    def parse(self, body: bytes) -> Any:
        document = super().parse(body)
        return {key: document[key] for key in document if key in NAMES} if isinstance(document, dict) else document


@breaks("field-text")
class CannotWriteBack(Reference):
    def dump(self, document: Any) -> bytes:
        return json.dumps(document, ensure_ascii=False).encode()

    def problem(self, refusal: Refusal) -> Reply:
        try:
            return super().problem(refusal)
        except UnicodeEncodeError:
            return super().problem(Refusal(500))


@breaks("field-duplicate")
class TakesTheFirstOfTwo(Reference):
    def parse(self, body: bytes) -> Any:
        super().parse(body)
        return json.loads(body, object_pairs_hook=lambda pairs: dict(reversed(pairs)))


@breaks("field-type")
class RoundsPrices(Reference):
    def fits(self, name: str, value: Any) -> bool:
        return super().fits(name, int(value) if type(value) is float and value < 1e9 else value)


@breaks("field-type")
class TakesTruthForANumber(Reference):
    def fits(self, name: str, value: Any) -> bool:
        return super().fits(name, int(value) if value is True and name == "price_cents" else value)


@breaks("field-type")
class StoresBeforeItRefuses(Reference):
    """It answers as it should, and changes the row all the same."""

    def update_item(self, asked: Asked, item_id: str) -> Reply:
        try:
            return super().update_item(asked, item_id)
        except Refusal:
            if b"null" in asked.body and self.number(item_id, 1, LARGE):
                self.connection.execute("UPDATE item SET price_cents = 5 WHERE id = ?", (int(item_id),))
            raise


@breaks("field-range")
class TrimsNames(Reference):
    def parse(self, body: bytes) -> Any:
        document = super().parse(body)
        if isinstance(document, dict) and isinstance(document.get("name"), str) and len(document["name"]) < 50:
            document["name"] = document["name"].strip() or document["name"]
        return document


@breaks("field-range")
class CountsBytes(Reference):
    def fits(self, name: str, value: Any) -> bool:
        long = name == "name" and isinstance(value, str) and len(value.encode("utf-8", "replace")) > 100
        return not long and super().fits(name, value)


@breaks("field-text")
class TakesNul(Reference):
    def storable(self, text: str) -> bool:
        return super().storable(text.replace("\0", ""))


@breaks("field-text")
class TakesSurrogates(Reference):
    def parse(self, body: bytes) -> Any:
        document = super().parse(body)
        if isinstance(document, dict) and isinstance(document.get("description"), str):
            document["description"] = document["description"].encode("utf-8", "replace").decode()
        return document


# Pages


@breaks("browse")
class ShowsTenAPage(Reference):
    per_page = 10


@breaks("browse")
class SeparatesThousands(Reference):
    def price(self, cents: int) -> str:
        return f"{cents / 100:,.2f}"


@breaks("browse")
class HeadsDifferently(Reference):
    def browse(self, asked: Asked) -> Reply:
        reply = super().browse(asked)
        return Reply(200, reply.content_type, reply.body.replace(b"<h1>Catalog", b"<h1>Catalogue"))


@breaks("browse-links")
class LeadsBeforePageOne(Reference):
    def links(self, page: int) -> str:
        return super().links(page) if page > 1 else super().links(2)


@breaks("browse-links")
class LeadsBeyondTheEnd(Reference):
    def links(self, page: int) -> str:
        return super().links(page) + f'<a rel="next" href="/catalog?page={page + 1}">Next</a>'


@breaks("browse-pages")
class KeepsEmptyPages(Reference):
    """The last page stays when its only item goes."""

    most = 0

    def last_page(self) -> int:
        self.most = max(self.most, super().last_page())
        return self.most


@breaks("browse-pages")
class HasEveryPage(Reference):
    def page_number(self, asked: Asked) -> int:
        return (
            int(asked.parameters["page"])
            if re.fullmatch("[0-9]{3,5}", asked.target[-3:])
            else super().page_number(asked)
        )


@breaks("browse-pages")
class TakesAnythingForPageOne(Reference):
    def page_number(self, asked: Asked) -> int:
        page = asked.parameters.get("page", "1")
        return super().page_number(asked) if page.isascii() and page.isdigit() else 1


@breaks("view-item")
class HidesTheDescription(Reference):
    def view_item(self, asked: Asked, item_id: str) -> Reply:
        reply = super().view_item(asked, item_id)
        return Reply(200, reply.content_type, re.sub(rb"<p>.*?</p>", b"<p>...</p>", reply.body, flags=re.DOTALL))


@breaks("view-item")
class SaysTrue(Reference):
    def stock(self, in_stock: bool) -> str:
        return str(in_stock)


@breaks("escaping")
class EscapesNothing(Reference):
    def escape(self, text: str) -> str:
        return text


@breaks("escaping")
class EscapesTwice(Reference):
    def escape(self, text: str) -> str:
        return super().escape(super().escape(text))


@breaks("escaping")
class LeavesQuotesInAttributes(Reference):
    def page(self, title: str, body: str) -> Reply:
        return super().page(title, body.replace("<h1>", f'<h1 title="{title.replace("&quot;", chr(34))}">'))


@breaks("escaping")
class EscapesNoTitle(Reference):
    def page(self, title: str, body: str) -> Reply:
        return super().page(title.replace("&lt;", "<").replace("&gt;", ">"), body)


@breaks("seed-rows")
class HasAnotherRow(Reference):
    def item(self, row: tuple[Any, ...]) -> dict[str, Any]:
        return super().item(row) | ({"description": "Other"} if row[0] == seed.ROWS // 2 else {})


# The optional group `validation`


@breaks("check-order")
class ForgetsQuantities(Reference):
    def worth(self, lines: list[dict[str, Any]]) -> int:
        return sum(line["price_cents"] for line in lines)


@breaks("check-order")
class HasNoOrders(Reference):
    def check_order(self, asked: Asked) -> Reply:
        raise Refusal(404)


@breaks("check-order")
class TakesOrdersForCreations(Reference):
    def check_order(self, asked: Asked) -> Reply:
        reply = super().check_order(asked)
        return Reply(201, reply.content_type, reply.body)


@breaks("order-refused")
class TakesTextForNumbers(Reference):
    def is_line(self, line: Any) -> bool:
        if isinstance(line, dict):
            line = {name: int(value) if value == "5" else value for name, value in line.items()}
        return super().is_line(line)


@breaks("order-refused")
class NamesTheInnermost(Reference):
    def bad_members(self, order: dict[str, Any]) -> set[str]:
        return {f"{name}.0" for name in super().bad_members(order)}


@breaks("order-refused")
class ReadsOrdersOfAnyType(Reference):
    def order(self, asked: Asked) -> dict[str, Any]:
        asked.content_type = "application/json"
        return super().order(asked)


# The optional group `upstream`


@breaks("slow-upstream")
class RemembersWhatTheServiceSaid(Reference):
    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.said: dict[int, dict[str, Any]] = {}

    def said_after(self, wait_ms: int) -> dict[str, Any]:
        return self.said.setdefault(wait_ms, super().said_after(wait_ms))


@breaks("slow-upstream")
class MakesUpWhatTheServiceSaid(Reference):
    def said_after(self, wait_ms: int) -> dict[str, Any]:
        return super().said_after(wait_ms) | {"seal": "0" * 16}


@breaks("slow-upstream")
class NeverWaitsLong(Reference):
    def said_after(self, wait_ms: int) -> dict[str, Any]:
        return super().said_after(min(wait_ms, 50))


@breaks("slow-upstream")
class PassesItOnBare(Reference):
    def call_upstream(self, asked: Asked) -> Reply:
        return self.json(self.said_after(self.wait_ms(asked)))


@breaks("slow-upstream")
class WaitsTenByDefault(Reference):
    def wait_ms(self, asked: Asked) -> int:
        return super().wait_ms(asked) if asked.parameters.get("ms") else 10


# The optional group `stream`


@breaks("stream")
class LosesTheLastLine(Reference):
    def chunks(self, body: bytes) -> list[bytes]:
        return super().chunks(body)[:-1]


@breaks("stream")
class MakesTheStreamWhole(Reference):
    def chunks(self, body: bytes) -> list[bytes]:
        return [body]


@breaks("stream")
class AnnouncesTheLengthOfTheStream(Reference):
    def streamed(self, asked: Asked, reply: Reply) -> bytes:
        return self.wire(asked, Reply(200, reply.content_type, reply.body))


@breaks("stream")
class NumbersFromZero(Reference):
    def stream_line(self, number: int) -> bytes:
        return super().stream_line(number - 1)


@breaks("stream")
class HasNoStreamForOldClients(Reference):
    def stream(self, asked: Asked) -> Reply:
        if asked.version == "HTTP/1.0":
            raise Refusal(404)
        return super().stream(asked)


# The optional group `template`


@breaks("print-labels")
class CountsLabelsFromNought(Reference):
    def label(self, text: str, number: int) -> str:
        return super().label(text, number - 1)


@breaks("print-labels")
class HasNoLabels(Reference):
    def print_labels(self, asked: Asked) -> Reply:
        raise Refusal(404)


@breaks("print-labels")
class RoundsPricesOfLabels(Reference):
    def label_price(self, number: int) -> str:
        return super().label_price(number)[:-1] + "0"


@breaks("labels-text")
class EscapesNoLabels(Reference):
    def shown(self, text: str) -> str:
        return text


@breaks("labels-text")
class NeedsAText(Reference):
    def label_text(self, asked: Asked) -> str:
        if "text" not in asked.parameters:
            raise Refusal(422, {"text": "missing"})
        return super().label_text(asked)


@breaks("labels-pages")
class PrintsLabelsWithoutEnd(Reference):
    def last_sheet(self) -> int:
        return 2**63


@breaks("labels-pages")
class RefusesPagesOfLabelsAsParameters(Reference):
    def print_labels(self, asked: Asked) -> Reply:
        try:
            return super().print_labels(asked)
        except Refusal:
            raise Refusal(422, {"page": "out of range"}) from None


# The optional group `large-body`


@breaks("reprice-list")
class SendsListsBack(Reference):
    def reprice(self, item: dict[str, Any], percent: int) -> dict[str, Any]:
        return item


@breaks("reprice-list")
class LosesOtherMembers(Reference):
    def reprice(self, item: dict[str, Any], percent: int) -> dict[str, Any]:
        return {name: value for name, value in super().reprice(item, percent).items() if name not in ("", "ü")}


@breaks("reprice-list")
class RoundsPricesUp(Reference):
    def reprice(self, item: dict[str, Any], percent: int) -> dict[str, Any]:
        return item | {"price_cents": -(item["price_cents"] * (100 + percent) // -100)}


@breaks("reprice-refused")
class ReadsListsOfAnySize(Reference):
    list_limit = 2**63


@breaks("reprice-refused")
class ReadsListsOfAnyType(Reference):
    def check_list_type(self, asked: Asked) -> None:
        pass


@breaks("reprice-refused")
class TakesListsWithoutPrices(Reference):
    def has_price(self, item: Any) -> bool:
        return isinstance(item, dict) and super().has_price({"price_cents": 0} | item)

    def reprice(self, item: dict[str, Any], percent: int) -> dict[str, Any]:
        return super().reprice({"price_cents": 0} | item, percent)


# Many clients


@breaks("many-clients")
class HasFewConnections(Reference):
    """Each client that keeps asking for items holds one of its few connections to a database."""

    few = 15

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.lately: deque[int] = deque(maxlen=40)

    def route(self, asked: Asked) -> Reply:
        reply = super().route(asked)
        self.lately.append(asked.visit.connection if asked.visit.nth > 1 else 0)
        asks = asked.method == "GET" and asked.visit.nth > 1 and re.match(r"/(items|catalog)/", asked.path)
        return self.crowded(asked, reply) if asks and len(set(self.lately)) > self.few else reply

    def crowded(self, _asked: Asked, _reply: Reply) -> Reply:
        raise Refusal(503)
