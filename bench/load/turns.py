"""A turn: one target's slice. In a closed loop every user waits for each answer; in an open loop requests come on
schedule.
"""

import random
import time
from array import array
from collections import deque

import gevent
from gevent.event import Event

from bench.load.lanes import Lane, Lanes
from bench.load.wire import ExchangeError

_SAMPLE_EVERY = 64
_SPIN_S = 0.0015
"""The event loop's timers count milliseconds; what is left of a wait after them is spent looking at the clock."""
_AFTER_ERROR_S = 0.005

_now = time.perf_counter


class Turn:
    """What Locust's users take part in; each calls `play` once and reports by returning."""

    def __init__(self, lanes: Lanes) -> None:
        self._lanes = lanes
        self.requests = 0

    def play(self, user: int) -> None:
        """Be user number `user` until the turn is over."""
        raise NotImplementedError

    def conduct(self, within_s: float) -> None:
        """What the conductor does meanwhile, in its own greenlet, for at most `within_s`."""


class ClosedTurn(Turn):
    """Every user sends its next request as soon as it has the answer to the last, until the deadline; the last one is
    awaited.

    A user's first request of a slice meets a queue that only fills up, so it counts as a request and not as a time.
    """

    def __init__(self, lanes: Lanes, slice_s: float) -> None:
        super().__init__(lanes)
        self._deadline = _now() + slice_s

    def play(self, user: int) -> None:
        """See Turn."""
        lane = self._lanes.all[user]
        while _now() < self._deadline and not self._lanes.dropped:
            times = array("d")
            try:
                self._stream(lane, times)
            except ExchangeError as error:
                self._lanes.failed(lane, error)
                gevent.sleep(_AFTER_ERROR_S)
            self.requests += len(times)
            self._lanes.times.extend(times[1:])

    def _stream(self, lane: Lane, times: "array[float]") -> None:
        """The hot loop: send, wait for the whole answer, note the time."""
        exchange, connection, script, deadline = lane.connection.exchange, lane.connection, lane.script, self._deadline
        note, now, request = times.append, _now, lane.request
        while (began := now()) < deadline:
            answer = exchange(request.data)
            note(now() - began)
            if connection.head.status != request.status:
                times.pop()
                raise ExchangeError(f"status {connection.head.status}", request.operation)
            if len(times) % _SAMPLE_EVERY == 1:
                self._lanes.sample(request, answer)
            request = lane.request = script.send(answer)


class OpenTurn(Turn):
    """Requests leave at seeded Poisson times whatever the server does; response times count from the intended start."""

    def __init__(self, lanes: Lanes, slice_s: float, rate_rps: float, rng: random.Random) -> None:
        super().__init__(lanes)
        self._schedule = poisson(rate_rps, slice_s, rng)
        self._idle = deque(range(len(lanes.all)))
        self._wake = [Event() for _ in lanes.all]
        self._sent = [(0.0, 0.0)] * len(lanes.all)
        self._over = False

    def conduct(self, within_s: float) -> None:
        """Send each request at its time, late ones too, but none after `within_s`."""
        start = _now()
        unsent = len(self._schedule)
        for offset in self._schedule:
            if not self._send_at(start + offset, start + within_s):
                break
            unsent -= 1
        self._lanes.backlog = max(self._lanes.backlog, unsent + len(self._wake) - len(self._idle))
        self._over = True
        for user in self._idle:
            self._wake[user].set()

    def play(self, user: int) -> None:
        """See Turn: wait until a request was sent on this lane, read its answer."""
        wake, lane = self._wake[user], self._lanes.all[user]
        while True:
            wake.wait()
            wake.clear()
            if not self._sent[user][1]:
                return
            try:
                self._answer(user, lane)
            except ExchangeError as error:
                self._lanes.failed(lane, error)
            self._sent[user] = (0.0, 0.0)
            if self._over:
                return
            self._idle.append(user)

    def _send_at(self, intended: float, until: float) -> bool:
        while (left := intended - _now()) > 0 or not self._idle:
            gevent.sleep(left - _SPIN_S if left > _SPIN_S else 0)
            if self._lanes.dropped or _now() > until:
                return False
        user = self._idle.popleft()
        lane = self._lanes.all[user]
        try:
            lane.connection.open_if_closed()
            sent = _now()
            lane.connection.send(lane.request.data)
        except ExchangeError as error:
            self._lanes.failed(lane, error)
            self._idle.append(user)
            return True
        self._sent[user] = (intended, sent)
        self._wake[user].set()
        return True

    def _answer(self, user: int, lane: Lane) -> None:
        answer = lane.connection.receive()
        done = _now()
        request, (intended, sent) = lane.request, self._sent[user]
        if lane.connection.head.status != request.status:
            raise ExchangeError(f"status {lane.connection.head.status}", request.operation)
        self.requests += 1
        self._lanes.times.append(done - intended)
        self._lanes.service.append(done - sent)
        self._lanes.lag.append(sent - intended)
        if self.requests % _SAMPLE_EVERY == 1:
            self._lanes.sample(request, answer)
        lane.request = lane.script.send(answer)


def poisson(rate_rps: float, duration_s: float, rng: random.Random) -> list[float]:
    """Seconds from the start at which requests arrive: independent of one another, `rate_rps` a second on average."""
    arrivals: list[float] = []
    at = rng.expovariate(rate_rps)
    while at < duration_s:
        arrivals.append(at)
        at += rng.expovariate(rate_rps)
    return arrivals
