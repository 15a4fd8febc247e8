"""Change points: found where they are, and not where there is none, in series whose truth is known."""

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.estimate import Estimate
from bench.statistics import change_points
from bench.statistics.change_points import LevelStep, Reading, levels, steps
from bench.statistics.estimates import estimate

NOISE = 0.015


def reading(value: float, half_width: float = 0.01, rounds: int = 6) -> Reading:
    return Reading(Estimate(value, value / (1 + half_width), value * (1 + half_width)), rounds)


def series(
    rng: np.random.Generator, runs: int, size: float = 0.0, at: int = 0, noise: float = NOISE, within: float = 0.01
) -> list[Reading]:
    """Runs of six rounds: `noise` is the scatter between runs, `within` that between the rounds of one."""
    line = []
    for number in range(runs):
        centre = rng.normal(0, noise) + (math.log1p(size) if number >= at else 0)
        line.append(Reading(estimate(100 * np.exp(centre + rng.normal(0, within, 6))), 6))
    return line


@pytest.mark.parametrize("runs", [5, 8, 12, 30, 60])
@pytest.mark.parametrize(("noise", "within"), [(NOISE, 0.01), (0.0, 0.04), (0.05, 0.01)])
def test_a_series_without_a_change_is_hardly_ever_given_one(runs: int, noise: float, within: float) -> None:
    """At most 1 % is promised; 5 % in 100 series leaves room for chance."""
    rng = np.random.default_rng(runs)
    false = sum(bool(steps(series(rng, runs, noise=noise, within=within))) for _ in range(100))
    assert false / 100 <= 0.05


def test_over_many_series_the_chance_is_what_is_promised() -> None:
    rng = np.random.default_rng(1)
    for noise in (NOISE, 0.05):
        false = sum(bool(steps(series(rng, 12, noise=noise))) for _ in range(1000))
        assert false / 1000 <= change_points.CHANCE + 0.006


def test_nor_where_the_scatter_has_heavy_tails() -> None:
    rng = np.random.default_rng(2)
    lines = [[reading(100 * math.exp(NOISE * rng.standard_t(3))) for _ in range(20)] for _ in range(300)]
    assert sum(bool(steps(readings)) for readings in lines) / 300 <= 0.05


@pytest.mark.parametrize(
    ("runs", "at", "size", "share"),
    [
        (12, 6, 0.05, 0.7),
        (12, 6, -0.05, 0.7),
        (20, 10, 0.05, 0.9),
        (40, 35, 0.05, 0.85),
        (8, 5, 0.1, 0.9),
        (5, 3, 0.2, 0.9),
    ],
)
def test_a_step_is_found_in_its_place(runs: int, at: int, size: float, share: float) -> None:
    """Alone, and off by one run at most."""
    rng = np.random.default_rng(runs)
    step_points = [steps(series(rng, runs, size, at)) for _ in range(150)]
    hits = [point[0] for point in step_points if len(point) == 1 and abs(point[0].place - at) <= 1]
    assert len(hits) / 150 >= share
    # What is found is by its choice a little too large; the interval is of the size, given the place.
    assert np.mean([hit.ratio.low <= 1 + size <= hit.ratio.high for hit in hits]) >= 0.85


def test_a_change_that_nobody_cares_for_is_not_marked() -> None:
    rng = np.random.default_rng(3)
    assert not any(steps(series(rng, 60, 0.015, 30, noise=0.003)) for _ in range(50))


def test_two_changes_are_told_apart_and_measured_from_level_to_level() -> None:
    values = [100, 101, 99, 100, 110, 111, 109, 110, 88, 87, 88.5, 88]
    first, second = steps([reading(value) for value in values])
    assert (first.place, second.place) == (4, 8)
    assert first.ratio.value == pytest.approx(1.1, abs=0.002)
    assert second.ratio.value == pytest.approx(0.8, abs=0.003)
    assert levels([reading(value) for value in values], (first, second))[::4] == pytest.approx(
        [100, 110, 87.9], abs=0.1
    )


def test_a_lone_run_is_no_level_wherever_it_stands() -> None:
    for place in (0, 4, 9):
        values = [100.0, 101, 99.5, 100.5, 99, 100, 101, 100, 99, 100.5]
        values[place] = 130
        assert steps([reading(value) for value in values]) == ()


