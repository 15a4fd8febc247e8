"""The drift of a machine between two runs, from the SUTs that did not change; and figures without it. Pure.

In each round it is the median of how far each of those SUTs was above its own level in both runs. The median, and not
one of them or their mean: a floor that answers in a tenth of the time feels a neighbour otherwise than a framework
does, and one that was hit by chance decides nothing.
"""

import math
import statistics
from collections.abc import Iterator, Mapping, Sequence

from bench.metrics import BY_ID
from bench.statistics import stats

Column = tuple[str | None, str]
"""A workload and a metric; None stands for all closed-loop workloads together."""
Figures = Mapping[Column, Mapping[int, float]]
"""What one SUT came to, by round."""


def taken_out(
    figures: Mapping[str, Figures], suts: Sequence[str], known_levels: Mapping[str, Mapping[Column, float]]
) -> tuple[dict[str, Figures], Figures]:
    """Every figure over the machine's drift in the same round, and that drift: the median of how far each SUT that has
    `known_levels` was above its own. Where none has, the figures stay as they are.
    """
    known = {sut: figures.get(sut, {}) for sut in suts}
    columns = dict.fromkeys(column for side in known_levels.values() for column in side)
    drift = {
        column: _median(
            [_above(known[sut][column], side[column]) for sut, side in known_levels.items() if column in side]
        )
        for column in columns
    }
    return {sut: dict(_over(side, drift)) for sut, side in known.items()}, drift


def levels(base: Figures, head: Figures) -> dict[Column, float]:
    """The logarithm of what a SUT came to in both runs together, in each column that drifts and that both have."""
    return {
        column: statistics.fmean(statistics.fmean(map(math.log, side[column].values())) for side in (base, head))
        for column in base
        if column in head and BY_ID[column[1]].drifting
    }


def _above(by_round: Mapping[int, float], level: float) -> dict[int, float]:
    return {number: value / math.exp(level) for number, value in by_round.items()}


def _over(side: Figures, drift: Figures) -> Iterator[tuple[Column, Mapping[int, float]]]:
    for column, by_round in side.items():
        yield column, stats.ratios_by_round(by_round, drift[column]) if column in drift else by_round


def _median(every: Sequence[Mapping[int, float]]) -> dict[int, float]:
    """Of all in each round that has them all, on the logarithmic scale."""
    rounds = set.intersection(*map(set, every)) if every else set()
    return {number: math.exp(statistics.median(math.log(one[number]) for one in every)) for number in sorted(rounds)}
