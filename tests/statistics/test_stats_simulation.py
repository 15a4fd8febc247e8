"""Do the intervals and verdicts keep their promises? Thousands of made-up runs whose truth is known, from fixed seeds.

A share that is seen in 4,000 runs has a standard error of 0.35 % at 95 %, so the limits leave room for chance and
none for a wrong quantile: with the normal one instead of Student's, 6 rounds would hold 89 %.
"""

import math
from collections import Counter
from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from bench.estimate import Estimate, Verdict
from bench.statistics.estimates import estimate
from bench.statistics.latency import percentile_estimate
from bench.statistics.stats import (
    ByWorkload,
    geometric_mean_ratio,
    noise_floor,
    ratio,
    ratios_by_round,
    rounds_needed,
    verdict,
)

Values = NDArray[np.float64]
Noise = Callable[[np.random.Generator, tuple[int, ...]], Values]

WEATHER = 0.2  # what everybody meets in a round, as a deviation of the logarithm
SUTS = 4
WORKLOADS = 5


def normal(deviation: float) -> Noise:
    """Noise of one side, such that the ratio of two sides deviates by `deviation` from round to round."""
    return lambda rng, shape: rng.normal(0, deviation / math.sqrt(2), shape)


def stolen(rng: np.random.Generator, shape: tuple[int, ...]) -> Values:
    """Normal noise, and in one round of ten a neighbour who takes 0 to 30 % from one side."""
    spikes = (rng.random(shape) < 0.1) * rng.uniform(0, 0.3, shape)
    return normal(0.025)(rng, shape) - spikes


def heavy_tailed(rng: np.random.Generator, shape: tuple[int, ...]) -> Values:
    return 0.02 * rng.standard_t(3, shape)


def by_round(logs: Values) -> dict[int, float]:
    return dict(enumerate(np.exp(logs).tolist(), start=1))


def by_workload(logs: Values) -> ByWorkload:
    """Rounds by workloads, as mappings."""
    return {f"w{column}": by_round(logs[:, column]) for column in range(logs.shape[1])}


def share_covered(estimates: list[Estimate], truth: float) -> float:
    return sum(one.low <= truth <= one.high for one in estimates) / len(estimates)


def simulated_ratios(rounds: int, noise: Noise, truth: float, runs: int = 4_000) -> list[Estimate]:
    rng = np.random.default_rng(rounds)
    weather = rng.normal(0, WEATHER, (runs, rounds))
    values = weather + math.log(truth) + noise(rng, (runs, rounds))
    baseline = weather + noise(rng, (runs, rounds))
    return [ratio(by_round(one), by_round(two)) for one, two in zip(values, baseline, strict=True)]


@pytest.mark.parametrize("rounds", [6, 8, 10])
def test_a_ratio_covers_the_truth_as_often_as_it_says(rounds: int) -> None:
    assert share_covered(simulated_ratios(rounds, normal(0.025), 1.1), 1.1) == pytest.approx(0.95, abs=0.015)


@pytest.mark.parametrize("noise", [stolen, heavy_tailed])
def test_a_ratio_covers_the_truth_under_noise_that_is_not_normal(noise: Noise) -> None:
    assert share_covered(simulated_ratios(8, noise, 1.1), 1.1) >= 0.94


def test_a_ratio_loses_some_cover_when_only_one_side_is_robbed() -> None:
    rng = np.random.default_rng(5)
    logs = normal(0.035)(rng, (4_000, 8)) - (rng.random((4_000, 8)) < 0.1) * rng.uniform(0, 0.3, (4_000, 8))
    covered = share_covered([estimate(list(by_round(run).values())) for run in logs], math.exp(-0.015))
    assert 0.82 <= covered <= 0.92  # known and stated, see bench/stats.py


def test_an_absolute_figure_covers_the_truth_too() -> None:
    rng = np.random.default_rng(6)
    runs = [list(by_round(run).values()) for run in math.log(5_000) + rng.normal(0, WEATHER, (4_000, 8))]
    assert share_covered([estimate(run) for run in runs], 5_000) == pytest.approx(0.95, abs=0.015)


def test_an_overall_ratio_covers_the_truth_though_workloads_share_processes() -> None:
    rng = np.random.default_rng(7)
    estimates = []
    for _ in range(1_500):
        process = normal(0.03)(rng, (2, 8, 1))
        logs = process + normal(0.02)(rng, (2, 8, WORKLOADS))
        estimates.append(geometric_mean_ratio(by_workload(logs[0] + math.log(1.1)), by_workload(logs[1])))
    assert share_covered(estimates, 1.1) == pytest.approx(0.95, abs=0.02)


def test_adding_rounds_by_width_costs_little_cover() -> None:
    rng = np.random.default_rng(8)
    estimates = []
    for logs in normal(0.04 * math.sqrt(2))(rng, (1_500, 20)):
        values, done, more = list(by_round(logs).values()), 0, 6
        while more:
            done += more
            now = estimate(values[:done])
            more = rounds_needed(now, done, target_half_width=0.04, limit=20)
        estimates.append(now)
        assert now.half_width <= 0.04 or done == 20
    assert share_covered(estimates, 1) >= 0.925


