"""Lines through runs of like kind, and nothing else on them."""

import math
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import pytest

from bench.analysis import history, ratios
from bench.analysis.history import CPU, RATIO, Trend
from bench.estimate import Estimate, unbounded
from bench.identity import SutKey
from bench.metrics import CRAWL_SERVER_CPU
from bench.store.results import Check, Run
from tests.site import past


def line(trends: tuple[Trend, ...], sut: str = "flask", metric: str = CPU, workload: str | None = None) -> Trend:
    (one,) = [
        trend for trend in trends if (trend.key.sut, trend.key.metric, trend.key.workload) == (sut, metric, workload)
    ]
    return one


def test_a_line_has_each_run_once_oldest_first() -> None:
    trends = past.trends([past.run(3), past.run(1), past.run(2)])
    assert {tuple(point.run[6:8] for point in trend.points) for trend in trends} == {("01", "02", "03")}
    assert len(trends) == 3 * 3 + 2 * 3, "CPU of three SUTs and two ratios, in two workloads and over all"


def test_what_stands_on_it_is_what_was_measured() -> None:
    run = past.run(1)
    trends = past.trends([run])
    (cpu,) = [
        measurement
        for measurement in run.measurements
        if (measurement.sut, measurement.workload, measurement.metric) == ("flask", "read-item", CPU)
    ]
    assert line(trends, workload="read-item").points[0].reading.estimate.value == cpu.estimate.value
    beside = ratios.find(run.comparisons, "flask", "wsgi", "read-item", CPU)
    seen = line(trends, metric=RATIO, workload="read-item").points[0].reading.estimate
    assert beside
    assert (seen.value, seen.low, seen.high) == (beside.here.value, beside.here.low, beside.here.high)


def test_a_ratio_is_to_the_floor_whichever_way_it_is_stored() -> None:
    run = past.run(1)
    turned = replace(run, comparisons=tuple(map(ratios.turned, run.comparisons)))
    for metric in (CPU, RATIO):
        one, other = (line(past.trends([a_run]), metric=metric).points[0].reading.estimate for a_run in (run, turned))
        assert one.value == pytest.approx(other.value)
        assert one.low == pytest.approx(other.low)
    assert one.value == pytest.approx(4, rel=0.05)


def test_over_all_workloads_it_is_the_geometric_mean_inside_each_round() -> None:
    run = past.run(1)
    cpu = {
        measurement.workload: measurement.estimate.value
        for measurement in run.measurements
        if (measurement.sut, measurement.metric) == ("flask", CPU)
    }
    seen = line(past.trends([run])).points[0].reading
    assert seen.estimate.value == pytest.approx(math.sqrt(cpu["read-item"] * cpu["crud-mix"]))
    assert seen.estimate.low < seen.estimate.value < seen.estimate.high
    assert seen.rounds == 3


def test_where_a_round_is_missing_there_is_no_mean_over_all() -> None:
    run = past.run(1)
    short = tuple(
        replace(measurement, rounds=measurement.rounds[1:])
        if (measurement.sut, measurement.workload) == ("flask", "read-item")
        else measurement
        for measurement in run.measurements
    )
    trends = past.trends([replace(run, measurements=short)])
    assert ("flask", CPU, None) not in {(trend.key.sut, trend.key.metric, trend.key.workload) for trend in trends}


def test_no_figure_by_the_clock_is_on_a_line() -> None:
    assert {trend.key.metric for trend in past.trends([past.run(1)])} == {CPU, RATIO}


def test_a_crawl_has_lines_of_its_own_and_no_part_in_the_mean_over_all() -> None:
    run = past.run(1)
    both, one = past.trends([run]), past.trends([crawled(run, "crud-mix")])
    assert line(one, workload="crud-mix").points == line(both, workload="crud-mix").points
    ratio = line(one, metric=RATIO, workload="crud-mix").points[0].reading
    assert ratio == line(both, metric=RATIO, workload="crud-mix").points[0].reading
    assert {trend.key.workload for trend in one} == {"read-item", "crud-mix"}, "a mean takes two in the closed loop"


def crawled(run: Run, workload: str) -> Run:
    """The run as if one of its workloads had been a crawl."""

    def renamed(figures: Iterable[Any]) -> tuple[Any, ...]:
        cost, crawl_cost = (workload, CPU), CRAWL_SERVER_CPU.id
        return tuple(
            replace(figure, metric=crawl_cost) if (figure.workload, figure.metric) == cost else figure
            for figure in figures
        )

    return replace(
        run,
        workloads=tuple(replace(info, kind="crawl") if info.id == workload else info for info in run.workloads),
        measurements=renamed(run.measurements),
        comparisons=renamed(run.comparisons),
    )


def elsewhere(run: Run, **facts: Any) -> Run:
    return replace(run, environment=replace(run.environment, **facts))


def driven(run: Run, **changes: Any) -> Run:
    return replace(run, workloads=(replace(run.workloads[0], **changes), *run.workloads[1:]))


