"""What real clients and proxies do with a connection: old versions, offers, segments, and ends before the end."""

import gzip

from bench.contract import shapes
from bench.contract.clauses import Checks
from bench.contract.every_answer import BODY_LIMIT
from bench.contract.fields import encode, fields
from bench.contract.message import JSON, Answer, Dialogue, Request
from bench.contract.resources import RESOURCES
from bench.contract.shop import Shop
from bench.model import Item

check = Checks()

_NEXT = Request("GET", "/plaintext")
_UPGRADES = (
    (
        "Connection: Upgrade",
        "Upgrade: websocket",
        "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==",
    ),
    ("Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c", "HTTP2-Settings: AAMAAABkAAQAAP__"),
    ("Connection: keep-alive, Upgrade", "Upgrade: TLS/1.2, websocket"),
)
_REFUSED = (400, 411, 413, 501)
"""What a body may be answered with that is not whole, or whose length cannot be told."""


@check("older-http")
def http_1_0_is_answered_alike(shop: Shop) -> None:
    item = shop.create()
    for path in (*(template.format(id=item.id) for template in RESOURCES), "/nowhere"):
        newer = shop.ask("GET", path)
        for headers in ((), ("Connection: keep-alive",)):
            request = Request("GET", path, headers=headers, version="1.0")
            exchange = shop.exchange([shop.on_the_wire(request)], request, until_closed=not headers)
            answer = exchange.answers[0] if exchange.answers else None
            same = answer and (answer.status, answer.media_type()) == (newer.status, newer.media_type())
            if not same:
                shop.note(request, f"{newer.status} {newer.media_type()}, as on HTTP/1.1", exchange.summary())
            elif not headers and not exchange.closed:
                shop.note(request, "a connection that is closed after the answer", "one that stays open")
    body = encode(fields(name="Older"))
    for method, path, status in (("POST", "/items", 201), ("PUT", f"/items/{item.id}", 200), ("POST", "/json", 405)):
        request = Request(method, path, body, version="1.0")
        _expect_statuses(shop, request, shop.exchange([shop.on_the_wire(request)], request), status)
    request = Request("DELETE", f"/items/{item.id}", version="1.0")
    _expect_statuses(shop, request, shop.exchange([shop.on_the_wire(request)], request), 204)


@check("keep-alive")
def bodies_may_come_in_pieces(shop: Shop) -> None:
    """Wherever a request is cut, and whether it is refused or not: the next one finds its connection open."""
    item = shop.create()
    small, largest = encode(fields(name="In pieces")), encode(fields(name="In pieces")).ljust(BODY_LIMIT)
    cases = [
        (Request(method, path, body, kind), status)
        for body in (small, largest)
        for method, path, kind, status in (
            ("POST", "/nowhere", JSON, 404),
            ("POST", f"/items/{item.id}", JSON, 405),
            ("POST", "/items", "text/plain", 415),
            ("PUT", "/items/0", JSON, 404),
            ("PUT", f"/items/{item.id}", JSON, 200),
        )
    ]
    cases += [(Request("POST", "/items", b"x" * 50), 400), (Request("POST", "/items", b" [] "), 422)]
    for request, status in cases:
        head = len(shop.on_the_wire(request)) - len(request.body or b"")
        for cuts in ((head,), (head - 1, head + 1), (10, head + 20)):
            _expect_statuses(shop, request, _in_pieces(shop, request, *cuts), status, 200)
    single = Request("POST", "/items", small)
    bytewise = range(1, len(shop.on_the_wire(single)), 7)
    _expect_statuses(shop, single, _in_pieces(shop, single, *bytewise), 201, 200)


