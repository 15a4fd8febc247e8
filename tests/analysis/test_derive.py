"""From rounds to estimates, noise and verdicts, on rounds whose results one can work out by hand."""

import math
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from bench.analysis import derive, series
from bench.identity import WorkloadKey
from bench.measure.profiles import PROFILES
from bench.model import TWIN
from bench.statistics.latency import Times
from bench.store.described import WorkloadInfo
from bench.store.planned import Planned
from bench.store.results import Cell, Comparison, Measurement, MicroRound, Run
from tests import builders
from tests.builders import MIX, READ, READ_OPEN, STARTED, cell, one_round, sut

WSGI, FLASK, DJANGO = sut("wsgi"), sut("flask"), sut("django")


def nowhere(*_: object) -> None:
    """No raw times were kept."""


def derived(run: Run, times_of: derive.TimesOf = nowhere) -> Run:
    return derive.derive(run, times_of)


def measurement(run: Run, sut: str, metric: str, workload: str | None = "read-item") -> Measurement:
    (match,) = [
        measurement
        for measurement in run.measurements
        if (measurement.sut, measurement.metric, measurement.workload) == (sut, metric, workload)
    ]
    return match


def comparison(
    run: Run, sut: str, baseline: str, metric: str = "throughput_rps", workload: str | None = "read-item"
) -> Comparison:
    (match,) = [
        comparison
        for comparison in run.comparisons
        if (comparison.sut, comparison.baseline, comparison.metric, comparison.workload)
        == (sut, baseline, metric, workload)
    ]
    return match


def pairs(run: Run) -> set[tuple[str, str]]:
    return {(comparison.sut, comparison.baseline) for comparison in run.comparisons}


def test_the_metrics_of_a_cell() -> None:
    one = cell("flask", rps=500, cpu_us=300, busy_s=2.0, response_p90_s=0.25)
    assert series.of_cell(one, "closed") == {
        "throughput_rps": 500.0,
        "cpu_us_per_request": 300.0,
        "response_p50_s": 0.03,
        "response_p90_s": 0.25,
        "response_p99_s": 0.08,
    }
    assert "throughput_rps" not in series.of_cell(one, "open"), "what arrives is no achievement of the server"


@pytest.mark.parametrize(
    ("name", "shown", "compared"),
    [
        ("quick", {"response_p50_s", "response_p90_s"}, {"response_p50_s", "response_p90_s"}),
        ("full", {"response_p50_s", "response_p90_s", "response_p99_s"}, {"response_p50_s", "response_p99_s"}),
    ],
)
def test_percentiles_reach_as_far_as_the_tail_of_the_profile(name: str, shown: set[str], compared: set[str]) -> None:
    rounds = builders.steady({"wsgi": 2000, "flask": 1000})
    run = derived(builders.run([WSGI, FLASK], rounds, plan=Planned(PROFILES[name])))
    assert {
        measurement.metric for measurement in run.measurements if measurement.metric.startswith("response")
    } == shown
    assert {comparison.metric for comparison in run.comparisons if comparison.metric.startswith("response")} == compared
    assert {floor.metric for floor in run.noise if floor.metric.startswith("response")} == compared


def test_measurements_are_geometric_means_over_rounds() -> None:
    rounds = [one_round(n, [cell("flask", rps=rps)], twin_of=None) for n, rps in ((1, 100), (2, 400))]
    run = measurement(derived(builders.run([FLASK], rounds)), "flask", "throughput_rps")
    assert run.estimate.value == pytest.approx(200)
    assert run.rounds == (100.0, 400.0)
    assert run.estimate.low is not None
    assert run.estimate.high is not None
    assert run.estimate.low < 200 < run.estimate.high
    assert run.estimate.low * run.estimate.high == pytest.approx(200**2)


def test_ratios_are_taken_inside_the_round() -> None:
    """The machine is twice as fast in the second round, and nobody's ratio moves."""
    rounds = [
        one_round(n, [cell("wsgi", rps=2000 * n), cell("flask", rps=1000 * n, cpu_us=500), cell(TWIN, rps=2000 * n)])
        for n in (1, 2)
    ]
    run = derived(builders.run([WSGI, FLASK], rounds))
    ratio = comparison(run, "flask", "wsgi")
    assert (ratio.here.value, *ratio.here.ends) == pytest.approx((0.5, 0.5, 0.5))
    assert ratio.verdict == "slower"