@pytest.mark.parametrize(
    "other",
    [
        past.run(2, profile="full"),
        elsewhere(past.run(2), fingerprint="another"),
        replace(past.run(2), suts=tuple(replace(sut, group="native") for sut in past.run(2).suts)),
        driven(past.run(2), concurrency=64),
        driven(past.run(2), operation_mix="read-item, browse"),
    ],
    ids=["profile", "machine", "servers", "users", "mix"],
)
def test_runs_of_another_kind_are_on_another_line(other: Run) -> None:
    trends = [trend for trend in past.trends([past.run(1), other]) if trend.key.workload == "read-item"]
    assert {len(trend.points) for trend in trends} == {1}
    assert trends[0].points[0].run == other.run.id, "the newest come first"


def failing(run: Run) -> Run:
    return replace(run, checks=(*run.checks, Check("x", "Noise floor", "fail", 1, 0, "")))


def with_editions(run: Run) -> Run:
    return replace(run, suts=(*run.suts[:-1], replace(run.suts[-1], base_of=run.suts[0].id)))


@pytest.mark.parametrize(
    ("run", "why"),
    [
        (replace(past.run(1), run=replace(past.run(1).run, status="partial")), "partial"),
        (failing(past.run(1)), "failed: Noise floor"),
        (elsewhere(past.run(1), fingerprint=None), "of an unknown machine"),
        (with_editions(past.run(1)), "a comparison of two editions"),
    ],
)
def test_a_run_that_is_not_to_be_relied_on_is_on_none(run: Run, why: str) -> None:
    assert past.trends([run]) == ()
    assert history.left_out(run) == why
    assert history.left_out(past.run(1)) == ""


def test_an_estimate_without_an_interval_is_left_out() -> None:
    run = past.run(1)
    bare = tuple(
        replace(measurement, estimate=unbounded(measurement.estimate.value)) for measurement in run.measurements
    )
    seen = {trend.key for trend in past.trends([replace(run, measurements=bare)]) if trend.key.metric == CPU}
    assert {key.workload for key in seen} == {None}, "over all workloads it comes from the rounds"
    odd = tuple(
        replace(measurement, estimate=Estimate(0.0, -1.0, 1.0), rounds=(0.0, 0.0, 0.0))
        for measurement in run.measurements
    )
    assert not [trend for trend in past.trends([replace(run, measurements=odd)]) if trend.key.metric == CPU]


def test_a_change_says_from_when_by_how_much_and_what_lies_between() -> None:
    trends = past.trends(past.stepping())
    for metric in (CPU, RATIO):
        (change,) = line(trends, metric=metric).changes
        assert (change.before.run[6:8], change.after.run[6:8]) == ("06", "07")
        assert (change.before.commit, change.after.commit) == ("000000000006", "000000000007")
        assert change.ratio.low < 1.15 < change.ratio.high
        assert change.versions == ("flask 1.0 → 1.1",)
        assert (change.before.label, change.after.label) == ("Flask 1.0", "Flask 1.1")
    assert not line(trends, "django").changes
    assert len(set(line(trends).levels)) == 2


def test_what_the_system_changed_to_lies_between_too() -> None:
    one, other = past.run(1), elsewhere(past.run(2), kernel="6.2", commit=None, dirty=True)
    before, after = line(past.trends([one, other])).points
    assert history.told_apart(before, after) == ("kernel 6.1 → 6.2",)
    assert history.commit(other) == "unknown+"


def test_without_a_floor_there_are_no_ratios() -> None:
    run = past.run(1)
    alone = replace(run, suts=tuple(sut for sut in run.suts if sut.id != "wsgi"))
    assert {trend.key.metric for trend in past.trends([alone])} == {CPU}


def test_a_ratio_is_to_the_floor_of_the_same_interface() -> None:
    run = past.run(1)
    wsgi, flask, django = run.suts
    suts = (wsgi, replace(flask, interface="asgi"), replace(django, key=SutKey("asgi"), interface="asgi"))
    trends = past.trends([replace(run, suts=suts)])
    assert {trend.key.sut for trend in trends if trend.key.metric == RATIO} == {"flask"}
    ratio = line(trends, metric=RATIO).points[0].reading.estimate.value
    assert ratio == pytest.approx(past.CPU_US["flask"] / past.CPU_US["django"], rel=0.05)


def test_no_runs_have_no_lines() -> None:
    assert past.trends([]) == ()


def test_all_workloads_together_come_first_though_the_newest_run_did_less() -> None:
    less = replace(past.run(3), workloads=past.run(3).workloads[1:])
    trends = past.trends([past.run(1, profile="full"), past.run(1), past.run(2), less])
    assert [trend.key.workload for trend in trends[:5]] == [None] * 5
    assert [trend.key.workload for trend in trends[5:15]] == ["crud-mix"] * 5 + ["read-item"] * 5
    assert {trend.key.kind.profile for trend in trends[15:]} == {"full"}
