"""Samples that are right pass; each way of being wrong is told."""

import html
from collections.abc import Callable

import pytest

from bench.contract import seed
from bench.contract.operations import OPERATIONS
from bench.load.answers import wrong
from bench.load.requests import Request, Shop
from tests.load.reference import Reference, http

SHOP = Shop("x", 11)


def sample(operation: str, fits: Callable[[Request], bool] = lambda _: True) -> tuple[Request, bytes]:
    if operation == "delete-item":
        request = SHOP.delete(5)
    else:
        request = next(request for request in SHOP.pool(operation) if fits(request))
    return request, Reference().answer(request.data)


def shows(text: str) -> Callable[[Request], bool]:
    """Requests whose page shows an item with this in its name."""

    def fits(request: Request) -> bool:
        items = (request.item,) if request.item else seed.items()[request.offset : request.offset + 20]
        return any(text in item.name for item in items if item)

    return fits


@pytest.mark.parametrize("operation", OPERATIONS)
def test_right_answers_pass(operation: str) -> None:
    counter = Reference()
    requests = [SHOP.delete(n) for n in range(1, 50)] if operation == "delete-item" else SHOP.pool(operation)[:300]
    assert [wrong(request, counter.answer(request.data)) for request in requests] == [None] * len(requests)


@pytest.mark.parametrize("operation", OPERATIONS)
@pytest.mark.parametrize("body", [b"x", b"{}", b"[]", b"null", b"\xff\xfe", b"[" * 50_000, b'{"items":[],"total":9}'])
def test_nonsense_is_told_whatever_it_is(operation: str, body: bytes) -> None:
    complaint = wrong(sample(operation)[0], http("200 OK", body))
    assert complaint
    assert complaint.startswith(f"{operation}: ")


@pytest.mark.parametrize("operation", [name for name in OPERATIONS if name != "delete-item"])
def test_an_empty_body_is_wrong_where_there_must_be_one(operation: str) -> None:
    assert wrong(sample(operation)[0], http("200 OK"))


@pytest.mark.parametrize(
    ("operation", "old", "new"),
    [
        ("plaintext", b"World", b"world"),
        ("json", b"Hello", b"hello"),
        ("read-item", b'"price_cents": ', b'"price_cents": 1'),
        ("read-item", b'"in_stock": true', b'"in_stock": 1'),
        ("read-item", b'"id": ', b'"id": 1'),
        ("read-item", b"}", b', "more": 1}'),
        ("create-item", b'"id": ', b'"id": 1.'),
        ("create-item", b'"in_stock": true', b'"in_stock": false'),
        ("update-item", b'"name": "', b'"name": " '),
        ("list-items", b'"total": 10000', b'"total": 20'),
        ("list-items", b'"total": 10000', b'"total": 10000.0'),
        ("list-items", b'"total": 10000', b'"total": true'),
        ("list-items", b'"in_stock": true', b'"in_stock": 1'),
        ("list-items", b'{"items": [{', b'{"items": [{"more": 1, '),
        ("browse", b"<td>yes</td>", b"<td>no</td>"),
        ("view-item", b"<dd>yes</dd>", b""),
        ("view-item", b"<p>", b"<p hidden><!--"),
    ],
)
def test_small_differences_are_told(operation: str, old: bytes, new: bytes) -> None:
    request, answer = sample(operation, lambda each: each.item is None or each.item.in_stock)
    assert old in answer
    assert wrong(request, answer) is None
    assert wrong(request, answer.replace(old, new, 1))


@pytest.mark.parametrize("operation", ["read-item", "list-items", "browse", "view-item", "update-item"])
def test_the_right_answer_to_another_request_is_wrong(operation: str) -> None:
    counter = Reference()
    one, *others = SHOP.pool(operation)
    other = next(each for each in others if each.data != one.data)
    assert wrong(one, counter.answer(other.data))


@pytest.mark.parametrize("operation", ["browse", "view-item"])
@pytest.mark.parametrize(
    "name", ["<script>", "<b>bold</b> & 'quoted'", "</td></tr></table>", "&lt;already&gt;", "<!-- comment -->"]
)
def test_markup_that_was_not_escaped_is_told(operation: str, name: str) -> None:
    request, answer = sample(operation, shows(name))
    assert wrong(request, answer) is None
    escaped = html.escape(name).encode()
    assert escaped in answer
    assert wrong(request, answer.replace(escaped, name.encode()))
    assert wrong(request, answer.replace(escaped, html.escape(html.escape(name)).encode()))


def test_rows_in_another_order_are_told() -> None:
    for operation, mark in (("list-items", b'{"id"'), ("browse", b"<tr>")):
        request, answer = sample(operation)
        start, one, two, *rest = answer.split(mark)
        assert wrong(request, mark.join([start, one, two, *rest])) is None
        swapped = mark.join([start, two, one, *rest])
        assert swapped != answer
        assert wrong(request, swapped)
