"""The contract once more, without a framework or a thought of speed: the server that the checks are checked against.

Each step of answering is a method of its own, so that `mutations.py` can break one and leave the others whole.
"""

import html
import io
import itertools
import json
import re
import socket
import sqlite3
import threading
import traceback
import weakref
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from bench.contract.upstream import sealed

NAMES = ("name", "description", "price_cents", "in_stock")
LARGEST = 2**63 - 1


@dataclass(frozen=True)
class Visit:
    """What a server can know of a request beside the request."""

    connection: int
    """Its number among the connections of this server, from 1."""
    nth: int
    """The request's number on its connection, from 1."""
    split: bool
    """Whether the body came in a later segment than the head."""


@dataclass
class Asked:
    method: str
    target: str
    content_type: str
    body: bytes
    host: str
    visit: Visit
    whole: bool = True
    """Whether the body came to its end, and there is no doubt where that is."""
    headers: Mapping[str, str] = field(default_factory=dict)
    version: str = "HTTP/1.1"

    @property
    def path(self) -> str:
        target = self.target if self.target.startswith("http://") else f"http://x{self.target}"
        return unquote(urlsplit(target).path)

    @property
    def parameters(self) -> dict[str, str]:
        return dict(parse_qsl(urlsplit(self.target).query, keep_blank_values=True))


@dataclass
class Reply:
    status: int
    content_type: str = ""
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)


class Streamed(Reply):
    """One whose body is sent in chunks."""


class Refusal(Exception):
    def __init__(self, status: int, errors: dict[str, str] | None = None, **headers: str) -> None:
        super().__init__(status)
        self.status, self.errors, self.headers = status, errors, headers


