"""The drift of a machine between two runs, from the SUTs that did not change; and figures without it. Pure.

In each round it is the median over those SUTs of how far each was above its own level in both runs. It is the median,
and not one of them or their mean, because a neighbour affects a floor, which answers in a tenth of the time, in another
way than a framework, and because a SUT that was hit by chance must not decide.
"""

import math
import statistics
from collections.abc import Iterator, Mapping, Sequence

from bench.metrics import BY_ID
from bench.statistics import stats

Column = tuple[str | None, str]
"""A workload and a metric; None stands for all closed-loop workloads together."""
Figures = Mapping[Column, Mapping[int, float]]
"""The values of one SUT, by round."""


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
    """The mean logarithm of a SUT's values over both runs, in each column that drifts and that both have."""
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
    """The median by round, on the logarithmic scale, for the rounds that have all series."""
    rounds = set.intersection(*map(set, every)) if every else set()
    return {number: math.exp(statistics.median(math.log(one[number]) for one in every)) for number in sorted(rounds)}
