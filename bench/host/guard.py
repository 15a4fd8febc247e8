"""Ends the processes that a crashed command left running.

A process of its own that reads `+PID` and `-PID` lines from its parent, and when the parent is gone (its end of the
pipe closes, however it died) kills the process groups that were named and not taken back. A parent that is killed
between a process's start and its name leaves one that nobody named: on Linux it is found by a mark in its environment.
Run as a script, this imports nothing of ours.
"""

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO, Any

_MARK = "FAIRGROUND_GUARD"
"""The environment variable that names the guard of a process, by its id."""
_INTERRUPTIONS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Guard:
    """The parent's side; use as a context manager."""

    def __enter__(self) -> "Guard":
        self._process = subprocess.Popen(
            [sys.executable, "-S", "-E", __file__], stdin=subprocess.PIPE, text=True, bufsize=1, start_new_session=True
        )
        return self

    def __exit__(self, *_: object) -> None:
        assert self._process.stdin
        with contextlib.suppress(OSError):
            self._process.stdin.close()
        self._process.wait()

    def start(self, command: Sequence[str | Path], **options: Any) -> "subprocess.Popen[Any]":
        """Start a process in a group of its own, which does not outlive the parent; `options` are those of Popen.

        Raises OSError for a command that cannot be started.
        """
        env = options.pop("env", None)
        marked = {**(os.environ if env is None else env), _MARK: str(self._process.pid)}
        with undisturbed():
            process = subprocess.Popen(command, start_new_session=True, env=marked, **options)
            self.add(process.pid)
        return process

    def end(self, process: "subprocess.Popen[Any]") -> None:
        """Kill a process and its group."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        self.remove(process.pid)

    def run(self, command: Sequence[str | Path], within_s: float, **options: Any) -> "subprocess.CompletedProcess[str]":
        """Run a command to its end, and keep what it prints.

        Its end is its own: what it started and left behind may hold its output open, and is killed. Raises
        subprocess.TimeoutExpired where it takes longer than `within_s`; it is gone then too.
        """
        with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
            process = self.start(command, stdin=subprocess.DEVNULL, stdout=out, stderr=err, **options)
            try:
                process.wait(within_s)
            finally:
                self.end(process)
            return subprocess.CompletedProcess(command, process.returncode, _printed(out), _printed(err))

    def add(self, group: int) -> None:
        """Kill this process group if the parent dies."""
        self._tell(f"+{group}\n")

    def remove(self, group: int) -> None:
        """The group has ended by itself."""
        self._tell(f"-{group}\n")

    def _tell(self, line: str) -> None:
        assert self._process.stdin
        # A guard that somebody killed is no reason to fail: it is the second line, behind whoever started the group.
        with contextlib.suppress(OSError, ValueError):
            self._process.stdin.write(line)
            self._process.stdin.flush()


def _printed(file: IO[bytes]) -> str:
    file.seek(0)
    return file.read().decode("utf-8", "replace")


@contextlib.contextmanager
def undisturbed() -> Iterator[None]:
    """Put interruptions off until this ends: an exception between a process's start and its `add` would leave nobody to
    end it.
    """
    if threading.current_thread() is not threading.main_thread():  # signals interrupt the main thread only
        yield
        return
    caught: list[int] = []
    before = {which: signal.signal(which, lambda number, _: caught.append(number)) for which in _INTERRUPTIONS}
    try:
        yield
    finally:
        for which, handler in before.items():
            signal.signal(which, handler)
        for number in caught:
            signal.raise_signal(number)


def _watch() -> None:
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        signal.signal(getattr(signal, name), signal.SIG_IGN)
    groups: set[int] = set()
    for line in sys.stdin:
        (groups.add if line[0] == "+" else groups.discard)(int(line[1:]))
    for group in groups.union(_marked(f"{_MARK}={os.getpid()}".encode())):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(group, signal.SIGKILL)


def _marked(mark: bytes) -> Iterator[int]:
    """The groups of the processes that have a mark in their environment; none where there is no /proc."""
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if mark in (folder / "environ").read_bytes().split(b"\0"):
                yield os.getpgid(int(folder.name))


if __name__ == "__main__":
    _watch()
