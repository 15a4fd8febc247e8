"""Estimates, ratios and verdicts, against Student's table and against the laws that they must obey."""

import math
from collections.abc import Mapping
from random import Random

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bench.estimate import Estimate, Verdict
from bench.statistics.estimates import estimate
from bench.statistics.stats import (
    RANKING_LIMIT,
    change,
    difference,
    geometric_mean_ratio,
    noise_floor,
    overall_ratios,
    ranking_withheld,
    ratio,
    ratios_by_round,
    rounds_needed,
    verdict,
)

T_1 = 12.706205
T_2 = 4.302653  # Student's t, 97.5 %, by degrees of freedom, as printed in tables
T_3 = 3.182446
T_5 = 2.570582

POSITIVE = st.floats(1e-6, 1e6)
FACTOR = st.floats(1e-3, 1e3)
ROUNDS = st.dictionaries(st.integers(1, 12), st.tuples(POSITIVE, POSITIVE), min_size=2)


def sides(pairs: Mapping[int, tuple[float, float]]) -> tuple[dict[int, float], dict[int, float]]:
    return {number: one for number, (one, _) in pairs.items()}, {number: two for number, (_, two) in pairs.items()}


def by_round(*values: float) -> dict[int, float]:
    return dict(enumerate(values, start=1))


def exps(*logs: float) -> dict[int, float]:
    return by_round(*map(math.exp, logs))


def assert_same(one: Estimate, two: Estimate) -> None:
    assert (one.value, one.low, one.high) == pytest.approx((two.value, two.low, two.high), rel=1e-6)


class TestEstimate:
    def test_is_the_geometric_mean_with_students_interval(self) -> None:
        got = estimate([math.exp(0.0), math.exp(0.1), math.exp(0.2)])
        half = T_2 * 0.1 / math.sqrt(3)
        assert_same(got, Estimate(math.exp(0.1), math.exp(0.1 - half), math.exp(0.1 + half)))

    def test_narrows_with_less_confidence(self) -> None:
        half = 1.885618 * 0.1 / math.sqrt(3)  # 2 degrees of freedom, 90 % below
        got = estimate([math.exp(0.0), math.exp(0.1), math.exp(0.2)], confidence=0.8)
        assert_same(got, Estimate(math.exp(0.1), math.exp(0.1 - half), math.exp(0.1 + half)))

    def test_knows_nothing_of_spread_from_one_round(self) -> None:
        got = estimate([250.0])
        assert got.value == pytest.approx(250)
        assert (got.low, got.high) == (0, math.inf)

    def test_of_equal_values_is_certain(self) -> None:
        assert estimate([8.0, 8.0, 8.0]).half_width == 0

    def test_falls_back_to_the_plain_scale_where_a_value_is_zero(self) -> None:
        got = estimate([0.0, 10.0, 20.0, 10.0])
        half = T_3 * math.sqrt(200 / 3) / 2
        assert_same(got, Estimate(10, 0, 10 + half))  # 10 - half is below zero, where nothing was
        assert half > 10

    def test_of_differences_may_reach_below_zero(self) -> None:
        got = estimate([-1.0, 0.0, 4.0])
        half = T_2 * math.sqrt(7) / math.sqrt(3)
        assert_same(got, Estimate(1, 1 - half, 1 + half))
        assert estimate([-3.0]) == Estimate(-3, -math.inf, math.inf)

    def test_of_nothing_but_zeros_is_zero(self) -> None:
        assert estimate([0.0, 0.0]) == Estimate(0, 0, 0)
        assert estimate([0.0, 0.0]).half_width == 0

    @pytest.mark.parametrize("values", [[], [1.0, math.nan], [math.inf, 1.0]])
    def test_refuses_what_is_no_measurement(self, values: list[float]) -> None:
        with pytest.raises(ValueError, match="finite values"):
            estimate(values)

    def test_refuses_an_interval_that_lacks_its_value(self) -> None:
        with pytest.raises(ValueError, match="no interval around 1"):
            Estimate(1.0, 1.1, 1.2)
        with pytest.raises(ValueError, match="no interval"):
            Estimate(math.nan, 0.0, math.inf)

    def test_half_width_is_relative(self) -> None:
        assert Estimate(100, 100 / 1.04, 104).half_width == pytest.approx(0.04)
        assert Estimate(1, 0, math.inf).half_width == math.inf
        assert Estimate(1, -1, 3).half_width == math.inf

    def test_survives_an_interval_beyond_the_numbers(self) -> None:
        assert estimate([1e-300, 1e300]).high == math.inf

    @given(st.lists(POSITIVE, min_size=2, max_size=12), FACTOR)
    def test_scales_with_its_unit(self, values: list[float], factor: float) -> None:
        one, two = estimate(values), estimate([value * factor for value in values])
        assert two.value == pytest.approx(one.value * factor)
        assert math.log(two.half_width + 1) == pytest.approx(math.log(one.half_width + 1), abs=1e-6)


