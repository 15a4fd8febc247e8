"""The rotation: inside one process, the load moves from one server to the next in short slices.

Measuring two servers one after the other amounts to measuring them on two machines: the speed of a shared host drifts
by tens of per cent within seconds. Short slices in shuffled order give every server the same share of each drift.
"""

import gc
import random
import time
from pathlib import Path

import numpy as np

from bench.host.clock import REPLACED, spent_ns
from bench.load.connection import KeptConnection
from bench.load.lanes import Lanes
from bench.load.protocol import Order, Reply, Slice, series
from bench.load.stage import Stage
from bench.load.turns import SPIN_S, ClosedTurn, FirstTurn, OpenTurn, Turn


class Rotator:
    """Carries out orders, one after the other; keeps connections open between them.

    Before a request is due it looks at the clock for `spin_s`.
    """

    def __init__(self, spin_s: float = SPIN_S) -> None:
        self._spin_s = spin_s
        self._stage = Stage()
        self._connections: dict[tuple[str, int], list[KeptConnection]] = {}

    def rotate(self, order: Order) -> Reply:
        """Do one rotation. The tally of a server says where it failed; the others go on."""
        self._stage.seat(order.concurrency)
        lanes = [self._lanes(order, index) for index in range(len(order.targets))]
        gc.collect()
        gc.disable()  # a collection would stop the clock for whichever server has the slice
        try:
            self._turns(order, lanes, 0, order.warm_up_turns, None)
            for lane in lanes:
                lane.settle_stride(order.least_requests, order.turns)
            began = time.perf_counter()
            self._turns(order, lanes, order.warm_up_turns, order.turns, began)
        finally:
            gc.enable()
        wall_s = time.perf_counter() - began
        for lane in lanes:
            lane.check_quiet()
        if order.times:
            _save_times(Path(order.times), lanes)
        return Reply(tuple(lane.tally() for lane in lanes), wall_s)

    def forget(self) -> None:
        """Close all connections: the servers are about to end."""
        for connections in self._connections.values():
            for connection in connections:
                connection.close()
        self._connections.clear()

    def _lanes(self, order: Order, index: int) -> Lanes:
        target = order.targets[index]
        kept = self._connections.setdefault((target.host, target.port), [])
        while len(kept) < order.concurrency:
            kept.append(KeptConnection(target.host, target.port))
        return Lanes(target, order.workload, kept[: order.concurrency], order.seed, index)

    def _turns(self, order: Order, lanes: list[Lanes], first: int, count: int, began: float | None) -> None:
        """Do `count` turns from number `first` on; they count if `began` is a time."""
        for turn in range(first, first + count):
            shuffled = random.Random(f"{order.seed} {order.workload.id} {turn}").sample(lanes, len(lanes))
            for lane in shuffled:
                if not lane.dropped and lane.takes_part(turn - first):
                    self._slice(order, lane, turn, began)

    def _slice(self, order: Order, lanes: Lanes, turn: int, began: float | None) -> None:
        self._make_ready(order, lanes)
        if lanes.dropped:
            return
        slice_s = order.slice_s * lanes.stride
        played, opened = self._turn(order, lanes, turn, slice_s), lanes.opened()
        before = _spent(lanes)
        self._stage.play(played, lanes, slice_s + order.answer_within_s)
        cpu, own, database = map(spent_ns, before, _spent(lanes))
        if cpu is None:
            lanes.drop(REPLACED)
        lanes.check_quiet()
        seen = played.record
        if began is None:
            lanes.warmed_up.append(seen.requests)
        else:
            busy_s = (time.perf_counter() if lanes.dropped else seen.ended_s) - seen.began_s
            lanes.reconnects += lanes.opened() - opened
            began_s, spent = seen.began_s - began, (cpu or 0, own or 0, database or 0)
            lanes.keep(seen, Slice(began_s, busy_s, seen.requests, *spent, seen.held_s, seen.waited_s))

    def _make_ready(self, order: Order, lanes: Lanes) -> None:
        """Connect every lane, and where requests will arrive over new connections, have the first over each answered;
        then load the target for the lead that the order asks for.
        """
        known = lanes.opened()
        lanes.prepare(order.answer_within_s)
        if lanes.target.arrival_rate_rps is not None and lanes.opened() > known and not lanes.dropped:
            self._stage.play(FirstTurn(lanes), lanes, order.answer_within_s)
        if order.settle_s and not lanes.dropped:
            self._stage.play(ClosedTurn(lanes, order.settle_s), lanes, order.settle_s + order.answer_within_s)

    def _turn(self, order: Order, lanes: Lanes, turn: int, slice_s: float) -> Turn:
        rate_rps = lanes.target.arrival_rate_rps
        if rate_rps is None:
            return ClosedTurn(lanes, slice_s)
        rng = random.Random(f"{order.seed} {order.workload.id} arrivals {turn}")
        return OpenTurn(lanes, slice_s, rate_rps, rng, self._spin_s)


def _spent(lanes: Lanes) -> tuple[int | None, int, int | None]:
    """CPU time so far of the server, of the generator and of the server's database, in nanoseconds."""
    return lanes.target.clock.cpu_ns(), time.process_time_ns(), lanes.target.database.cpu_ns()


def _save_times(path: Path, lanes: list[Lanes]) -> None:
    arrays: dict[str, np.ndarray[tuple[int], np.dtype[np.float32]]] = {}
    for lane in lanes:
        total = lane.total
        sut = lane.target.sut
        arrays[series(sut)] = np.array(total.times, dtype=np.float32)
        if total.service:
            arrays[series(sut, "service")] = np.array(total.service, dtype=np.float32)
            arrays[series(sut, "lag")] = np.array(total.lag, dtype=np.float32)
    path.parent.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(path, **arrays)  # type: ignore[arg-type]
