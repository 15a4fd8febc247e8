"""Runs of several machines: which go together, and what they say of another machine."""

import math
from dataclasses import replace
from typing import Any

import pytest

from bench.analysis import combination
from bench.analysis.combination import RatioKey
from bench.errors import Incomparable
from bench.estimate import Estimate, Verdict, unbounded
from bench.store.described import WorkloadInfo
from bench.store.results import Check, Comparison, Measurement, Noise, Run
from bench.store.spreads import OVERALL
from tests import builders
from tests.builders import READ, READ_OPEN

FLASK, DJANGO = (replace(builders.sut(name), code=name) for name in ("flask", "django"))
SPREADS = {(OVERALL, "throughput_rps"): 0.05, ("open", "response_p50_s"): 0.05}
KEY: RatioKey = ("flask", "django", None, "throughput_rps")


def overall(value: float, verdict: str = "faster", sure: float = 1.02) -> Comparison:
    return builders.comparison("flask", "django", None, "throughput_rps", value, value / sure, value * sure, verdict)


def run(
    machine: str,
    value: float = 1.2,
    verdict: str = "faster",
    day: int = 22,
    workload: WorkloadInfo = READ,
    **changes: Any,
) -> Run:
    """A complete run on a machine, with one ratio in it."""
    noise = (
        Noise("throughput_rps", Estimate(0.01, 0.0, 0.02)),
        Noise("response_p50_s", Estimate(0.01, 0, 0.02), "open"),
    )
    fields = {"comparisons": (overall(value, verdict),), "noise": noise, "workloads": (workload,)} | changes
    bare = builders.run((FLASK, DJANGO), **fields)
    info = replace(bare.run, id=f"202611{day}T120000Z-quick", status="complete")
    return replace(bare, run=info, environment=replace(bare.environment, fingerprint=machine))


def refusal(*runs: Run) -> str:
    with pytest.raises(Incomparable) as caught:
        combination.of(runs, SPREADS)
    text = str(caught.value)
    assert text.endswith(".")
    assert "\n" not in text
    return text


def test_two_machines_that_agree_say_what_another_will_show() -> None:
    both = combination.of([run("aa", 1.2), run("bb", 1.25)], SPREADS)
    assert [place.name for place in both.places] == ["machine 1", "machine 2"]
    ratio = both.ratio(KEY)
    assert [one.here.value for one in ratio.seen] == [1.2, 1.25]
    outlook = both.outlook(ratio)
    assert outlook
    assert (outlook.runs, outlook.verdict) == (2, "faster")
    assert math.isclose(outlook.ratio.value, math.sqrt(1.2 * 1.25))
    assert outlook.ratio.low < 1.2
    assert outlook.ratio.high > 1.25
    assert both.contradictions() == []


def test_a_ratio_is_known_from_either_side() -> None:
    both = combination.of([run("aa", 1.25), run("bb", 1.25)], SPREADS)
    turned = both.ratio(("django", "flask", None, "throughput_rps"))
    assert [one.here.value for one in turned.seen] == [0.8, 0.8]
    assert both.ratio(("flask", "gone", None, "throughput_rps")).here == (None, None)


def test_machines_that_are_sure_of_the_opposite_contradict_each_other() -> None:
    both = combination.of([run("aa", 1.2), run("bb", 0.8, "slower")], SPREADS)
    (found,) = both.contradictions()
    assert found.key == ("django", "flask", None, "throughput_rps")
    assert {one.verdict for one in found.seen} == {Verdict.FASTER, Verdict.SLOWER}
    outlook = both.outlook(both.ratio(KEY))
    assert outlook
    assert outlook.verdict == "inconclusive"


@pytest.mark.parametrize(("value", "verdict"), [(0.99, "inconclusive"), (1.0, "tie"), (1.3, "faster")])
def test_one_that_is_not_sure_contradicts_nobody(value: float, verdict: str) -> None:
    assert combination.of([run("aa", 1.2), run("bb", value, verdict)], SPREADS).contradictions() == []


def test_a_machine_counts_once_however_many_runs_it_has() -> None:
    several = [run("aa", 1.2, day=day) for day in (20, 21, 22)]
    many = combination.of([*several, run("bb", 1.3, day=23)], SPREADS)
    assert [place.name for place in many.places] == [*(f"machine 1, run {place}" for place in (1, 2, 3)), "machine 2"]
    assert many.numbers == (1, 2)
    outlook = many.outlook(many.ratio(KEY))
    assert outlook
    assert outlook.runs == 2
    assert math.isclose(outlook.ratio.value, math.sqrt(1.2 * 1.3))


def test_runs_stand_machine_by_machine() -> None:
    runs = [run("aa", day=20), run("bb", day=21), run("aa", day=22)]
    placed = combination.of(runs, SPREADS).places
    assert [(place.machine, place.run.run.id[6:8]) for place in placed] == [(1, "20"), (1, "22"), (2, "21")]


def test_more_machines_narrow_what_is_expected() -> None:
    few, many = (combination.of([run(f"m{number}", 1.2) for number in range(count)], SPREADS) for count in (2, 8))
    narrow, wide = (one.outlook(one.ratio(KEY)) for one in (many, few))
    assert narrow
    assert wide
    assert narrow.ratio.half_width < wide.ratio.half_width


def changed(**changes: Any) -> Run:
    other = run("bb")
    return replace(other, environment=replace(other.environment, **changes))


def with_sut(**changes: Any) -> Run:
    return replace(run("bb"), suts=(replace(FLASK, **changes), DJANGO))


