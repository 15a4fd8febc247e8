"""What changed between two runs or two editions, on figures that one can work out by hand."""

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from bench.analysis import changes, derive
from bench.analysis.changes import Changes
from bench.errors import Incomparable
from bench.estimate import Verdict, unbounded
from bench.profile import Profile
from bench.statistics import stats
from bench.statistics.estimates import estimate
from bench.store.described import WorkloadInfo
from bench.store.planned import Planned
from bench.store.results import Comparison, MicroRound, Run
from tests import builders

SUTS = {"wsgi": 4000.0, "flask": 1000.0, "django": 800.0, "cherrypy": 900.0}
PLANNED = Planned(Profile("quick", "", ()))


def measured(
    speeds: Mapping[str, float], run_id: str = "20261122T120000Z-quick", changed: str = "", **changes_: Any
) -> Run:
    """A run in which CPU per request is the inverse of throughput; the code of one SUT may have changed."""
    suts = [builders.sut(name, code="changed" if name == changed else name) for name in speeds]
    run = builders.run(suts, builders.steady(speeds, rounds=6), plan=PLANNED)
    return derive.derive(replace(run, run=replace(run.run, id=run_id), **changes_), lambda *_: None)


def editions(head: float, base: float) -> Run:
    """Flask beside an older edition of itself."""
    suts = [builders.sut("flask"), builders.sut("flask@abc1234", base_of="flask"), builders.sut("new")]
    rounds = builders.steady({"flask": head, "flask@abc1234": base, "new": 500.0}, rounds=6)
    return derive.derive(builders.run(suts, rounds), lambda *_: None)


def of(
    compared: Changes, sut: str, metric: str = "cpu_us_per_request", workload: str | None = "read-item"
) -> Comparison:
    (one,) = [
        ratio for ratio in compared.ratios if (ratio.sut, ratio.metric, ratio.workload) == (sut, metric, workload)
    ]
    return one


def verdicts(compared: Changes) -> dict[tuple[str, str], str]:
    return {(ratio.sut, ratio.metric): ratio.verdict for ratio in compared.ratios if ratio.workload is None}


def test_equal_runs_have_not_changed() -> None:
    compared = changes.between(measured(SUTS), measured(SUTS))
    assert {ratio.verdict for ratio in compared.ratios} == {"tie"}
    assert [round(ratio.here.value, 9) for ratio in compared.ratios] == [1.0] * len(compared.ratios)
    assert not compared.worse
    assert compared.differences == ()


def test_a_drift_of_the_machine_is_taken_out_and_told() -> None:
    compared = changes.between(measured(SUTS), measured({name: 0.7 * rps for name, rps in SUTS.items()}))
    assert {ratio.verdict for ratio in compared.ratios} == {"tie"}
    assert compared.drift is not None
    assert math.isclose(compared.drift.value, 0.7, rel_tol=1e-5)


def test_a_change_in_one_is_seen_whole_and_moves_no_other() -> None:
    """A copy in which Flask alone takes more: the drift comes from those whose code is the same."""
    compared = changes.between(measured(SUTS), measured(SUTS | {"flask": 800.0}, changed="flask"))
    assert compared.steady == ("wsgi", "django", "cherrypy")
    assert math.isclose(of(compared, "flask").here.value, 1.25, rel_tol=1e-9)
    for name in compared.steady:
        assert math.isclose(of(compared, name).here.value, 1.0, rel_tol=1e-9)
    assert verdicts(compared)["flask", "cpu_us_per_request"] == "slower"
    assert verdicts(compared)["flask", "throughput_rps"] == "slower"
    assert verdicts(compared)["django", "throughput_rps"] == "tie"
    assert compared.worse


def test_one_that_did_not_change_and_was_hit_by_chance_decides_nothing() -> None:
    compared = changes.between(measured(SUTS), measured(SUTS | {"django": 500.0}))
    assert of(compared, "django").here.value == pytest.approx(1.6, rel=0.02)
    assert of(compared, "flask").here.value == pytest.approx(1.0, rel=0.02)


def test_where_all_changed_nothing_is_taken_out_and_that_is_a_reason_not_to_compare() -> None:
    head = measured({name: rps * 0.5 for name, rps in SUTS.items()})
    head = replace(head, suts=tuple(replace(sut, code=f"new {sut.code}") for sut in head.suts))
    compared = changes.between(measured(SUTS), head)
    assert (compared.steady, compared.drift) == ((), None)
    assert [reason for reason in compared.differences if "`make against`" in reason]
    assert math.isclose(of(compared, "flask").here.value, 2.0, rel_tol=1e-9)


