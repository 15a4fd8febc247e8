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

Spreads = Mapping[tuple[str, str], float]
"""Standard deviations of log ratios from run to run, by kind of workload (or OVERALL) and metric."""


@cache
def shipped() -> Spreads:
    """The spreads that come with the suite."""
    kept = json.loads(FILE.read_text("utf-8"))
    return {(entry["kind"], entry["metric"]): entry["spread"] for entry in kept["spreads"]}


def save(path: Path, runs: int, machines: int, entries: list[dict[str, Any]]) -> None:
    """Write spreads, each with the number of pairs that it comes from; raises StorageError where that fails."""
    content = {"runs": runs, "machines": machines, "spreads": entries}
    storage.write(path, json.dumps(content, indent=1) + "\n")
