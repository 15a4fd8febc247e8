"""Runs of machines that are made up: all that a report needs, from rounds on."""

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from typing import Any

from bench.analysis import combination, derive
from bench.report.combined import view
from bench.report.combined.view import CombinedView
from bench.store.results import Cell, Run
from tests import builders
from tests.builders import MIX, READ

AGREEING = {"wsgi": 4000.0, "flask": 1250.0, "django": 800.0}
OTHERWISE = {"wsgi": 4000.0, "flask": 800.0, "django": 1250.0}


def run(speeds: Mapping[str, float], machine: str, day: int = 22, **environment: Any) -> Run:
    """Six rounds of two workloads on a machine; nothing in it failed."""
    rounds = builders.steady(speeds, rounds=6)
    rounds = [replace(one, cells=(*one.cells, *map(_mixed, one.cells))) for one in rounds]
    bare = builders.run(map(builders.sut, speeds), rounds, (READ, MIX))
    info = replace(bare.run, id=f"202611{day}T120000Z-quick", status="complete")
    facts = {"fingerprint": machine, "cpu": f"CPU of {machine}"} | environment
    known = replace(bare, run=info, environment=replace(bare.environment, **facts))
    return derive.derive(known, lambda *_: None)


def _mixed(cell: Cell) -> Cell:
    return replace(cell, workload=MIX.id)


@cache
def agreeing() -> CombinedView:
    """Two machines that say nearly the same."""
    return view.build(combination.of([run(AGREEING, "aa"), run(AGREEING | {"flask": 1320.0}, "bb", 23)]))


@cache
def contradicting() -> CombinedView:
    """Two machines on which another framework is faster."""
    return view.build(combination.of([run(AGREEING, "aa"), run(OTHERWISE, "bb", 23)]))


def poisoned(text: str) -> CombinedView:
    """Two machines with `text` wherever a text comes from outside."""
    return view.build(combination.of([_poisoned(run(AGREEING, name), text) for name in ("aa", "bb")]))


def _poisoned(clean: Run, text: str) -> Run:
    return replace(
        clean,
        run=replace(clean.run, started_at=text, command=text),
        environment=replace(builders.foreign(clean.environment, text), fingerprint=clean.environment.fingerprint),
        suts=tuple(replace(sut, label=f"{sut.id} {text}", server=text, data_layer=text) for sut in clean.suts),
        workloads=tuple(replace(workload, title=text) for workload in clean.workloads),
        measurements=tuple(replace(seen, note=text) for seen in clean.measurements),
        checks=tuple(replace(check, title=text, detail=text, status="warn") for check in clean.checks),
    )


def on_two_databases(run: Run) -> Run:
    """The run as it would be if its last SUT had been on PostgreSQL."""
    *suts, last = run.suts
    moved = replace(last, key=replace(last.key, database="postgresql"), label=f"{last.label} on PostgreSQL")
    more = (replace(sut, label=f"{sut.label} on SQLite") for sut in suts)
    return replace(run, suts=(*more, moved))
