"""What other tools are handed: their formats, only CPU, and inert whatever an app calls itself."""

import json
import math
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import jsonschema
import pytest

from bench.analysis import derive
from bench.errors import UsageError
from bench.estimate import Estimate, unbounded
from bench.report import exports
from bench.store import storage
from bench.store.results import Run
from bench.workspace import ROOT
from tests import builders
from tests.report import runs

BMF = {
    "type": "object",
    "minProperties": 1,
    "propertyNames": {"maxLength": 1024, "pattern": r"\S"},
    "additionalProperties": {
        "type": "object",
        "minProperties": 1,
        "propertyNames": {"maxLength": 64, "pattern": "^[a-z0-9]+(-[a-z0-9]+)*$"},
        "additionalProperties": {
            "type": "object",
            "properties": {name: {"type": "number"} for name in ("value", "lower_value", "upper_value")},
            "required": ["value"],
            "additionalProperties": False,
            "dependentRequired": {"lower_value": ["upper_value"], "upper_value": ["lower_value"]},
        },
    },
}
"""Bencher Metric Format: benchmarks by name, their measures by slug, and for each a value with or without its ends."""

GITHUB_ACTION_BENCHMARK = {
    "type": "array",
    "minItems": 1,
    "items": {
        "type": "object",
        "properties": {
            **{name: {"type": "string", "minLength": 1} for name in ("name", "unit", "range", "extra")},
            "value": {"type": "number"},
        },
        "required": ["name", "unit", "value"],
        "additionalProperties": False,
    },
}

SCHEMAS = {"bencher": BMF, "github-action-benchmark": GITHUB_ACTION_BENCHMARK}


@pytest.fixture(scope="module")
def reference() -> Run:
    return storage.load(ROOT / "results" / "reference")


def exported(run: Run, form: str) -> Any:
    document = json.loads(exports.render(run, form), parse_constant=pytest.fail)
    jsonschema.validate(document, SCHEMAS[form], jsonschema.Draft202012Validator)
    return document


def test_every_format_has_its_schema_here() -> None:
    assert set(exports.FORMATS) == set(SCHEMAS)


@pytest.mark.parametrize("form", SCHEMAS)
@pytest.mark.parametrize(
    "make", [runs.make, lambda: runs.make(native=True, rounds=1), lambda: runs.make(failed="flask")]
)
def test_any_run_keeps_the_format(make: Callable[[], Run], form: str) -> None:
    exported(make(), form)


def test_bencher_has_the_estimates_of_the_run(reference: Run) -> None:
    document = exported(reference, "bencher")
    (cost,) = [
        measurement
        for measurement in reference.measurements
        if (measurement.sut, measurement.workload, measurement.metric) == ("flask", "read-item", "cpu_us_per_request")
    ]
    assert document["flask/read-item"]["cpu-us-per-request"] == {
        "value": cost.estimate.value,
        "lower_value": cost.estimate.low,
        "upper_value": cost.estimate.high,
    }
    ratio = document["flask/closed-workloads"]["cpu-ratio-to-floor"]
    assert 1 < ratio["lower_value"] < ratio["value"] < ratio["upper_value"]


def test_a_ratio_is_over_the_floor_whatever_the_baseline(reference: Run) -> None:
    document = exported(reference, "bencher")
    assert exported(replace(reference, baseline="flask"), "bencher") == document
    for name, measures in document.items():
        sut, _, workload = name.partition("/")
        if workload == "crawl":
            continue
        assert ("cpu-ratio-to-floor" in measures) == (sut != "wsgi")
        if sut != "wsgi" and workload != "closed-workloads":
            floor = document[f"wsgi/{workload}"]["cpu-us-per-request"]["value"]
            plain = measures["cpu-us-per-request"]["value"] / floor
            assert measures["cpu-ratio-to-floor"]["value"] == pytest.approx(plain, rel=0.05)


def test_a_ratio_is_over_the_floor_of_the_same_interface() -> None:
    rps = {"wsgi": 4000.0, "flask": 1000.0, "asgi": 3000.0, "starlette": 1500.0}
    suts = [builders.sut(name, interface="wsgi" if name in ("wsgi", "flask") else "asgi") for name in rps]
    document = exported(derive.derive(builders.run(suts, builders.steady(rps)), lambda *_: None), "bencher")
    ratios = {
        name: measures["cpu-ratio-to-floor"]["value"] for name, measures in document.items() if len(measures) == 2
    }
    assert ratios == {"flask/read-item": pytest.approx(4, rel=0.02), "starlette/read-item": pytest.approx(2, rel=0.02)}


def test_instructions_are_handed_on_where_they_were_counted() -> None:
    run = runs.make(suts=2, inside=("json",), counted=True)
    (counted,) = [
        measurement
        for measurement in run.measurements
        if (measurement.sut, measurement.metric) == ("flask", "call_instructions")
    ]
    measures = exported(run, "bencher")["flask/json-in-process"]
    assert measures["instructions-per-call"]["value"] == counted.estimate.value
    assert "flask/json-in-process: instructions per call" in {
        benchmark["name"] for benchmark in exported(run, "github-action-benchmark")
    }


