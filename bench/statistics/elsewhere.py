"""What a ratio will be in another run, from the stored runs and from how far such runs have differed before. Pure.

An interval over the rounds of a run describes that run alone. Another run, on another host of the same kind and on
another day, has other neighbours, another memory layout and other caches, and so another ratio. How far apart two
ratios come is seen only from run to run.
"""

import math
import statistics
from collections.abc import Iterable, Sequence

from bench.estimate import Estimate
from bench.statistics.estimates import CONFIDENCE, around, t_quantile

PRIOR_FREEDOM = 4
"""The degrees of freedom given to the spread that is known from earlier runs."""

_MEDIAN_OF_DIFFERENCES = 0.6744897501960817 * math.sqrt(2)
"""The median of the distance between two draws from a normal distribution, in its standard deviations."""


def next_run(ratios: Sequence[Estimate], known_variance: float, confidence: float = CONFIDENCE) -> Estimate:
    """The ratio that one more run will show, from those of the runs so far, with a prediction interval.

    `known_variance` is that of the log ratio from run to run, as seen in other runs of the same sort. The variance of
    these runs is shrunk towards it, as if it had come from `PRIOR_FREEDOM` + 1 runs: a moderated variance (G. K. Smyth,
    Statistical Applications in Genetics and Molecular Biology 3, 2004). It is never taken to be less than the runs' own
    intervals imply. With many runs this becomes the classical prediction interval. Raises ValueError without a run.
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


def pooled(ratios: Sequence[Estimate]) -> Estimate:
    """The ratio on one machine, from its runs: the mean logarithm, with the interval that theirs give it.

    How far apart the runs lie is not in the interval. Raises ValueError without a run.
    """
    if not ratios:
        raise ValueError("nothing is known of a machine without a run")
    mean = statistics.fmean(math.log(ratio.value) for ratio in ratios)
    half = math.hypot(*(2 * math.sqrt(_within(ratio)) for ratio in ratios)) / len(ratios)
    return around(math.exp(mean), half)


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
