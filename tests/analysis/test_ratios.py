"""Comparisons from either side."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.analysis import ratios
from bench.estimate import Estimate
from bench.store.results import Measurement
from tests import builders

STORED = builders.comparison("flask", "wsgi", "read-item", "throughput_rps", 0.5, 0.4, 0.625, "slower")


def test_a_comparison_is_found_as_it_is_stored() -> None:
    others = [
        builders.comparison("flask", "wsgi", None, "throughput_rps", 9, 9, 9, "faster"),
        builders.comparison("flask", "wsgi", "read-item", "cpu_us_per_request", 9, 9, 9, "slower"),
    ]
    assert ratios.find([*others, STORED], "flask", "wsgi", "read-item", "throughput_rps") is STORED
    assert ratios.find(others, "flask", "wsgi", "read-item", "throughput_rps") is None
    assert ratios.find([STORED], "django", "wsgi", "read-item", "throughput_rps") is None


def test_or_turned_round() -> None:
    ratio = ratios.find([STORED], "wsgi", "flask", "read-item", "throughput_rps")
    assert ratio == builders.comparison("wsgi", "flask", "read-item", "throughput_rps", 2.0, 1.6, 2.5, "faster")
    assert ratios.turned(ratio) == STORED


@pytest.mark.parametrize("verdict", ["tie", "inconclusive"])
def test_what_has_no_side_stays(verdict: str) -> None:
    assert ratios.turned(builders.comparison("a", "b", None, "x", 1.0, None, None, verdict)).verdict == verdict


def test_nothing_known_turned_round_is_still_nothing() -> None:
    turned = ratios.turned(builders.comparison("a", "b", None, "x", 4.0, None, None, "inconclusive"))
    assert (turned.here.value, turned.here.bounded) == (0.25, False)


def test_ratios_as_words() -> None:
    assert ratios.words(STORED) == "0.500x [0.400-0.625]"
    assert ratios.words(builders.comparison("a", "b", None, "x", 1.305, None, None, "tie")) == "1.30x"
    small = builders.comparison("a", "b", None, "x", 0.0412, 0.0405, 0.042, "slower")
    assert ratios.words(small) == "0.0412x [0.0405-0.0420]"
    assert ratios.words(builders.comparison("a", "b", None, "x", 1.01, 0.96, 1.0604, "tie")) == "1.01x [0.96-1.06]"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (0.0, "0.00"),
        (0.000_412_3, "0.000412"),
        (0.041_23, "0.0412"),
        (0.099_96, "0.100"),
        (0.75, "0.750"),
        (0.999_6, "1.00"),
        (1.305, "1.30"),
        (9.996, "10.0"),
        (13.21, "13.2"),
        (183.69, "184"),
        (12_345.6, "12346"),
    ],
)
def test_small_ratios_say_as_much_as_large_ones(value: float, expected: str) -> None:
    assert ratios.rounded(value) == expected


@given(st.floats(1e-5, 1e5))
def test_a_ratio_is_told_within_half_a_percent_from_either_side(value: float) -> None:
    assert float(ratios.rounded(value)) == pytest.approx(value, rel=0.005)
    assert float(ratios.rounded(1 / value)) == pytest.approx(1 / value, rel=0.005)


@pytest.mark.parametrize(
    ("held", "verdict", "expected"),
    [
        (set(), "tie", ("", "tie")),
        ({"django"}, "tie", ("", "tie")),
        ({"wsgi"}, "slower", ("≤ ", "slower")),
        ({"wsgi"}, "tie", ("≤ ", "inconclusive")),
        ({"wsgi"}, "faster", ("≤ ", "inconclusive")),
        ({"flask"}, "faster", ("≥ ", "faster")),
        ({"flask"}, "slower", ("≥ ", "inconclusive")),
        ({"flask", "wsgi"}, "slower", None),
    ],
)
def test_a_ratio_to_what_the_generator_held_down_is_a_bound(
    held: set[str], verdict: str, expected: tuple[str, str] | None
) -> None:
    ratio = ratios.bounded(replace(STORED, verdict=verdict), held)
    assert (ratio and (ratio[0], ratio[1].verdict)) == expected


def test_whom_the_generator_may_have_limited_is_known_by_workload_and_at_all() -> None:
    def measured(sut: str, workload: str, metric: str, *, at_least: bool) -> Measurement:
        return Measurement(sut, workload, metric, Estimate(1.0, 0.9, 1.1), (1.0,), at_least)

    run = replace(
        builders.run([]),
        measurements=(
            measured("wsgi", "json", "throughput_rps", at_least=True),
            measured("flask", "read-item", "throughput_rps", at_least=True),
            measured("django", "read-item", "throughput_rps", at_least=False),
            measured("cherrypy", "read-item", "crawl_pps", at_least=True),
        ),
    )
    assert ratios.limited(run, "throughput_rps") == {None: {"wsgi", "flask"}, "json": {"wsgi"}, "read-item": {"flask"}}


def test_a_table_keeps_the_comparisons_with_its_anchor_and_those_over_all() -> None:
    kept = [
        builders.comparison("flask", "wsgi", "read-item", "throughput_rps", 2, 2, 2, "faster"),
        builders.comparison("wsgi", "django", "read-item", "throughput_rps", 2, 2, 2, "faster"),
        builders.comparison("flask", "django", None, "throughput_rps", 2, 2, 2, "faster"),
    ]
    left = [
        builders.comparison("flask", "django", "read-item", "throughput_rps", 2, 2, 2, "faster"),
        builders.comparison("flask", "wsgi", "read-item", "cpu_us_per_request", 2, 2, 2, "faster"),
    ]
    run = replace(builders.run([]), comparisons=(*kept, *left))
    assert ratios.near(run, "throughput_rps", "wsgi").comparisons == tuple(kept)
