"""Where the runs of this machine are stored, and the unreadable ones with the reason for each."""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from bench.errors import StorageError
from bench.site import card, shelf
from bench.store import archive, fingerprints, storage
from bench.words import one_line

_ID = re.compile(r"\d{8}T\d{6}Z-[a-z0-9]{1,20}(-[a-z0-9]{1,20}){0,2}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Source:
    """The `run.json` of a run, the SHA-256 of its content, and the fingerprint of its machine."""

    path: Path
    sha256: str
    machine: str


@dataclass(frozen=True, slots=True)
class Stored:
    """Where runs are by id, and a sentence for each that was passed over."""

    runs: dict[str, Source]
    faults: tuple[str, ...] = ()


def is_id(text: object) -> bool:
    """Whether this is the id of a run, and so safe as a folder's name: `20261122T165319Z-quick`."""
    return isinstance(text, str) and _ID.fullmatch(text) is not None


Named = tuple[str, str]
"""The id of a run, and the fingerprint of its machine."""


def address(run: str, machine: str, taken: Mapping[str, Source]) -> str:
    """Under which id a run of this machine stands beside those in `taken`: its own, with the machine behind it where
    another machine began a run of that id in the same second.
    """
    other = taken.get(run)
    return run if other is None or other.machine == machine else f"{run}-{machine}"


def together(published: Mapping[str, Source], local: Mapping[str, Source]) -> dict[str, Source]:
    """All runs of both, by id. What is published keeps its address, so that links to it stay right."""
    return {**published, **{address(run, source.machine, published): source for run, source in local.items()}}


def survey(results: Path, name_of: Callable[[str], Named | None] = lambda _: None) -> Stored:
    """Every folder of `results` with a run in it. Where two hold the same run, as a reference copied from one, the one
    that is called by its id counts. `name_of` names a run by its digest, if it was read before; the others are asked
    for their names here, and nothing of them is held. Whoever loads them checks the rest.
    """
    runs: dict[str, Source] = {}
    faults = []
    for folder in sorted(_folders(results), key=lambda place: (not is_id(place.name), place.name)):
        path = folder / "run.json"
        try:
            content = path.read_bytes()
            sha256 = shelf.digest(content)
            run, machine = name_of(sha256) or _name_in(content) or _name_of(path)
        except OSError as error:
            faults.append(f"Left out: {path} cannot be read: {error.strerror}.")
            continue
        except StorageError as error:
            faults.append(f"Left out: {error}")
            continue
        run = address(run, machine, runs)
        if is_id(run):
            runs.setdefault(run, Source(path, sha256, machine))
        else:
            faults.append(f"Left out: {path} has the id {run[:80]!r}, not that of a run.")
    return Stored(runs, tuple(faults))


def machine_of(fingerprint: str) -> str:
    """A machine as a site calls it."""
    return one_line(fingerprint or card.UNKNOWN)


def _name_in(content: bytes) -> Named | None:
    """The name that a stored run gives itself; None where it gives none."""
    try:
        stored = fingerprints.up_to_date(json.loads(content))
        run, machine = stored["run"]["id"], stored["environment"]["fingerprint"]
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return None
    return (run, machine_of(machine)) if isinstance(run, str) and isinstance(machine, str) else None


def _name_of(path: Path) -> Named:
    """The name of a stored run that does not give it as today; raises StorageError where it is none."""
    run = storage.load(path)
    return run.run.id, machine_of(run.environment.fingerprint)


def _folders(results: Path) -> Iterable[Path]:
    if not results.is_dir():
        return ()
    return (path for path in results.iterdir() if path.is_dir() and not path.is_symlink() and archive.is_run(path))