@pytest.mark.parametrize(
    ("other", "named"),
    [
        (replace(run("bb"), run=replace(run("bb").run, profile="full")), "the profile is quick in the one and full in"),
        (changed(contract="2.0"), "the version of the contract is 1.0 in the one and 2.0 in the other"),
        (changed(python="CPython 3.13.0"), "Python is CPython 3.11.7 in the one and CPython 3.13.0 in the other"),
        (changed(databases={"sqlite": "3.99"}), "SQLite is 3.40.1 in the one and 3.99 in the other"),
        (
            with_sut(versions={"python": "3.11.7", "flask": "3.0"}),
            "flask of flask is 1.0 in the one and 3.0 in the other",
        ),
        (with_sut(code="other"), "the code of flask is flask in the one and other in the other"),
        (with_sut(server="granian 99"), "the server of flask is granian 2.0 in the one and granian 99 in the other"),
        (with_sut(data_layer="raw"), "the data layer of flask is sqlite3 in the one and raw in the other"),
        (run("bb", workload=replace(READ, concurrency=99)), "the number of users in read-item is 16 in the one and 99"),
        (run("bb", workload=builders.MIX), "the list of closed-loop workloads is read-item in the one and crud-mix in"),
    ],
)
def test_what_must_not_be_mixed_is_named_with_both_sides(other: Run, named: str) -> None:
    text = refusal(run("aa"), replace(other, run=replace(other.run, id="20261123T120000Z-quick")))
    assert text.startswith("Runs 20261122T120000Z-quick and 20261123T120000Z-quick must not be mixed: ")
    assert named in text
    assert "measure again with the same profile from the same commit" in text


def test_of_many_mismatches_some_are_named_and_the_rest_is_counted() -> None:
    other = replace(changed(python="3.13", contract="2.0"), suts=with_sut(code="a", data_layer="b").suts)
    assert ", and 1 more differs." in refusal(run("aa"), other)


@pytest.mark.parametrize("kernel", ["5.10", "6.1"])
def test_what_belongs_to_a_machine_may_differ(kernel: str) -> None:
    other = changed(kernel=kernel, pinning="none", cores=64, memory_bytes=2**40, commit="f" * 12)
    assert combination.of([run("aa"), other], SPREADS).numbers == (1, 2)


def test_who_is_in_one_run_alone_is_in_nobodys_way() -> None:
    more = replace(run("bb"), suts=(FLASK, DJANGO, builders.sut("new")))
    assert combination.of([run("aa"), more], SPREADS).ratio(KEY).seen


def test_one_run_is_refused_and_so_is_one_that_is_named_twice() -> None:
    assert refusal(run("aa")) == "One run is no combination: name two or more."
    assert refusal() == refusal(run("aa"))
    assert "is named twice" in refusal(run("aa"), run("bb", day=23), run("aa"))
    assert combination.of([run("aa"), run("bb")], SPREADS), "begun in the same second, on two machines"


@pytest.mark.parametrize(
    ("other", "why"),
    [
        (replace(run("bb"), run=replace(run("bb").run, status="partial")), "partial"),
        (run("bb", checks=(Check("noise", "Noise floor", "fail", 1, 0, ""),)), "failed: Noise floor"),
        (run(""), "of an unknown machine"),
        (replace(run("bb"), suts=(replace(FLASK, base_of="django"), DJANGO)), "a comparison of two editions"),
    ],
)
def test_what_no_trend_would_take_is_refused(other: Run, why: str) -> None:
    assert refusal(run("aa"), other) == f"Run {other.run.id} cannot be combined with others ({why}): leave it out."


@pytest.mark.parametrize(("rate", "known"), [(600.0, True), (700.0, False)])
def test_response_times_at_another_rate_say_nothing_of_another_machine(rate: float, known: bool) -> None:
    key: RatioKey = ("flask", "django", READ_OPEN.id, "response_p50_s")
    ratios = [builders.comparison(*key, value, value / 1.1, value * 1.1, verdict)
              for value, verdict in ((0.8, "faster"), (1.25, "slower"))]  # fmt: skip
    both = combination.of(
        [
            run("aa", workload=READ_OPEN, comparisons=(ratios[0],)),
            run("bb", workload=replace(READ_OPEN, arrival_rate_rps=rate), comparisons=(ratios[1],)),
        ],
        SPREADS,
    )
    assert bool(both.outlook(both.ratio(key))) == known
    assert bool(both.contradictions()) == known


def test_a_mean_over_other_workloads_says_nothing_of_another_machine() -> None:
    other = run("bb", comparisons=(replace(overall(1.2), over=("read-item",)),))
    both = combination.of([run("aa"), other], SPREADS)
    assert len(both.ratio(KEY).seen) == 2
    assert both.outlook(both.ratio(KEY)) is None


def test_a_bound_and_a_ratio_without_an_interval_say_nothing_of_another_machine() -> None:
    held = run("bb", measurements=(Measurement("flask", READ.id, "throughput_rps", Estimate(1, 1, 1), (), True),))
    bare = run("bb", comparisons=(replace(overall(1.2), here=unbounded(1.2)),))
    for other in (held, bare):
        both = combination.of([run("aa"), other], SPREADS)
        assert both.outlook(both.ratio(KEY)) is None
    shown = combination.of([run("aa"), held], SPREADS).ratio(KEY).here[1]
    assert shown
    assert shown[0] == "≥ "


def test_what_no_report_shows_contradicts_nothing() -> None:
    key: RatioKey = ("flask", "django", READ.id, "response_p50_s")
    ratios = [builders.comparison(*key, 0.8, 0.7, 0.9, "faster"), builders.comparison(*key, 1.25, 1.2, 1.3, "slower")]
    both = [run(machine, comparisons=(ratio,)) for machine, ratio in zip(("aa", "bb"), ratios, strict=True)]
    assert combination.of(both, SPREADS).contradictions() == [], "response times of a closed loop flatter a server"
