"""The crew of one process: Locust's users on a stage, and the connections that they keep between orders."""

import gc
import random
import time

from bench.load.connection import KeptConnection
from bench.load.lanes import Lanes
from bench.load.parts import WHOLE, Cue, Kept, Played, Share
from bench.load.protocol import Order
from bench.load.stage import Stage
from bench.load.turns import SPIN_S, ClosedTurn, FirstTurn, OpenTurn, Turn


class Solo:
    """See Crew. Before a request is due it looks at the clock for `spin_s`."""

    generators = cpus = 1

    def __init__(self, stage: Stage, spin_s: float = SPIN_S) -> None:
        self._stage, self._spin_s = stage, spin_s
        self._connections: dict[tuple[str, int], list[KeptConnection]] = {}
        self._order: Order
        self._share: Share
        self._lanes: list[Lanes]
        self._next: Turn
        self._opened = 0

    def gather(self) -> None:
        """See Crew: nobody else is to come."""

    def engage(self, order: Order, share: Share = WHOLE) -> None:
        """See Crew; of the order's users and arrivals it plays a share."""
        users = len(share.dealt(range(order.concurrency)))
        self._stage.seat(users)
        self._order, self._share = order, share
        self._lanes = [self._to(index, users) for index in range(len(order.targets))]
        gc.collect()
        gc.disable()  # a collection would stop the clock for whichever server has the slice

    def ready(self, cue: Cue) -> str | None:
        """See Crew.

        Connect every lane, and where requests will arrive over new connections, have the first over each answered; then
        load the target for the lead that the order asks for.
        """
        order, lanes = self._order, self._lanes[cue.target]
        known = lanes.opened()
        lanes.prepare(order.answer_within_s)
        if lanes.target.arrival_rate_rps is not None and lanes.opened() > known and not lanes.dropped:
            self._stage.play(FirstTurn(lanes), lanes, order.answer_within_s)
        if order.settle_s and not lanes.dropped:
            self._stage.play(ClosedTurn(lanes, order.settle_s), lanes, order.settle_s + order.answer_within_s)
        self._next, self._opened = self._turn(lanes, cue), lanes.opened()
        return lanes.dropped

    def play(self, cue: Cue) -> Played:
        """See Crew."""
        lanes, turn = self._lanes[cue.target], self._next
        before_ns = time.process_time_ns()
        self._stage.play(turn, lanes, cue.slice_s + self._order.answer_within_s)
        own_ns = time.process_time_ns() - before_ns
        lanes.check_quiet()
        seen = turn.record
        busy_s = (time.perf_counter() if lanes.dropped else seen.ended_s) - seen.began_s
        if cue.counts:
            lanes.reconnects += lanes.opened() - self._opened
            lanes.keep(seen)
        lanes.leave()
        return Played(
            busy_s=busy_s,
            requests=seen.requests,
            generator_cpu_ns=own_ns,
            held_s=seen.held_s,
            waited_s=seen.waited_s,
            backlog=seen.backlog,
            sent_bytes=seen.sent_bytes,
            received_bytes=seen.received_bytes,
            dropped=lanes.dropped,
        )

    def dismiss(self) -> tuple[Kept, ...]:
        """See Crew."""
        gc.enable()
        for lanes in self._lanes:
            lanes.check_quiet()
        return tuple(lanes.kept() for lanes in self._lanes)

    def forget(self) -> None:
        """See Crew."""
        for connections in self._connections.values():
            for connection in connections:
                connection.close()
        self._connections.clear()

    def _to(self, index: int, users: int) -> Lanes:
        target = self._order.targets[index]
        kept = self._connections.setdefault((target.host, target.port), [])
        while len(kept) < users:
            kept.append(KeptConnection(target.host, target.port))
        return Lanes(target, self._order.workload, kept[:users], self._order.seed, self._share)

    def _turn(self, lanes: Lanes, cue: Cue) -> Turn:
        rate_rps = lanes.target.arrival_rate_rps
        if rate_rps is None:
            return ClosedTurn(lanes, cue.slice_s)
        rng = random.Random(f"{self._order.seed} {self._order.workload.id} arrivals {cue.turn}")
        return OpenTurn(lanes, cue.slice_s, rate_rps, rng, self._spin_s, self._share)