@pytest.mark.parametrize("q", [0.5, 0.99])
def test_a_percentile_covers_the_truth(q: float) -> None:
    rng = np.random.default_rng(9)
    between, within = 0.05, 0.5
    quantile_of_normal = {0.5: 0.0, 0.99: 2.326348}[q]
    truth = math.exp(quantile_of_normal * math.hypot(between, within))
    estimates = []
    for _ in range(1_000):
        logs = rng.normal(0, between, (6, 1)) + rng.normal(0, within, (6, 1_000))
        estimates.append(percentile_estimate(dict(enumerate(np.exp(logs))), q))
    assert share_covered(estimates, truth) == pytest.approx(0.95, abs=0.025)


def simulated_verdicts(
    rounds: int, deviation: float, truth: float = 1.0, favour: float = 0.0, by_sign: bool = False
) -> Counter[Verdict]:
    """All the way: a run with a twin that rotates, the floor from it, and verdicts on SUT 1 beside SUT 0.

    The twin and SUT 1 stand in a place that favours them by `favour`; in every second workload the other way round
    if `by_sign`.
    """
    rng = np.random.default_rng(round(1_000 * (rounds + deviation + favour)))
    place = np.log1p(favour) * (np.where(np.arange(WORKLOADS) % 2, -1, 1) if by_sign else np.ones(WORKLOADS))
    verdicts: Counter[Verdict] = Counter()
    for _ in range(400):
        weather = rng.normal(0, WEATHER, (rounds, WORKLOADS))
        process = normal(deviation * math.sqrt(0.5))(rng, (SUTS + 1, rounds, 1))
        logs = weather + process + normal(deviation * math.sqrt(0.5))(rng, (SUTS + 1, rounds, WORKLOADS))
        copied = by_workload(logs[np.arange(rounds) % SUTS, np.arange(rounds)])
        twin, sut, baseline = by_workload(logs[SUTS] + place), by_workload(logs[1] + place), by_workload(logs[0])
        floor = noise_floor({one: ratios_by_round(twin[one], copied[one]) for one in twin})
        for one in sut:
            values = {number: value * truth for number, value in sut[one].items()}
            verdicts[verdict(ratio(values, baseline[one]), floor.value, higher_is_better=True)] += 1
    return verdicts


def share_told_apart(verdicts: Counter[Verdict]) -> float:
    return (verdicts[Verdict.FASTER] + verdicts[Verdict.SLOWER]) / verdicts.total()


@pytest.mark.parametrize("rounds", [4, 8])
@pytest.mark.parametrize("deviation", [0.025, 0.1])
def test_equal_suts_are_hardly_ever_told_apart(rounds: int, deviation: float) -> None:
    assert share_told_apart(simulated_verdicts(rounds, deviation)) <= 0.015


@pytest.mark.parametrize("favour", [0.02, 0.04, 0.08])
def test_the_floor_keeps_a_place_in_the_order_from_passing_for_speed(favour: float) -> None:
    assert share_told_apart(simulated_verdicts(8, 0.025, favour=favour)) <= 0.05


def test_the_floor_sees_favours_that_cancel_over_workloads() -> None:
    assert share_told_apart(simulated_verdicts(8, 0.025, favour=0.04, by_sign=True)) <= 0.05


def test_a_difference_of_ten_per_cent_is_found() -> None:
    verdicts = simulated_verdicts(8, 0.025, truth=1.1)
    assert verdicts[Verdict.FASTER] / verdicts.total() >= 0.95


def test_a_relevant_difference_is_never_called_a_tie() -> None:
    verdicts = simulated_verdicts(8, 0.01, truth=1.021)
    assert verdicts[Verdict.TIE] / verdicts.total() <= 0.025


def test_the_noise_floor_falls_with_the_rounds_and_covers_what_is_systematic() -> None:
    rng = np.random.default_rng(10)
    by_rounds = {}
    for rounds in (4, 16):
        floors = [noise_floor(by_workload(rng.normal(0.02, 0.05, (rounds, WORKLOADS)))) for _ in range(800)]
        quiet = [noise_floor(by_workload(rng.normal(0, 0.05, (rounds, WORKLOADS)))) for _ in range(800)]
        assert share_covered(floors, math.expm1(0.02)) >= 0.95
        by_rounds[rounds] = float(np.mean([one.value for one in quiet]))
    assert by_rounds[4] / by_rounds[16] == pytest.approx(2, abs=0.15)
    one_workload = [noise_floor(by_workload(rng.normal(0.02, 0.05, (8, 1)))) for _ in range(2_000)]
    assert share_covered(one_workload, math.expm1(0.02)) == pytest.approx(0.95, abs=0.02)
