"""Ends what a crashed command left running.

A process of its own that reads `+PID` and `-PID` lines from its parent, and when the parent is gone (its end of the
pipe closes, however it died) kills the process groups that were named and not taken back. Run as a script, it imports
nothing of ours.
"""

import contextlib
import os
import signal
import subprocess
import sys


class Guard:
    """The parent's side; use as a context manager."""

    def __enter__(self) -> "Guard":
        self._process = subprocess.Popen(
            [sys.executable, "-S", "-E", __file__], stdin=subprocess.PIPE, text=True, bufsize=1, start_new_session=True
        )
        return self

    def __exit__(self, *_: object) -> None:
        with contextlib.suppress(OSError):
            self._tell("")
            assert self._process.stdin
            self._process.stdin.close()
        self._process.wait(timeout=10)

    def add(self, group: int) -> None:
        """Kill this process group if the parent dies."""
        self._tell(f"+{group}\n")

    def remove(self, group: int) -> None:
        """The group has ended by itself."""
        self._tell(f"-{group}\n")

    def _tell(self, line: str) -> None:
        assert self._process.stdin
        self._process.stdin.write(line)
        self._process.stdin.flush()


def _watch() -> None:
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        signal.signal(getattr(signal, name), signal.SIG_IGN)
    groups: set[int] = set()
    for line in sys.stdin:
        (groups.add if line[0] == "+" else groups.discard)(int(line[1:]))
    for group in groups:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(group, signal.SIGKILL)


if __name__ == "__main__":
    _watch()
