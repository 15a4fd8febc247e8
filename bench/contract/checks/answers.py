"""Every answer: lengths, types, connections, and methods and paths that do not exist."""

from collections.abc import Iterable, Iterator

from bench.contract.clauses import Checks
from bench.contract.fields import encode, fields, spelled
from bench.contract.message import Answer
from bench.contract.resources import METHODS, RESOURCES
from bench.contract.shop import Shop
from bench.model import Item

check = Checks()

Ask = tuple[str, str, bytes | None]
_SEVERAL = 8
"""Ids in a row, among which there are odd and even ones, and multiples of small numbers."""
_ELSEWHERE = ("/", "/nowhere", "/plaintext/", "/PLAINTEXT", "/items/", "/items/1/more", "/catalog/", "/catalog/1/more")


def _tour(item_id: int) -> Iterator[Ask]:
    """One request for each kind of answer; the last write deletes the item."""
    one = f"/items/{item_id}"
    for path in ("/plaintext", "/json", "/items", one, "/catalog", f"/catalog/{item_id}"):
        yield "GET", path, None
    yield "PUT", one, encode(fields(name="Toured"))
    for path in ("/nowhere", "/items/0", "/catalog/0", "/catalog?page=0", "/items?limit=0"):
        yield "GET", path, None
    yield "POST", "/plaintext", encode(fields())
    for body in (b"", b"{", b"[]", spelled("name")):
        yield "POST", "/items", body
    yield "DELETE", one, None
    yield "DELETE", one, None
    yield "GET", "/plaintext", None


@check("content-length")
def lengths_are_stated(shop: Shop) -> None:
    for method, path, body in (ask for item in _several(shop) for ask in _tour(item.id)):
        shop.ask_alone(method, path, body)
    shop.ask_alone("POST", "/items", encode(fields()))


@check("keep-alive", "content-type", "problem")
def answers_have_their_types_over_one_connection(shop: Shop) -> None:
    for item in _several(shop):
        for method, path, body in _tour(item.id):
            shop.ask(method, path, body)
        shop.ask("POST", "/items", b"x", "text/plain")
        shop.ask("GET", f"/catalog?page={item.id % 8 + 1}")


@check("head")
def head_answers_like_get_without_a_body(shop: Shop) -> None:
    for item in _several(shop):
        paths = [
            f"/items/{item.id}",
            f"/catalog/{item.id}",
            "/items/0",
            "/catalog/0",
            "/catalog?page=0",
            "/items?limit=0",
        ]
        _expect_head(shop, [*(template.format(id=item.id) for template in RESOURCES if "{" not in template), *paths])
        shop.delete(item)


def _expect_head(shop: Shop, paths: Iterable[str]) -> None:
    for path in paths:
        head = shop.ask_alone("HEAD", path)
        full = shop.ask("GET", path)
        shop.expect_status(head, full.status)
        same_type = head.header("Content-Type") == full.header("Content-Type")
        shop.expect(head, same_type, f"Content-Type: {full.header('Content-Type')}", str(head.header("Content-Type")))
        length = head.header("Content-Length")
        wanted = full.header("Content-Length") or str(len(full.body))
        fits = length in (None, wanted)
        shop.expect(head, fits, f"no Content-Length, or that of the GET: {wanted}", f"Content-Length: {length}")


@check("options")
def options_name_the_methods(shop: Shop) -> None:
    for item in _several(shop):
        for template, methods in RESOURCES.items():
            _expect_options(shop, template.format(id=item.id), methods)
    gone = shop.create(name="Gone")
    shop.delete(gone)
    for template, methods in RESOURCES.items():
        if "{id}" in template:
            _expect_options(shop, template.format(id=gone.id), methods)


def _expect_options(shop: Shop, path: str, methods: frozenset[str]) -> None:
    answer = shop.ask("OPTIONS", path)
    if shop.expect_status(answer, 200, 204, 405):
        _expect_allow(shop, answer, methods)


@check("method-not-allowed")
def other_methods_are_refused(shop: Shop) -> None:
    item = _several(shop)[-1]
    for template, methods in RESOURCES.items():
        path = template.format(id=item.id)
        for method in METHODS:
            if method not in methods:
                body = encode(fields()) if method in ("POST", "PUT", "PATCH") else None
                expect_refused_method(shop, shop.ask(method, path, body), methods)
    # An item need not be there for that.
    gone = shop.create(name="Gone")
    shop.delete(gone)
    expect_refused_method(shop, shop.ask("PATCH", f"/items/{gone.id}", encode(fields())), RESOURCES["/items/{id}"])
    # The method is looked at before the type of the body.
    for _ in range(4):
        expect_refused_method(shop, shop.ask("PUT", "/items", b"x", "text/plain"), RESOURCES["/items"])
    shop.expect_json(shop.ask("GET", f"/items/{item.id}"), item.as_json())


@check("not-found")
def other_paths_are_not_found(shop: Shop) -> None:
    for path in _ELSEWHERE:
        shop.expect_status(shop.ask("GET", path), 404)
    # The path is looked at before anything else.
    for _ in range(4):
        shop.expect_status(shop.ask("POST", "/nowhere", encode(fields())), 404)
        shop.expect_status(shop.ask("POST", "/nowhere", b"x", "text/plain"), 404)
    for method in ("HEAD", "OPTIONS", "PATCH"):
        shop.expect_status(shop.ask(method, "/nowhere"), 404)


def _several(shop: Shop) -> list[Item]:
    return [shop.create(name=f"One of several {number}") for number in range(_SEVERAL)]


def expect_refused_method(shop: Shop, answer: Answer, methods: frozenset[str]) -> None:
    """Note a violation of `method-not-allowed` unless a method was refused, and those that the resource has named."""
    if shop.expect_status(answer, 405, clause="method-not-allowed"):
        _expect_allow(shop, answer, methods, "method-not-allowed")


def _expect_allow(shop: Shop, answer: Answer, methods: frozenset[str], clause: str | None = None) -> None:
    """HEAD and OPTIONS may be named or left out."""
    sent = answer.values("Allow")
    named = {method.strip().upper() for value in sent for method in value.split(",") if method.strip()}
    fits = methods <= named <= methods | {"HEAD", "OPTIONS"}
    wanted, got = f"Allow: {', '.join(sorted(methods))}", f"Allow: {', '.join(sent)}" if sent else "no Allow"
    shop.expect(answer, fits, wanted, got, clause)
