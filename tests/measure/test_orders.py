"""Orders: how a closed loop is divided into slices, and how many users it has."""

from pathlib import Path

import pytest

from bench.contract import workloads
from bench.load.protocol import Order
from bench.measure import orders
from bench.measure.profiles import PROFILES

FULL = PROFILES["full"]


def closed(name: str, *, begins: bool = False) -> Order:
    return orders.kind(None, begins=begins)(FULL, workloads.find(name), (), 7, Path("times"))


def test_what_takes_long_has_few_and_long_slices_and_users_of_its_own() -> None:
    order = closed("slow-upstream-100")
    assert (order.slice_s, order.turns, order.warm_up_turns, order.concurrency) == (0.5, 2, 1, 100)
    assert (closed("stream").slice_s, closed("stream").concurrency) == (0.5, 4)
    usual = closed("read-item")
    assert (usual.slice_s, usual.turns, usual.concurrency) == (FULL.slice_s, FULL.turns, FULL.concurrency)


def test_a_slice_holds_answers_for_each_user_or_becomes_longer() -> None:
    """On a slow machine an event loop takes long to answer a thousand users once."""
    assert closed("slow-upstream-100").least_requests == 300
    crowd = closed("slow-upstream-1000")
    assert (crowd.slice_s, crowd.turns, crowd.warm_up_turns, crowd.least_requests) == (0.5, 4, 1, 3000)
    assert closed("stream").least_requests == 12
    assert closed("reprice-list").least_requests == 0, "what is heavy has few users and long slices"
    assert closed("read-item").least_requests == FULL.slice_requests


def test_the_first_of_a_round_warms_up_for_as_many_seconds_whatever_its_slices() -> None:
    assert closed("read-item", begins=True).warm_up_turns == FULL.warm_up_turns + FULL.first_turns
    assert closed("slow-upstream-10", begins=True).warm_up_turns == 1


@pytest.mark.parametrize(
    ("name", "within_s"), [("read-item", 5.0), ("slow-upstream-100", 5.0), ("slow-upstream-1000", 20.0)]
)
def test_more_users_have_more_patience(name: str, within_s: float) -> None:
    assert closed(name).answer_within_s == within_s


def test_the_seconds_of_a_closed_loop_are_those_of_its_order() -> None:
    for workload in workloads.WORKLOADS:
        order = closed(workload.id)
        planned_s = orders.stretch(FULL, workload).load_s
        assert planned_s == pytest.approx((order.turns + order.warm_up_turns) * order.slice_s)
