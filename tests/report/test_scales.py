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
