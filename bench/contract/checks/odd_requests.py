"""Requests that are odd and well formed: headers, hosts, paths, parameters and methods that must decide nothing."""

from bench.contract import shapes
from bench.contract.clauses import Checks
from bench.contract.fields import encode, fields, identical
from bench.contract.message import JSON, Request
from bench.contract.resources import RESOURCES
from bench.contract.shop import Shop

check = Checks()

_HEADERS = (
    "X-A: =?x?q?y?=",
    "X-A: =?utf-8?b?////?=",
    "X-Long: " + "x" * 3000,
    "Content-Disposition: a;filename*=b",
    'Content-Disposition: attachment; filename="a\\"b',
    "Cookie: a@b=1",
    "Cookie: a=1; a=2; =; ;; $Version=1",
    "Accept: application/nothing;q=0",
    "Accept: image/png",
    "Accept-Charset: utf-7",
    "Accept-Encoding: identity;q=0, gzip",
    "Accept-Language: ??",
    "Range: bytes=0-1",
    "If-None-Match: *",
    "If-Modified-Since: never",
    "Authorization: Basic !!!",
    "X-HTTP-Method-Override: DELETE",
    "X-Forwarded-For: ,,",
    'Forwarded: for="',
    "Referer: http://[",
    "Origin: null",
    "From: caf\u00e9",
    "Content-Type: text/html; charset=base64",
    "Content-Type: =?x?q?y?=",
    "Content-Type: application/json; charset=utf-16",
    "TE: trailers",
)
_CHARSETS = ("base64", "utf-16", "undefined", '""', "no-such", "latin-1")
_HOSTS = ("example.com", "example.com:8080", "[::1]:80", "my_host", "xn--caf-dma.example", "EXAMPLE.com")
_ODD_HOSTS = (("Host:",), ("Host: a", "Host: b"), ("Host: a..b",), ("Host: a b",), ("Host: " + "a" * 300,))
_ELSEWHERE = (
    *("//items", "///items", "//catalog", "/items/", "/items//", "/./items", "/x/../items", "/ITEMS", "/Items"),
    *("/items;a=b", "/items.json", "/index", "/static/x", "/plaintext/x", "/json/x", "/items/1/2", "/__class__"),
)
_NO_IDS = (".", "abc", "1;a=b", "%20", "__class__", "GET", "1%00", "%C3%A9")


@check("headers")
def other_headers_decide_nothing(shop: Shop) -> None:
    item = shop.create(name="Asked for oddly")
    body, changed = encode(fields(name="Put oddly")), {"id": item.id} | fields(name="Put oddly")
    for header in _HEADERS:
        for path, expected in ((f"/items/{item.id}", item.as_json()), ("/json", {"message": "Hello, World!"})):
            shop.expect_json(shop.send(Request("GET", path, headers=(header,))), expected)
        for path in ("/plaintext", "/items", "/catalog", f"/catalog/{item.id}"):
            shop.expect_status(shop.send(Request("GET", path, headers=(header,))), 200)
    for header in _HEADERS:
        if not header.startswith("Content-Type"):
            shop.expect_json(shop.send(Request("PUT", f"/items/{item.id}", body, headers=(header,))), changed)
    shop.update(item, name=item.name)
    for charset in _CHARSETS:
        kind = f"{JSON}; charset={charset}"
        # The query is read as ever, whatever the body would be written in.
        _expect_one_item(shop, Request("GET", "/items?offset=0&limit=1", headers=(f"Content-Type: {kind}",)))
        answer = shop.ask("POST", "/items", encode(fields(name="Caf\u00e9")), kind)
        shop.expect(answer, answer.status == 201, "201", answer.summary())
    many = Request("GET", f"/items/{item.id}", headers=tuple(f"X-{number}: y" for number in range(60)))
    shop.expect_json(shop.send(many), item.as_json())


@check("host")
def hosts_decide_nothing(shop: Shop) -> None:
    item = shop.create(name="Wherever it is")
    for host in _HOSTS:
        for template in RESOURCES:
            request = Request("GET", template.format(id=item.id), headers=(f"Host: {host}",))
            shop.expect_status(shop.send(request), 200)
    for headers in _ODD_HOSTS:
        request = Request("GET", "/plaintext", headers=headers)
        exchange = shop.exchange([shop.on_the_wire(request)], request)
        if [answer.status for answer in exchange.answers] not in ([200], [400]):
            shop.note(request, "200 or 400", exchange.summary())


@check("not-found")
def no_other_spelling_leads_to_a_resource(shop: Shop) -> None:
    total = shop.total()
    for path in _ELSEWHERE:
        for request in (Request("GET", path), Request("POST", path, encode(fields(name="Nowhere")))):
            exchange = shop.exchange([shop.on_the_wire(request)], request)
            # A server may take two slashes for the beginning of a host, and refuse that by itself.
            allowed = (400, 404) if path.startswith("//") else (404,)
            if [answer.status for answer in exchange.answers] not in [[status] for status in allowed]:
                shop.note(request, " or ".join(map(str, allowed)), exchange.summary())
    for path in ("/plaintext/x", "/json/x", "/items/1/2", "/catalog/1/2"):
        # The path is looked at before the method.
        shop.expect_status(shop.ask("DELETE", path), 404)
        shop.expect_status(shop.ask("PUT", path, encode(fields())), 404)
    for segment in _NO_IDS:
        shop.expect_status(shop.ask("GET", f"/items/{segment}"), 404)
        shop.expect_status(shop.ask("POST", f"/items/{segment}", encode(fields())), 404, 405)
    shop.expect_status(shop.ask("GET", "/items/%zz"), 400, 404)
    shop.expect_total(total, "the table after requests for paths that do not exist")


