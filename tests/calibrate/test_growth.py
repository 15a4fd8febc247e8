"""What several generators give, from readings that took no time."""

import contextlib
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from bench.calibrate import growth
from bench.calibrate.growth import Figures, Growth
from bench.errors import LoadError
from bench.host.clock import Clock
from bench.load.protocol import Order, Reply, Slice, Tally, Target
from bench.measure.progress import Progress
from tests.fake_host import FakeHost

FLOOR, APP = (Target(name, "127.0.0.1", 1, Clock()) for name in ("floor", "app"))


@pytest.mark.parametrize(
    ("most", "expected"), [(2, [1, 2]), (3, [1, 2, 3]), (4, [1, 2, 4]), (7, [1, 2, 4, 7]), (16, [1, 2, 4, 8, 16])]
)
def test_numbers_double_up_to_the_largest(most: int, expected: list[int]) -> None:
    assert growth.counts(most) == expected


class Generators:
    """So many: on the floor they are a limit, on an app they are not."""

    def __init__(self, count: int, orders: list[tuple[int, Order]], errors: dict[str, int]) -> None:
        self._count, self._orders, self._errors = count, orders, errors

    def rotate(self, order: Order) -> Reply:
        self._orders.append((self._count, order))
        (target,) = order.targets
        requests = {"floor": 10_000 * self._count, "app": 3_000}[target.sut]
        with Path(order.times).open("wb") as file:
            np.savez(file, **{target.sut: np.full(requests, 0.002)})
        seen = Slice(0.0, 1.0, requests, cpu_ns=900_000_000, generator_cpu_ns=500_000_000)
        return Reply((Tally(target.sut, (seen,), errors=self._errors),), 1.0)


def laboratory(folder: Path, orders: list[tuple[int, Order]], errors: dict[str, int] | None = None) -> Any:
    def team(count: int) -> Any:
        return contextlib.nullcontext(Generators(count, orders, errors or {}))

    return SimpleNamespace(scratch=folder, host=FakeHost(cpus=2), team=team)


def test_each_number_is_tried_in_each_round_on_both_servers_and_under_arrivals(tmp_path: Path) -> None:
    orders: list[tuple[int, Order]] = []
    steps: list[Progress] = []
    seen = growth.growth(laboratory(tmp_path, orders), FLOOR, APP, 3, 4, steps.append)
    assert (list(seen.figures), seen.cpus, [step.round for step in steps]) == ([1, 2, 3], 1, [1, 2, 3, 4])
    first, *others = orders
    assert (first[0], first[1].targets[0].sut) == (1, "app")
    assert sorted(count for count, _ in others) == sorted([1, 2, 3] * 3 * 4)
    assert {order.targets[0].arrival_rate_rps for _, order in others} == {None, 1200.0}
    assert seen.figures[2][0] == Figures(20_000.0, 25.0, 3_000.0, 300.0, 0.002, 0.002)
    over_one = seen.over_one()
    assert over_one[3]["ceiling_rps"].value == pytest.approx(3.0)
    assert over_one[3]["cpu_us"].value == pytest.approx(1.0)
    assert set(growth.stored(seen)["over_one"]) == {2, 3}


def test_a_server_that_fails_ends_it(tmp_path: Path) -> None:
    with pytest.raises(LoadError, match="app failed under load"):
        growth.growth(laboratory(tmp_path, [], {"reset": 1}), FLOOR, APP, 2, 3, lambda _: None)


def test_one_alone_is_compared_with_nothing() -> None:
    assert Growth({1: [Figures(1.0, 1.0, 1.0, 1.0, 1.0, 1.0)]}, 1).over_one() == {}
