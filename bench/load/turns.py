"""A turn: one target's slice. In a closed loop every user waits for each answer; in an open loop requests come on
schedule.
"""

import random
import time
from array import array
from collections import deque

import gevent
from gevent.event import Event

from bench.load.lanes import Lane, Lanes, Record
from bench.load.parts import WHOLE, Share
from bench.load.wire import ExchangeError

_SAMPLE_EVERY = 64
"""One in so many of each user's answers in a closed turn is checked."""
_SAMPLE_EVERY_ARRIVAL = 16
SPIN_S = 0.0015
"""The event loop's timers count whole milliseconds and wake up late; what is left of a wait after them is spent looking
at the clock, unless that would take the CPU from the server.
"""
_AFTER_ERROR_S = 0.005

_now = time.perf_counter


class Turn:
    """A slice in which Locust's users take part: each calls `play` once, and is done when that returns."""

    def __init__(self, lanes: Lanes) -> None:
        self._lanes = lanes
        self.record = Record()

    def begin(self) -> None:
        """Start the clock."""
        self.record.began_s = self.record.ended_s = self._began = _now()

    def play(self, user: int) -> None:
        """Act as user number `user` until the turn is over."""
        raise NotImplementedError

    def conduct(self) -> None:
        """Do what must be done beside the users, in a greenlet of its own."""


class ClosedTurn(Turn):
    """Every user sends its next request as soon as it has the answer to the last, until the deadline; the last answer
    is awaited. The clock starts with the first request, however late the users are.

    A user's first request of a slice meets a queue that is still filling, so it counts as a request but not as a time.
    """

    def __init__(self, lanes: Lanes, slice_s: float) -> None:
        super().__init__(lanes)
        self._slice_s = slice_s
        self._under_way = False

    def play(self, user: int) -> None:
        """See Turn."""
        if not self._under_way:
            self._under_way = True
            self.begin()
        lane, deadline, times, joined = self._lanes.all[user], self._began + self._slice_s, array("d"), _now()
        try:
            while _now() < deadline and not self._lanes.dropped:
                try:
                    self._stream(lane, deadline, times)
                except ExchangeError as error:
                    self._lanes.failed(lane, error)
                    gevent.sleep(_AFTER_ERROR_S)
        finally:
            self.record.requests += len(times)
            self.record.held_s += _now() - joined
            self.record.waited_s += sum(times)
            self.record.times.extend(times[1:])

    def _stream(self, lane: Lane, deadline: float, times: "array[float]") -> None:
        """The hot loop: send, wait for the whole answer, note the time."""
        exchange, connection, script = lane.connection.exchange, lane.connection, lane.script
        note, now, request, record = times.append, _now, lane.request, self.record
        while (began := now()) < deadline:
            answer = exchange(request.data)
            record.ended_s = ended = now()
            if connection.head.status != request.status:
                raise ExchangeError(f"status {connection.head.status}", request.ask.operation)
            note(ended - began)
            record.sent_bytes += len(request.data)
            record.received_bytes += len(answer)
            if len(times) % _SAMPLE_EVERY == 1:
                record.sample(request, answer)
            request = lane.request = script.send(answer)


class FirstTurn(Turn):
    """Every user has one request answered, uncounted, before requests arrive.

    A server may give its one thread to a new connection until that has said something, as gunicorn's gthread does for
    5 s. Of connections that were opened for arrivals some stay silent, and all others would wait for them.
    """

    def play(self, user: int) -> None:
        """See Turn."""
        lane = self._lanes.all[user]
        try:
            answer = lane.connection.exchange(lane.request.data)
            lane.expect_status()
            lane.connection.open_if_closed()
        except ExchangeError as error:
            self._lanes.failed(lane, error)
        else:
            lane.request = lane.script.send(answer)


