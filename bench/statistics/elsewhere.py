"""What a ratio will be in another run: from the runs that there are, and from how far such runs have come apart. Pure.

An interval over the rounds of a run says what this run knows of itself. Another run, on another host of the same kind
and on another day, has other neighbours, another layout of memory and other caches, and its ratio comes out elsewhere.
How far is seen only from run to run.
"""

import math
import statistics
from collections.abc import Iterable, Sequence

from bench.estimate import Estimate
from bench.statistics.estimates import CONFIDENCE, around, t_quantile

PRIOR_FREEDOM = 4
"""Degrees of freedom that the spread known from earlier runs counts for."""

_MEDIAN_OF_DIFFERENCES = 0.6744897501960817 * math.sqrt(2)
"""The median of the distance between two draws from a normal distribution, in its standard deviations."""


def next_run(ratios: Sequence[Estimate], known_variance: float, confidence: float = CONFIDENCE) -> Estimate:
    """The ratio that one more run will show, from those of the runs that there are, with a prediction interval.

    `known_variance` is that of the log ratio from run to run, as it was seen in other runs of the same sort. The
    variance of these runs is shrunk towards it, as if it had come from `PRIOR_FREEDOM` + 1 runs: a moderated variance
    (G. K. Smyth, Statistical Applications in Genetics and Molecular Biology 3, 2004). It is never taken to be less
    than what the runs' own intervals leave open. With many runs this becomes the classical prediction interval.
    """
    if not ratios:
        raise ValueError("nothing is known of the next run without a run")
    logs = [math.log(ratio.value) for ratio in ratios]
    own = statistics.variance(logs) if len(logs) > 1 else 0.0
    freedom = PRIOR_FREEDOM + len(logs) - 1
    shrunk = (PRIOR_FREEDOM * known_variance + (len(logs) - 1) * own) / freedom
    variance = max(shrunk, statistics.fmean(map(_within, ratios)))
    half = t_quantile(freedom, confidence) * math.sqrt(variance * (1 + 1 / len(logs)))
    return around(math.exp(statistics.fmean(logs)), half)


def spread(pairs: Iterable[tuple[float, float]]) -> float:
    """The standard deviation of a log ratio from run to run, from the same ratio in pairs of runs.

    It comes from the median distance within a pair, so that a few odd ratios do not decide it. Raises ValueError
    without a pair.
    """
    distances = [abs(math.log(one / other)) for one, other in pairs]
    if not distances:
        raise ValueError("no spread without two runs")
    return statistics.median(distances) / _MEDIAN_OF_DIFFERENCES


def _within(ratio: Estimate) -> float:
    """The variance that the interval of one run stands for, taken as two standard errors to either side."""
    return (math.log(ratio.high / ratio.low) / 4) ** 2 if ratio.bounded and ratio.low > 0 else math.inf
