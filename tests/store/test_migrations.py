"""Runs that an older version stored are read as if this one had."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bench.analysis import derive
from bench.contract import ALIKE
from bench.identity import SutKey, WorkloadKey
from bench.store import migrations, storage
from bench.store.results import SCHEMA_VERSION

DATA = Path(__file__).parent / "data"


@pytest.mark.parametrize("path", sorted(DATA.glob("run-v*.json")), ids=lambda path: path.stem)
def test_a_run_of_each_version_is_read(path: Path) -> None:
    loaded = storage.load(path)
    assert loaded.schema_version == SCHEMA_VERSION
    assert loaded.environment.contract == "1.0"
    assert loaded.rounds
    assert [sut.key.id for sut in loaded.suts] == [sut.id for sut in loaded.suts]
    assert [WorkloadKey(workload.name, workload.kind, workload.arrival_share).id for workload in loaded.workloads] == [
        workload.id for workload in loaded.workloads
    ]
    assert {sut.key.app for sut in loaded.suts} <= set(loaded.plan.verified)


def test_what_is_derived_again_is_what_was_stored() -> None:
    loaded = storage.load(DATA / "run-v2-editions.json")
    again = derive.derive(loaded, lambda *_: None)
    # What an overall ratio is the mean over was not stored then.
    comparisons = tuple(replace(one, over=()) for one in again.comparisons)
    # A note is how a figure is read today; the figure stays.
    figures, stored = (tuple(replace(one, note=None) for one in run.measurements) for run in (again, loaded))
    assert (figures, comparisons, again.noise) == (stored, loaded.comparisons, loaded.noise)


def test_what_identifies_a_sut_and_a_workload_was_in_their_ids() -> None:
    loaded = storage.load(DATA / "run-v2-editions.json")
    suts = {sut.id: sut for sut in loaded.suts}
    assert suts["flask-gunicorn@3.1.2"].key == SutKey("flask", server="gunicorn", edition="3.1.2")
    assert suts["wsgi"].key == SutKey("wsgi")
    assert [workload.name for workload in loaded.workloads] == [
        "read-item",
        "crud-mix",
        "crud-mix",
        "crud-mix",
        "crud-mix",
        "json",
        "read-item",
    ]


def test_what_is_no_run_is_left_to_whoever_checks_the_whole() -> None:
    odd = {"schema_version": 2, "suts": {"id": "x"}, "workloads": ["x"], "plan": 3}
    assert migrations.upgrade(odd) == odd | {"schema_version": SCHEMA_VERSION}


def test_there_is_a_stored_run_of_every_older_version() -> None:
    stored = {json.loads(path.read_text("utf-8"))["schema_version"] for path in DATA.glob("run-v*.json")}
    assert stored == set(range(1, SCHEMA_VERSION))


def test_what_is_up_to_date_is_left_alone() -> None:
    stored = {"schema_version": SCHEMA_VERSION, "anything": 1}
    assert migrations.upgrade(stored) is stored


def test_a_fact_that_was_written_down_is_kept() -> None:
    stored = {"schema_version": 1, "environment": {"contract": "0.9", "cpu": "x"}}
    assert migrations.upgrade(stored)["environment"] == {"contract": "0.9", "cpu": "x", "tools": {}, "databases": {}}
    assert "1.0" in ALIKE, "a run of version 1 of the schema is of this version of the contract"


@pytest.mark.parametrize("version", [0, SCHEMA_VERSION + 1, "1", None, True, 1.0, []])
def test_a_version_that_never_was_is_refused(version: object) -> None:
    with pytest.raises(ValueError, match="schema version"):
        migrations.upgrade({"schema_version": version, "environment": {}})


@pytest.mark.parametrize("path", sorted(DATA.glob("run-v*.json")), ids=lambda path: path.stem)
def test_figures_and_verdicts_are_the_same_to_the_last_digit(path: Path) -> None:
    stored, loaded = json.loads(path.read_text("utf-8")), storage.load(path)
    for before, after in zip(stored["measurements"], loaded.measurements, strict=True):
        assert figures(before, "value") == (after.estimate.value, *after.estimate.ends)
    for before, after in zip(stored["comparisons"], loaded.comparisons, strict=True):
        assert (*figures(before, "ratio"), before["verdict"]) == (after.here.value, *after.here.ends, after.verdict)
    for before, after in zip(stored["noise"], loaded.noise, strict=True):
        assert figures(before, "value") == (after.estimate.value, *after.estimate.ends)


def figures(stored: dict[str, Any], value: str) -> tuple[float | None, ...]:
    return stored[value], stored["low"], stored["high"]
