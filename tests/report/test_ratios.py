"""Comparisons from either side."""

import pytest

from bench.report import ratios
from bench.results import Comparison

STORED = Comparison("flask", "wsgi", "read-item", "throughput_rps", 0.5, 0.4, 0.625, "slower")


def test_a_comparison_is_found_as_it_is_stored() -> None:
    others = [
        Comparison("flask", "wsgi", None, "throughput_rps", 9, 9, 9, "faster"),
        Comparison("flask", "wsgi", "read-item", "cpu_us_per_request", 9, 9, 9, "slower"),
    ]
    assert ratios.find([*others, STORED], "flask", "wsgi", "read-item", "throughput_rps") is STORED
    assert ratios.find(others, "flask", "wsgi", "read-item", "throughput_rps") is None
    assert ratios.find([STORED], "django", "wsgi", "read-item", "throughput_rps") is None


def test_or_turned_round() -> None:
    found = ratios.find([STORED], "wsgi", "flask", "read-item", "throughput_rps")
    assert found == Comparison("wsgi", "flask", "read-item", "throughput_rps", 2.0, 1.6, 2.5, "faster")
    assert ratios.turned(found) == STORED


@pytest.mark.parametrize("verdict", ["tie", "inconclusive"])
def test_what_has_no_side_stays(verdict: str) -> None:
    assert ratios.turned(Comparison("a", "b", None, "x", 1.0, None, None, verdict)).verdict == verdict


def test_nothing_known_turned_round_is_still_nothing() -> None:
    turned = ratios.turned(Comparison("a", "b", None, "x", 4.0, None, None, "inconclusive"))
    assert (turned.ratio, turned.low, turned.high) == (0.25, None, None)


def test_ratios_as_words() -> None:
    assert ratios.words(STORED) == "0.50x [0.40-0.62]"
    assert ratios.words(Comparison("a", "b", None, "x", 1.305, None, None, "tie")) == "1.30x"
    assert ratios.interval(0.999, 1.001) == "[1.00-1.00]"