class TestRatio:
    def test_pairs_inside_rounds(self) -> None:
        half = T_2 * 0.1 / math.sqrt(3)
        got = ratio(by_round(100, 1000 * math.exp(0.1), 10 * math.exp(0.2)), by_round(100, 1000, 10))
        assert_same(got, Estimate(math.exp(0.1), math.exp(0.1 - half), math.exp(0.1 + half)))

    def test_counts_only_rounds_that_both_have(self) -> None:
        got = ratio({1: 2.0, 2: 4.0, 5: 900.0}, {1: 1.0, 2: 1.0, 3: 700.0})
        assert_same(got, ratio({1: 2.0, 2: 4.0}, {1: 1.0, 2: 1.0}))
        assert ratios_by_round({2: 4.0, 1: 2.0, 5: 9.0}, {1: 1.0, 2: 2.0, 3: 7.0}) == {1: 2.0, 2: 2.0}

    def test_keeps_rounds_in_order(self) -> None:
        ones = {9: 1.0, 8: 1.0, 1: 1.0}
        assert list(ratios_by_round(ones, ones)) == [1, 8, 9]

    def test_knows_nothing_of_spread_from_one_common_round(self) -> None:
        got = ratio({1: 3.0, 2: 3.0}, {2: 2.0, 3: 2.0})
        assert (got.low, got.high) == (0, math.inf)
        assert got.value == pytest.approx(1.5)

    def test_refuses_sides_without_a_common_round(self) -> None:
        with pytest.raises(ValueError, match="one round at least"):
            ratio({1: 3.0}, {2: 2.0})

    @pytest.mark.parametrize("bad", [0.0, -1.0, math.nan, math.inf])
    def test_refuses_what_cannot_be_divided(self, bad: float) -> None:
        with pytest.raises(ValueError, match="no ratio in round 2"):
            ratio(by_round(1, bad), by_round(1, 1))
        with pytest.raises(ValueError, match="no ratio in round 2"):
            ratio(by_round(1, 1), by_round(1, bad))

    @given(ROUNDS)
    def test_is_reciprocal(self, pairs: dict[int, tuple[float, float]]) -> None:
        values, baseline = sides(pairs)
        one, two = ratio(values, baseline), ratio(baseline, values)
        assert one.value * two.value == pytest.approx(1)
        assume(one.low > 0 and one.high < math.inf)
        assert math.log(one.low) == pytest.approx(-math.log(two.high), abs=1e-6)
        assert math.log(one.high) == pytest.approx(-math.log(two.low), abs=1e-6)

    @given(ROUNDS, st.lists(FACTOR, min_size=12, max_size=12))
    def test_is_untouched_by_what_both_sides_met(
        self, pairs: dict[int, tuple[float, float]], weather: list[float]
    ) -> None:
        shaken = {number: (a * weather[number - 1], b * weather[number - 1]) for number, (a, b) in pairs.items()}
        one, two = ratio(*sides(pairs)), ratio(*sides(shaken))
        assert two.value == pytest.approx(one.value)
        assert math.log1p(two.half_width) == pytest.approx(math.log1p(one.half_width), abs=1e-6)

    @given(ROUNDS, st.randoms(use_true_random=False))
    def test_does_not_care_for_the_order_of_rounds(self, pairs: dict[int, tuple[float, float]], random: Random) -> None:
        numbers = list(pairs)
        random.shuffle(numbers)
        values, baseline = sides(pairs)
        assert ratio({number: values[number] for number in numbers}, baseline) == ratio(values, baseline)


class TestDifference:
    def test_pairs_inside_rounds_on_the_plain_scale(self) -> None:
        half = T_2 * 1.0 / math.sqrt(3)
        got = difference({1: 9.0, 2: 19.0, 3: 29.0, 4: 7.0}, {1: 10.0, 2: 21.0, 3: 32.0, 5: 7.0})
        assert_same(got, Estimate(-2.0, -2.0 - half, -2.0 + half))

    def test_refuses_sides_without_a_common_round(self) -> None:
        with pytest.raises(ValueError, match="a round that both have"):
            difference({1: 3.0}, {2: 2.0})


