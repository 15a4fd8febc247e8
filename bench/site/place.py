"""The folder that a site stands in: replaced whole or not at all, and only if nothing else is in it."""

import os
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from bench.errors import StorageError, UsageError

PARTS = frozenset({"index.html", "runs.json", "trends.json", "badge.json", "runs", "trends"})
"""What a site's folder holds."""
_LOCK = ".fairground-site.lock"


@contextmanager
def replacing(into: Path) -> Iterator[Path]:
    """A folder beside `into` to be filled, which replaces it if all goes well.

    Raises UsageError where `into` is no site, StorageError where the disk refuses or another site is being built.
    """
    into = into.resolve()
    if not into.name:
        raise UsageError(f"{into} cannot be replaced by a site; name a folder of its own.")
    part = _beside(into, "part")
    with _alone(into):
        _settle(into)
        shutil.rmtree(part, ignore_errors=True)
        try:
            yield part
            _swap(part, into)
        finally:
            shutil.rmtree(part, ignore_errors=True)


@contextmanager
def _alone(into: Path) -> Iterator[None]:
    """Hold the lock on building in the folder around `into`: two builds at once would mix their files."""
    path = into.parent / _LOCK
    with ExitStack() as hold:
        try:
            into.parent.mkdir(parents=True, exist_ok=True)
            hold.enter_context(FileLock(path, blocking=False, fallback_to_soft=False))
        except Timeout:
            raise StorageError(f"A site is being built in {into.parent} already; wait for it.") from None
        except OSError as error:
            raise StorageError(f"{into} cannot be used: {error.strerror}.") from error
        hold.callback(path.unlink, missing_ok=True)  # before the release, so that nobody locks what is gone
        yield


def _settle(into: Path) -> None:
    """Make sure that `into` may be replaced, and put back a site that a killed swap had moved away."""
    old = _beside(into, "old")
    try:
        if old.is_dir() and not into.exists():
            old.rename(into)
        if into.exists() and (foreign := min({path.name for path in into.iterdir()} - PARTS, default="")):
            raise UsageError(f"{into} holds {foreign}, not part of a site; name a folder that may be replaced.")
    except OSError as error:
        raise StorageError(f"{into} cannot be used: {error.strerror}.") from error


def _swap(part: Path, into: Path) -> None:
    """Put `part` in the place of `into`, which comes back if that fails or is interrupted.

    The disk has all of `part` first: its files were not synced as they were written.
    """
    old = _beside(into, "old")
    os.sync()
    try:
        shutil.rmtree(old, ignore_errors=True)
        if into.exists():
            into.rename(old)
        part.rename(into)
    except OSError as error:
        raise StorageError(f"{into} cannot be replaced: {error.strerror}. What was there is kept.") from error
    finally:
        if old.exists() and not into.exists():
            old.rename(into)
    shutil.rmtree(old, ignore_errors=True)


def _beside(into: Path, what: str) -> Path:
    return into.with_name(f".{into.name}.{what}")
