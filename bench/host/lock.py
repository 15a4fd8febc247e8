"""One measurement at a time on a machine, across all users: two at once would spoil the figures of both."""

import contextlib
import fcntl
import os
import stat
from collections.abc import Iterator
from pathlib import Path

from bench.errors import Busy, SetupError

# What others may have put there is neither followed nor waited for.
_HOW = os.O_NOFOLLOW | os.O_NONBLOCK
_FOR_EVERYBODY = 0o666


@contextlib.contextmanager
def alone(path: Path) -> Iterator[None]:
    """Hold the lock at `path`, which the kernel lets go of however this process ends.

    Raises Busy while another process holds it, and SetupError where no file can be locked there.
    """
    try:
        file = _opened(path)
    except OSError as error:
        raise SetupError(_unusable(path, error.strerror or str(error))) from error
    try:
        if not stat.S_ISREG(os.fstat(file).st_mode):
            raise SetupError(_unusable(path, "it is no file"))
        _take(file, path)
        yield
    finally:
        os.close(file)


def _opened(path: Path) -> int:
    """The file, made for every user of the machine where it is not there yet."""
    with contextlib.suppress(FileExistsError):
        file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | _HOW, _FOR_EVERYBODY)
        os.fchmod(file, _FOR_EVERYBODY)  # whatever the umask
        return file
    # Not to be created: in a folder for everybody, Linux then refuses a file of somebody else's.
    try:
        return os.open(path, os.O_RDWR | _HOW)
    except PermissionError:
        return os.open(path, os.O_RDONLY | _HOW)


def _take(file: int, path: Path) -> None:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        pid = os.pread(file, 20, 0).decode("ascii", "replace").strip()
        raise Busy(
            f"Another run is measuring on this machine (process {pid or 'unknown'}); wait for it: "
            "two at once would spoil the figures of both."
        ) from None
    except OSError as error:
        raise SetupError(_unusable(path, error.strerror or str(error))) from error
    with contextlib.suppress(OSError):  # somebody else's that may only be read
        os.ftruncate(file, 0)
        os.pwrite(file, str(os.getpid()).encode(), 0)


def _unusable(path: Path, reason: str) -> str:
    return (
        f"The lock {path}, by which one run at a time measures on this machine, cannot be had ({reason}); "
        "let FAIRGROUND_LOCK name another file."
    )
