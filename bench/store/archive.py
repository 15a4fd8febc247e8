"""The stored runs: all of them, the newest, and any by its id or its folder."""

import tempfile
from pathlib import Path

from bench.errors import StorageError
from bench.store import storage
from bench.store.results import Run

_LATEST = "latest"


def latest(results: Path) -> Path:
    """The folder of the run that was stored last; raises StorageError where there is none."""
    pointer = results / _LATEST
    if is_run(pointer):
        return pointer.resolve()
    runs = _all(results)  # the pointer is lost with the folder that it named
    if not runs:
        raise StorageError(f"There is no run in {results} yet; `make bench` makes one.")
    return runs[-1]


def keep(run: Run, folder: Path) -> None:
    """Save a run, and let `latest` lead to it from its first round on: whatever ends it, that is the one to go on with.

    Raises StorageError where the disk will not take it.
    """
    storage.save(run, folder)
    if run.rounds or run.micro:
        point_latest(folder)


def point_latest(folder: Path) -> None:
    """Make `latest` lead to `folder`; raises StorageError where that cannot be written."""
    pointer = folder.parent / _LATEST
    part = folder.parent / ".latest.part"
    try:
        part.unlink(missing_ok=True)
        part.symlink_to(folder.name)
        part.replace(pointer)
    except OSError as error:
        raise StorageError(f"{pointer} cannot be written: {error.strerror}. The run is in {folder}.") from error


def find(name: str, results: Path) -> Path:
    """The folder of a run, by id, by path or as `latest`; raises StorageError where there is none."""
    if name == _LATEST:
        return latest(results)
    path = Path(name)
    for folder in (results / name, path, path.parent if path.name == "run.json" else path):
        if name and is_run(folder):
            return folder.resolve()
    raise StorageError(f"There is no run {name!r} in {results}; `latest`, an id or a folder names one.")


def before(folder: Path, run: Run) -> Path:
    """The newest run of the profile and the machine of `run` that is older than it, beside the `folder` that holds it;
    raises StorageError where there is none.
    """
    profile, machine = run.run.profile, run.environment.fingerprint
    for path in reversed(_all(folder.parent)):
        older = path.name < folder.name and path.name.endswith(f"-{profile}")
        if older and storage.load(path).environment.fingerprint == machine:
            return path
    raise StorageError(
        f"There is no run of {profile} before {folder.name} from its machine; name the one to compare it with."
    )


def every(results: Path) -> tuple[Path, ...]:
    """The folders of all runs, oldest first."""
    return tuple(_all(results))


def _all(results: Path) -> list[Path]:
    """Runs by age: their ids begin with the time."""
    return sorted(folder for folder in results.glob("[0-9]*/") if is_run(folder))


def is_run(folder: Path) -> bool:
    """Whether a run is stored in `folder`."""
    return (folder / "run.json").is_file()


def check_writable(folder: Path) -> None:
    """Make `folder` if need be; raises StorageError where nothing can be stored in it."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise StorageError(f"Nothing can be stored in {folder}: {error.strerror}.") from error
