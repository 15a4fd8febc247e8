"""Estimates, ratios and verdicts from one number a round: pure arithmetic, no input, output, clock or chance.

A round is the unit of statistics. Requests inside a round share its processes and its neighbours' noise, so a thousand
of them are one sample, not a thousand. SUTs are compared inside the round, where both met the same machine: their ratio
keeps a few per cent of noise where the absolute figures vary by twenty.

Intervals are Student's t on logarithms. At 6 to 10 rounds they hold their 95 %, and so they do for overall ratios. They
lose a little where rounds are added until an interval is narrow enough, because a run whose noise happens to look small
stops first: 92 to 93 % is left when that starts at 4 rounds, 93 to 95 % at 6. They lose more, down to 85 %, where a
round is now and then hit hard on one side only. (test_stats_simulation.py checks these figures.)
"""

import math
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from bench.estimate import Estimate, Verdict
from bench.statistics.estimates import CONFIDENCE, around, estimate, t_factor, t_half_width, t_quantile

RELEVANT = 0.02  # a smaller difference is nobody's reason to choose a framework, however certain
RANKING_LIMIT = 0.05  # a run whose copies of one SUT differ by more ranks nothing

ByRound = Mapping[int, float]
ByWorkload = Mapping[str, ByRound]


def ratios_by_round(values: ByRound, baseline_values: ByRound) -> dict[int, float]:
    """A SUT's values over its baseline's, by round, for the rounds that both have; raises ValueError for one not
    positive.
    """
    rounds = sorted(values.keys() & baseline_values.keys())
    for number in rounds:
        if not (0 < values[number] < math.inf and 0 < baseline_values[number] < math.inf):
            raise ValueError(f"no ratio in round {number}: {values[number]} to {baseline_values[number]}")
    return {number: values[number] / baseline_values[number] for number in rounds}


def ratio(values: ByRound, baseline_values: ByRound, confidence: float = CONFIDENCE) -> Estimate:
    """A SUT over its baseline: the mean log ratio over the rounds that both have."""
    return estimate(list(ratios_by_round(values, baseline_values).values()), confidence)


def difference(values: ByRound, baseline_values: ByRound, confidence: float = CONFIDENCE) -> Estimate:
    """A SUT less its baseline: the mean difference over the rounds that both have, which may be negative, with
    Student's t interval on the plain scale. Raises ValueError where they have no round in common.
    """
    differences = np.array(
        [values[number] - baseline_values[number] for number in values.keys() & baseline_values.keys()]
    )
    if differences.size == 0:
        raise ValueError("no difference without a round that both have")
    mean, half = float(differences.mean()), t_half_width(differences, confidence)
    return Estimate(mean, mean - half, mean + half)


def change(before: Sequence[float], after: Sequence[float], confidence: float = CONFIDENCE) -> Estimate:
    """A value in the rounds of a later run over the same in those of an earlier one: the difference of the mean
    logarithms, with an interval that does not take the two runs to be equally noisy (B. L. Welch, Biometrika 34, 1947,
    with Satterthwaite's degrees of freedom).
    """
    logs = _logs((before, after), "a change")
    value = math.exp(logs[1].mean() - logs[0].mean())
    if min(one.size for one in logs) < 2:
        return around(value, math.inf)
    variances = [float(one.var(ddof=1)) / one.size for one in logs]
    if not (total := sum(variances)):
        return around(value, 0.0)
    freedom = total**2 / sum(part**2 / (one.size - 1) for part, one in zip(variances, logs, strict=True))
    return around(value, t_quantile(freedom, confidence) * math.sqrt(total))


def geometric_mean_ratio(values: ByWorkload, baseline_values: ByWorkload, confidence: float = CONFIDENCE) -> Estimate:
    """The ratio over all workloads together: the mean log ratio inside each round, then the interval over rounds.

    In this order, because the workloads of one round share processes and so are not independent samples. Both sides
    must have the same workloads; rounds that lack one of them on either side do not count. Raises ValueError where
    nothing is left.
    """
    if reason := _no_common_ground(values, baseline_values):
        raise ValueError(reason)
    ratios = [ratios_by_round(values[workload], baseline_values[workload]) for workload in values]
    rounds = sorted(set(ratios[0]).intersection(*ratios[1:]))
    return estimate([math.exp(np.mean([math.log(one[number]) for one in ratios])) for number in rounds], confidence)


def overall_ratios(
    suts: Mapping[str, ByWorkload], baseline: str, confidence: float = CONFIDENCE
) -> tuple[dict[str, Estimate], dict[str, str]]:
    """The overall ratio to the baseline of each other SUT; and the SUTs left out, each with the reason.

    An average over other workloads is an average of something else, so only identical sets are compared.
    """
    estimates, left_out = {}, {}
    for sut, values in suts.items():
        if sut == baseline:
            continue
        if reason := _no_common_ground(values, suts[baseline]):
            left_out[sut] = reason
        else:
            estimates[sut] = geometric_mean_ratio(values, suts[baseline], confidence)
    return estimates, left_out