@pytest.mark.parametrize(
    ("factor", "throughput", "cpu"),
    [(1.10, "faster", "slower"), (0.90, "slower", "faster"), (1.01, "tie", "tie"), (1.0, "tie", "tie")],
)
def test_more_throughput_is_better_and_more_cpu_is_worse(factor: float, throughput: str, cpu: str) -> None:
    rounds = [
        one_round(n, [cell("wsgi"), cell("flask", rps=1000 * factor, cpu_us=900 * factor), cell(TWIN)], twin_of="wsgi")
        for n in (1, 2, 3)
    ]
    run = derived(builders.run([WSGI, FLASK], rounds))
    assert comparison(run, "flask", "wsgi").verdict == throughput
    assert comparison(run, "flask", "wsgi", "cpu_us_per_request").verdict == cpu


def test_one_round_says_nothing_for_certain() -> None:
    run = derived(builders.run([WSGI, FLASK], builders.steady({"wsgi": 2000, "flask": 1000}, rounds=1)))
    ratio = comparison(run, "flask", "wsgi")
    assert (ratio.here.bounded, ratio.verdict) == (False, "inconclusive")
    assert measurement(run, "flask", "throughput_rps").estimate.ends == (None, None)


def test_the_noise_floor_is_how_far_the_twin_came_out() -> None:
    originals = {1: "wsgi", 2: "flask"}
    rounds = [
        one_round(n, [cell("wsgi", rps=2000), cell("flask"), cell(TWIN, rps=speed)], twin_of=originals[n])
        for n, speed in ((1, 2080), (2, 1040))
    ]
    run = derived(builders.run([WSGI, FLASK], rounds))
    floors = {floor.metric: floor for floor in run.noise}
    assert floors["throughput_rps"].estimate.value == pytest.approx(0.04)
    assert set(floors) == {"throughput_rps", "cpu_us_per_request", "response_p50_s", "response_p99_s"}


def test_sessions_in_process_have_a_twin_of_their_own() -> None:
    """They count from 1 as rounds do, but their twin need not be of the same SUT."""
    rounds = [
        one_round(n, [cell("wsgi", rps=2000), cell("flask"), cell(TWIN, rps=2000)], twin_of="wsgi") for n in (1, 2)
    ]
    medians = {name: {"json": {"cpu": cost}} for name, cost in (("wsgi", 10.0), ("flask", 50.0), (TWIN, 51.0))}
    inside = replace(READ, id="json-in-process", kind="micro")
    sessions = tuple(MicroRound(n, "flask", medians) for n in (1, 2))
    run = derived(replace(builders.run([WSGI, FLASK], rounds, (READ, inside)), micro=sessions))
    floors = {(floor.kind, floor.metric): floor.estimate.value for floor in run.noise}
    assert floors["closed", "throughput_rps"] == pytest.approx(0)
    assert floors["micro", "call_cpu_us"] == pytest.approx(0.02)


def test_each_kind_of_load_has_a_noise_floor_of_its_own() -> None:
    """The tail of an open loop is louder than a median under closed load, and must not hide in it."""
    opened = [
        cell("wsgi", "read-item-open", rps=500, cpu_us=10),
        cell(TWIN, "read-item-open", rps=500, cpu_us=11),
        cell("flask", "read-item-open", rps=500, cpu_us=10.7),
    ]
    closed = [cell("wsgi", cpu_us=10), cell(TWIN, cpu_us=10), cell("flask", cpu_us=10.7)]
    run = derived(builders.run([WSGI, FLASK], [one_round(n, closed + opened) for n in (1, 2)], (READ, READ_OPEN)))
    floors = {floor.kind: floor.estimate.value for floor in run.noise if floor.metric == "cpu_us_per_request"}
    assert floors == {"closed": pytest.approx(0), "open": pytest.approx(0.1)}
    assert comparison(run, "flask", "wsgi", "cpu_us_per_request").verdict == "slower"
    assert comparison(run, "flask", "wsgi", "cpu_us_per_request", "read-item-open").verdict == "inconclusive"


