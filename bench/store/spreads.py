"""How far ratios came apart from run to run, on all machines so far: a file that comes with the suite."""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from bench.store import storage

FILE = Path(__file__).with_name("spreads.json")
OVERALL = "overall"
"""In place of a kind of workload: the mean of all closed ones."""
USUAL = 0.05
"""The standard deviation of a log ratio that is assumed where none was measured."""

_MACHINES = 3
"""Runs of fewer machines than these say too little of how far ratios come apart between machines."""

Spreads = Mapping[tuple[str, str], float]
"""Standard deviations of log ratios from run to run, by kind of workload (or OVERALL) and metric."""


@cache
def shipped() -> Spreads:
    """The spreads that come with the suite."""
    return promised(json.loads(FILE.read_text("utf-8")))


def promised(kept: Mapping[str, Any]) -> Spreads:
    """The spreads of a file, but never less than `least` of the machines that they come from."""
    floor = least(kept["machines"])
    return {(entry["kind"], entry["metric"]): max(entry["spread"], floor) for entry in kept["spreads"]}


def least(machines: int) -> float:
    """The least spread that runs of so many machines allow to promise: `USUAL` where they are fewer than three.

    Runs of one machine agree better with each other than with those of another.
    """
    return USUAL if machines < _MACHINES else 0.0


def save(path: Path, runs: int, machines: int, entries: list[dict[str, Any]]) -> None:
    """Write spreads, each with the number of pairs that it comes from; raises StorageError where that fails."""
    content = {"runs": runs, "machines": machines, "spreads": entries}
    storage.write(path, json.dumps(content, indent=1) + "\n")