def noise_floor(twin_ratios: ByWorkload, confidence: float = CONFIDENCE) -> Estimate:
    """How far apart two copies of one SUT came out, relative (0.013 is 1.3 %), from the ratios of twin to original by
    round.

    A workload's result is its mean log ratio over the rounds. For the twin the true one is 0, so what comes out is
    the error that any result of this run may have, and the floor is its root mean square over the workloads.

    - Signs are kept within a workload: noise that differs from round to round averages out, as it does in the
      results, and the floor falls with the root of the rounds. What stays is systematic: the port, the memory
      layout, the place in the order. No interval over rounds can show that, which is what the floor is for.
    - They are dropped between workloads: a copy 4 % up on one and 4 % down on another is 4 % apart, not equal; and
      averaging ten workloads does not make the result of one of them more certain.
    - The verdict takes the value and not the upper end: its own interval has the noise already. Two equal
      SUTs are then told apart in under 1 % of verdicts, and in about 3 % where one is favoured as the twin is.

    The half-width is the root mean square of the workloads' own: by the triangle inequality the interval covers the
    systematic part at least as often as it says, whether workloads err together or apart.

    The floor cannot show what favours one SUT in every round and spares its twin, since the twin changes every round.
    """
    logs = _logs([list(by_round.values()) for by_round in twin_ratios.values() if by_round], "a noise floor")
    value = _root_mean_square([float(one.mean()) for one in logs])
    half = _root_mean_square([t_half_width(one, confidence) for one in logs])
    return Estimate(math.expm1(value), math.expm1(max(value - half, 0.0)), math.expm1(value + half))


def ranking_withheld(floor: float) -> bool:
    """Whether two copies of one SUT came out too far apart for a ranking to mean much."""
    return not floor <= RANKING_LIMIT


def verdict(ratio: Estimate, floor: float, higher_is_better: bool, relevant: float = RELEVANT) -> Verdict:
    """What the whole interval of a ratio shows, given a margin of 2 % or the noise floor, whichever is larger.

    `relevant` takes the place of the 2 % where only larger differences are of interest.

    Wholly beyond the margin is a difference, wholly within it a tie. Above the ranking limit nothing is a tie: that
    two copies differ by 20 % is no reason to call two frameworks equal that differ by 10 %.
    """
    if not floor >= 0:
        raise ValueError(f"no noise floor: {floor}")
    margin = 1 + max(relevant, floor)
    if ratio.low > margin:
        return Verdict.FASTER if higher_is_better else Verdict.SLOWER
    if ratio.high < 1 / margin:
        return Verdict.SLOWER if higher_is_better else Verdict.FASTER
    within = 1 / margin <= ratio.low and ratio.high <= margin
    return Verdict.TIE if within and not ranking_withheld(floor) else Verdict.INCONCLUSIVE


def rounds_needed(
    current: Estimate, done: int, target_half_width: float, limit: int, confidence: float = CONFIDENCE
) -> int:
    """How many more rounds should bring an estimate from `done` rounds to the half-width; never over `limit` in all.

    It takes the spread between rounds to stay what it was. One round has no spread: then it asks for a second one.
    """
    if current.half_width <= target_half_width:
        return 0
    left = max(limit - done, 0)
    if done < 2:
        return min(2 - done, left)
    spread = math.log1p(current.half_width) / t_factor(done, confidence)
    for more in range(1, left):
        if math.expm1(spread * t_factor(done + more, confidence)) <= target_half_width:
            return more
    return left


def _logs(samples: Sequence[Sequence[float]], what: str) -> list[NDArray[np.float64]]:
    if not samples or not all(sample and all(0 < value < math.inf for value in sample) for sample in samples):
        raise ValueError(f"{what} needs positive values, from one round at least")
    return [np.log(np.asarray(sample, dtype=np.float64)) for sample in samples]


def _root_mean_square(values: Sequence[float]) -> float:
    return math.hypot(*values) / math.sqrt(len(values))


def _no_common_ground(values: ByWorkload, baseline_values: ByWorkload) -> str:
    """Why no overall ratio can be taken; empty where it can."""
    if missing := baseline_values.keys() - values.keys():
        return f"has no {', '.join(sorted(missing))}"
    if extra := values.keys() - baseline_values.keys():
        return f"has {', '.join(sorted(extra))}, which the baseline has not"
    rounds = [set(side[workload]) for side in (values, baseline_values) for workload in values]
    if not rounds or not set.intersection(*rounds):
        return "has no round in which it and the baseline finished every workload"
    return ""
