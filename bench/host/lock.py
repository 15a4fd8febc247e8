"""One measurement at a time on a machine, across all users: two at once would spoil the figures of both."""

import contextlib
import fcntl
import os
import stat
from collections.abc import Iterator
from pathlib import Path

from bench.errors import Busy, SetupError

# Neither follow a link that somebody put there nor wait for a pipe.
_FLAGS = os.O_NOFOLLOW | os.O_NONBLOCK
_MODE = 0o666


@contextlib.contextmanager
def alone(path: Path) -> Iterator[None]:
    """Hold the lock at `path`. The kernel releases it however this process ends.

    Raises Busy while another process holds it, and SetupError where no file can be locked there.
    """
    try:
        file = _opened(path)
    except OSError as error:
        raise SetupError(_unusable(path, error.strerror or str(error))) from error
    try:
        if not stat.S_ISREG(os.fstat(file).st_mode):
            raise SetupError(_unusable(path, "it is not a regular file"))
        _take(file, path)
        yield
    finally:
        os.close(file)


def _opened(path: Path) -> int:
    """The open lock file. It is created, for every user of the machine, where there is none."""
    with contextlib.suppress(FileExistsError):
        file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | _FLAGS, _MODE)
        os.fchmod(file, _MODE)  # whatever the umask
        return file
    # Without O_CREAT: with it, Linux refuses a file that somebody else owns in a folder that everybody may write to.
    try:
        return os.open(path, os.O_RDWR | _FLAGS)
    except PermissionError:
        return os.open(path, os.O_RDONLY | _FLAGS)


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
    with contextlib.suppress(OSError):  # a file of somebody else's that may only be read
        os.ftruncate(file, 0)
        os.pwrite(file, str(os.getpid()).encode(), 0)


def _unusable(path: Path, reason: str) -> str:
    return (
        f"The lock file {path}, which keeps two runs from measuring at once, cannot be used ({reason}); "
        "set FAIRGROUND_LOCK to another file."
    )
