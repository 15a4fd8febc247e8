"""Where a series of estimates, one a run, changes its level: pure arithmetic, no chance.

Binary segmentation, after Scott and Knott ("A cluster analysis method for grouping means in the analysis of variance",
Biometrics 30, 1974): find the place that best splits a series into two levels, then do the same within both parts. The
quality of a split is the largest two-sample t over all places, the likelihood ratio test for a shift (Worsley, JASA 74,
1979). Its p-value is bounded by Bonferroni: Student's p-value times the number of places. The permutation test of
E-divisive needs more orders than a handful of runs has.

The runs' own intervals are used twice. A run with a wide interval weighs less, and the scatter between runs is never
taken to be smaller than their intervals allow, however alike a few of them happen to be. It may well be larger, because
a machine differs from day to day; so the intervals alone decide nothing.

Levels are of logarithms, so that a change is a ratio.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtr, stdtrit

from bench.estimate import Estimate
from bench.statistics.estimates import CONFIDENCE, around
from bench.statistics.stats import RELEVANT

CHANCE = 0.01
"""How often a series without a change may be said to have one. Less than the usual 5 %, because a site has many series.
"""
LEAST_RUNS = 5
"""Fewer readings cannot show two levels and the scatter around them."""
_LEAST_SIDE = 2  # one run alone is no level, whatever it shows
_LEAST_ERROR = 1e-4  # of a logarithm, so that runs that agree to the last digit do not make the next one a sensation
_LEAST_SCALE = 0.5

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Reading:
    """The result of one run: a positive estimate with a finite interval, from at least two rounds."""

    estimate: Estimate
    rounds: int

    @property
    def error(self) -> float:
        """The standard error of its logarithm, recovered from Student's interval."""
        half = math.log(self.estimate.high / self.estimate.low) / 2
        return half / float(stdtrit(self.rounds - 1, (1 + CONFIDENCE) / 2))


@dataclass(frozen=True, slots=True)
class LevelStep:
    """A change of level: `place` is the index of the first reading after it, `ratio` the level after over the one
    before, with a 95 % interval from the scatter around both levels.
    """

    place: int
    ratio: Estimate


@dataclass(frozen=True, slots=True)
class _Series:
    logs: Floats
    weights: Floats


@dataclass(frozen=True, slots=True)
class _Contrast:
    """The level after `place` less the one before it, within a stretch of a series."""

    place: int
    difference: float
    error: float
    freedom: int

    @property
    def t(self) -> float:
        return abs(self.difference) / self.error

    @property
    def step(self) -> LevelStep:
        half = self.error * float(stdtrit(self.freedom, (1 + CONFIDENCE) / 2))
        return LevelStep(self.place, around(math.exp(self.difference), half))


def steps(readings: Sequence[Reading]) -> tuple[LevelStep, ...]:
    """The changes of level, in order, whose whole interval lies beyond the margin of relevance (`stats.RELEVANT`)."""
    if len(readings) < LEAST_RUNS:
        return ()
    series = _weighed(readings)
    places = _places(series, 0, len(readings))
    while places:
        steps = _between(series, places)
        faint = [change for change in steps if not _relevant(change.ratio)]
        if not faint:
            return steps
        places.remove(min(faint, key=lambda change: abs(math.log(change.ratio.value))).place)
    return ()


def levels(readings: Sequence[Reading], steps: Sequence[LevelStep]) -> tuple[float, ...]:
    """The level on which each reading lies: the weighted geometric mean of its stretch."""
    if not readings:
        return ()
    series, bounds = _weighed(readings), [0, *(change.place for change in steps), len(readings)]
    means = [
        math.exp(np.average(series.logs[start:end], weights=series.weights[start:end]))
        for start, end in pairwise(bounds)
    ]
    return tuple(mean for mean, (start, end) in zip(means, pairwise(bounds), strict=True) for _ in range(start, end))


def _weighed(readings: Sequence[Reading]) -> _Series:
    """Readings with weights: a run's variance is its own plus that of the usual run, for runs differ day by day."""
    errors = np.array([max(reading.error, _LEAST_ERROR) for reading in readings])
    variances = errors**2 + np.median(errors) ** 2
    return _Series(np.log([reading.estimate.value for reading in readings]), 1 / variances)


def _places(series: _Series, start: int, end: int) -> list[int]:
    """The places where the stretch splits beyond chance, and where its parts do."""
    if end - start < LEAST_RUNS:
        return []
    places = np.arange(start + _LEAST_SIDE, end - _LEAST_SIDE + 1)
    best = _contrast(series, start, int(places[np.argmax(_t(series, start, places, end))]), end)
    if 2 * float(stdtr(best.freedom, -best.t)) * places.size > CHANCE:
        return []
    return [*_places(series, start, best.place), best.place, *_places(series, best.place, end)]


def _t(series: _Series, start: int, places: NDArray[np.intp], end: int) -> Floats:
    """The t of the contrast at each of the places, all at once from running sums: a line of a thousand runs has nearly
    a thousand places.
    """
    logs, weights = series.logs[start:end], series.weights[start:end]
    logs = logs - np.average(logs, weights=weights)  # so that no digits are lost in the squares
    weight, first, second = np.cumsum([weights, weights * logs, weights * logs**2], axis=1)
    left, right = weight[places - start - 1], weight[-1] - weight[places - start - 1]
    low, high = first[places - start - 1], first[-1] - first[places - start - 1]
    scatter = second[-1] - low**2 / left - high**2 / right
    scale = np.maximum(scatter / (end - start - 2), _LEAST_SCALE)
    t: Floats = np.abs(high / right - low / left) / np.sqrt(scale * (1 / left + 1 / right))
    return t


def _between(series: _Series, places: Sequence[int]) -> tuple[LevelStep, ...]:
    """The change at each place, from the whole of the stretch before it to the whole of the one after."""
    bounds = [0, *places, series.logs.size]
    return tuple(_contrast(series, *three).step for three in zip(bounds, bounds[1:], bounds[2:], strict=False))


def _contrast(series: _Series, start: int, place: int, end: int) -> _Contrast:
    sides = [(series.logs[side], series.weights[side]) for side in (slice(start, place), slice(place, end))]
    means = [float(np.average(logs, weights=weights)) for logs, weights in sides]
    scatter = sum(
        float((weights * (logs - mean) ** 2).sum()) for (logs, weights), mean in zip(sides, means, strict=True)
    )
    freedom = end - start - 2
    scale = max(scatter / freedom, _LEAST_SCALE)
    error = math.sqrt(scale * sum(1 / float(weights.sum()) for _, weights in sides))
    return _Contrast(place, means[1] - means[0], error, freedom)


def _relevant(ratio: Estimate) -> bool:
    return ratio.low > 1 + RELEVANT or ratio.high < 1 / (1 + RELEVANT)
