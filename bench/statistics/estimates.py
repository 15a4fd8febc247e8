"""A value with its confidence interval: Student's t over rounds, on logarithms where all values have one. Pure."""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit  # scipy.stats has the same under a better name, and takes a second to import

from bench.estimate import Estimate

CONFIDENCE = 0.95


def estimate(values: Sequence[float], confidence: float = CONFIDENCE) -> Estimate:
    """The geometric mean of per-round values, with Student's t interval on their logarithms.

    A value that is zero or negative (no CPU time seen, a difference of two timings) has no logarithm: the estimate is
    then the arithmetic mean with an interval on the plain scale, which goes below zero only where a value does. Raises
    ValueError without a value, and for one that is not finite.
    """
    sample = np.asarray(values, dtype=np.float64)
    if sample.size == 0 or not np.isfinite(sample).all():
        raise ValueError(f"an estimate needs finite values, from one round at least, not {list(values)}")
    if (sample > 0).all():
        logs = np.log(sample)
        return around(math.exp(logs.mean()), t_half_width(logs, confidence))
    mean, half = float(sample.mean()), t_half_width(sample, confidence)
    least = 0.0 if (sample >= 0).all() else -math.inf
    return Estimate(mean, max(mean - half, least), mean + half)


def t_half_width(sample: NDArray[np.float64], confidence: float) -> float:
    """Half of Student's t interval for the mean of a sample: infinite for a sample of one."""
    if sample.size < 2:
        return math.inf
    return float(sample.std(ddof=1)) * t_factor(sample.size, confidence)


def around(value: float, log_half_width: float) -> Estimate:
    """A positive value with an interval that is symmetric on the log scale."""
    with np.errstate(over="ignore"):
        factor = float(np.exp(log_half_width))
    return Estimate(value, value / factor, value * factor)


def t_factor(count: int, confidence: float) -> float:
    """The factor from the standard deviation over `count` samples to half an interval."""
    return t_quantile(count - 1, confidence) / math.sqrt(count)


def t_quantile(freedom: float, confidence: float) -> float:
    """How many standard errors a two-sided Student's t interval reaches to either side."""
    return float(stdtrit(freedom, (1 + confidence) / 2))