@pytest.mark.parametrize("runs", range(change_points.LEAST_RUNS))
def test_a_handful_of_runs_says_nothing(runs: int) -> None:
    assert steps([reading(100 if number < 2 else 200) for number in range(runs)]) == ()
    assert len(levels([reading(100)] * runs, ())) == runs


def test_runs_that_agree_by_luck_are_no_more_certain_than_their_intervals() -> None:
    values = [100.0, 100, 100, 103, 103, 103]
    assert [step.place for step in steps([reading(value, 0.001) for value in values])] == [3]
    assert steps([reading(value, 0.05) for value in values]) == ()


def test_intervals_without_width_do_no_harm() -> None:
    assert steps([Reading(Estimate(7.0, 7.0, 7.0), 3)] * 9) == ()
    exact = [Reading(Estimate(value, value, value), 3) for value in (7.0, 7.0, 7.0, 8.0, 8.0, 8.0)]
    assert [step.place for step in steps(exact)] == [3]


def test_a_run_that_is_unsure_of_itself_counts_for_less() -> None:
    sure = [reading(100), reading(100), reading(100)]
    assert levels([*sure, reading(140)], ())[0] > levels([*sure, reading(140, 0.5)], ())[0]


@given(st.lists(st.floats(1e-3, 1e6), min_size=5, max_size=25), st.floats(1e-6, 2.0))
def test_whatever_the_runs_say_the_answer_holds_together(values: list[float], half_width: float) -> None:
    readings = [reading(value, half_width) for value in values]
    step_points = steps(readings)
    assert step_points == steps(readings)
    assert all(2 <= point.place <= len(values) - 2 for point in step_points)
    assert all(later.place - earlier.place >= 2 for earlier, later in pairwise(step_points))
    assert all(point.ratio.low > 1.02 or point.ratio.high < 1 / 1.02 for point in step_points)
    assert len(set(levels(readings, step_points))) <= len(step_points) + 1


@pytest.mark.parametrize("start", [0, 7])
def test_all_places_at_once_are_as_likely_as_one_by_one(start: int) -> None:
    rng = np.random.default_rng(5)
    weighed = change_points._weighed(
        [*series(rng, 20, 0.05, 12, within=0.001), *(reading(one, 0.3) for one in (90, 120, 99))]
    )
    places = np.arange(start + 2, 22)
    one_by_one = [change_points._contrast(weighed, start, int(place), 23).t for place in places]
    assert change_points._t(weighed, start, places, 23) == pytest.approx(one_by_one)


def test_the_unit_does_not_matter() -> None:
    rng = np.random.default_rng(4)
    values = [100 * math.exp(rng.normal(0, 0.01) + (0.1 if number >= 6 else 0)) for number in range(12)]
    one, thousand = (steps([reading(value * unit) for value in values]) for unit in (1, 1000))
    assert [point.place for point in one] == [point.place for point in thousand] == [6]
    assert isinstance(one[0], LevelStep)
    assert one[0].ratio.value == pytest.approx(thousand[0].ratio.value)


def _watch(runs: int, at: int = 0, size: float = 0.0, noise: float = NOISE, lines: int = 2000) -> str:
    """How often a step is found in its place, or, without one, how often something is found."""
    rng = np.random.default_rng(runs)
    step_points = [steps(series(rng, runs, size, at, noise)) for _ in range(lines)]
    text = f"{runs:2} runs, noise {noise:.1%}, "
    if not size:
        return f"{text}no change: {sum(map(bool, step_points)) / lines:.2%} were given one"
    hits = [point[0].ratio for point in step_points if len(point) == 1 and abs(point[0].place - at) <= 1]
    held = np.mean([hit.low <= 1 + size <= hit.high for hit in hits])
    return f"{text}{size:+.0%} after {at}: found in {len(hits) / lines:.1%}, the truth in {held:.1%} of intervals"


if __name__ == "__main__":  # what METHODOLOGY.md says
    for noise_ in (NOISE, 0.05):
        for runs_ in (5, 8, 12, 20, 40, 60):
            print(_watch(runs_, noise=noise_))
    for runs_, at_, size_ in ((12, 6, 0.05), (20, 10, 0.05), (5, 3, 0.1), (8, 5, 0.1)):
        print(_watch(runs_, at_, size_))