class TestChange:
    """Welch's interval, worked out by hand."""

    def test_of_two_equally_noisy_runs_has_the_freedom_of_both(self) -> None:
        before, after = (list(exps(*logs).values()) for logs in ((0.0, 0.02), (0.1, 0.12)))
        half = T_2 * math.sqrt(0.0002)
        assert_same(change(before, after), Estimate(math.exp(0.1), math.exp(0.1 - half), math.exp(0.1 + half)))

    def test_has_the_freedom_of_the_noisy_one_alone_beside_one_without_noise(self) -> None:
        before, after = (list(exps(*logs).values()) for logs in ((0.0, 0.02), (0.1, 0.1, 0.1)))
        half = T_1 * 0.01
        assert_same(change(before, after), Estimate(math.exp(0.09), math.exp(0.09 - half), math.exp(0.09 + half)))

    def test_of_two_runs_without_noise_is_certain(self) -> None:
        assert_same(change([1.0, 1.0], [2.0, 2.0]), Estimate(2.0, 2.0, 2.0))

    def test_knows_nothing_of_spread_where_a_run_has_one_round(self) -> None:
        got = change([1.0, 1.1], [2.0])
        assert (got.low, got.high) == (0, math.inf)


class TestGeometricMean:
    def test_averages_workloads_in_the_round_and_rounds_after(self) -> None:
        values = {"json": exps(0.1, 0.3, 0.2), "browse": exps(-0.1, -0.1, 0.2)}  # rounds: 0.0, 0.1, 0.2
        baseline = {"json": by_round(1, 1, 1), "browse": by_round(1, 1, 1)}
        half = T_2 * 0.1 / math.sqrt(3)
        got = geometric_mean_ratio(values, baseline)
        assert_same(got, Estimate(math.exp(0.1), math.exp(0.1 - half), math.exp(0.1 + half)))

    def test_of_one_workload_is_its_ratio(self) -> None:
        values, baseline = by_round(3, 4, 5), by_round(2, 2, 3)
        assert_same(geometric_mean_ratio({"json": values}, {"json": baseline}), ratio(values, baseline))

    def test_counts_only_rounds_with_every_workload_on_both_sides(self) -> None:
        values = {"json": {1: 2.0, 2: 3.0, 3: 99.0}, "browse": {1: 2.0, 2: 3.0, 4: 99.0}}
        baseline = {"json": {1: 1.0, 2: 1.0, 3: 1.0, 4: 1.0}, "browse": {1: 1.0, 2: 1.0, 3: 1.0, 4: 1.0}}
        assert_same(geometric_mean_ratio(values, baseline), ratio({1: 2.0, 2: 3.0}, {1: 1.0, 2: 1.0}))

    def test_leaves_out_other_sets_and_says_why(self) -> None:
        ones = by_round(1, 1)
        suts: dict[str, dict[str, dict[int, float]]] = {
            "flask": {"json": ones, "browse": ones},
            "django": {"json": by_round(2, 2), "browse": by_round(8, 8)},
            "half": {"json": ones},
            "more": {"json": ones, "browse": ones, "crawl": ones},
            "apart": {"json": {1: 1.0}, "browse": {2: 1.0}},
            "failed": {"json": {}, "browse": {}},
        }
        estimates, left_out = overall_ratios(suts, "flask")
        assert list(estimates) == ["django"]
        assert_same(estimates["django"], Estimate(4, 4, 4))
        no_round = "has no round in which it and the baseline finished every workload"
        assert left_out == {
            "half": "has no browse",
            "more": "has crawl, which the baseline has not",
            "apart": no_round,
            "failed": no_round,
        }
        with pytest.raises(ValueError, match="has no browse"):
            geometric_mean_ratio(suts["half"], suts["flask"])

    def test_of_no_workloads_is_refused(self) -> None:
        with pytest.raises(ValueError, match="no round"):
            geometric_mean_ratio({}, {})


