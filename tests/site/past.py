"""Histories made by hand: runs of one kind, day after day, with a change where one is wanted."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

from bench.analysis import derive, history
from bench.analysis.history import Trend
from bench.store import storage
from bench.store.results import Cell, Round, Run
from tests import builders
from tests.builders import MIX, READ, sut

CPU_US = {"wsgi": 50.0, "flask": 200.0, "django": 400.0}
RPS = {"wsgi": 8000.0, "flask": 3000.0, "django": 1500.0}


@cache
def run(day: int, profile: str = "quick", flask: float = 1.0) -> Run:
    """The run of a day in November: three rounds, in which Flask costs `flask` times what it usually does."""
    rng = Random(f"{day} {profile}")
    luck = {name: math.exp(rng.gauss(0, 0.01)) for name in CPU_US}
    luck["flask"] *= flask
    rounds = [_round(number, luck, rng) for number in (1, 2, 3)]
    bare = builders.run([sut(name) for name in CPU_US], rounds, (READ, MIX))
    info = replace(bare.run, id=f"202611{day:02d}T040000Z-{profile}", profile=profile, status="complete")
    environment = replace(bare.environment, commit=f"{day:012x}")
    return derive.derive(replace(bare, run=info, environment=environment), lambda *_: None)


def stepping(days: int = 10, at: int = 7, by: float = 1.15) -> list[Run]:
    """A run a day; from day `at` on, Flask has another version and costs `by` times as much."""
    return [run(day) if day < at else upgraded(run(day, flask=by)) for day in range(1, days + 1)]


def upgraded(run: Run) -> Run:
    """The same with Flask 1.1 in it."""
    changed = {"label": "Flask 1.1", "versions": {"python": "3.11.7", "flask": "1.1"}}
    return replace(run, suts=tuple(replace(sut, **changed) if sut.id == "flask" else sut for sut in run.suts))


def store(runs: list[Run], results: Path) -> Path:
    """The runs in folders called by their ids."""
    for stored_run in runs:
        storage.save(stored_run, results / stored_run.run.id)
    return results


def _round(number: int, luck: Mapping[str, float], rng: Random) -> Round:
    cells: list[Cell] = []
    twin_of = list(CPU_US)[number % len(CPU_US)]
    for name in (*CPU_US, "twin"):
        like = twin_of if name == "twin" else name
        for workload, weight in ((READ, 1.0), (MIX, 2.0)):
            cpu_us = CPU_US[like] * weight * luck[like] * math.exp(rng.gauss(0, 0.005))
            cells.append(builders.cell(name, workload.id, RPS[like] / weight, cpu_us))
    return builders.one_round(number, cells, twin_of)


def trends(runs: Iterable[Run]) -> tuple[Trend, ...]:
    """The lines through some runs."""
    return history.trends(history.points(run).items() for run in runs)


def poisoned(run: Run, text: str) -> Run:
    """The run with `text` wherever a text comes from outside, names of SUTs and workloads too, and still on a line."""

    def called(name: str | None) -> str | None:
        return None if name is None else f"{name} {text}"

    def renamed(figure: Any) -> Any:
        names = {
            name: called(getattr(figure, name)) for name in ("sut", "baseline", "workload") if hasattr(figure, name)
        }
        return replace(figure, **names)

    suts = (
        replace(sut, id=called(sut.id), label=text, server=text, data_layer=text, notes=(text,), versions={text: text})
        for sut in run.suts
    )
    workloads = (
        replace(workload, id=called(workload.id), title=text, operation_mix=text) for workload in run.workloads
    )
    rounds = (
        replace(round_, cells=tuple(map(renamed, round_.cells)), twin_of=called(round_.twin_of), start_s={})
        for round_ in run.rounds
    )
    return replace(
        run,
        run=replace(run.run, command=text, started_at=text, profile=f"quick {text}"),
        environment=builders.foreign(run.environment, text),
        suts=tuple(suts),
        workloads=tuple(workloads),
        baseline=str(called(run.baseline)),
        rounds=tuple(rounds),
        measurements=tuple(replace(renamed(measurement), note=text) for measurement in run.measurements),
        comparisons=tuple(map(renamed, run.comparisons)),
        checks=tuple(replace(check, title=text, detail=text) for check in run.checks),
    )
