"""What a machine did to a run is said where it is known, and only there."""

from dataclasses import replace

import pytest

from bench.analysis import machine
from bench.environment import Throttling
from bench.store.results import MicroRound, Run
from tests import builders
from tests.builders import READ, cell, one_round, sut


def of(*throttling: Throttling | None) -> Run:
    """A run with a round for each quota's counts."""
    rounds = [replace(one_round(n, [cell("wsgi")]), throttling=one) for n, one in enumerate(throttling, 1)]
    return builders.run([sut("wsgi")], tuple(rounds), (READ,))


def placed(*flaws: str) -> Run:
    run = of(None)
    return replace(run, environment=replace(run.environment, placement_flaws=flaws))


@pytest.mark.parametrize(("stolen", "status"), [(0.049, "pass"), (0.051, "warn")])
def test_a_host_that_others_use_is_said(stolen: float, status: str) -> None:
    run = builders.run(
        [sut("wsgi"), sut("flask")],
        (one_round(1, [cell("wsgi", steal_share=stolen), cell("flask", steal_share=None)]),),
        (READ,),
    )
    check = machine.quiet(run)
    assert check
    assert (check.status, check.value) == (status, pytest.approx(stolen))


def test_where_all_is_apart_the_placement_is_said() -> None:
    check = machine.placement(placed())
    assert check
    assert (check.status, check.value, check.detail) == ("pass", 0, "servers on CPU 0, generator on CPU 1")


def test_what_could_not_be_avoided_is_a_warning() -> None:
    check = machine.placement(placed("nothing is pinned", "a quota allows 1 of the 2 CPUs in use"))
    assert check
    assert (check.status, check.value) == ("warn", 2)
    assert check.detail == "nothing is pinned; a quota allows 1 of the 2 CPUs in use"


@pytest.mark.parametrize(("throttled", "status"), [(0, "pass"), (1, "pass"), (2, "fail"), (530, "fail")])
def test_a_quota_that_stopped_what_was_measured_is_a_failure(throttled: int, status: str) -> None:
    run = replace(of(Throttling(60, throttled), None), micro=(MicroRound(1, "wsgi", {}, throttling=Throttling(40)),))
    check = machine.quota(run)
    assert check
    assert (check.status, check.value) == (status, throttled / 100)
    assert f"in {throttled} of 100 periods" in check.detail


@pytest.mark.parametrize("throttling", [None, Throttling()])
def test_where_there_was_no_quota_or_nothing_is_known_nothing_is_said(throttling: Throttling | None) -> None:
    assert machine.quota(of(throttling)) is None
    assert machine.placement(of(throttling)) is None
    assert machine.quiet(of(throttling)) is None


@pytest.mark.parametrize(("slow", "status"), [(18, "pass"), (19, "warn")])
def test_neighbours_that_disturb_most_of_the_time_are_a_warning(slow: int, status: str) -> None:
    loop_us = (60.0,) * (20 - slow) + (99.0,) * slow
    check = machine.neighbours(builders.run([sut("wsgi")], (one_round(1, [cell("wsgi")], loop_us=loop_us),), (READ,)))
    assert check
    assert (check.status, check.value) == (status, slow / 20)
    assert "on the servers' CPU" in check.detail


def test_a_loop_that_nothing_pinned_ran_on_any_cpu() -> None:
    run = builders.run([sut("wsgi")], (one_round(1, [cell("wsgi")], loop_us=(60.0,) * 9),), (READ,))
    check = machine.neighbours(replace(run, environment=replace(run.environment, pinning="none")))
    assert check
    assert "a fixed loop on a CPU of this machine took" in check.detail


@pytest.mark.parametrize(
    ("loaded_by", "status", "detail"),
    [
        ((2, 2), "pass", "each cell was loaded by 2 generators"),
        ((2, 1), "warn", "1 of 2 cells were loaded by fewer than 2 generators"),
    ],
)
def test_cells_that_fewer_generators_loaded_are_said(loaded_by: tuple[int, ...], status: str, detail: str) -> None:
    rounds = tuple(one_round(n, [cell("wsgi", generators=count)]) for n, count in enumerate(loaded_by, 1))
    run = builders.run([sut("wsgi")], rounds, (READ,))
    assert machine.generators(run) is None, "one was wanted"
    check = machine.generators(replace(run, plan=replace(run.plan, generators=2)))
    assert check
    assert (check.status, check.detail) == (status, detail)
