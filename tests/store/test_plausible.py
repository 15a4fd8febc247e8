"""A stored run with figures that no measurement gives is refused in one sentence."""

import copy
import json
import math
from typing import Any

import pytest

from bench.errors import StorageError
from bench.store import plausible, storage
from bench.store.results import Run
from tests import builders

STORED = json.loads(storage.as_json(builders.run([builders.sut("wsgi")], builders.steady({"wsgi": 1000.0}, rounds=1))))
CELL = ("rounds", 0, "cells", 0)


def changed(path: tuple[Any, ...], value: Any) -> str:
    whole = part = copy.deepcopy(STORED)
    for key in path[:-1]:
        part = part[key]
    part[path[-1]] = value
    return json.dumps(whole)


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        ((*CELL, "busy_s"), math.nan, "busy_s is nan, which no measurement gives"),
        ((*CELL, "response_p50_s"), -0.5, "rounds.0.cells.0.response_p50_s is -0.5, which no measurement gives"),
        ((*CELL, "cpu_ns"), 10**30, "cpu_ns is inf, which no measurement gives"),
        ((*CELL, "workload"), "x", "rounds.0.cells.0 is of a workload that the run does not have: x"),
        ((*CELL, "requests"), -1, "requests is -1, which no measurement gives"),
        ((*CELL, "busy_s"), 0, "rounds.0.cells.0.busy_s is 0, which no measurement gives"),
        (("rounds", 0, "wall_s"), math.inf, "rounds.0.wall_s is inf, which no measurement gives"),
        (("rounds", 0, "start_s", "wsgi"), "soon", "valid number"),
        (("environment", "memory_bytes"), 1e300, "environment.memory_bytes is 1e+300, which no measurement gives"),
    ],
)
def test_what_no_measurement_gives_is_named(path: tuple[Any, ...], value: Any, said: str) -> None:
    with pytest.raises(StorageError) as refused:
        storage.parse(changed(path, value), "run.json")
    assert str(refused.value).startswith("run.json is not a stored run: ")
    assert said in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_number_longer_than_python_reads_is_a_sentence() -> None:
    with pytest.raises(StorageError, match=r"is not a stored run: Exceeds the limit"):
        storage.parse(changed((*CELL, "cpu_ns"), 1).replace('"cpu_ns": 1,', f'"cpu_ns": 1{"0" * 5000},'), "run.json")


def test_every_run_that_was_measured_is_plausible(stored_runs: list[Run]) -> None:
    for run in stored_runs:
        assert plausible.complaint(json.loads(storage.as_json(run))) == ""


@pytest.fixture
def stored_runs() -> list[Run]:
    from bench.workspace import ROOT

    folders = [ROOT / "results" / "reference", *sorted((ROOT / "tests" / "store" / "data").glob("*.json"))]
    return [storage.load(folder) for folder in folders]


@pytest.mark.parametrize("error", [KeyError("x"), ZeroDivisionError(), ValueError("math domain error")])
def test_what_contradicts_itself_is_a_sentence(error: Exception) -> None:
    with pytest.raises(StorageError, match=r"^The run a contradicts itself \(.*\)\. If"), plausible.consistent("a"):
        raise error
