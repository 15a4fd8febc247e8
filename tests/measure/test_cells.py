"""A cell that contradicts itself, or what was asked for, is no measurement."""

from dataclasses import replace
from pathlib import Path

import pytest

from bench.contract import workloads
from bench.host.clock import Clock
from bench.load.protocol import Order, Slice, Tally, Target
from bench.measure import cells
from bench.store.results import Cell
from tests import builders

TARGET = Target("flask", "127.0.0.1", 8000, Clock((1,)))
CLOSED = Order(workloads.find("read-item"), (TARGET,), turns=10, slice_s=0.1, concurrency=16, seed=1)
OPEN = replace(CLOSED, targets=(replace(TARGET, arrival_rate_rps=500.0),))


@pytest.mark.parametrize(("counted", "now", "known"), [((5, 6), (6, 5), True), ((5,), (5, 6), False), ((), (), False)])
def test_what_a_database_cost_is_known_where_it_has_processes_and_they_stayed(
    counted: tuple[int, ...], now: tuple[int, ...], known: bool
) -> None:
    order = replace(CLOSED, targets=(replace(TARGET, database=Clock(counted)),))
    assert cells.databases_counted(order, {"flask": now}) == ({"flask"} if known else set())


def test_bytes_of_slices_are_summed_in_both_directions(tmp_path: Path) -> None:
    slices = (Slice(0, 0.1, 10, 1, 1, sent_bytes=700, received_bytes=3000), Slice(1, 0.1, 5, 1, 1, 0, 0, 0, 350, 1500))
    cell = cells.from_tally(
        "read-item", Tally("flask", slices), tmp_path, 1, memory_bytes=0, memory_pss_bytes=0, steal=None, cpus=1
    )
    assert (cell.sent_bytes, cell.received_bytes) == (1050, 4500)


def seen(**changes: object) -> Cell:
    return replace(builders.cell("flask", rps=1000.0, busy_s=1.0, slices=10), **changes)


@pytest.mark.parametrize("timed", [1000, 840])
def test_the_first_request_of_each_user_in_a_slice_may_have_no_time(timed: int) -> None:
    assert cells.contradiction(seen(), CLOSED, timed) is None


def test_in_an_open_loop_each_request_has_a_time_and_the_end_comes_with_the_last() -> None:
    assert cells.contradiction(seen(busy_s=0.98), OPEN, 1000) is None
    assert cells.contradiction(seen(), OPEN, 999) == "1000 requests, but 999 times"


@pytest.mark.parametrize(
    ("changes", "timed", "expected"),
    [
        ({}, 1001, "1000 requests, but 1001 times"),
        ({}, 839, "1000 requests, but 839 times"),
        ({"slices": 9}, 1000, "9 slices instead of 10"),
        ({"busy_s": 0.9}, 1000, "0.9 s under load instead of 1 s"),
    ],
)
def test_what_cannot_be_is_told(changes: dict[str, object], timed: int, expected: str) -> None:
    assert cells.contradiction(seen(**changes), CLOSED, timed) == expected
