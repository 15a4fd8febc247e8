"""Series of what calls cost, from the sessions."""

from dataclasses import replace

import pytest

from bench.analysis import derive
from bench.analysis.series import SeriesKey, of_calls, ranked
from bench.model import Interface
from bench.store.described import WorkloadInfo
from bench.store.results import MicroRound, Run
from tests import builders

INTERFACES: dict[str, Interface] = dict.fromkeys(("wsgi", "flask"), "wsgi")


def session(cpu_us: float, wall_us: float = 0.0) -> dict[str, dict[str, float]]:
    return {"read-item": {"cpu": cpu_us, "wall": wall_us or cpu_us + 1}}


def rounds(*apps: float) -> tuple[MicroRound, ...]:
    """One round for each figure of flask's, beside a floor of 10 and an instrument of 2 microseconds."""
    return tuple(
        MicroRound(n, "flask", {"flask": session(us), "twin": session(us), "wsgi": session(10.0), "null": session(2.0)})
        for n, us in enumerate(apps, 1)
    )


def test_the_instrument_is_taken_off_in_its_own_round() -> None:
    figures = of_calls(rounds(102.0, 104.0), INTERFACES)
    assert figures[SeriesKey("flask", "read-item-in-process", "call_cpu_us")] == {1: 100.0, 2: 102.0}
    assert figures[SeriesKey("wsgi", "read-item-in-process", "call_wall_us")] == {1: 8.0, 2: 8.0}
    assert not any(key.sut == "null" for key in figures)


def test_from_each_app_the_instrument_of_its_own_interface_is_taken_off() -> None:
    seen = {"flask": 102.0, "starlette": 60.0, "twin": 60.0, "null": 2.0, "null-asgi": 10.0}
    one = MicroRound(1, "starlette", {sut: session(us) for sut, us in seen.items()})
    figures = of_calls([one], {"flask": "wsgi", "starlette": "asgi"})
    net = {key.sut: values[1] for key, values in figures.items() if key.metric == "call_cpu_us"}
    assert net == {"flask": 100.0, "starlette": 50.0, "twin": 50.0}


def test_instructions_are_counted_likewise() -> None:
    counts = {"flask": {"read-item": 900.0}, "wsgi": {"read-item": 300.0}, "null": {"read-item": 100.0}}
    (one,) = rounds(102.0)
    both = [replace(one, instructions=counts), MicroRound(2, "flask", {}, instructions=counts)]
    figures = of_calls(both, INTERFACES)
    assert figures[SeriesKey("flask", "read-item-in-process", "call_instructions")] == {1: 800.0, 2: 800.0}
    assert figures[SeriesKey("flask", "read-item-in-process", "call_cpu_us")] == {1: 100.0}, (
        "the second round was not timed"
    )


def test_what_a_framework_adds_to_the_floor_is_counted_too() -> None:
    counts = {"flask": {"read-item": 900.0}, "wsgi": {"read-item": 300.0}, "null": {"read-item": 100.0}}
    run = builders.run([builders.sut("wsgi"), builders.sut("flask")], [], ())
    run = derive.derive(
        with_micro(run, tuple(MicroRound(n, "flask", {}, instructions=counts) for n in (1, 2))), lambda *_: None
    )
    (added,) = [measurement for measurement in run.measurements if measurement.metric == "overhead_instructions"]
    assert (added.sut, added.rounds, added.estimate.value) == ("flask", (600.0, 600.0), 600.0)


def test_overhead_is_what_an_app_adds_to_the_floor() -> None:
    run = builders.run([builders.sut("wsgi"), builders.sut("flask")], [], ())
    run = derive.derive(with_micro(run, rounds(102.0, 104.0, 106.0)), lambda *_: None)
    (added,) = [measurement for measurement in run.measurements if measurement.metric == "overhead_cpu_us"]
    assert (added.sut, added.rounds) == ("flask", (92.0, 94.0, 96.0))
    assert added.estimate.value == pytest.approx(94.0)
    assert added.estimate.low is not None
    assert added.estimate.high is not None
    assert added.estimate.low < 92.0
    assert added.estimate.high > 96.0
    (compared,) = [comparison for comparison in run.comparisons if comparison.metric == "call_cpu_us"]
    assert compared.verdict == ("slower" if compared.sut == "flask" else "faster")
    assert [floor.metric for floor in run.noise] == ["call_cpu_us"]


def test_overhead_is_over_the_floor_of_the_same_interface() -> None:
    asynchronous = ("asgi", "starlette")
    run = builders.run(
        [builders.sut("wsgi"), builders.sut("flask"), *(builders.sut(name, interface="asgi") for name in asynchronous)]
    )
    costs = {"wsgi": 10.0, "flask": 100.0, "asgi": 30.0, "starlette": 70.0, "null": 2.0, "null-asgi": 8.0}
    micro = tuple(MicroRound(n, "flask", {sut: session(us) for sut, us in costs.items()}) for n in (1, 2))
    run = derive.derive(with_micro(run, micro), lambda *_: None)
    added = {
        measurement.sut: measurement.estimate.value
        for measurement in run.measurements
        if measurement.metric == "overhead_cpu_us"
    }
    assert added == {"flask": 90.0, "starlette": 40.0}


def test_without_the_floor_of_its_interface_an_app_has_no_overhead() -> None:
    run = builders.run([builders.sut("wsgi"), builders.sut("flask", interface="asgi")])
    run = derive.derive(with_micro(run, rounds(102.0, 104.0)), lambda *_: None)
    assert not [measurement for measurement in run.measurements if measurement.metric == "overhead_cpu_us"]


def with_micro(run: Run, micro: tuple[MicroRound, ...]) -> Run:
    info = WorkloadInfo("read-item-in-process", "read-item", "One row", "micro", "read-item")
    return replace(run, micro=micro, workloads=(info,))


def test_the_overall_ratio_is_over_what_needs_data() -> None:
    hello, mixed = (
        replace(builders.READ, name=name, operations=operations)
        for name, operations in (
            ("json", ("json",)),
            ("mixed", ("json", "read-item")),
        )
    )
    arriving = builders.READ_OPEN
    assert ranked([hello, builders.READ, mixed, arriving]) == (builders.READ, mixed)
    assert ranked([hello, arriving]) == (hello,)


def test_older_runs_name_a_workload_by_its_only_operation() -> None:
    hello, mix = (replace(builders.READ, name=name, operations=()) for name in ("json", "crud-mix"))
    assert ranked([hello, mix]) == (mix,)
