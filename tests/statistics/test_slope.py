"""The slope of what grows, whatever a few looks at it say."""

import pytest

from bench.statistics.slope import slope


def test_a_straight_line_has_its_slope() -> None:
    assert slope([1, 2, 3, 4], [10, 17, 24, 31]) == pytest.approx(7)


def test_a_jump_and_an_outlier_move_it_little() -> None:
    assert slope(range(12), [0, 0, 0, 900, 900, 900, 900, 900, 900, 900, 900, 900]) == 0
    assert slope(range(12), [3 * at if at != 5 else 10**9 for at in range(12)]) == pytest.approx(3)


def test_one_place_has_none() -> None:
    with pytest.raises(ValueError, match="two places"):
        slope([4, 4], [1, 2])