def test_a_difference_below_the_noise_floor_is_not_believed() -> None:
    def verdict(twin: float) -> str:
        cells = [cell("wsgi", rps=1000), cell("flask", rps=1040), cell(TWIN, rps=twin)]
        run = derived(builders.run([WSGI, FLASK], [one_round(n, cells) for n in (1, 2, 3)]))
        return comparison(run, "flask", "wsgi").verdict

    assert verdict(twin=1010) == "faster"
    assert verdict(twin=1045) == "tie"
    assert verdict(twin=1200) == "inconclusive", "two copies differ by 20 %: nothing can be said"


def test_the_twin_itself_is_neither_measured_nor_compared() -> None:
    run = derived(builders.run([WSGI, FLASK], builders.steady({"wsgi": 2000, "flask": 1000})))
    assert TWIN not in {measurement.sut for measurement in run.measurements}
    assert pairs(run) == {("flask", "wsgi")}


def test_without_a_twin_nothing_is_certain() -> None:
    rounds = [one_round(n, [cell("wsgi", rps=2000), cell("flask")], twin_of=None) for n in (1, 2, 3)]
    run = derived(builders.run([WSGI, FLASK], rounds))
    assert run.noise == ()
    assert comparison(run, "flask", "wsgi").verdict == "inconclusive"


def test_failed_cells_count_for_nothing() -> None:
    rounds = builders.steady({"wsgi": 2000, "flask": 1000}, rounds=3, spread=0)
    broken = [
        replace(cell, requests=9, memory_peak_bytes=0) if cell.sut == "flask" else cell for cell in rounds[1].cells
    ]
    rounds[1] = replace(rounds[1], cells=tuple(broken), failures=(builders.failure("flask"),))
    run = derived(builders.run([WSGI, FLASK], rounds))
    assert measurement(run, "flask", "throughput_rps").rounds == (1000.0, 1000.0)
    assert comparison(run, "flask", "wsgi").here.value == pytest.approx(0.5)
    assert measurement(run, "flask", "memory_peak_bytes", None).rounds == (50 * 2**20,) * 2
    assert run.failures == (builders.failure("flask", reason="round 2: errors: 3 x status 500"),)


def test_a_sut_that_never_worked_has_failures_and_no_figures() -> None:
    rounds = [
        replace(one_round, failures=(builders.failure("flask", "*"),))
        for one_round in builders.steady({"wsgi": 2000}, rounds=3)
    ]
    run = derived(builders.run([WSGI, FLASK, DJANGO], rounds))
    assert {measurement.sut for measurement in run.measurements} == {"wsgi"}
    assert run.comparisons == ()
    (failure,) = run.failures
    assert failure == builders.failure("flask", "*", "rounds 1, 2, 3: errors: 3 x status 500"), "and told once"


def test_the_overall_ratio_is_the_geometric_mean_over_closed_workloads() -> None:
    def speeds(read: float, mix: float, name: str) -> list[Cell]:
        opened = cell(name, "read-item-open", rps=500, cpu_us=len(name))
        return [cell(name, rps=read), cell(name, "crud-mix", rps=mix), opened]

    rounds = [
        one_round(n, [*speeds(1000, 1000, "wsgi"), *speeds(500, 125, "flask"), cell(TWIN), cell(TWIN, "crud-mix")])
        for n in (1, 2)
    ]
    run = derived(builders.run([WSGI, FLASK], rounds, (READ, MIX, READ_OPEN)))
    assert comparison(run, "flask", "wsgi", workload=None).here.value == pytest.approx(0.25)
    assert comparison(run, "flask", "wsgi", workload=None).verdict == "slower"
    assert comparison(run, "flask", "wsgi", "cpu_us_per_request", None).here.value == pytest.approx(1)


def test_there_is_no_overall_ratio_for_who_lacks_a_workload() -> None:
    everything = [(name, workload.id) for name in ("wsgi", "flask", "django") for workload in (READ, MIX)]
    everything.remove(("flask", "crud-mix"))
    rounds = [one_round(n, [cell(*workload) for workload in everything]) for n in (1, 2)]
    run = derived(builders.run([WSGI, FLASK, DJANGO], rounds, (READ, MIX)))
    overall = {(comparison.sut, comparison.baseline) for comparison in run.comparisons if comparison.workload is None}
    assert overall == {("django", "wsgi")}
    assert comparison(run, "flask", "wsgi").here.value == pytest.approx(1)