class OpenTurn(Turn):
    """Requests leave at seeded Poisson times whatever the server does; response times count from the intended start. Of
    the arrivals of all generators this one sends its share.

    The conductor sends, and each user reads the answers on its lane. A request that finds all lanes busy leaves late,
    and its time still counts from when it should have left. The last `spin_s` before each moment go into looking at the
    clock.
    """

    def __init__(
        self,
        lanes: Lanes,
        slice_s: float,
        rate_rps: float,
        rng: random.Random,
        spin_s: float = SPIN_S,
        share: Share = WHOLE,
    ) -> None:
        super().__init__(lanes)
        self._spin_s = spin_s
        self._schedule = share.dealt(poisson(rate_rps, slice_s, rng))
        self._idle = deque(range(len(lanes.all)))
        self._freed = Event()
        self._wake = [Event() for _ in lanes.all]
        self._sent: list[tuple[float, float] | None] = [None] * len(lanes.all)
        self._over = False

    def conduct(self) -> None:
        """Send each request at its time, and late ones as soon as there is a lane."""
        unsent = len(self._schedule)
        try:
            for offset in self._schedule:
                wait_until(self._began + offset, self._spin_s)
                self._send(self._began + offset)
                if self._lanes.dropped:
                    break
                unsent -= 1
        finally:
            self.record.backlog = unsent + len(self._wake) - len(self._idle)
            self._over = True
            for user in self._idle:
                self._wake[user].set()

    def play(self, user: int) -> None:
        """See Turn: wait until a request was sent on this lane, read its answer."""
        wake, lane = self._wake[user], self._lanes.all[user]
        while True:
            wake.wait()
            wake.clear()
            if self._sent[user] is None:
                return
            try:
                self._answer(user, lane)
                lane.connection.open_if_closed()  # here, because a conductor who connects sends the next one late
            except ExchangeError as error:
                self._lanes.failed(lane, error)
            self._sent[user] = None
            if self._over:
                return
            self._free(user)

    def _send(self, intended: float) -> None:
        while not self._idle:
            self._freed.clear()
            self._freed.wait()
        user = self._idle.popleft()
        lane = self._lanes.all[user]
        try:
            sent = _now()
            lane.connection.send(lane.request.data)
        except ExchangeError as error:
            self._lanes.failed(lane, error)
            self._free(user)
            return
        self._sent[user] = (intended, sent)
        self._wake[user].set()

    def _free(self, user: int) -> None:
        self._idle.append(user)
        self._freed.set()

    def _answer(self, user: int, lane: Lane) -> None:
        answer = lane.connection.receive()
        done = _now()
        request, record, asked = lane.request, self.record, self._sent[user]
        record.ended_s = done
        lane.expect_status()
        assert asked
        intended, sent = asked
        record.requests += 1
        record.sent_bytes += len(request.data)
        record.received_bytes += len(answer)
        record.times.append(done - intended)
        record.service.append(done - sent)
        record.lag.append(sent - intended)
        if record.requests % _SAMPLE_EVERY_ARRIVAL == 1:
            record.sample(request, answer)
        lane.request = lane.script.send(answer)


def wait_until(moment: float, spin_s: float = SPIN_S) -> None:
    """Wait until `perf_counter` is at `moment`, to the microsecond, while other greenlets go on.

    `gevent.sleep(0)` in a loop would not do: it comes back before the loop has looked at any socket, a thousand times
    over. A timer of no length comes back after it has looked at them all once.
    """
    hub = gevent.get_hub()
    tick = None
    try:
        while (left := moment - _now()) > 0:
            if left > spin_s:
                gevent.sleep(left - spin_s)
            else:
                tick = tick or hub.loop.timer(0)
                hub.wait(tick)
    finally:
        if tick:
            tick.close()


def poisson(rate_rps: float, duration_s: float, rng: random.Random) -> list[float]:
    """The times, in seconds from the start, at which requests arrive: a Poisson process with `rate_rps` a second on
    average.
    """
    arrivals: list[float] = []
    at = rng.expovariate(rate_rps)
    while at < duration_s:
        arrivals.append(at)
        at += rng.expovariate(rate_rps)
    return arrivals