class TestNoiseFloor:
    def test_of_one_workload_is_the_distance_of_its_mean(self) -> None:
        half = T_2 * 0.01 / math.sqrt(3)
        got = noise_floor({"json": exps(-0.02, -0.03, -0.04)})
        assert_same(got, Estimate(math.expm1(0.03), math.expm1(0.03 - half), math.expm1(0.03 + half)))

    def test_of_noise_averages_out_over_rounds(self) -> None:
        got = noise_floor({"json": exps(0.05, -0.05, 0.05, -0.05)})
        assert got.value == pytest.approx(0, abs=1e-12)
        assert got.low == 0
        assert got.high == pytest.approx(math.expm1(T_3 * 0.05 * math.sqrt(4 / 3) / 2), rel=1e-6)

    def test_does_not_let_workloads_cancel(self) -> None:
        assert noise_floor({"json": exps(0.04, 0.04), "browse": exps(-0.04, -0.04)}).value == pytest.approx(
            math.expm1(0.04)
        )

    def test_is_the_root_mean_square_over_workloads(self) -> None:
        half = math.sqrt((T_2**2 * 0.01**2 / 3 + 0) / 2)
        got = noise_floor({"json": exps(0.0, 0.01, 0.02), "browse": exps(-0.07, -0.07, -0.07)})
        assert_same(got, Estimate(math.expm1(0.05), math.expm1(0.05 - half), math.expm1(0.05 + half)))

    def test_knows_no_upper_end_from_one_round(self) -> None:
        got = noise_floor({"json": {1: 1.03}, "browse": {}})
        assert got.value == pytest.approx(0.03)
        assert (got.low, got.high) == (0, math.inf)

    @pytest.mark.parametrize("ratios", [{}, {"json": {}}, {"json": {1: math.nan}}, {"json": {1: math.inf}}])
    def test_refuses_to_be_made_up(self, ratios: dict[str, dict[int, float]]) -> None:
        with pytest.raises(ValueError, match="noise floor"):
            noise_floor(ratios)

    @given(st.dictionaries(st.sampled_from("abc"), st.lists(st.floats(0.8, 1.25), min_size=2), min_size=1))
    def test_is_the_same_for_original_over_twin(self, ratios: dict[str, list[float]]) -> None:
        one = noise_floor({workload: by_round(*values) for workload, values in ratios.items()})
        two = noise_floor({workload: by_round(*(1 / v for v in values)) for workload, values in ratios.items()})
        assert (one.value, one.low, one.high) == pytest.approx((two.value, two.low, two.high), rel=1e-6, abs=1e-9)

    @pytest.mark.parametrize(("floor", "withheld"), [(0.0, False), (0.05, False), (0.0501, True), (math.inf, True)])
    def test_withholds_the_ranking_above_the_limit(self, floor: float, withheld: bool) -> None:
        assert ranking_withheld(floor) is withheld
        assert ranking_withheld(math.nan)


def between(low: float, high: float) -> Estimate:
    return Estimate((low + high) / 2 if high < math.inf else 1.0, low, high)


