"""Which runs have a say in what a ratio will be elsewhere, and what comes of it."""

from dataclasses import replace
from typing import Any

import pytest

from bench.analysis.elsewhere import Outlooks, same_ground
from bench.estimate import Estimate, unbounded
from bench.store.described import SutInfo
from bench.store.results import Noise, Run
from bench.store.spreads import OVERALL
from tests import builders

FLASK = replace(builders.sut("flask"), code="aa")
DJANGO = replace(builders.sut("django"), code="bb")
RATIO = builders.comparison("flask", "django", None, "throughput_rps", 1.2, 1.15, 1.25, "faster")
NOISE = (Noise("throughput_rps", Estimate(0.01, 0.0, 0.02)),)


def run(name: str = "20261122T120000Z-quick", suts: tuple[SutInfo, ...] = (FLASK, DJANGO), **changes: Any) -> Run:
    bare = builders.run(suts, comparisons=(RATIO,), noise=NOISE, **changes)
    return replace(bare, run=replace(bare.run, id=name))


OTHER = run("20261123T120000Z-quick")


def test_a_run_has_a_say_in_another_but_not_in_itself() -> None:
    assert same_ground(run(), OTHER, RATIO)
    assert not same_ground(run(), run(), RATIO)
    of_another = replace(run(), environment=replace(run().environment, fingerprint="another00000"))
    assert same_ground(run(), of_another, RATIO), "begun in the same second on another machine"


@pytest.mark.parametrize(
    "changed",
    [
        (replace(FLASK, code="cc"), DJANGO),
        (FLASK, replace(DJANGO, versions={"django": "6.0"})),
        (FLASK, replace(DJANGO, server="granian 99")),
        (FLASK, replace(DJANGO, data_layer="raw SQL")),
        (FLASK,),
    ],
)
def test_whoever_changed_on_either_side_leaves_it_out(changed: tuple[SutInfo, ...]) -> None:
    assert not same_ground(run(), replace(OTHER, suts=changed), RATIO)


def test_so_does_a_workload_that_was_driven_otherwise() -> None:
    (workload,) = OTHER.workloads
    assert not same_ground(run(), replace(OTHER, workloads=(replace(workload, concurrency=99),)), RATIO)
    alone = replace(RATIO, workload=workload.id)
    assert same_ground(run(), OTHER, alone)
    assert not same_ground(run(), OTHER, replace(RATIO, workload="browse"))


@pytest.mark.parametrize(("versions", "known"), [({"sqlite": "3.99"}, False), ({"mysql": "11.8"}, True), ({}, True)])
def test_so_does_another_version_of_the_database_that_they_are_on(versions: dict[str, str], known: bool) -> None:
    other = replace(OTHER, environment=replace(OTHER.environment, databases=versions))
    assert same_ground(run(), other, RATIO) == known


@pytest.mark.parametrize(("rate", "near"), [(700.0, True), (530.0, True), (520.0, False), (190.0, False)])
def test_response_times_at_another_arrival_rate_are_other_figures(rate: float, near: bool) -> None:
    (workload,) = OTHER.workloads
    alone = replace(RATIO, workload=workload.id)
    mine, theirs = (
        replace(one, workloads=(replace(workload, kind="open", arrival_rate_rps=at),))
        for one, at in ((run(), 700.0), (OTHER, rate))
    )
    assert same_ground(mine, theirs, alone) == same_ground(theirs, mine, alone) == near


def test_where_the_code_is_not_known_the_commit_decides() -> None:
    old = tuple(replace(sut, code="") for sut in (FLASK, DJANGO))
    mine, theirs = replace(run(), suts=old), replace(OTHER, suts=old)
    assert same_ground(mine, theirs, RATIO) == (mine.environment.commit is not None and not mine.environment.dirty)
    later = replace(theirs, environment=replace(theirs.environment, commit="ffffffffffff"))
    assert not same_ground(mine, later, RATIO)
    dirty = [replace(one, environment=replace(one.environment, dirty=True)) for one in (mine, theirs)]
    assert not same_ground(*dirty, RATIO)


def test_the_outlook_is_that_of_all_runs_that_have_a_say() -> None:
    spreads = {(OVERALL, "throughput_rps"): 0.05}
    alone, beside = Outlooks(run(), (), spreads).of(RATIO), Outlooks(run(), (OTHER,) * 9, spreads).of(RATIO)
    assert alone and beside
    assert (alone.runs, beside.runs) == (1, 10)
    assert (alone.verdict, beside.verdict) == ("inconclusive", "faster")
    assert beside.ratio.half_width < alone.ratio.half_width
    assert Outlooks(run(), (), spreads).of(replace(RATIO, here=unbounded(1.2))) is None
