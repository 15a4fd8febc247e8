"""What two runs must have in common for a ratio of one to say something of the other."""

from dataclasses import replace
from typing import Any

import pytest

from bench.analysis import grounds
from bench.store.described import SutInfo
from bench.store.results import Run
from tests import builders
from tests.builders import READ

FLASK, FLOOR = (replace(builders.sut(name), code=name) for name in ("flask", "wsgi"))
METRIC = "cpu_us_per_request"
RATIO = builders.comparison("flask", "wsgi", None, METRIC, 4.0, 3.9, 4.1, "slower")


def run(**changes: Any) -> Run:
    return builders.run((FLASK, FLOOR), **{"comparisons": (RATIO,), "workloads": (READ,)} | changes)


def ground(run: Run, flask: SutInfo = FLASK, floor: SutInfo = FLOOR) -> str:
    return grounds.of(run, flask, floor, METRIC)


def surrounded(**changes: Any) -> Run:
    return replace(run(), environment=replace(run().environment, **changes))


@pytest.mark.parametrize("changes", [{"fingerprint": "b"}, {"cpu": "b"}, {"kernel": "b"}, {"pinning": "b"}])
def test_what_belongs_to_the_machine_is_no_part_of_it(changes: dict[str, Any]) -> None:
    assert ground(surrounded(**changes)) == ground(run())


@pytest.mark.parametrize(
    "changes",
    [{"python": "CPython 3.13.0"}, {"databases": {"sqlite": "3.99"}}, {"contract": "2.0"}],
)
def test_what_the_suite_brings_is(changes: dict[str, Any]) -> None:
    assert ground(surrounded(**changes)) != ground(run())


@pytest.mark.parametrize("side", ["flask", "floor"])
@pytest.mark.parametrize(
    "changes", [{"code": "b"}, {"versions": {"flask": "3.0"}}, {"server": "granian 99"}, {"data_layer": "raw SQL"}]
)
def test_so_is_what_either_sut_consists_of(side: str, changes: dict[str, Any]) -> None:
    changed = {side: replace({"flask": FLASK, "floor": FLOOR}[side], **changes)}
    assert ground(run(), **changed) != ground(run())


def test_so_are_the_workloads_that_the_mean_is_over_and_the_generators() -> None:
    assert ground(run(comparisons=(replace(RATIO, over=("browse",)),))) != ground(run())
    assert ground(run(comparisons=(replace(RATIO, over=(READ.id,)),))) == ground(run())
    assert ground(replace(run(), plan=replace(run().plan, generators=2))) != ground(run())


def test_without_digests_of_the_code_the_commit_decides_where_it_is_known() -> None:
    old = replace(FLASK, code="")
    first, second = (surrounded(commit=commit, dirty=False) for commit in ("a", "b"))
    assert ground(first, old)
    assert ground(first, old) != ground(second, old)
    assert ground(first, old) == ground(surrounded(commit="a", dirty=False, fingerprint="b"), old)
    assert ground(surrounded(commit="a", dirty=True), old) == ""
    assert ground(surrounded(commit=None, dirty=False), old) == ""