@check("upgrade")
def offers_are_not_taken(shop: Shop) -> None:
    item = shop.create()
    for headers in _UPGRADES:
        for path in ("/plaintext", "/items", f"/items/{item.id}", "/catalog"):
            shop.expect_status(shop.send(Request("GET", path, headers=headers)), 200)
        shop.expect_status(shop.send(Request("POST", "/items", encode(fields()), headers=headers)), 201, 400)
        shop.expect_status(shop.send(Request("PUT", f"/items/{item.id}", encode(fields()), headers=headers)), 200, 400)
        shop.expect_status(shop.send(Request("GET", "/nowhere", headers=headers)), 404)


@check("expect-continue")
def clients_may_wait_with_their_body(shop: Shop) -> None:
    item = shop.create(name="Waited for")
    for method, path, kind, status in (
        ("POST", "/items", JSON, 201),
        ("PUT", f"/items/{item.id}", JSON, 200),
        ("POST", "/nowhere", JSON, 404),
        ("POST", "/items", "text/plain", 415),
    ):
        request = Request(method, path, encode(fields(name="Waited")), kind, headers=("Expect: 100-continue",))
        head = len(shop.on_the_wire(request)) - len(request.body or b"")
        exchange = _in_pieces(shop, request, head)
        # A server that refuses at once need not read what the client then does not send.
        _expect_statuses(shop, request, exchange, status)


@check("truncated-body")
def half_a_body_is_none(shop: Shop) -> None:
    item = shop.create()
    total = shop.total()
    body = encode(fields(name="Cut short"))
    for method, path in (("POST", "/items"), ("PUT", f"/items/{item.id}")):
        for length, part in (
            (len(body) + 1, body),
            (100_000, body),
            (2**32 + len(body), body),
            (len(body), body[:-1]),
            (5, b""),
        ):
            request = Request(method, path, part, headers=(f"Content-Length: {length}",))
            whole = shop.on_the_wire(request)
            _expect_refused(shop, request, whole)
            _expect_refused(shop, request, whole.removesuffix(part), part)
        request = Request(method, path, body, headers=("Content-Length:", "Transfer-Encoding: chunked"))
        whole = shop.on_the_wire(request).removesuffix(body) + b"%x\r\n%s\r\n" % (len(body), body)
        for cut in (len(whole), len(whole) - 2, len(whole) - 10):
            _expect_refused(shop, request, whole[:cut])
    shop.expect_json(shop.ask("GET", f"/items/{item.id}"), item.as_json())
    shop.expect_total(total, "the table after bodies that were cut short")


@check("other-bodies")
def bodies_may_come_otherwise(shop: Shop) -> None:
    """Taken whole or refused, and then nothing is written."""
    body = encode(fields(name="Otherwise"))
    chunked = (
        ("Content-Length:", "Transfer-Encoding: chunked"),
        b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body),
        (400, 411),
    )
    packed = ("Content-Encoding: gzip",), gzip.compress(body), (400, 415)
    for headers, sent, refusals in (chunked, packed):
        _expect_whole_or_refused(shop, Request("POST", "/items", sent, headers=headers), 201, refusals)
        item = shop.create(name="As it was")
        put = Request("PUT", f"/items/{item.id}", sent, headers=headers)
        _expect_whole_or_refused(shop, put, 200, refusals, item)
    item = shop.create(name="Asked for with a body")
    for method, path in (("POST", "/items"), ("PUT", f"/items/{item.id}")):
        without = Request(method, path, headers=(f"Content-Type: {JSON}",))
        _expect_one_of(shop, without, 400, 411)
    answer = _expect_one_of(shop, Request("GET", f"/items/{item.id}", body), 200, 400)
    if answer and answer.status == 200:
        shop.expect_json(answer, item.as_json())
    answer = _expect_one_of(shop, Request("DELETE", f"/items/{item.id}", body), 204, 400)
    left = 404 if answer and answer.status == 204 else 200
    shop.expect_status(shop.ask("GET", f"/items/{item.id}"), left)