def test_every_pair_of_a_group_is_compared_once_and_none_across() -> None:
    native = [sut(f"{name}-gunicorn", group="native") for name in ("wsgi", "flask")]
    suts = [WSGI, native[0], FLASK, native[1], DJANGO]
    rounds = [one_round(n, [cell(sut.id) for sut in suts]) for n in (1, 2)]
    run = derived(builders.run(suts, rounds))
    assert pairs(run) == {
        ("flask", "wsgi"),
        ("django", "wsgi"),
        ("django", "flask"),
        ("flask-gunicorn", "wsgi-gunicorn"),
    }


def test_only_rounds_that_both_finished_make_a_ratio() -> None:
    rounds = [
        one_round(1, [cell("wsgi", rps=2000), cell("flask", rps=1000)]),
        one_round(2, [cell("wsgi", rps=9000)]),
        one_round(3, [cell("flask", rps=1)]),
        one_round(4, [cell("wsgi", rps=4000), cell("flask", rps=2000)]),
    ]
    run = comparison(derived(builders.run([WSGI, FLASK], rounds)), "flask", "wsgi")
    assert run.here.value == pytest.approx(0.5)
    assert run.here.low == pytest.approx(0.5)


def kept(times: dict[int, list[float]]) -> Callable[[int, str, str], Times]:
    return lambda number, workload, sut: np.array(times[number])


def test_percentiles_are_those_of_all_requests_together() -> None:
    """Not the mean of each round's: nine quick requests and one slow one, then ninety slow ones."""
    times = {1: [0.001] * 9 + [1.0], 2: [1.0] * 90}
    rounds = [one_round(n, [cell("flask", response_p50_s=p50)]) for n, p50 in ((1, 0.001), (2, 1.0))]
    run = measurement(derived(builders.run([FLASK], rounds), kept(times)), "flask", "response_p50_s")
    assert run.estimate.value == 1.0
    assert run.rounds == (0.001, 1.0)
    assert run.note == "fewer requests than this percentile needs"


def test_a_percentile_of_enough_requests_needs_no_note() -> None:
    times = {1: [0.001] * 6000, 2: [0.001] * 4000}
    run = derived(builders.run([FLASK], [one_round(n, [cell("flask")]) for n in times]), kept(times))
    assert [measurement(run, "flask", f"response_p{share}_s").note for share in (50, 90, 99)] == [None] * 3
    run = derived(builders.run([FLASK], run.rounds), kept({1: times[1], 2: times[2][1:]}))
    assert measurement(run, "flask", "response_p90_s").note is None
    assert measurement(run, "flask", "response_p99_s").note is not None


def test_percentiles_without_raw_times_say_so() -> None:
    rounds = [one_round(n, [cell("flask", response_p99_s=p99)]) for n, p99 in ((1, 0.1), (2, 0.4))]
    run = measurement(derived(builders.run([FLASK], rounds)), "flask", "response_p99_s")
    assert run.estimate.value == pytest.approx(0.2)
    assert run.note == "the mean of each round's own, for the raw times are gone"


def test_what_the_generator_may_have_held_down_is_a_lower_bound() -> None:
    def run(own: float, server: float = 0.96) -> Run:
        one = cell("flask", rps=1000.0, cpu_us=server * 1000, generator_cpu_ns=round(own * 1e9))
        return derived(builders.run([FLASK], [one_round(n, [one]) for n in (1, 2)]))

    assert measurement(run(0.81), "flask", "throughput_rps").at_least
    assert not measurement(run(0.79), "flask", "throughput_rps").at_least, "the server was at its own limit"
    assert measurement(run(0.68, server=0.94), "flask", "throughput_rps").at_least, "a ceiling of 1.47 times as much"
    assert not measurement(run(0.66, server=0.94), "flask", "throughput_rps").at_least
    assert not measurement(run(0.81), "flask", "cpu_us_per_request").at_least


@pytest.mark.parametrize(
    ("changes", "note"),
    [
        ({"backlog": 33, "service_p50_s": 0.0001}, "the rate was too high: requests piled up"),
        ({"backlog": 32, "service_p50_s": 0.0001}, "at most so much: the generator sent late"),
        ({"backlog": 0, "lag_p99_s": 0.5}, "the mean of each round's own, for the raw times are gone"),
    ],
)
def test_response_times_under_arrivals_say_what_is_in_them(changes: dict[str, float], note: str) -> None:
    rounds = [one_round(n, [cell("flask", "read-item-open", rps=500, **changes)]) for n in (1, 2)]
    run = derived(builders.run([FLASK], rounds, (READ, READ_OPEN)))
    assert measurement(run, "flask", "response_p50_s", "read-item-open").note == note


