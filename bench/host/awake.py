"""Waiting that counts the time in which the machine is awake: while it sleeps, or is held up, nobody is late."""

import contextlib
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

BEAT_S = 1.0
"""The longest wait between two looks at the clock."""
_LONGEST_S = 2.5 * BEAT_S
"""More passes between two looks only where the machine, or this process, stood still."""


class Patience:
    """So many seconds of time awake, on a `clock` that is in seconds."""

    def __init__(self, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._left_s, self._clock = seconds, clock
        self._looked_at_s = clock()

    def left_s(self) -> float:
        """The seconds that are left, none below zero; to be asked for once a beat, or more often."""
        now_s = self._clock()
        self._left_s = max(self._left_s - min(now_s - self._looked_at_s, _LONGEST_S), 0.0)
        self._looked_at_s = now_s
        return self._left_s

    def beat_s(self) -> float:
        """How long to wait until the next look; 0 where nothing is left."""
        return min(self.left_s(), BEAT_S)


@contextlib.contextmanager
def alarm(seconds: float, ring: Callable[[], object]) -> Iterator[threading.Event]:
    """Call `ring` in another thread after so many seconds awake, unless the context ends before; yields an event that
    is set then.
    """
    over, rung = threading.Event(), threading.Event()
    patience = Patience(seconds)

    def wait() -> None:
        while beat_s := patience.beat_s():
            if over.wait(beat_s):
                return
        rung.set()
        ring()

    thread = threading.Thread(target=wait, daemon=True)
    thread.start()
    try:
        yield rung
    finally:
        over.set()
        thread.join()


def ended(process: "subprocess.Popen[Any]", within_s: float) -> bool:
    """Wait for the end of a process, for so many seconds awake at most; whether it came."""
    patience = Patience(within_s)
    while beat_s := patience.beat_s():
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(beat_s)
            return True
    return process.poll() is not None


def stood_still(duration_s: float) -> str:
    """Why a figure is no measurement where the machine was held up, or slept, under the load that gave it."""
    return f"the machine stood still for {duration_s:.1f} s under its load, as when it sleeps"
