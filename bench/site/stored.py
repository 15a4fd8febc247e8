"""Where the runs of this machine are stored, and the unreadable ones with the reason for each."""

import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from bench.errors import StorageError
from bench.site import shelf
from bench.store import archive, storage

_ID = re.compile(r"\d{8}T\d{6}Z-[a-z0-9]{1,20}(-[a-z0-9]{1,20}){0,2}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Source:
    """The `run.json` of a run, and the SHA-256 of its content."""

    path: Path
    sha256: str


@dataclass(frozen=True, slots=True)
class Stored:
    """Where runs are by id, and a sentence for each that was passed over."""

    runs: dict[str, Source]
    faults: tuple[str, ...] = ()


def is_id(text: object) -> bool:
    """Whether this is the id of a run, and so safe as a folder's name: `20261122T165319Z-quick`."""
    return isinstance(text, str) and _ID.fullmatch(text) is not None


def survey(results: Path, id_of: Callable[[str], str | None] = lambda _: None) -> Stored:
    """Every folder of `results` with a run in it. Where two hold the same run, as a reference copied from one, the one
    that is called by its id counts. `id_of` gives the id of a run by its digest, if it was read before; the others are
    asked for theirs here, and nothing of them is held. Whoever loads them checks the rest.
    """
    runs: dict[str, Source] = {}
    faults = []
    for folder in sorted(_folders(results), key=lambda place: (not is_id(place.name), place.name)):
        path = folder / "run.json"
        try:
            content = path.read_bytes()
            source = Source(path, shelf.digest(content))
            run = id_of(source.sha256) or _id_in(content) or storage.load(path).run.id  # which says why there is none
        except OSError as error:
            faults.append(f"Left out: {path} cannot be read: {error.strerror}.")
            continue
        except StorageError as error:
            faults.append(f"Left out: {error}")
            continue
        if is_id(run):
            runs.setdefault(run, source)
        else:
            faults.append(f"Left out: {path} has the id {run[:80]!r}, not that of a run.")
    return Stored(runs, tuple(faults))


def _id_in(content: bytes) -> str:
    """The id that a stored run gives itself; empty where it gives none."""
    try:
        run = json.loads(content)["run"]["id"]
    except (ValueError, LookupError, TypeError, RecursionError):
        return ""
    return run if isinstance(run, str) else ""


def _folders(results: Path) -> Iterable[Path]:
    if not results.is_dir():
        return ()
    return (path for path in results.iterdir() if path.is_dir() and not path.is_symlink() and archive.is_run(path))
