"""The raw times of a run: one NumPy file a round and workload, in the run's folder."""

import zipfile
from functools import lru_cache
from pathlib import Path

import numpy as np

from bench.latency import Times


def path(folder: Path, number: int, workload: str) -> Path:
    """Where the times of one round and workload stand."""
    return folder / "raw" / f"{number:03d}-{workload}.npz"


def times(folder: Path, number: int, workload: str, series: str) -> Times | None:
    """Times in seconds: `series` is a SUT, or for an open loop also SUT.service or SUT.lag; None where they were not
    kept.
    """
    return _load(path(folder, number, workload)).get(series)


@lru_cache(maxsize=4096)
def _load(file: Path) -> dict[str, Times]:
    try:
        with np.load(file) as arrays:
            return {name: arrays[name].astype(np.float64) for name in arrays.files}
    except (OSError, ValueError, zipfile.BadZipFile):
        return {}
