"""From values to pixels."""

import math

import pytest

from bench.report import scales


def test_equal_steps_take_equal_room() -> None:
    x = scales.linear((0, 50), (10, 110))
    assert [x(value) for value in (0, 25, 50)] == [10, 60, 110]


def test_pixels_may_go_the_other_way() -> None:
    rise = scales.linear((-0.5, 0.5), (20, -20))
    assert [rise(value) for value in (-0.5, 0, 0.25)] == [20, 0, -10]


def test_equal_factors_take_equal_room() -> None:
    x = scales.logarithmic((0.01, 100), (0, 80))
    assert [x(value) for value in (0.01, 0.1, 1, 10, 100)] == pytest.approx([0, 20, 40, 60, 80])


def test_what_lies_beyond_stands_at_the_edge() -> None:
    straight, logarithmic = (make((2, 8), (10, 110)) for make in (scales.linear, scales.logarithmic))
    for x in (straight, logarithmic):
        assert [x(value) for value in (-math.inf, -1, 0, 1.9)] == [10] * 4
        assert [x(value) for value in (8.1, math.inf)] == [110] * 2


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (0.09, 1.1, [0.1, 0.2, 0.5, 1.0]),
        (0.00019, 0.0063, [0.0002, 0.0005, 0.001, 0.002, 0.005]),
        (0.001, 1000.0, [0.001, 0.01, 0.1, 1.0, 10.0, 100.0, 1000.0]),
        (0.24, 1.04, [0.4, 0.6, 0.8, 1.0]),
        (0.97, 1.03, [0.98, 1.0, 1.02]),
        (0.0, 87.0, [0.0, 50.0]),
    ],
)
def test_ticks_are_round_numbers(low: float, high: float, expected: list[float]) -> None:
    assert scales.ticks(low, high) == expected
