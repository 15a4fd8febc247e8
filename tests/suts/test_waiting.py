"""How many answers can wait at once, and for whom that is too few."""

import pytest

from bench.contract import workloads
from bench.contract.operations import WAITING, left_out
from bench.model import Sut
from bench.suts import server_table
from tests import builders

MANY, MORE = "slow-upstream-100", "slow-upstream-1000"


@pytest.mark.parametrize(
    ("server", "interface", "workers", "without"),
    [
        ("granian", "wsgi", 1, {MANY, MORE}),
        ("granian", "wsgi", 8, {MORE}),
        ("gunicorn", "wsgi", 1, {MANY, MORE}),
        ("cheroot", "wsgi", 1, {MORE}),
        ("rocket", "wsgi", 1, {MANY, MORE}),
        ("granian", "asgi", 1, set()),
        ("uvicorn", "asgi", 1, set()),
        ("own", "own", 1, set()),
    ],
)
def test_a_server_is_not_loaded_with_more_users_than_its_threads_can_serve(
    server: str, interface: str, workers: int, without: set[str]
) -> None:
    sut = Sut.of(builders.app(interface=interface), server, workers=workers)
    assert {name for name in server_table.unsupported(sut) if name.startswith("slow-upstream")} == without
    asked = [name for name in (MANY, MORE) if workloads.asked(workloads.find(name), server_table.unsupported(sut))]
    assert set(asked) == {MANY, MORE} - without


def test_the_reason_says_how_many_threads_there_are_and_what_that_means() -> None:
    sut = Sut.of(builders.app())
    assert server_table.unsupported(sut)[MANY] == (
        "granian runs it on 1 thread, so that each of 100 users would wait 5 s or more"
    )
    assert server_table.unsupported(Sut.of(builders.app(), "rocket"))[MANY] == (
        "rocket answers no more than 64 connections at once"
    )


def test_who_offers_nothing_that_waits_needs_no_reason_and_no_remark() -> None:
    sut = Sut.of(builders.app(unsupported=left_out(())))
    assert server_table.unsupported(sut).keys() == left_out(()).keys()
    assert server_table.remarks(sut) == ()


def test_a_reader_is_told_on_how_many_threads_an_app_waits() -> None:
    assert server_table.remarks(Sut.of(builders.app(), "cheroot")) == (
        "cheroot runs it on 10 threads, so it waits for at most 10 calls of a service at a time.",
    )
    assert server_table.remarks(Sut.of(builders.app(interface="asgi"))) == ()


def test_what_waits_is_loaded_by_several_numbers_of_users() -> None:
    loads = {one.id: one for one in workloads.WORKLOADS if WAITING & set(one.operations)}
    assert {name: one.concurrency for name, one in loads.items()} == {"slow-upstream-10": 10, MANY: 100, MORE: 1000}
    assert loads[MORE].title == "An answer that waits 50 ms for another service, 1,000 users"
    assert {one.wait_s for one in loads.values()} == {0.05}
