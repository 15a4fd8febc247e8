"""The sentence that most people will read, and nothing else."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import pytest

from bench.estimate import Estimate, unbounded
from bench.identity import SutKey
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


WORKLOADS = tuple(
    WorkloadInfo(name, name, name, "closed", name) for name in ("json", "read-item", "browse", "create-item")
)
RANKED = ("read-item", "browse", "create-item")


def single(sut: str, baseline: str, workload: str, verdict: str) -> Comparison:
    ratio = {"faster": 1.5, "slower": 0.5}.get(verdict, 1.0)
    return builders.comparison(sut, baseline, workload, "throughput_rps", ratio, ratio * 0.95, ratio * 1.05, verdict)


def mean(ratio: Comparison) -> Comparison:
    return replace(ratio, over=RANKED)


def test_the_fastest_is_named_with_the_next_and_the_last() -> None:
    this_run = run(
        [
            overall("django", "wsgi", 0.2, "slower"),
            overall("flask", "wsgi", 0.5, "slower"),
            overall("flask", "django", 2.5, "faster"),
            overall("pyramid", "django", 1.25, "faster"),
            overall("pyramid", "flask", 0.5, "slower"),
        ],
        "wsgi django flask pyramid",
    )
    assert headline.sentence(this_run) == (
        "Flask is the fastest framework in the one workload: 2.00x [1.90-2.11] the throughput of Pyramid, the next. "
        "Expect 1.64x to 2.43x in another run. "
        "Of the 3, Django comes last: Flask does 2.50x [2.38-2.62] its throughput."
    )


def test_a_variant_is_ranked_only_where_its_app_is_not() -> None:
    suts = [builders.sut(name, label=name.title()) for name in ("wsgi", "flask", "django")]
    raw = builders.sut("flask-raw", key=SutKey("flask", "raw"), label="Raw", variant_of="flask")
    ahead = [overall("flask-raw", other, 2.0, "faster") for other in ("flask", "django")]
    ratios = (*ahead, overall("flask", "django", 1.5, "faster"))
    beside = builders.run([*suts, raw], comparisons=ratios, noise=QUIET)
    assert "Flask" in headline.sentence(beside)
    assert "Raw" not in headline.sentence(beside)
    alone = builders.run([suts[0], suts[2], raw], comparisons=ratios, noise=QUIET)
    assert "Raw" in headline.sentence(alone)


def on_two(comparisons: Iterable[Comparison]) -> Run:
    """Two frameworks on two databases."""
    suts = [
        builders.sut(f"{app}{ending}", key=SutKey(app, database=database), label=f"{app.title()}{on}")
        for app in ("flask", "django")
        for database, ending, on in (("sqlite", "", ""), ("postgresql", "-postgresql", " on PostgreSQL"))
    ]
    return builders.run(suts, comparisons=tuple(comparisons), noise=QUIET)


def test_each_database_has_a_ranking_of_its_own() -> None:
    this_run = on_two(
        [
            overall("flask-postgresql", "flask", 0.5, "slower"),
            overall("django", "flask", 0.4, "slower"),
            overall("django-postgresql", "flask-postgresql", 1.0, "tie"),
            overall("django-postgresql", "flask", 0.5, "slower"),
        ]
    )
    assert headline.sentence(this_run) == (
        "On SQLite, Flask is the fastest framework in the one workload: 2.50x [2.38-2.63] the throughput of Django, "
        "the next. Expect 2.05x to 3.04x in another run. "
        "On PostgreSQL, Flask and Django tie at the top in this run: the ratio is 1.00x [0.95-1.05]."
    )
    lead = headline.lead(this_run)
    assert lead
    assert (lead.sut, lead.baseline) == ("flask", "django")


def test_one_framework_on_two_databases_is_no_ranking() -> None:
    this_run = on_two([overall("flask-postgresql", "flask", 0.5, "slower")])
    alone = replace(this_run, suts=this_run.suts[:2])
    assert headline.sentence(alone) == (
        "There are no two frameworks to compare on one database: see the databases side by side."
    )
    assert headline.lead(alone) is None


def test_no_edition_is_ranked_and_no_floor_in_any() -> None:
    this_run = run(
        [overall("flask", "wsgi", 0.5, "slower"), overall("wsgi@abc", "flask", 2.0, "faster")], "wsgi wsgi@abc flask"
    )
    assert headline.lead(this_run) is None
    older = run([overall("flask@abc", "flask", 2.0, "faster")], "flask flask@abc")
    assert headline.lead(older) is None


def test_who_is_faster_here_by_less_than_runs_come_apart_is_not_called_the_fastest() -> None:
    this_run = run([overall("flask", "django", 1.12, "faster")])
    assert headline.sentence(this_run) == (
        "Flask comes first in the one workload in this run, with 1.12x [1.06-1.18] the throughput of Django. "
        "Expect 0.920x to 1.36x in another run."
    )


def test_one_workload_that_dominates_makes_nobody_the_fastest() -> None:
    """`json` is a hundred times as fast in one of them, and in no mean; it counts in no leading either."""
    this_run = run(
        [
            mean(overall("flask", "django", 1.5, "faster")),
            single("flask", "django", "json", "slower"),
            *(single("flask", "django", name, "faster") for name in RANKED),
        ],
        workloads=WORKLOADS,
    )
    assert headline.sentence(this_run) == (
        "Flask is the fastest framework over the 3 workloads with a database: 1.50x [1.42-1.58] the throughput of "
        "Django, the next. Expect 1.23x to 1.83x in another run. It is faster than all others in each of the "
        "3 workloads."
    )


def test_two_that_reach_the_database_by_other_means_are_not_compared_as_frameworks_alone() -> None:
    suts = [builders.sut("bottle", label="Bottle", data_layer="the driver"), builders.sut("flask", label="Flask")]
    ratio = overall("bottle", "flask", 1.5, "faster")
    data = builders.run(suts, comparisons=(mean(ratio),), noise=QUIET, workloads=WORKLOADS)
    said = "That is framework and data layer together: Bottle uses the driver, Flask sqlite3."
    assert f"the next. {said} Expect" in headline.sentence(data)
    without_data = replace(data, comparisons=(replace(ratio, over=("json",)),))
    assert "data layer" not in headline.sentence(without_data)
    alike = replace(data, suts=tuple(replace(sut, data_layer="sqlite3") for sut in suts))
    assert "data layer" not in headline.sentence(alike)


def test_where_two_lead_by_turns_each_is_named_with_its_workloads() -> None:
    this_run = run(
        [
            mean(overall("flask", "django", 1.05, "inconclusive")),
            single("flask", "django", "read-item", "faster"),
            single("flask", "django", "browse", "faster"),
            single("flask", "django", "create-item", "slower"),
        ],
        workloads=WORKLOADS,
    )
    assert headline.sentence(this_run) == (
        "Flask comes first over the 3 workloads with a database, but whether it is faster than Django is open: "
        "the ratio is 1.05x [1.00-1.10]. Expect 0.863x to 1.28x in another run. "
        "Flask is faster than all others in 2 of 3 workloads and Django in 1 (create-item)."
    )


def test_where_all_tie_nobody_leads() -> None:
    this_run = run(
        [
            mean(overall("flask", "django", 1.01, "tie")),
            *(single("flask", "django", name, "tie") for name in RANKED),
        ],
        workloads=WORKLOADS,
    )
    assert headline.sentence(this_run) == (
        "Flask and Django tie at the top over the 3 workloads with a database in this run: the ratio is "
        "1.01x [0.96-1.06]. Expect 0.830x to 1.23x in another run. In none of the 3 workloads is one faster than all "
        "others."
    )


def test_other_runs_of_the_same_code_narrow_what_is_expected() -> None:
    this_run = run([overall("flask", "django", 1.12, "faster")], workloads=WORKLOADS[1:2])
    suts = tuple(replace(sut, code="ab12") for sut in this_run.suts)
    this_run = replace(this_run, suts=suts)
    others = tuple(
        replace(this_run, run=replace(this_run.run, id=f"2026112{day}T120000Z-quick")) for day in range(3, 9)
    )
    alone, beside = headline.sentence(this_run), headline.sentence(this_run, others)
    assert "Expect 0.920x to 1.36x" in alone
    assert "is the fastest framework" in beside
    changed = tuple(replace(other, suts=tuple(replace(sut, code="cd34") for sut in suts)) for other in others)
    assert headline.sentence(this_run, changed) == alone


@pytest.mark.parametrize("floor", ["wsgi", "asgi"])
def test_a_floor_is_no_framework(floor: str) -> None:
    this_run = run([overall("flask", floor, 0.5, "slower")], f"{floor} flask")
    assert headline.sentence(this_run) == "There is nothing to compare overall: see the tables, workload by workload."
    assert headline.lead(this_run) is None


@pytest.mark.parametrize("failed", ["django", "flask", "pyramid"])
def test_who_failed_somewhere_is_left_out_whoever_it_is(failed: str) -> None:
    everyone = [
        overall("flask", "django", 2.0, "faster"),
        overall("pyramid", "django", 4.0, "faster"),
        overall("pyramid", "flask", 2.0, "faster"),
    ]
    this_run = run([one for one in everyone if failed not in (one.sut, one.baseline)], "django flask pyramid")
    text = headline.sentence(this_run)
    assert "is the fastest framework" in text
    assert failed.title() not in text


def test_noise_above_the_limit_withholds_the_ranking() -> None:
    loud = (Noise("throughput_rps", unbounded(0.123)),)
    this_run = run([overall("flask", "django", 2.0, "faster")], noise=loud)
    assert headline.withheld(this_run)
    assert headline.sentence(this_run) == (
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
    this_run = run(
        [overall("flask", "django", 2.0, "faster"), overall("flask-gunicorn", "django-gunicorn", 0.5, "slower")]
    )
    native = [builders.sut(name, group="native") for name in ("django-gunicorn", "flask-gunicorn")]
    assert headline.sentence(replace(this_run, suts=(*this_run.suts, *native))) == headline.sentence(this_run)


def test_a_run_with_a_failed_check_is_advisory() -> None:
    this_run = run([])
    checks = [Check(title, title, status, 0, 0, "") for title, status in (("A", "fail"), ("B", "warn"), ("C", "fail"))]  # type: ignore[arg-type]
    complete = replace(this_run, run=replace(this_run.run, status="complete"))
    text = headline.advisory(replace(complete, checks=tuple(checks)))
    assert text == 'Advisory only: of the checks below, "A" and "C" failed. Do not choose by these figures.'
    assert headline.advisory(replace(complete, checks=(checks[1],))) is None


def test_a_partial_run_is_advisory_and_says_so_beside_what_failed() -> None:
    this_run = run([])
    assert headline.advisory(this_run) == (
        "Advisory only: the run is partial, with 0 rounds. Do not choose by these figures."
    )
    checks = (Check("noise-floor", "Noise floor", "fail", 0, 0, ""),)
    assert headline.advisory(replace(this_run, checks=checks)) == (
        'Advisory only: the run is partial, with 0 rounds, and of the checks below, "Noise floor" failed. '
        "Do not choose by these figures."
    )


def test_one_sut_is_compared_with_nothing() -> None:
    lone = builders.run([builders.sut("flask")], builders.steady({"flask": 1000.0}))
    assert headline.sentence(lone) == "Only Flask 1.0 was measured: there is nothing to compare it with."


def test_calls_in_process_are_told_as_such() -> None:
    info = WorkloadInfo("json-in-process", "json", "Small JSON", "micro", "json")
    this_run = builders.run([builders.sut("flask"), builders.sut("wsgi")], (), (info,))
    assert headline.sentence(this_run).startswith("Measured in process only")
