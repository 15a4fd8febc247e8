"""Notices that the machine stood still: a laptop that slept, a guest that its host held up, a stopped process."""

import time

import gevent

STILL_S = 1.0
"""Longer than anything keeps the generator from its event loop that a machine does while it is awake."""
_BEAT_S = 0.1


class Pulse:
    """Beats on the event loop of whoever uses it as a context manager."""

    def __enter__(self) -> "Pulse":
        self.begin()
        self._greenlet = gevent.spawn(self._beat)
        return self

    def __exit__(self, *_: object) -> None:
        self._greenlet.kill()

    def begin(self) -> None:
        """Forget what was before."""
        self._missed_s, self._last = 0.0, time.perf_counter()

    def missed_s(self) -> float:
        """The longest time without a beat since `begin`, in seconds."""
        self._note()
        return self._missed_s

    def _beat(self) -> None:
        while True:
            gevent.sleep(_BEAT_S)
            self._note()

    def _note(self) -> None:
        now = time.perf_counter()
        self._missed_s, self._last = max(self._missed_s, now - self._last - _BEAT_S), now