class TestVerdict:
    @pytest.mark.parametrize(
        ("low", "high", "floor", "expected"),
        [
            (1.03, 1.10, 0.0, Verdict.FASTER),
            (1.03, 1.10, 0.03, Verdict.INCONCLUSIVE),  # 1.03 is not beyond 3 %
            (1.01, 1.10, 0.0, Verdict.INCONCLUSIVE),
            (0.99, 1.01, 0.0, Verdict.TIE),
            (1.005, 1.015, 0.0, Verdict.TIE),  # certain, and not relevant
            (1.005, 1.03, 0.0, Verdict.INCONCLUSIVE),
            (1.005, 1.03, 0.04, Verdict.TIE),
            (0.975, 1.01, 0.0, Verdict.INCONCLUSIVE),
            (0.981, 1.01, 0.0, Verdict.TIE),
            (0.9802, 1.01, 0.0, Verdict.INCONCLUSIVE),  # 1 / 1.02 is 0.9804
            (0.979, 0.9795, 0.0, Verdict.SLOWER),
            (0.5, 0.98, 0.0, Verdict.SLOWER),
            (0.5, 0.9805, 0.0, Verdict.INCONCLUSIVE),
            (0.0, math.inf, 0.0, Verdict.INCONCLUSIVE),
            (1.30, 1.40, 0.20, Verdict.FASTER),
            (0.99, 1.01, 0.20, Verdict.INCONCLUSIVE),  # above the ranking limit nothing is a tie
            (0.99, 1.01, RANKING_LIMIT, Verdict.TIE),
            (0.99, 1.01, math.inf, Verdict.INCONCLUSIVE),
        ],
    )
    def test_needs_the_whole_interval(self, low: float, high: float, floor: float, expected: Verdict) -> None:
        assert verdict(between(low, high), floor, higher_is_better=True) is expected

    def test_is_turned_round_where_less_is_better(self) -> None:
        assert verdict(between(1.1, 1.2), 0.01, higher_is_better=False) is Verdict.SLOWER
        assert verdict(between(0.8, 0.9), 0.01, higher_is_better=False) is Verdict.FASTER

    @pytest.mark.parametrize("floor", [math.nan, -0.01])
    def test_refuses_a_floor_that_is_none(self, floor: float) -> None:
        with pytest.raises(ValueError, match="no noise floor"):
            verdict(between(1.1, 1.2), floor, higher_is_better=True)

    @given(st.floats(-0.3, 0.3), st.floats(0, 0.3), st.floats(0, 0.08), st.booleans())
    def test_flips_with_the_sides_and_with_the_metric(
        self, log: float, half: float, floor: float, higher_is_better: bool
    ) -> None:
        margin = math.log1p(max(0.02, floor))
        assume(min(abs(abs(log + end) - margin) for end in (half, -half)) > 1e-9)
        one = Estimate(math.exp(log), math.exp(log - half), math.exp(log + half))
        two = Estimate(math.exp(-log), math.exp(-log - half), math.exp(-log + half))
        flipped = {Verdict.FASTER: Verdict.SLOWER, Verdict.SLOWER: Verdict.FASTER}
        got = verdict(one, floor, higher_is_better)
        assert verdict(two, floor, higher_is_better) is flipped.get(got, got)
        assert verdict(one, floor, not higher_is_better) is flipped.get(got, got)

    @given(st.floats(-0.3, 0.3), st.floats(0, 0.3), st.floats(0, 0.08), st.floats(0, 0.08))
    def test_is_never_bolder_for_more_noise(self, log: float, half: float, floor: float, more: float) -> None:
        one = Estimate(math.exp(log), math.exp(log - half), math.exp(log + half))
        calm = verdict(one, floor, higher_is_better=True)
        if calm not in (Verdict.FASTER, Verdict.SLOWER):
            assert verdict(one, floor + more, higher_is_better=True) not in (Verdict.FASTER, Verdict.SLOWER)


class TestRoundsNeeded:
    def test_is_none_once_the_interval_is_narrow(self) -> None:
        assert rounds_needed(Estimate(1, 0.97, 1.03), done=6, target_half_width=0.04, limit=20) == 0

    def test_is_the_smallest_number_that_should_do(self) -> None:
        # Deviation 0.06 over 6 rounds: 2.571 * 0.06 / sqrt(6) = 6.3 %. With 11: 2.228 * 0.06 / sqrt(11) = 4.11 %;
        # with 12: 2.201 * 0.06 / sqrt(12) = 3.88 %. So 6 more.
        half = T_5 * 0.06 / math.sqrt(6)
        now = Estimate(1, math.exp(-half), math.exp(half))
        assert rounds_needed(now, done=6, target_half_width=0.04, limit=20) == 6
        assert rounds_needed(now, done=6, target_half_width=0.0402, limit=20) == 6
        assert rounds_needed(now, done=6, target_half_width=0.0424, limit=20) == 5

    def test_stays_within_the_limit(self) -> None:
        wide = Estimate(1, 0.5, 2)
        assert rounds_needed(wide, done=6, target_half_width=0.01, limit=9) == 3
        assert rounds_needed(wide, done=9, target_half_width=0.01, limit=9) == 0
        assert rounds_needed(wide, done=12, target_half_width=0.01, limit=9) == 0
        assert rounds_needed(Estimate(1, -1, 3), done=4, target_half_width=0.04, limit=9) == 5

    def test_asks_for_a_second_round_after_the_first(self) -> None:
        unknown = Estimate(1, 0, math.inf)
        assert rounds_needed(unknown, done=1, target_half_width=0.04, limit=20) == 1
        assert rounds_needed(unknown, done=1, target_half_width=0.04, limit=1) == 0

    @given(st.floats(0.001, 2), st.integers(2, 30), st.floats(0.005, 0.2), st.integers(1, 40))
    def test_is_more_for_a_narrower_target(self, half: float, done: int, target: float, limit: int) -> None:
        now = Estimate(1, math.exp(-half), math.exp(half))
        few, many = (rounds_needed(now, done, one, limit) for one in (target * 1.5, target))
        assert 0 <= few <= many <= max(limit - done, 0)
