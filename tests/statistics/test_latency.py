"""Percentiles by rank, their intervals by round, and the audits of a set of times."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.statistics.latency import enough_for, littles_law_error, percentile, percentile_estimate, percentiles_ordered

T_2 = 4.302653
TIMES = st.lists(st.floats(1e-6, 10), min_size=1, max_size=60)


@pytest.mark.parametrize(
    ("q", "expected"),
    [(0.5, 50), (0.9, 90), (0.99, 99), (0.999, 100), (0.501, 51), (0.001, 1)],
)
def test_a_percentile_is_a_time_that_was_seen(q: float, expected: float) -> None:
    times = np.random.default_rng(1).permutation(np.arange(1.0, 101.0))
    assert percentile(times, q) == expected


@pytest.mark.parametrize("q", [0.0, 1.0, 99.0, -0.5, math.nan])
def test_a_percentile_is_a_share(q: float) -> None:
    with pytest.raises(ValueError, match="share between 0 and 1"):
        percentile(np.ones(5), q)


def test_no_requests_have_no_percentile() -> None:
    with pytest.raises(ValueError, match="no requests"):
        percentile(np.array([]), 0.5)
    with pytest.raises(ValueError, match="no requests"):
        percentile_estimate({1: np.ones(5), 2: np.array([])}, 0.5)


@given(TIMES, st.floats(0.01, 0.99))
def test_a_share_q_took_no_longer_and_no_shorter_time_will_do(times: list[float], q: float) -> None:
    sample = np.array(times)
    estimate = percentile(sample, q)
    assert estimate in times
    assert (sample <= estimate).mean() >= q - 1e-9
    assert (sample < estimate).mean() < q + 1e-9


def test_an_estimate_is_of_merged_times_with_the_interval_of_rounds() -> None:
    rounds = {1: np.full(100, 1.0), 2: np.full(100, math.exp(0.1)), 3: np.full(700, math.exp(0.2))}
    got = percentile_estimate(rounds, 0.5)
    half = T_2 * 0.1 / math.sqrt(3)
    assert got.value == pytest.approx(math.exp(0.2))  # most requests are of round 3; a mean of medians has exp(0.1)
    assert got.low == pytest.approx(math.exp(0.2 - half))
    assert got.high == pytest.approx(math.exp(0.2 + half))


def test_an_estimate_from_one_round_knows_nothing_of_spread() -> None:
    got = percentile_estimate({4: np.linspace(0.001, 0.1, 100)}, 0.9)
    assert got.value == pytest.approx(0.09, abs=0.001)
    assert (got.low, got.high) == (0, math.inf)


def test_an_estimate_refuses_times_that_cannot_be() -> None:
    with pytest.raises(ValueError, match="positive"):
        percentile_estimate({1: np.ones(5), 2: np.zeros(5)}, 0.5)


@pytest.mark.parametrize(
    ("q", "count", "enough"),
    [
        (0.99, 10_000, True),
        (0.99, 9_999, False),
        (0.9, 1_000, True),
        (0.9, 999, False),
        (0.5, 200, True),
        (0.5, 199, False),
    ],
)
def test_a_percentile_needs_a_hundred_requests_beyond_it(q: float, count: int, enough: bool) -> None:
    assert enough_for(q, count) is enough


def test_percentiles_never_fall() -> None:
    assert percentiles_ordered({0.99: 0.3, 0.5: 0.1, 0.9: 0.1})
    assert percentiles_ordered({})
    assert not percentiles_ordered({0.5: 0.1, 0.9: 0.09})
    assert not percentiles_ordered({0.5: 0.1, 0.9: math.nan})


@given(TIMES, st.lists(st.floats(0.01, 0.99), min_size=2))
def test_percentiles_of_times_are_ordered(times: list[float], shares: list[float]) -> None:
    assert percentiles_ordered({q: percentile(np.array(times), q) for q in shares})


def test_littles_law_finds_uncounted_requests() -> None:
    assert littles_law_error(16, 8_000, 0.002) == pytest.approx(0)
    assert littles_law_error(16, 6_000, 0.002) == pytest.approx(0.25)
    assert littles_law_error(16, 8_000, 0.003) == pytest.approx(0.5)
    with pytest.raises(ValueError, match="users"):
        littles_law_error(0, 8_000, 0.002)