@check("same-resource")
def some_spellings_lead_to_the_same_resource(shop: Shop) -> None:
    for item in [shop.create(name=f"The same {number}") for number in range(8)]:
        encoded = f"%3{str(item.id)[0]}{str(item.id)[1:]}"
        for path in (f"/items/{encoded}", f"/%69tems/{item.id}", f"/items/{item.id}?", f"/items/{item.id}?x=y"):
            shop.expect_json(shop.ask("GET", path), item.as_json())
        shop.expect_status(shop.ask("GET", f"/c%61talog/{encoded}"), 200)
    shop.expect_status(shop.ask("POST", "/%69tems", encode(fields(name="The same"))), 201)
    # As a proxy is asked; a server may say that it is none.
    absolute = Request("GET", f"http://example.com/items/{item.id}")
    exchange = shop.exchange([shop.on_the_wire(absolute)], absolute)
    good = exchange.answers and exchange.answers[0].status in (200, 400)
    if not good or (exchange.answers[0].status == 200 and not identical(exchange.answers[0].json(), item.as_json())):
        shop.note(absolute, f"{item.as_json()}, or 400", exchange.summary())


@check("leading-zeros")
def leading_zeros_change_nothing(shop: Shop) -> None:
    item = shop.create(name="Zeros")
    if item.id < 10**16:
        for digits in (f"0{item.id}", f"{item.id:019}"):
            shop.expect_json(shop.ask("GET", f"/items/{digits}"), item.as_json())
            shop.expect_status(shop.ask("GET", f"/catalog/{digits}"), 200)
        changed = {"id": item.id} | fields(name="Still one row")
        shop.expect_json(shop.ask("PUT", f"/items/0{item.id}", encode(fields(name="Still one row"))), changed)
        shop.expect_json(shop.ask("GET", f"/items/{item.id}"), changed)
    for query in ("?limit=01&offset=00", "?limit=0000000000000000001"):
        _expect_one_item(shop, Request("GET", f"/items{query}"))
    for number in (10, 20, 100):
        # Zero and a digit are octal to some.
        odd, plain = (shop.ask("GET", f"/items?offset={spelled}&limit=7") for spelled in (f"0{number}", str(number)))
        shop.expect(odd, odd.body == plain.body, f"what offset={number} lists: {plain.summary()}", odd.summary())
    shop.expect_status(shop.ask("GET", "/catalog?page=01"), 200)


@check("list-parameters")
def other_parameters_are_ignored(shop: Shop) -> None:
    shop.create(name="One at least")
    many = "&".join(f"a{number}=1" for number in range(500))
    for query in (many, "&" * 1500, "%", "%zz=%", "=", "%ff=%fe", "LIMIT=x", "a[b]=c"):
        _expect_one_item(shop, Request("GET", f"/items?limit=1&{query}"))
    _expect_one_item(shop, Request("GET", "/items?%6Cimit=%31"))
    shop.expect_refusal(shop.ask("GET", "/items?limit=2;offset=1"), {"limit"})
    shop.expect_status(shop.ask("GET", "/catalog?page=1;x"), 404)
    for query in ("limit=1&limit=0", "limit=0&limit=1", "limit=1&offset"):
        _expect_one_item(shop, Request("GET", f"/items?{query}"), or_422=True)


@check("method-not-allowed")
def methods_of_others_change_nothing(shop: Shop) -> None:
    item = shop.create(name="Stays")
    for method in ("FOO", "PROPFIND", "QUERY", "TRACE"):
        request = Request(method, f"/items/{item.id}")
        exchange = shop.exchange([shop.on_the_wire(request)], request)
        if [answer.status for answer in exchange.answers] not in ([400], [405], [501]):
            shop.note(request, "405, or 400 or 501 from a server that does not know the method", exchange.summary())
    shop.expect_json(shop.ask("GET", f"/items/{item.id}"), item.as_json())
    lower = Request("delete", f"/items/{item.id}")
    exchange = shop.exchange([shop.on_the_wire(lower)], lower)
    statuses = [answer.status for answer in exchange.answers]
    if statuses not in ([204], [400], [404], [405], [501]):
        shop.note(lower, "204, as for DELETE, or 400, 404, 405 or 501", exchange.summary())
    shop.expect_status(shop.ask("GET", f"/items/{item.id}"), 404 if statuses == [204] else 200)


@check("missing-item")
def a_bad_body_for_no_item_writes_nothing(shop: Shop) -> None:
    gone = shop.create(name="Gone")
    shop.delete(gone)
    total = shop.total()
    for body, kind, statuses in ((b"{", JSON, (400, 404)), (b"[]", JSON, (404, 422)), (b"x", "text/plain", (404, 415))):
        shop.expect_status(shop.ask("PUT", f"/items/{gone.id}", body, kind), *statuses)
    shop.expect_total(total, "the table after bad bodies for an item that is gone")


def _expect_one_item(shop: Shop, request: Request, *, or_422: bool = False) -> None:
    stretch = shapes.listing(answer := shop.send(request))
    one = stretch is not None and len(stretch[0]) == 1
    shop.expect(answer, one or (or_422 and answer.status == 422), "one item, or 422" if or_422 else "one item")