class Reference:
    """Strictly what `apps/SPEC.md` says."""

    body_limit = 65_536
    per_page = 20
    longest_ms = 1000
    hangs_up = False
    """Whether it closes a connection after each answer, without saying so."""
    stays_open = False
    """Whether it keeps every connection open, whatever the client said."""
    takes_the_first_length = False
    """Whether it knows nothing of chunks, and looks at the first of several lengths."""
    reads_chunks = False
    """Whether it takes a body in chunks, without a look at a length beside them."""

    def expects(self, _target: str) -> bool:
        """Whether it takes a body that the client waits with."""
        return True

    def __init__(self, path: Path) -> None:
        self.connection = sqlite3.connect(path, timeout=0.1, check_same_thread=False, isolation_level=None)
        weakref.finalize(self, self.connection.close)  # for those who ask it in this process, without `served`
        self.connection.execute("PRAGMA synchronous=OFF")
        self.numbers = itertools.count(1)
        self.log = ""
        self.lock = threading.Lock()
        self.stop: Callable[[], None] = lambda: None

    def answer(self, asked: Asked) -> Reply:
        with self.lock:
            try:
                return self.route(asked)
            except Refusal as refusal:
                return self.problem(refusal)
            except Exception as fault:  # noqa: BLE001  # as a framework does
                self.report(asked)
                return self.problem(Refusal(500, {"fault": repr(fault)[:100]}))

    def report(self, asked: Asked) -> None:
        self.log += f"{asked.method} {asked.target} failed\n{traceback.format_exc()}"

    def news(self) -> str:
        log, self.log = self.log, ""
        return log

    # Where a request goes

    def check_whole(self, asked: Asked) -> None:
        if not asked.whole:
            raise Refusal(400)

    def route(self, asked: Asked) -> Reply:
        self.check_whole(asked)
        path = asked.path
        alone: dict[str, dict[str, Any]] = {
            "/plaintext": {"GET": self.plaintext},
            "/json": {"GET": self.hello},
            "/items": {"GET": self.list_items, "POST": self.create_item},
            "/orders/check": {"POST": self.check_order},
            "/upstream": {"GET": self.call_upstream},
            "/stream": {"GET": self.stream},
            "/labels": {"GET": self.print_labels},
            "/reprice": {"POST": self.reprice_list},
            "/catalog": {"GET": self.browse},
        }
        if path in alone:
            return self.among(asked, alone[path])
        if match := re.fullmatch(r"/items/([^/]+)", path):
            methods = {"GET": self.read_item, "PUT": self.update_item, "DELETE": self.delete_item}
            return self.among(asked, methods, match[1])
        if match := re.fullmatch(r"/catalog/([^/]+)", path):
            return self.among(asked, {"GET": self.view_item}, match[1])
        raise Refusal(404)

    def among(self, asked: Asked, methods: dict[str, Any], *arguments: str) -> Reply:
        allow = ", ".join([*methods, "HEAD", "OPTIONS"])
        if asked.method == "OPTIONS":
            return self.options(allow)
        handler = methods.get("GET" if asked.method == "HEAD" else asked.method)
        if handler is None:
            raise Refusal(405, Allow=allow)
        return handler(asked, *arguments)

    def options(self, allow: str) -> Reply:
        return Reply(204, headers={"Allow": allow})

    def problem(self, refusal: Refusal) -> Reply:
        document = {"title": f"Refused with {refusal.status}", "status": refusal.status}
        if refusal.errors is not None:
            document["errors"] = refusal.errors
        return Reply(refusal.status, "application/problem+json", self.dump(document), refusal.headers)

    def dump(self, document: Any) -> bytes:
        return json.dumps(document).encode()

    def json(self, document: Any, status: int = 200, **headers: str) -> Reply:
        return Reply(status, "application/json", self.dump(document), headers)

    # The table

    def total(self) -> int:
        return self.connection.execute("SELECT count(*) FROM item").fetchone()[0]

    def rows(self, offset: int, limit: int) -> list[dict[str, Any]]:
        rows = self.connection.execute("SELECT * FROM item ORDER BY id LIMIT ? OFFSET ?", (limit, offset))
        return [self.item(row) for row in rows]

    def row(self, item_id: int) -> dict[str, Any] | None:
        row = self.connection.execute("SELECT * FROM item WHERE id = ?", (item_id,)).fetchone()
        return self.item(row) if row else None

    def item(self, row: tuple[Any, ...]) -> dict[str, Any]:
        return dict(zip(("id", *NAMES), (*row[:4], bool(row[4])), strict=True))

    def insert(self, fields: dict[str, Any]) -> int:
        values = [fields[name] for name in NAMES]
        insert = "INSERT INTO item (name, description, price_cents, in_stock) VALUES (?, ?, ?, ?)"
        return self.connection.execute(insert, values).lastrowid or 0

    def replace(self, item_id: int, fields: dict[str, Any]) -> bool:
        values = [*(fields[name] for name in NAMES), item_id]
        update = "UPDATE item SET name = ?, description = ?, price_cents = ?, in_stock = ? WHERE id = ?"
        return self.connection.execute(update, values).rowcount > 0

    def remove(self, item_id: int) -> bool:
        return self.connection.execute("DELETE FROM item WHERE id = ?", (item_id,)).rowcount > 0

    # What is refused

    def number(self, text: str, lowest: int, highest: int) -> int | None:
        if not re.fullmatch("[0-9]{1,19}", text):
            return None
        return int(text) if lowest <= int(text) <= highest else None

    def item_id(self, text: str) -> int:
        number = self.number(text, 1, LARGEST)
        if number is None:
            raise Refusal(404)
        return number

    def stretch(self, asked: Asked) -> tuple[int, int]:
        offset = self.number(asked.parameters.get("offset", "0"), 0, LARGEST)
        limit = self.number(asked.parameters.get("limit", "20"), 1, 100)
        bad = [name for name, value in (("offset", offset), ("limit", limit)) if value is None]
        if offset is None or limit is None:
            raise Refusal(422, dict.fromkeys(bad, "out of range"))
        return offset, limit

    def fields(self, asked: Asked) -> dict[str, Any]:
        self.check_type(asked)
        if len(asked.body) > self.body_limit:
            raise Refusal(413)
        document = self.parse(asked.body)
        if not isinstance(document, dict):
            raise Refusal(422, {"body": "must be an object"})
        self.check_fields(document)
        return document

    def check_type(self, asked: Asked) -> None:
        if asked.content_type.partition(";")[0].strip().lower() != "application/json":
            raise Refusal(415)

    def parse(self, body: bytes) -> Any:
        try:
            return json.loads(body.decode("utf-8"), parse_constant=self.constant)
        except (ValueError, RecursionError):
            raise Refusal(400) from None

    def constant(self, _name: str) -> Any:
        raise ValueError

    def check_fields(self, document: dict[str, Any]) -> None:
        errors = {name: "unknown" for name in document if name not in NAMES}
        for name in NAMES:
            if name not in document:
                errors[name] = "missing"
            elif not self.fits(name, document[name]):
                errors[name] = "wrong"
        if errors:
            raise Refusal(422, errors)

    def fits(self, name: str, value: Any) -> bool:
        if name == "in_stock":
            return type(value) is bool
        if name == "price_cents":
            return type(value) is int and 0 <= value <= 10_000_000
        if type(value) is not str or not self.storable(value):
            return False
        return 1 <= len(value) <= 100 if name == "name" else len(value) <= 500

    def storable(self, text: str) -> bool:
        return re.search("[\0\ud800-\udfff]", text) is None

    # The operations

    def plaintext(self, _asked: Asked) -> Reply:
        return Reply(200, "text/plain; charset=utf-8", b"Hello, World!")

    def hello(self, _asked: Asked) -> Reply:
        return self.json({"message": "Hello, World!"})

    def list_items(self, asked: Asked) -> Reply:
        return self.json({"items": self.rows(*self.stretch(asked)), "total": self.total()})

    def read_item(self, _asked: Asked, item_id: str) -> Reply:
        row = self.row(self.item_id(item_id))
        if row is None:
            raise Refusal(404)
        return self.json(row)

    def create_item(self, asked: Asked) -> Reply:
        fields = self.fields(asked)
        new_id = self.insert(fields)
        return self.json({"id": new_id} | fields, 201, Location=f"/items/{new_id}")

    def update_item(self, asked: Asked, item_id: str) -> Reply:
        fields, target = self.fields(asked), self.item_id(item_id)
        if not self.replace(target, fields):
            raise Refusal(404)
        return self.json({"id": target} | fields)

    def delete_item(self, _asked: Asked, item_id: str) -> Reply:
        if not self.remove(self.item_id(item_id)):
            raise Refusal(404)
        return Reply(204)

    # The pages

    def escape(self, text: str) -> str:
        return html.escape(text)

    def price(self, cents: int) -> str:
        return f"{cents // 100}.{cents % 100:02}"

    def stock(self, in_stock: bool) -> str:
        return "yes" if in_stock else "no"

    def page(self, title: str, body: str) -> Reply:
        whole = (
            f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>{title}</title></head>\n<body>{body}'
        )
        return Reply(200, "text/html; charset=utf-8", f"{whole}</body>\n</html>".encode())

    def last_page(self) -> int:
        return max((self.total() + self.per_page - 1) // self.per_page, 1)

    def page_number(self, asked: Asked) -> int:
        page = self.number(asked.parameters.get("page", "1"), 1, self.last_page())
        if page is None:
            raise Refusal(404)
        return page

    def browse(self, asked: Asked) -> Reply:
        page = self.page_number(asked)
        rows = self.rows((page - 1) * self.per_page, self.per_page)
        table = f"<table><tr><th>Name</th></tr>{''.join(map(self.line, rows))}</table>"
        return self.page(f"Catalog, page {page}", f"<h1>Catalog</h1>{table}<nav>{self.links(page)}</nav>")

    def line(self, item: dict[str, Any]) -> str:
        name = f'<a href="/catalog/{item["id"]}">{self.escape(item["name"])}</a>'
        price, stock = self.price(item["price_cents"]), self.stock(item["in_stock"])
        return f"<tr><td>{name}</td>\n<td>{price}</td><td>{stock}</td></tr>\n"

    def links(self, page: int) -> str:
        before = f'<a rel="prev" href="/catalog?page={page - 1}">Previous</a>' if page > 1 else ""
        after = f'<a rel="next" href="/catalog?page={page + 1}">Next</a>' if page < self.last_page() else ""
        return before + after

    def view_item(self, _asked: Asked, item_id: str) -> Reply:
        row = self.row(self.item_id(item_id))
        if row is None:
            raise Refusal(404)
        name, description = self.escape(row["name"]), self.escape(row["description"])
        text = f"<dl><dt>Price</dt><dd>{self.price(row['price_cents'])}</dd>"
        text += f"<dt>In stock</dt><dd>{self.stock(row['in_stock'])}</dd></dl>"
        return self.page(name, f"<h1>{name}</h1><p>{description}</p>{text}")

    # The optional group `validation`, which shares nothing with the rest that a mutation could break in both

    def check_order(self, asked: Asked) -> Reply:
        lines = self.order(asked)["lines"]
        quantity = sum(line["quantity"] for line in lines)
        return self.json({"lines": len(lines), "quantity": quantity, "total_cents": self.worth(lines)})

    def worth(self, lines: list[dict[str, Any]]) -> int:
        return sum(line["quantity"] * line["price_cents"] for line in lines)

    def order(self, asked: Asked) -> dict[str, Any]:
        if asked.content_type.partition(";")[0].strip().lower() != "application/json":
            raise Refusal(415)
        if len(asked.body) > 65_536:
            raise Refusal(413)
        try:
            document = json.loads(asked.body.decode())
        except (ValueError, RecursionError):
            raise Refusal(400) from None
        if not isinstance(document, dict):
            raise Refusal(422, {"body": "must be an object"})
        if bad := self.bad_members(document):
            raise Refusal(422, dict.fromkeys(bad, "wrong"))
        return document

    def bad_members(self, order: dict[str, Any]) -> set[str]:
        fits = {
            "customer": self.is_customer(order.get("customer")),
            "delivery": order.get("delivery") in ("post", "courier", "pickup"),
            "lines": self.are_lines(order.get("lines")),
        }
        return {name for name, well in fits.items() if not well} | (order.keys() - fits.keys())

    def is_customer(self, customer: Any) -> bool:
        if not isinstance(customer, dict) or customer.keys() != {"name", "street", "city"}:
            return False
        return all(isinstance(text, str) and 1 <= len(text) <= 100 for text in customer.values())

    def are_lines(self, lines: Any) -> bool:
        return isinstance(lines, list) and 1 <= len(lines) <= 100 and all(map(self.is_line, lines))

    def is_line(self, line: Any) -> bool:
        if not isinstance(line, dict) or line.keys() != {"item_id", "quantity", "price_cents", "gift", "note"}:
            return False
        numbers = (("item_id", 1, 1_000_000), ("quantity", 1, 1000), ("price_cents", 0, 10_000_000))
        whole = all(self.is_whole(line[name]) and least <= line[name] <= most for name, least, most in numbers)
        return whole and type(line["gift"]) is bool and isinstance(line["note"], str) and len(line["note"]) <= 500

    def is_whole(self, value: Any) -> bool:
        return type(value) is int

    # The optional group `upstream`, with the service in the same process

    def call_upstream(self, asked: Asked) -> Reply:
        return self.json({"upstream": self.said_after(self.wait_ms(asked))})

    def wait_ms(self, asked: Asked) -> int:
        text = asked.parameters.get("ms", "")
        if not re.fullmatch("[0-9]{1,18}", text) or not 1 <= int(text) <= self.longest_ms:
            raise Refusal(422, {"ms": "out of range"})
        return int(text)

    def said_after(self, wait_ms: int) -> dict[str, Any]:
        return sealed(next(self.numbers), wait_ms)

    # The optional group `stream`

    def stream(self, _asked: Asked) -> Reply:
        return Streamed(200, "text/plain", b"".join(map(self.stream_line, range(1, 1001))))

    def stream_line(self, number: int) -> bytes:
        return b"%063d\n" % number

    def chunks(self, body: bytes) -> list[bytes]:
        return body.splitlines(keepends=True)

    def streamed(self, asked: Asked, reply: Reply) -> bytes:
        headers = {"Content-Type": reply.content_type, **reply.headers}
        if asked.version == "HTTP/1.0":
            return self.head(200, headers | {"Connection": "close"}) + reply.body
        parts = [] if asked.method == "HEAD" else [*self.chunks(reply.body), b""]
        body = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts)
        return self.head(200, headers | {"Transfer-Encoding": "chunked"}) + body

    # The optional group `template`, which shares nothing either

    def print_labels(self, asked: Asked) -> Reply:
        page, text = asked.parameters.get("page", "1"), self.label_text(asked)
        if not re.fullmatch("[0-9]{1,19}", page) or not 1 <= int(page) <= self.last_sheet():
            raise Refusal(404)
        numbers = range(50 * int(page) - 49, 50 * int(page) + 1)
        rows = "".join(self.label(text, number) for number in numbers)
        whole = f"<!doctype html><title>{self.shown(text)}</title><h1>{self.shown(text)}</h1><table>{rows}</table>"
        return Reply(200, "text/html; charset=utf-8", whole.encode())

    def last_sheet(self) -> int:
        return 1_000_000

    def label_text(self, asked: Asked) -> str:
        return asked.parameters.get("text", "")

    def shown(self, text: str) -> str:
        return html.escape(text)

    def label(self, text: str, number: int) -> str:
        name = self.shown(f"{text} {number}")
        cells = (number, name, self.label_price(number), "no" if number % 3 == 0 else "yes")
        return f"<tr>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>"

    def label_price(self, number: int) -> str:
        cents = 7919 * number % 100_000
        return f"{cents // 100}.{cents % 100:02}"

    # The optional group `large-body`, likewise

    list_limit = 2_097_152

    def reprice_list(self, asked: Asked) -> Reply:
        document = self.price_list(asked)
        items = [self.reprice(item, document["percent"]) for item in document["items"]]
        return self.json({"total_cents": self.total_cents(items), "items": items})

    def reprice(self, item: dict[str, Any], percent: int) -> dict[str, Any]:
        return item | {"price_cents": item["price_cents"] * (100 + percent) // 100}

    def total_cents(self, items: list[dict[str, Any]]) -> int:
        return sum(item["price_cents"] for item in items)

    def price_list(self, asked: Asked) -> dict[str, Any]:
        self.check_list_type(asked)
        if len(asked.body) > self.list_limit:
            raise Refusal(413)
        try:
            document = json.loads(asked.body.decode())
        except (ValueError, RecursionError):
            raise Refusal(400) from None
        if not isinstance(document, dict):
            raise Refusal(422, {"body": "must be an object"})
        if bad := self.bad_in_list(document):
            raise Refusal(422, dict.fromkeys(bad, "wrong"))
        return document

    def check_list_type(self, asked: Asked) -> None:
        if asked.content_type.partition(";")[0].strip().lower() != "application/json":
            raise Refusal(415)

    def bad_in_list(self, document: dict[str, Any]) -> set[str]:
        percent, items = document.get("percent"), document.get("items")
        bad = set[str]()
        if type(percent) is not int or not 0 <= percent <= 100:
            bad.add("percent")
        if not isinstance(items, list) or not all(map(self.has_price, items)):
            bad.add("items")
        return bad

    def has_price(self, item: Any) -> bool:
        return isinstance(item, dict) and type(price := item.get("price_cents")) is int and 0 <= price <= 10_000_000

    # The wire

    def wire(self, asked: Asked, reply: Reply) -> bytes:
        if isinstance(reply, Streamed):
            return self.streamed(asked, reply)
        headers = dict(reply.headers)
        if reply.content_type:
            headers["Content-Type"] = reply.content_type
        if reply.status != 204:
            headers["Content-Length"] = str(len(reply.body))
        body = b"" if asked.method == "HEAD" else reply.body
        return self.head(reply.status, headers) + body

    def head(self, status: int, headers: dict[str, str]) -> bytes:
        lines = [f"HTTP/1.1 {status} -", *(f"{name}: {value}" for name, value in headers.items()), "", ""]
        return "\r\n".join(lines).encode("latin-1")


class Counted(socket.SocketIO):
    """A socket's bytes, with a count of the segments that were read."""

    reads = 0

    def readinto(self, buffer: Any) -> int | None:
        self.reads += 1
        return super().readinto(buffer)


class RequestHandler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: "_Server"

    def setup(self) -> None:
        super().setup()
        self.source = Counted(self.connection, "r")
        self.rfile = io.BufferedReader(self.source)
        self.number, self.nth = next(self.server.numbers), 0

    def handle_one_request(self) -> None:
        self.raw_requestline = self.rfile.readline(65537)
        if not self.raw_requestline or not self.parse_request():
            self.close_connection = True
            return
        asked = self.asked()
        reference = self.server.reference
        data = reference.wire(asked, reference.answer(asked))
        self.wfile.write(data)
        closing = re.search(rb"(?i)\r\nconnection: *close\b", data)
        if closing or reference.hangs_up or not asked.whole:
            self.close_connection = True
        if reference.stays_open:
            self.close_connection = False

    def asked(self) -> Asked:
        self.nth += 1
        reference = self.server.reference
        lengths = self.headers.get_all("Content-Length") or ["0"]
        doubtful = "Transfer-Encoding" in self.headers or len(set(lengths)) > 1
        length = 0 if doubtful and not reference.takes_the_first_length else int(lengths[0])
        if reference.reads_chunks and self.headers.get("Transfer-Encoding") == "chunked":
            (body, whole), split = self.read_chunks(), True
        else:
            body, split = self.read_body(length)
            whole = len(body) == length and (not doubtful or reference.takes_the_first_length)
        # The standard library drops the slashes before a target.
        target = self.raw_requestline.split()[1].decode("latin-1")
        kind, host = self.headers.get("Content-Type", ""), self.headers.get("Host", "")
        visit = Visit(self.number, self.nth, split)
        return Asked(self.command, target, kind, body, host, visit, whole, self.headers, self.request_version)

    def handle_expect_100(self) -> bool:
        return self.server.reference.expects(self.path) and super().handle_expect_100()

    def read_body(self, length: int) -> tuple[bytes, bool]:
        """The body, and whether none of it came with the head."""
        before = self.source.reads
        first = self.rfile.read(min(length, 1))
        return first + self.rfile.read(max(length - 1, 0)), self.source.reads > before

    def read_chunks(self) -> tuple[bytes, bool]:
        """A body, and whether its last chunk has come."""
        body = b""
        while line := self.rfile.readline(100):
            if not re.fullmatch(rb"[0-9a-fA-F]{1,8}(;.*)?\r\n", line):
                break
            size = int(line.partition(b";")[0], 16)
            chunk, end = self.rfile.read(size), self.rfile.readline(3)
            body += chunk
            if size == 0 or end != b"\r\n":
                return body, size == 0 and end == b"\r\n"
        return body, False


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128  # of 64 clients at once, five could be let in: the others try again a second later

    def __init__(self, reference: Reference) -> None:
        super().__init__(("127.0.0.1", 0), RequestHandler)
        self.reference = reference
        self.numbers = itertools.count(1)

    def handle_error(self, *_: Any) -> None:
        """A client that goes away is no error, and a test tells the others by what it sees."""


@contextmanager
def served(reference: Reference) -> Iterator[str]:
    """The URL at which the reference answers, for as long as the block lasts."""
    server = _Server(reference)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()

    def stop() -> None:
        server.shutdown()
        thread.join()
        server.server_close()

    reference.stop = stop
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        stop()
        with reference.lock:
            reference.connection.close()
