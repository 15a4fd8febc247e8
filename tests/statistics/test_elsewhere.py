"""Intervals for another run: how often they hold, with few runs and with many, and what they are at the edges."""

import math
import random

import pytest

from bench.estimate import Estimate, unbounded
from bench.statistics.elsewhere import next_run, pooled, spread

TRIALS = 1500


def seen(log: float, half: float = 0.01) -> Estimate:
    return Estimate(math.exp(log), math.exp(log - half), math.exp(log + half))


@pytest.mark.parametrize("runs", [1, 2, 3, 6, 20])
@pytest.mark.parametrize(("true", "known"), [(0.02, 0.02), (0.05, 0.05), (0.15, 0.15), (0.05, 0.08)])
def test_the_next_run_lies_within_as_often_as_is_said(runs: int, true: float, known: float) -> None:
    rng = random.Random(f"{runs} {true} {known}")
    held = 0
    for _ in range(TRIALS):
        *logs, following = (rng.gauss(0.3, true) for _ in range(runs + 1))
        held += (
            (predicted := next_run([seen(log, half=0.001) for log in logs], known**2)).low
            <= math.exp(following)
            <= predicted.high
        )
    assert held / TRIALS >= 0.935


def test_a_spread_that_was_thought_too_small_is_found_out_with_more_runs() -> None:
    """Known from elsewhere were 2 %, and here it is 6: five runs of one's own make good most of that, twenty all."""
    rng = random.Random(5)
    held = {}
    for runs in (5, 20):
        count = 0
        for _ in range(TRIALS):
            *logs, following = (rng.gauss(0.0, 0.06) for _ in range(runs + 1))
            predicted = next_run([seen(log, half=0.001) for log in logs], 0.02**2)
            count += predicted.low <= math.exp(following) <= predicted.high
        held[runs] = count / TRIALS
    assert 0.8 < held[5] < held[20]
    assert held[20] > 0.92


def test_more_runs_that_agree_make_it_narrower_and_none_makes_it_narrower_than_a_run_is() -> None:
    widths = [next_run([seen(0.2)] * runs, 0.05**2).half_width for runs in (1, 2, 4, 8, 16)]
    assert widths == sorted(widths, reverse=True)
    wide = next_run([seen(0.2, half=0.5)] * 50, 0.001**2)
    assert wide.low < math.exp(0.2 - 0.4) < math.exp(0.2 + 0.4) < wide.high


def test_the_first_run_alone_has_the_known_spread_twice() -> None:
    """Once for itself and once for the next: t of 4 degrees of freedom, 2.776, times the root of two."""
    predicted = next_run([seen(0.0)], 0.05**2)
    assert math.log(predicted.high) == pytest.approx(2.776 * math.sqrt(2) * 0.05, rel=1e-3)
    assert predicted.value == 1.0


def test_a_run_without_an_interval_leaves_everything_open() -> None:
    assert not next_run([unbounded(2.0)], 0.05**2).bounded
    with pytest.raises(ValueError, match="without a run"):
        next_run([], 0.05**2)


def test_the_spread_is_that_of_the_runs_and_an_odd_pair_does_not_decide_it() -> None:
    rng = random.Random(3)
    pairs = [(math.exp(rng.gauss(0, 0.05)), math.exp(rng.gauss(0, 0.05))) for _ in range(4000)]
    assert spread(pairs) == pytest.approx(0.05, rel=0.05)
    assert spread([*pairs, *[(1.0, 1e6)] * 200]) == pytest.approx(0.05, rel=0.15)
    with pytest.raises(ValueError, match="two runs"):
        spread([])


def test_runs_of_one_machine_are_pooled_into_their_mean() -> None:
    alone, four = pooled([seen(0.7, 0.1)]), pooled([seen(log, 0.1) for log in (0.0, 1.4, 0.0, 1.4)])
    assert math.log(alone.value) == pytest.approx(math.log(four.value)) == pytest.approx(0.7)
    assert math.log1p(alone.half_width) == pytest.approx(0.1)
    assert math.log1p(four.half_width) == pytest.approx(0.05), "half as wide as that of one"
    assert not pooled([seen(0.7), unbounded(2.0)]).bounded
    with pytest.raises(ValueError, match="without a run"):
        pooled([])
