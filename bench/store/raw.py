"""The raw times of a run: one NumPy file for each round and workload, in the run's folder."""

import zipfile
import zlib
from functools import lru_cache
from pathlib import Path

import numpy as np

from bench.statistics.latency import Times


def path(folder: Path, number: int, workload: str) -> Path:
    """The file with the times of one round and workload."""
    return folder / "raw" / f"{number:03d}-{workload}.npz"


def times(folder: Path, number: int, workload: str, series: str) -> Times | None:
    """Times in seconds, of the `series` as the generator named it; None where they were not kept."""
    file = path(folder, number, workload)
    return _load(file).get(series) if file.is_file() else None


@lru_cache(maxsize=4096)
def _load(file: Path) -> dict[str, Times]:
    try:
        with file.open("rb") as stream, np.load(stream) as arrays:
            return {name: arrays[name].astype(np.float64) for name in arrays.files}
    except (OSError, EOFError, ValueError, zipfile.BadZipFile, zlib.error):
        return {}