def test_both_formats_say_the_same(reference: Run) -> None:
    one, other = exported(reference, "bencher"), exported(reference, "github-action-benchmark")
    assert sorted(row["value"] for row in other) == sorted(
        metric["value"] for measures in one.values() for metric in measures.values()
    )
    names = [row["name"] for row in other]
    assert len(set(names)) == len(names)
    assert {row["unit"] for row in other} == {"µs", "x"}


def test_nothing_is_exported_that_depends_on_the_wall_clock(reference: Run) -> None:
    assert {name for measures in exported(reference, "bencher").values() for name in measures} == {
        "cpu-us-per-request",
        "cpu-ratio-to-floor",
        "server-cpu-us-per-page",
    }


def test_a_point_says_how_much_was_measured_and_which_checks_failed(reference: Run) -> None:
    quiet = replace(reference, checks=tuple(replace(check, status="pass") for check in reference.checks))
    (extra,) = {benchmark["extra"] for benchmark in exported(quiet, "github-action-benchmark")}
    assert extra == f"run {reference.run.id}, {len(reference.rounds)} rounds; ranges are 95 % intervals"
    doubtful = replace(quiet, checks=(replace(quiet.checks[0], status="fail"), *quiet.checks[1:]))
    (extra,) = {benchmark["extra"] for benchmark in exported(doubtful, "github-action-benchmark")}
    assert extra.endswith(f"; checks that failed: {quiet.checks[0].id}")


def test_an_estimate_without_an_interval_has_no_ends(reference: Run) -> None:
    bare = replace(
        reference,
        measurements=tuple(
            replace(measurement, estimate=unbounded(measurement.estimate.value))
            for measurement in reference.measurements
        ),
        comparisons=tuple(
            replace(comparison, here=unbounded(comparison.here.value)) for comparison in reference.comparisons
        ),
    )
    for measures in exported(bare, "bencher").values():
        assert all(set(metric) == {"value"} for metric in measures.values())
    assert all("range" not in benchmark for benchmark in exported(bare, "github-action-benchmark"))


def test_what_is_no_number_is_left_out(reference: Run) -> None:
    spoilt = tuple(
        replace(measurement, estimate=Estimate(math.inf, 0.0, math.inf))
        if measurement.workload == "browse"
        else measurement
        for measurement in reference.measurements
    )
    document = exported(replace(reference, measurements=spoilt), "bencher")
    assert "cpu-us-per-request" not in document["flask/browse"]
    assert "wsgi/browse" not in document


@pytest.mark.parametrize("form", SCHEMAS)
def test_without_cpu_there_is_nothing_to_export(reference: Run, form: str) -> None:
    with pytest.raises(UsageError, match="no CPU per request"):
        exports.render(replace(reference, measurements=(), comparisons=()), form)


@pytest.mark.parametrize("form", SCHEMAS)
def test_a_comparison_of_editions_begins_no_series_and_enters_none(reference: Run, form: str) -> None:
    older = replace(reference.suts[0], id="flask@abc", base_of="flask")
    with pytest.raises(UsageError, match="belongs to no series: export a run without --against"):
        exports.render(replace(reference, suts=(*reference.suts, older)), form)


@pytest.mark.parametrize("form", SCHEMAS)
def test_labels_are_not_exported_and_hostile_ids_are_inert(form: str) -> None:
    plain = runs.make()
    suts = tuple(replace(sut, label=runs.HOSTILE, server=runs.HOSTILE) for sut in plain.suts)
    workloads = tuple(replace(workload, title=runs.HOSTILE) for workload in plain.workloads)
    poisoned = replace(plain, suts=suts, workloads=workloads)
    assert exports.render(poisoned, form) == exports.render(plain, form), "labels have no part in it"
    text = "</script><img src=x> & \x1b[31m\x9b2J\u202e\x00"
    renamed = exports.render(_renamed(plain, "flask", text), form)
    assert set("<>&").isdisjoint(renamed)
    assert renamed.isascii()
    assert renamed.replace("\n", "").isprintable()
    assert "\\u001b" not in renamed, "nor when the tool has read it"
    exported(_renamed(plain, "flask", text), form)


def _renamed(run: Run, sut: str, to: str) -> Run:
    """The run with another id for a SUT, as somebody's altered file may have it."""
    return replace(
        run,
        measurements=tuple(
            replace(measurement, sut=to) if measurement.sut == sut else measurement for measurement in run.measurements
        ),
        comparisons=tuple(
            replace(
                comparison,
                sut=to if comparison.sut == sut else comparison.sut,
                baseline=to if comparison.baseline == sut else comparison.baseline,
            )
            for comparison in run.comparisons
        ),
    )