def test_an_open_loop_is_compared_by_its_times() -> None:
    rounds = [
        one_round(
            n,
            [
                cell("wsgi", "read-item-open", rps=500, response_p50_s=0.001),
                cell("flask", "read-item-open", rps=500, response_p50_s=0.004),
                cell(TWIN, "read-item-open", rps=500, response_p50_s=0.001),
                *(cell(name) for name in ("wsgi", "flask", TWIN)),
            ],
        )
        for n in (1, 2)
    ]
    run = derived(builders.run([WSGI, FLASK], rounds, (READ, READ_OPEN)))
    ratio = comparison(run, "flask", "wsgi", "response_p50_s", "read-item-open")
    assert (ratio.here.value, ratio.verdict) == (pytest.approx(4.0), "slower")
    assert {comparison.metric for comparison in run.comparisons if comparison.workload == "read-item-open"} == {
        "cpu_us_per_request",
        "response_p50_s",
        "response_p99_s",
    }


def test_what_heavy_requests_take_is_no_memory_of_the_others() -> None:
    key = WorkloadKey("reprice-list", "closed")
    heavy = WorkloadInfo.of(key, "A megabyte", "reprice-list", 16, operations=("reprice-list",))
    cells = [cell("flask", memory_peak_bytes=30), cell("flask", "reprice-list", memory_peak_bytes=700)]
    run = derived(builders.run([FLASK], [one_round(n, cells) for n in (1, 2)], (READ, heavy)))
    assert measurement(run, "flask", "memory_peak_bytes", None).rounds == (30.0, 30.0)


def test_memory_is_the_peak_of_a_round_and_start_what_it_took_in_older_runs() -> None:
    cells = [cell("flask", memory_peak_bytes=30), cell("flask", "crud-mix", memory_peak_bytes=70)]
    rounds = [one_round(n, cells, start_s={"flask": 0.5 * n, TWIN: 9.0}) for n in (1, 2)]
    run = derived(builders.run([FLASK], rounds, (READ, MIX)))
    assert measurement(run, "flask", "memory_peak_bytes", None).rounds == (70.0, 70.0)
    assert measurement(run, "flask", "start_s", None).estimate.value == pytest.approx(math.sqrt(0.5))


def test_starts_are_compared_within_a_round_as_loads_are_and_the_twin_says_how_exactly() -> None:
    def started(twin: float) -> Run:
        cells = [cell("wsgi"), cell("flask"), cell(TWIN)]
        rounds = [
            one_round(n, cells, start_s={"wsgi": 0.2 * n, "flask": 0.4 * n, TWIN: 0.2 * n * twin}) for n in (1, 2, 3)
        ]
        return derived(builders.run([WSGI, FLASK], rounds, (READ, STARTED)))

    run = started(twin=1.01)
    assert measurement(run, "flask", "start_s", "start").rounds == pytest.approx((0.4, 0.8, 1.2))
    assert not [one for one in run.measurements if one.metric == "start_s" and one.workload is None]
    ratio = comparison(run, "flask", "wsgi", "start_s", "start")
    assert (ratio.here.value, ratio.here.half_width, ratio.verdict) == (pytest.approx(2), pytest.approx(0), "slower")
    (floor,) = [floor for floor in run.noise if floor.kind == "start"]
    assert (floor.metric, floor.estimate.value) == ("start_s", pytest.approx(0.01))
    assert comparison(started(twin=3.0), "flask", "wsgi", "start_s", "start").verdict == "inconclusive"


def test_deriving_again_changes_nothing() -> None:
    run = derived(builders.run([WSGI, FLASK], builders.steady({"wsgi": 2000, "flask": 1000})))
    assert derived(run) == run
    assert run.checks


def test_a_run_without_rounds_says_nothing() -> None:
    run = derived(builders.run([WSGI, FLASK]))
    assert run.measurements == run.comparisons == run.noise == run.failures == ()
