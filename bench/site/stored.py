"""All runs stored on this machine, and the unreadable ones with the reason for each."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from bench.errors import StorageError
from bench.store import archive, storage
from bench.store.results import Run

_ID = re.compile(r"\d{8}T\d{6}Z-[a-z0-9]{1,20}(-[a-z0-9]{1,20}){0,2}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Stored:
    """Runs by id, and a sentence for each that was passed over."""

    runs: dict[str, Run]
    faults: tuple[str, ...] = ()


def is_id(text: object) -> bool:
    """Whether this is the id of a run, and so safe as a folder's name: `20261122T165319Z-quick`."""
    return isinstance(text, str) and _ID.fullmatch(text) is not None


def read(results: Path) -> Stored:
    """Every folder of `results` with a run in it. Where two hold the same run, as a reference copied from one, the one
    that is called by its id counts.
    """
    runs: dict[str, Run] = {}
    faults = []
    for folder in sorted(_folders(results), key=lambda place: (not is_id(place.name), place.name)):
        try:
            run = storage.load(folder)
        except StorageError as error:
            faults.append(f"Left out: {error}")
            continue
        if is_id(run.run.id):
            runs.setdefault(run.run.id, run)
        else:
            faults.append(f"Left out: {folder / 'run.json'} has the id {run.run.id[:80]!r}, not that of a run.")
    return Stored(runs, tuple(faults))


def _folders(results: Path) -> Iterable[Path]:
    if not results.is_dir():
        return ()
    return (path for path in results.iterdir() if path.is_dir() and not path.is_symlink() and archive.is_run(path))
