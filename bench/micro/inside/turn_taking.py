"""This session's end of the line over which turns are given. Runs in the app's environment.

All sessions of a round live at the same time, and one at a time calls its application: a session says which step it has
come to, and goes on when it is its turn.
"""

import socket
from collections.abc import Callable
from typing import Any

import pytest

STEP_OVER = "end"
"""The step of a session that has timed everything: it leaves when all have."""


class Queue:
    """The connection to whoever gives the turns."""

    def __init__(self, host: str, port: int, sut: str) -> None:
        self._stream = socket.create_connection((host, port)).makefile("rw", encoding="utf-8")
        self._stream.write(f"{sut}\n")

    def wait(self, step: str) -> None:
        """Say that `step` is next, and wait for the turn to do it."""
        self._stream.write(f"{step}\n")
        self._stream.flush()
        if not self._stream.readline():
            pytest.exit("nobody gives turns any more", returncode=1)


def between(line: Queue, step: str, calls: int) -> Callable[[], Any]:
    """The function that is called before each call: after so many `calls` it ends the turn and waits for the next."""
    done = 0

    def set_up() -> None:
        nonlocal done
        if done % calls == 0:
            line.wait(step)
        done += 1

    return set_up
