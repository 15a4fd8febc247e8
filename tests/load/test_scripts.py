"""What users send: the same to every server but for its address, and sessions that follow up on what they made."""

from itertools import islice

import pytest

from bench.contract import seed
from bench.contract.operations import OPERATIONS
from bench.contract.operations import wrong as complaint
from bench.contract.operations.operation import POOL
from bench.contract.workloads import WORKLOADS, find, heavy
from bench.load import wire
from bench.load.requests import Pools, PreparedRequest
from bench.load.scripts import Script, script
from bench.model import Step, Workload
from tests.load.reference import Reference, http

IDS = [workload.id for workload in WORKLOADS]
LIGHT = [name for name in IDS if not heavy(find(name).operations)]
CREATE = Step("create-item")


def play(users: Script, server: Reference, count: int) -> list[tuple[PreparedRequest, bytes]]:
    """The first exchanges of a script with a server."""
    request, seen = next(users), []
    for _ in range(count):
        answer = server.answer(request.data)
        seen.append((request, answer))
        request = users.send(answer)
    return seen


def asked(workload: Workload, host: str, rng_seed: int, user: int, count: int = 60) -> list[PreparedRequest]:
    shop = Pools(host, rng_seed, stocked=workload.stock > 0)
    return [request for request, _ in play(script(shop, workload, f"{rng_seed} {user}"), Reference(count), count)]


@pytest.mark.parametrize("name", LIGHT)
def test_two_servers_are_asked_the_same_but_for_the_host(name: str) -> None:
    one, other = (asked(find(name), host, 7, 3) for host in ("127.0.0.1:1111", "127.0.0.1:22222"))
    assert [request.data.replace(b"127.0.0.1:1111", b"127.0.0.1:22222") for request in one] == [
        request.data for request in other
    ]
    assert all(b"\r\nHost: 127.0.0.1:1111\r\n" in request.data for request in one)
    assert [request.ask for request in one] == [request.ask for request in other]


ALIKE = ("plaintext", "json", "delete-item", "stream")
"""Workloads whose requests are all the same, as are those of what waits."""


@pytest.mark.parametrize("name", [name for name in LIGHT if name not in ALIKE and not find(name).wait_s])
def test_another_seed_or_user_asks_for_something_else(name: str) -> None:
    first = [request.data for request in asked(find(name), "x", 1, 0)]
    assert first == [request.data for request in asked(find(name), "x", 1, 0)]
    assert first != [request.data for request in asked(find(name), "x", 2, 0)]
    assert first != [request.data for request in asked(find(name), "x", 1, 1)]


@pytest.mark.parametrize("name", IDS)
def test_a_server_that_keeps_the_contract_is_never_wrong(name: str) -> None:
    workload = find(name)
    shop = Pools("x", 5, stocked=workload.stock > 0)
    count = 55 if name in LIGHT else 4
    for request, answer in play(script(shop, workload, "5 0"), Reference(55), count):
        assert int(answer[9:12]) == request.status
        assert complaint(request.ask, wire.body(answer)) is None


def test_a_session_reads_changes_and_deletes_what_it_made() -> None:
    steps = find("crud-mix").steps
    seen = play(script(Pools("x", 3), find("crud-mix"), "3 0"), Reference(), 3 * len(steps))
    for start in range(0, len(seen), len(steps)):
        own = dict(zip(steps, seen[start : start + len(steps)], strict=True))
        sent = wanted(own[CREATE][1])
        for operation, method in (("read-item", b"GET"), ("update-item", b"PUT"), ("delete-item", b"DELETE")):
            assert own[Step(operation, own=True)][0].data.startswith(b"%b /items/%d HTTP" % (method, sent))
    assert wanted(seen[steps.index(CREATE)][1]) == seed.ROWS + 1


def wanted(answer: bytes) -> int:
    return int(answer.split(b"Location: /items/")[1].split(b"\r\n")[0])


@pytest.mark.parametrize(
    "body", [b"", b"{}", b"[]", b"null", b'{"id":"x"}', b'{"id":null}', b'{"id":true}', b"[" * 10**5]
)
def test_a_create_that_tells_no_id_shows_in_the_next_request(body: bytes) -> None:
    users = script(Pools("x", 1), Workload("w", "", (CREATE, Step("delete-item", own=True))), "1")
    next(users)
    assert users.send(http("201 Created", body)).data.startswith(b"DELETE /items/0 HTTP")


def test_rows_in_stock_are_deleted_once_each_by_whoever_comes() -> None:
    shop = Pools("x", 1, stocked=True)
    one, other = (script(shop, find("delete-item"), f"{user}") for user in range(2))
    paths = [next(request).data.split(b" ")[1] for _ in range(3) for request in (one, other)]
    assert paths == [b"/items/%d" % (seed.ROWS + number) for number in range(1, 7)]


def test_without_a_stock_each_row_is_created_before_it_is_deleted() -> None:
    seen = play(script(Pools("x", 1), find("delete-item"), "1"), Reference(), 6)
    assert [request.ask.operation for request, _ in seen] == ["create-item", "delete-item"] * 3
    assert all(int(answer[9:12]) == request.status for request, answer in seen)


def test_a_follow_up_without_a_create_is_a_mistake_in_the_workload() -> None:
    with pytest.raises(ValueError, match="read-item of an own row comes before create-item"):
        next(script(Pools("x", 1), Workload("w", "", (Step("read-item", own=True), CREATE)), "1"))


@pytest.mark.parametrize("operation", [operation.id for operation in OPERATIONS if operation.draw])
def test_requests_are_whole_and_a_pool_is_made_once(operation: str) -> None:
    shop = Pools("h:1", 2)
    pool = shop.pool(operation)
    assert (len(pool), shop.pool(operation) is pool) == (POOL, True)
    for request in islice(pool, 200):
        head, end, body = request.data.partition(b"\r\n\r\n")
        assert end
        assert request.ask.operation == operation
        length = [int(line[16:]) for line in head.split(b"\r\n") if line.startswith(b"Content-Length: ")]
        assert length == ([len(body)] if body else [])


def test_pools_spread_over_the_table() -> None:
    ids = {request.ask.item.id for request in Pools("x", 1).pool("read-item") if request.ask.item}
    assert len(ids) > POOL * 0.85
    assert (min(ids) < 20, max(ids) > seed.ROWS - 20) == (True, True)
    offsets = [request.ask.offset for request in Pools("x", 1).pool("browse")]
    assert (min(offsets) % 20, max(offsets)) <= (0, seed.ROWS - 20)