@check("framing")
def no_request_hides_in_another(shop: Shop) -> None:
    total = shop.total()
    body = encode(fields(name="Hidden"))
    hidden = shop.on_the_wire(Request("POST", "/items", body))
    item = shop.create(name="Kept")
    total += 1
    for method, path in (("POST", "/items"), ("PUT", f"/items/{item.id}")):
        for one, other in ((len(body), 5), (5, len(body))):
            two = Request(method, path, body, headers=(f"Content-Length: {one}", f"Content-Length: {other}"))
            _expect_refused(shop, two, shop.on_the_wire(two))
    shop.expect_json(shop.ask("GET", f"/items/{item.id}"), item.as_json())
    written = [_written_behind(shop, hidden, length) for length in (3, len(hidden) + 5)]
    if len(set(written)) > 1:
        got = f"{written[0]} rows written behind it with a short one, and {written[1]} with a long one"
        shop.note("POST /nowhere with Transfer-Encoding and Content-Length", "an end that no length moves", got)
    shop.expect_total(total + sum(written), "the table after requests whose length is said in two ways")


def _written_behind(shop: Shop, hidden: bytes, length: int) -> int:
    """How many rows a request has written that stands behind a chunked body, where a length says it is part of it."""
    both = Request("POST", "/nowhere", b"", headers=(f"Content-Length: {length}", "Transfer-Encoding: chunked"))
    exchange = shop.exchange([shop.on_the_wire(both) + b"0\r\n\r\n" + hidden], both, both, ends=True)
    statuses = [answer.status for answer in exchange.answers]
    if not statuses or statuses[0] not in (*_REFUSED, 404):
        shop.note(both, "404, or 400", exchange.summary())
    return statuses.count(201)


def _expect_whole_or_refused(
    shop: Shop, request: Request, done: int, refusals: tuple[int, ...], item: Item | None = None
) -> None:
    """A write that is taken to the character, or refused without a trace: of the `item`, or of a new one."""
    total = shop.total()
    answer = _expect_one_of(shop, request, done, *refusals)
    if answer and answer.status == done:
        wanted = {"id": shapes.item_id(answer)} | fields(name="Otherwise")
        shop.expect_json(answer, wanted, done)
        shop.expect_json(shop.ask("GET", f"/items/{wanted['id']}"), wanted)
    else:
        shop.expect_total(total, f"the table after {request}")
        if item:
            shop.expect_json(shop.ask("GET", f"/items/{item.id}"), item.as_json())


def _expect_one_of(shop: Shop, request: Request, *statuses: int) -> Answer | None:
    exchange = shop.exchange([shop.on_the_wire(request)], request)
    if [answer.status for answer in exchange.answers] not in [[status] for status in statuses]:
        shop.note(request, " or ".join(map(str, statuses)), exchange.summary())
        return None
    return exchange.answers[0]


def _in_pieces(shop: Shop, request: Request, *cuts: int) -> Dialogue:
    """A request in pieces, and when it is answered an ordinary one.

    Not before: what a client sends ahead of an answer (pipelining) no clause asks for, and a server may lose it.
    """
    whole = shop.on_the_wire(request)
    ends = [*cuts, len(whole)]
    pieces = [whole[start:end] for start, end in zip((0, *cuts), ends, strict=True)]
    return shop.exchange(pieces, request, then=_NEXT)


def _expect_statuses(shop: Shop, request: Request, exchange: Dialogue, *statuses: int) -> None:
    seen = tuple(answer.status for answer in exchange.answers)[: len(statuses)]
    if seen != statuses:
        then = " and, over the same connection, the answer to GET /plaintext" if len(statuses) > 1 else ""
        shop.note(f"{request}, in several segments", f"{statuses[0]}{then}", exchange.summary())


def _expect_refused(shop: Shop, request: Request, *sent: bytes) -> None:
    """A request that the client ends before its end is refused, or left without an answer."""
    exchange = shop.exchange(sent, request, ends=True)
    if exchange.answers and exchange.answers[0].status not in _REFUSED:
        shop.note(f"{request}, and no more", "400, or no answer", exchange.summary())
