"""What operations ask is the same for the same seed; right answers pass, and each way of being wrong is told."""

import html
import random
from collections.abc import Callable

import pytest

from bench.contract import operations, seed
from bench.contract.operations import OPERATIONS, find
from bench.contract.operations import wrong as complaint
from bench.contract.operations.operation import CORE, POOL, Ask
from bench.errors import UsageError
from bench.load import wire
from bench.load.requests import Pools, PreparedRequest
from bench.workspace import ROOT
from tests.load.reference import Reference, http

IDS = [operation.id for operation in OPERATIONS]
DRAWN = [operation.id for operation in OPERATIONS if operation.draw]
COMPUTED = ["check-order", "print-labels", "reprice-list"]
"""Operations without a database whose answers depend on what was asked."""
SHOP = Pools("x", 11)


def requests(operation: str) -> list[PreparedRequest]:
    """Some requests of an operation, drawn or, where they use rows up, of the first rows of the seed."""
    drawn = list(dict.fromkeys(SHOP.pool(operation)[:300]))
    return drawn or [SHOP.of_row(operation, random.Random(1), item) for item in seed.items()[:50]]


def wrong(request: PreparedRequest, answer: bytes) -> str | None:
    return complaint(request.ask, wire.body(answer))


def sample(operation: str, fits: Callable[[Ask], bool] = lambda _: True) -> tuple[PreparedRequest, bytes]:
    request = next(request for request in requests(operation) if fits(request.ask))
    return request, Reference().answer(request.data)


def shows(text: str) -> Callable[[Ask], bool]:
    """Requests whose page shows an item with this in its name."""

    def fits(ask: Ask) -> bool:
        items = (ask.item,) if ask.item else seed.items()[ask.offset : ask.offset + 20]
        return any(text in item.name for item in items if item)

    return fits


def test_an_operation_is_called_by_its_name_or_refused_with_the_names_that_exist() -> None:
    assert [find(name) for name in IDS] == list(OPERATIONS)
    with pytest.raises(UsageError, match=r"'nope'; there are: plaintext, json, .*stream\.$"):
        find("nope")


def test_the_contract_names_the_files_that_only_an_optional_group_needs() -> None:
    _, _, section = (ROOT / "apps" / "SPEC.md").read_text("utf-8").partition("\n## Optional groups\n")
    for group in operations.OPTIONAL:
        assert group.files
        assert all(f"`{name}`" in section.partition("\n### ")[0] for name in group.files)
        assert {operations.group_of_file(name) for name in group.files} == {group}
    assert operations.group_of_file("items") == CORE


@pytest.mark.parametrize("name", IDS)
def test_a_pool_is_drawn_from_the_stream_of_its_seed(name: str) -> None:
    operation = find(name)
    pool = operation.pool(3)
    assert pool == operation.pool(3)
    assert len(pool) == (0 if operation.stock else POOL)
    assert (pool == operation.pool(4)) == (name in ("plaintext", "json", "delete-item", "slow-upstream", "stream"))
    assert {ask.operation for ask in pool} <= {name}


@pytest.mark.parametrize("name", IDS)
def test_requests_are_those_that_the_operation_announces(name: str) -> None:
    operation = find(name)
    for ask in (request.ask for request in requests(name)):
        assert (ask.method, ask.status) == (operation.method, operation.status)
        assert ask.path.partition("?")[0] == operation.path.format(id=ask.item.id if ask.item else None)
        assert (ask.body is not None) == bool(ask.headers) == (ask.method in ("POST", "PUT"))


@pytest.mark.parametrize("operation", IDS)
def test_right_answers_pass(operation: str) -> None:
    counter, asked = Reference(), requests(operation)
    assert [wrong(request, counter.answer(request.data)) for request in asked] == [None] * len(asked)


@pytest.mark.parametrize("operation", IDS)
@pytest.mark.parametrize("body", [b"x", b"{}", b"[]", b"null", b"\xff\xfe", b"[" * 50_000, b'{"items":[],"total":9}'])
def test_nonsense_is_told_whatever_it_is(operation: str, body: bytes) -> None:
    complaint = wrong(sample(operation)[0], http("200 OK", body))
    assert complaint
    assert complaint.startswith(f"{operation}: ")


@pytest.mark.parametrize("operation", DRAWN)
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
        ("check-order", b'"lines": 20', b'"lines": 20.0'),
        ("check-order", b'"total_cents": ', b'"total_cents": 1'),
        ("check-order", b"}", b', "more": 1}'),
        ("slow-upstream", b'"number": ', b'"number": 1'),
        ("slow-upstream", b'"waited_ms": 50', b'"waited_ms": 50.0'),
        ("slow-upstream", b"}}", b'}, "more": 1}'),
        ("stream", b"0007\n", b"0008\n"),
        ("print-labels", b"<td>yes</td>", b"<td>no</td>"),
        ("print-labels", b"<h1>", b"<h1>The "),
        ("print-labels", b"<tr>", b"<tr><td>0</td>"),
        ("reprice-list", b'"price_cents": ', b'"price_cents": 1'),
        ("reprice-list", b'"total_cents": ', b'"total_cents": 1'),
        ("reprice-list", b'"items": [{', b'"items": [{"more": 1, '),
    ],
)
def test_small_differences_are_told(operation: str, old: bytes, new: bytes) -> None:
    request, answer = sample(operation, lambda ask: ask.item is None or ask.item.in_stock)
    assert old in answer
    assert wrong(request, answer) is None
    assert wrong(request, answer.replace(old, new, 1))


@pytest.mark.parametrize("operation", ["read-item", "list-items", "browse", "view-item", "update-item", *COMPUTED])
def test_the_right_answer_to_another_request_is_wrong(operation: str) -> None:
    counter = Reference()
    one, *others = SHOP.pool(operation)
    other = next(entry for entry in others if entry.data != one.data)
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


def test_an_order_has_about_two_kilobytes_and_its_like_is_never_far_away() -> None:
    sizes = sorted(len(ask.body or b"") for ask in find("check-order").pool(1))
    assert 1_500 < sizes[0] <= sizes[len(sizes) // 2] < 2_500
    assert sizes[-1] < 3_000


def test_operations_that_an_app_leaves_out_are_those_of_groups_that_it_does_not_name() -> None:
    groups = tuple(group.id for group in operations.OPTIONAL)
    assert operations.left_out(groups) == {}
    ((name, reason),) = operations.left_out(set(groups) - {"validation"}).items()
    assert (name, reason) == ("check-order", "the optional group validation is left out")
    assert operations.left_out(()).keys() == {one.id for one in OPERATIONS if not one.group.required}
    assert operations.clauses_without(("check-order", "browse")) == {"check-order", "order-refused"}
    assert operations.clauses_without(("browse",)) == frozenset()
    assert [operations.group_of(clause).id for clause in ("order-refused", "browse")] == ["validation", "core"]


def test_a_price_list_has_about_a_megabyte_and_few_take_turns() -> None:
    different = {ask.body for ask in find("reprice-list").pool(1)}
    assert len(different) == 4
    assert all(body and 0.9e6 < len(body) < 1.1e6 for body in different)
    assert len(set(map(id, SHOP.pool("reprice-list")))) == 4, "nor does a server have more of them in memory"