def test_between_two_runs_throughput_alone_makes_nothing_worse() -> None:
    base, head = measured(SUTS), measured(SUTS | {"flask": 800.0})
    cells = [
        replace(one_round, cells=tuple(replace(cell, cpu_ns=before.cpu_ns * cell.requests // before.requests)
        for cell, before in zip(one_round.cells, old.cells, strict=True)))
        for one_round, old in zip(head.rounds, base.rounds, strict=True)
    ]  # fmt: skip
    compared = changes.between(base, derive.derive(replace(head, rounds=tuple(cells)), lambda *_: None))
    assert verdicts(compared)["flask", "throughput_rps"] == "slower"
    assert verdicts(compared)["flask", "cpu_us_per_request"] == "tie"
    assert not compared.worse


def test_a_threshold_says_what_counts() -> None:
    base, head = measured(SUTS), measured(SUTS | {"flask": 900.0})
    assert changes.between(base, head, 0.05).worse
    assert not changes.between(base, head, 0.2).worse
    assert of(changes.between(base, head, 0.2), "flask").verdict == Verdict.TIE, "a tie is what is within it"


def test_what_is_within_the_noise_of_both_runs_is_no_change() -> None:
    base, head = measured(SUTS), measured(SUTS | {"flask": 900.0})
    noisy = replace(base, noise=tuple(replace(floor, estimate=unbounded(0.2)) for floor in base.noise))
    assert not changes.between(noisy, head).worse
    assert not changes.between(head, noisy).worse
    unknown = replace(base, noise=())
    assert {ratio.verdict for ratio in changes.between(unknown, head).ratios} == {"inconclusive"}


def test_what_only_one_run_has_is_named_and_not_compared() -> None:
    base = measured(SUTS | {"old": 100.0}, "20261121T120000Z-quick")
    head = measured(SUTS | {"new": 100.0})
    compared = changes.between(base, head)
    assert {ratio.sut for ratio in compared.ratios} == set(SUTS)
    assert compared.unmatched == ("old is in 20261121T120000Z-quick only", "new is in 20261122T120000Z-quick only")
    assert {ratio.verdict for ratio in compared.ratios} == {"tie"}, "it has no part in the mean either"


def test_a_new_version_shows_in_the_label() -> None:
    head = measured(SUTS)
    base = replace(head, suts=(replace(head.suts[0], label="Wsgi 0.9"), *head.suts[1:]))
    assert changes.between(base, head).labels["wsgi"] == "Wsgi 0.9 → Wsgi 1.0"
    assert changes.between(base, head).labels["flask"] == "Flask 1.0"


def test_what_fails_and_did_not_makes_it_worse() -> None:
    run = measured(SUTS)
    failing = replace(run, failures=(builders.failure("flask"),))
    assert changes.between(run, failing).lost == (builders.failure("flask"),)
    assert changes.between(run, failing).worse
    assert not changes.between(failing, failing).worse
    assert not changes.between(failing, run).worse


def test_a_sut_without_a_figure_is_compared_in_the_workloads_that_it_has() -> None:
    base = measured(SUTS)
    mix = [
        replace(round_, cells=(*round_.cells, *(replace(cell, workload="crud-mix") for cell in round_.cells)))
        for round_ in base.rounds
    ]
    whole = derive.derive(replace(base, rounds=tuple(mix), workloads=(builders.READ, builders.MIX)), lambda *_: None)
    without = [
        replace(
            one_round,
            cells=tuple(cell for cell in one_round.cells if (cell.sut, cell.workload) != ("flask", "crud-mix")),
        )
        for one_round in mix
    ]
    lacking = derive.derive(replace(whole, rounds=tuple(without)), lambda *_: None)
    compared = changes.between(whole, lacking)
    assert {ratio.sut for ratio in compared.ratios if ratio.workload == "crud-mix"} == set(SUTS) - {"flask"}
    assert {ratio.verdict for ratio in compared.ratios} == {"tie"}, "the overall ratios are over the same workloads"


def test_calls_in_process_are_compared_too() -> None:
    def with_calls(flask_us: float) -> Run:
        run = measured(SUTS)
        micro = [
            MicroRound(
                number,
                "wsgi",
                {
                    sut: {"json": {"cpu": us * (1 + number / 1000), "wall": us}}
                    for sut, us in {"wsgi": 10.0, "twin": 10.0, "flask": flask_us, "django": 60.0}.items()
                },
            )
            for number in range(1, 5)
        ]
        info = WorkloadInfo("json-in-process", "json", "Small JSON", "micro", "json")
        with_sessions = replace(run, micro=tuple(micro), workloads=(*run.workloads, info))
        return derive.derive(with_sessions, lambda *_: None)

    compared = changes.between(with_calls(40.0), with_calls(60.0))
    assert "cherrypy" not in {ratio.sut for ratio in compared.ratios if ratio.workload == "json-in-process"}, (
        "it has none"
    )
    every = [replace(run, suts=run.suts[:3]) for run in (with_calls(40.0), with_calls(60.0))]
    compared = changes.between(*every)
    assert of(compared, "flask", "call_cpu_us", "json-in-process").verdict == "slower"
    assert compared.worse


def test_instructions_are_compared_as_they_were_counted() -> None:
    def counted(times: float, rounds: int = 3) -> Run:
        counts = {"wsgi": 1000.0, "flask": 7000.0, "null": 10.0, "twin": 1000.0}
        run = measured({name: SUTS[name] for name in ("wsgi", "flask")})
        micro = [
            MicroRound(
                number,
                "wsgi",
                {},
                instructions={sut: {"json": count * times * (1 + number / 2000)} for sut, count in counts.items()},
            )
            for number in range(1, rounds + 1)
        ]
        info = WorkloadInfo("json-in-process", "json", "Small JSON", "micro", "json")
        with_counts = replace(run, micro=tuple(micro), workloads=(*run.workloads, info))
        return derive.derive(with_counts, lambda *_: None)

    compared = changes.between(counted(1.0), counted(1.2))
    for sut in ("wsgi", "flask"):
        one = of(compared, sut, "call_instructions", "json-in-process")
        assert one.here.value == pytest.approx(1.2), "all changed alike, and it shows"
        assert one.verdict == "slower"
    assert compared.worse
    lone = changes.between(counted(1.0), counted(1.2, rounds=1))
    assert of(lone, "flask", "call_instructions", "json-in-process").verdict == "inconclusive"
    uncounted = replace(counted(1.0), micro=())
    assert "call_instructions" not in {ratio.metric for ratio in changes.between(uncounted, counted(1.2)).ratios}


def test_two_editions_in_one_rotation_are_compared_round_by_round() -> None:
    run = editions(800.0, 1000.0)
    compared = changes.within(run)
    assert (compared.base, compared.head) == ("abc1234", "the working tree on 0123456")
    one = of(compared, "flask", "throughput_rps")
    expected = estimate(
        [
            round_.cells[0].requests / round_.cells[1].requests
            for round_ in run.rounds
        ]
    )  # fmt: skip
    assert (one.baseline, one.here.value, one.here.low) == ("flask@abc1234", expected.value, expected.low)
    assert one.verdict == "slower"
    assert compared.worse
    assert compared.drift is None
    assert compared.unmatched == ("new has no other edition",)
    assert not changes.within(editions(1000.0, 1000.0)).worse
    assert not changes.within(editions(1000.0, 800.0)).worse
    assert {ratio.verdict for ratio in changes.within(editions(1000.0, 800.0)).ratios} == {"faster"}


def test_a_new_edition_that_fails_is_worse_and_an_old_one_that_did_too_excuses_it() -> None:
    run = replace(editions(1000.0, 1000.0), failures=(builders.failure("flask"),))
    assert changes.within(run).worse
    both = (builders.failure("flask"), builders.failure("flask@abc1234"))
    assert not changes.within(replace(run, failures=both)).worse


def test_a_run_without_editions_is_not_compared_with_itself() -> None:
    with pytest.raises(Incomparable, match="one edition of each SUT"):
        changes.within(measured(SUTS))


def test_rounds_that_one_edition_lacks_do_not_count() -> None:
    run = editions(1000.0, 1000.0)
    first = replace(run.rounds[0], cells=tuple(cell for cell in run.rounds[0].cells if cell.sut != "flask"))
    fewer = derive.derive(replace(run, rounds=(first, *run.rounds[1:])), lambda *_: None)
    assert of(changes.within(fewer), "flask").here.value == pytest.approx(
        estimate([round_.cells[1].requests / round_.cells[0].requests for round_ in run.rounds[1:]]).value
    )
    none = [replace(round_, cells=tuple(cell for cell in round_.cells if cell.sut != "flask")) for round_ in run.rounds]
    gone = derive.derive(replace(run, rounds=tuple(none)), lambda *_: None)
    assert changes.within(gone).ratios == ()


def test_one_round_on_a_side_decides_nothing() -> None:
    base, head = measured(SUTS), measured(SUTS | {"flask": 500.0})
    lone = derive.derive(replace(head, rounds=head.rounds[:1]), lambda *_: None)
    compared = changes.between(base, lone)
    assert {(ratio.verdict, ratio.here.bounded) for ratio in compared.ratios} == {("inconclusive", False)}


@pytest.mark.parametrize("spreads", [(0.02, 0.02), (0.01, 0.05)])
@pytest.mark.parametrize("rounds", [(6, 6), (5, 8)])
def test_an_interval_for_a_change_covers_the_truth(spreads: tuple[float, float], rounds: tuple[int, int]) -> None:
    """Also where one run is far noisier than the other, for which Student's own interval would be wrong."""
    rng = np.random.default_rng(7)
    covered = 0
    for _ in range(4000):
        before, after = (
            np.exp(shift + rng.normal(0, spread, count)).tolist()
            for shift, spread, count in zip((0.0, 0.1), spreads, rounds, strict=True)
        )
        compared = stats.change(before, after)
        covered += compared.low <= math.exp(0.1) <= compared.high
    assert 0.93 <= covered / 4000 <= 0.97


def test_a_change_needs_something_on_both_sides() -> None:
    for sides in (([], [1.0]), ([1.0], []), ([0.0], [1.0]), ([1.0], [math.inf])):
        with pytest.raises(ValueError, match="a change needs positive values"):
            stats.change(*sides)
    assert stats.change([1.0, 1.0], [2.0, 2.0]).half_width == 0.0
    assert math.isinf(stats.change([1.0], [2.0, 2.0]).high)
