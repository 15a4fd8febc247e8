"""The sentence that most people will read, and nothing else."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import pytest

from bench.estimate import Estimate, unbounded
from bench.report import headline
from bench.store.described import WorkloadInfo
from bench.store.results import Check, Comparison, Noise, Run
from tests import builders

QUIET = (Noise("throughput_rps", Estimate(0.01, 0.0, 0.02)),)


def overall(sut: str, baseline: str, ratio: float, verdict: str) -> Comparison:
    return builders.comparison(sut, baseline, None, "throughput_rps", ratio, ratio * 0.95, ratio * 1.05, verdict)


def run(comparisons: Iterable[Comparison], names: str = "wsgi django flask", **changes: Any) -> Run:
    suts = [builders.sut(name, label=name.title()) for name in names.split()]
    return builders.run(suts, **{"comparisons": tuple(comparisons), "noise": QUIET} | changes)


def test_the_fastest_is_named_with_the_next_and_the_slowest() -> None:
    made = run(
        [
            overall("django", "wsgi", 0.2, "slower"),
            overall("flask", "wsgi", 0.5, "slower"),
            overall("flask", "django", 2.5, "faster"),
            overall("pyramid", "django", 1.25, "faster"),
            overall("pyramid", "flask", 0.5, "slower"),
        ],
        "wsgi django flask pyramid",
    )
    assert headline.sentence(made) == (
        "Flask is the fastest framework over all workloads: 2.00x [1.90-2.11] the throughput of Pyramid, the next. "
        "It does 2.50x [2.38-2.62] the throughput of Django, the slowest of 3."
    )


@pytest.mark.parametrize(
    ("verdict", "told"),
    [
        ("tie", "Flask and Django tie at the top: the ratio is 1.01x [0.96-1.06]."),
        (
            "inconclusive",
            "Flask comes first, but whether it is faster than Django is open: the ratio is 1.01x [0.96-1.06].",
        ),
    ],
)
def test_what_is_not_certain_is_not_claimed(verdict: str, told: str) -> None:
    assert headline.sentence(run([overall("flask", "django", 1.01, verdict)])) == told


@pytest.mark.parametrize("floor", ["wsgi", "asgi"])
def test_a_floor_is_no_framework(floor: str) -> None:
    made = run([overall("flask", floor, 0.5, "slower")], f"{floor} flask")
    assert headline.sentence(made) == "There is nothing to compare overall: see the tables, workload by workload."
    assert headline.lead(made) is None


@pytest.mark.parametrize("failed", ["django", "flask", "pyramid"])
def test_who_failed_somewhere_is_left_out_whoever_it_is(failed: str) -> None:
    everyone = [
        overall("flask", "django", 2.0, "faster"),
        overall("pyramid", "django", 4.0, "faster"),
        overall("pyramid", "flask", 2.0, "faster"),
    ]
    made = run([each for each in everyone if failed not in (each.sut, each.baseline)], "django flask pyramid")
    told = headline.sentence(made)
    assert "is the fastest framework" in told
    assert failed.title() not in told


def test_noise_above_the_limit_withholds_the_ranking() -> None:
    loud = (Noise("throughput_rps", unbounded(0.123)),)
    made = run([overall("flask", "django", 2.0, "faster")], noise=loud)
    assert headline.withheld(made)
    assert headline.sentence(made) == (
        "No ranking: two copies of the same app came out 12.3% apart, so differences of that size mean nothing here."
    )
    assert not headline.withheld(run([], noise=(Noise("response_p99_s", unbounded(0.9)),)))


def test_the_lead_is_the_first_over_the_next_and_none_where_nothing_may_be_ranked() -> None:
    comparisons = [overall("flask", "django", 0.5, "slower"), overall("flask", "wsgi", 0.1, "slower")]
    lead = headline.lead(run(comparisons))
    assert lead
    assert (lead.sut, lead.baseline, lead.here.value, lead.verdict) == ("django", "flask", 2.0, "faster")
    assert headline.lead(run(comparisons, noise=(Noise("throughput_rps", unbounded(0.2)),))) is None
    assert headline.lead(run([])) is None


def test_nothing_to_compare_is_said() -> None:
    assert headline.sentence(run([])).startswith("There is nothing to compare: ")


def test_native_servers_do_not_mix_into_the_ranking() -> None:
    made = run([overall("flask", "django", 2.0, "faster"), overall("flask-gunicorn", "django-gunicorn", 0.5, "slower")])
    native = [builders.sut(name, group="native") for name in ("django-gunicorn", "flask-gunicorn")]
    assert headline.sentence(replace(made, suts=(*made.suts, *native))) == headline.sentence(made)


def test_a_run_with_a_failed_check_is_advisory() -> None:
    made = run([])
    checks = [Check(title, title, status, 0, 0, "") for title, status in (("A", "fail"), ("B", "warn"), ("C", "fail"))]  # type: ignore[arg-type]
    complete = replace(made, run=replace(made.run, status="complete"))
    told = headline.advisory(replace(complete, checks=tuple(checks)))
    assert told == 'Advisory only: of the checks below, "A" and "C" failed. Do not choose by these figures.'
    assert headline.advisory(replace(complete, checks=(checks[1],))) is None


def test_a_partial_run_is_advisory_and_says_so_beside_what_failed() -> None:
    made = run([])
    assert headline.advisory(made) == (
        "Advisory only: the run is partial, with 0 rounds. Do not choose by these figures."
    )
    checks = (Check("noise-floor", "Noise floor", "fail", 0, 0, ""),)
    assert headline.advisory(replace(made, checks=checks)) == (
        'Advisory only: the run is partial, with 0 rounds, and of the checks below, "Noise floor" failed. '
        "Do not choose by these figures."
    )


def test_one_sut_is_compared_with_nothing() -> None:
    lone = builders.run([builders.sut("flask")], builders.steady({"flask": 1000.0}))
    assert headline.sentence(lone) == "Only Flask 1.0 was measured: there is nothing to compare it with."


def test_calls_in_process_are_told_as_such() -> None:
    info = WorkloadInfo("json-in-process", "json", "Small JSON", "micro", "json")
    made = builders.run([builders.sut("flask"), builders.sut("wsgi")], (), (info,))
    assert headline.sentence(made).startswith("Measured in process only")
