"""Temporary folders of a command: removed when it ends or, if it was killed, by the next command."""

import contextlib
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from filelock import FileLock

from bench.host import processes

_LOCK = ".lock"
_YOUNG_S = 5.0
"""A folder younger than this may belong to a command that has not locked it yet."""


@contextlib.contextmanager
def scratch(folder: Path) -> Iterator[Path]:
    """A folder for databases and logs, gone afterwards: named like `folder`, and nobody else's.

    It is locked meanwhile, by a file in it. The kernel lets go of the lock however the command ends, so what lies
    beside it and can be locked was left behind, and is removed, together with the servers that still work in it.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    for other in folder.parent.iterdir():
        _remove_if_left(other)
    own = Path(tempfile.mkdtemp(prefix=f"{folder.name}-", dir=folder.parent))
    try:
        with _locked(own):
            yield own
    finally:
        shutil.rmtree(own, ignore_errors=True)


def _remove_if_left(folder: Path) -> None:
    with contextlib.suppress(OSError):  # somebody else was quicker
        if time.time() - folder.stat().st_mtime > _YOUNG_S:
            with _locked(folder) as ours:
                if ours:
                    processes.end_within(folder.resolve())
                    shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def _locked(folder: Path) -> Iterator[bool]:
    """Try to lock a folder; yields whether that worked. Some file systems lock nothing."""
    lock = FileLock(folder / _LOCK, blocking=False, fallback_to_soft=False)
    try:
        lock.acquire()
    except OSError:
        yield False
        return
    try:
        yield True
    finally:
        lock.release()
