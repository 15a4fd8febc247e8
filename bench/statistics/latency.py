"""Percentiles of response times, and what a set of times must satisfy to be believed: pure arithmetic."""

from collections.abc import Mapping
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from bench.estimate import Estimate
from bench.statistics.estimates import CONFIDENCE, around, t_half_width

BEYOND = 100  # requests that must lie beyond a percentile: 10,000 in all for p99, 1,000 for p90

Times = NDArray[np.float64]


def percentile(times_s: Times, q: float) -> float:
    """The shortest time, in seconds, that a share `q` of the requests did not exceed: an observed one, never
    interpolated. Raises ValueError without times, and for a share outside 0 to 1.
    """
    if not 0 < q < 1:
        raise ValueError(f"a percentile is a share between 0 and 1, not {q}")
    if times_s.size == 0:
        raise ValueError("no requests, no percentile")
    return float(np.quantile(times_s, q, method="inverted_cdf"))


def percentile_estimate(times_by_round: Mapping[int, Times], q: float, confidence: float = CONFIDENCE) -> Estimate:
    """A percentile over the requests of all rounds, in seconds; its interval comes from the percentiles of the rounds.

    The requests are merged, because a mean of p99s is the p99 of nothing. The interval is taken over rounds, because
    the requests of one round are not independent samples: its half-width is Student's t on the logarithms of the
    per-round percentiles. It holds its 95 % where rounds differ by 10 %; where they differ by 20 %, about 90 % for p99,
    which then comes from the slowest rounds.
    """
    value = percentile(np.concatenate(list(times_by_round.values())), q)
    by_round = np.array([percentile(times_s, q) for times_s in times_by_round.values()])
    if not ((by_round > 0) & np.isfinite(by_round)).all():
        raise ValueError(f"response times are positive, but a percentile was {by_round.min()} s")
    return around(value, t_half_width(np.log(by_round), confidence))


def enough_for(q: float, count: int) -> bool:
    """Whether, of so many requests, enough lie beyond the percentile for it to mean something."""
    return round(count * (1 - q), 6) >= BEYOND


def percentiles_ordered(percentiles: Mapping[float, float]) -> bool:
    """Whether a higher share never has a shorter time, as in any set of times."""
    return all(lower <= upper for (_, lower), (_, upper) in pairwise(sorted(percentiles.items())))


def littles_law_error(concurrency: float, throughput_rps: float, mean_response_s: float) -> float:
    """How far a closed loop is from concurrency = throughput x mean response time, relative and without sign.

    Whatever the server does, N users who always wait for an answer have N requests under way. A large error means that
    requests, or time, went uncounted.
    """
    if not concurrency > 0:
        raise ValueError(f"a closed loop has users, not {concurrency}")
    return abs(throughput_rps * mean_response_s / concurrency - 1)
