"""The rotation: inside one process, the load moves from one server to the next in short slices.

Two servers that are measured one after the other are measured on two machines: a shared host's speed drifts by tens of
per cent within seconds. Slices of a tenth of a second in shuffled order give every server the same share of each drift.
"""

import gc
import random
import time
from pathlib import Path

import numpy as np

from bench import processes
from bench.load.connection import Connection
from bench.load.lanes import Lanes
from bench.load.protocol import Order, Reply, Slice
from bench.load.stage import Stage
from bench.load.turns import ClosedTurn, OpenTurn, Turn
from bench.load.wire import ExchangeError


class Rotator:
    """Carries out orders, one after the other; keeps connections open between them."""

    def __init__(self) -> None:
        self._stage = Stage()
        self._connections: dict[tuple[str, int], list[Connection]] = {}

    def rotate(self, order: Order) -> Reply:
        """Do one rotation."""
        self._stage.seat(order.concurrency)
        lanes = [self._lanes(order, index) for index in range(len(order.targets))]
        for each in lanes:
            self._connect(each)
        began = time.perf_counter()
        gc.collect()
        gc.disable()  # a collection would stop the clock for whichever server has the slice
        try:
            for turn in range(order.warm_up_turns + order.turns):
                if turn == order.warm_up_turns:
                    began = time.perf_counter()
                    for each in lanes:
                        each.clear()
                self._everyone(order, lanes, turn, began)
        finally:
            gc.enable()
        wall_s = time.perf_counter() - began
        if order.times:
            _save_times(Path(order.times), lanes)
        return Reply(tuple(each.tally() for each in lanes), wall_s)

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
            kept.append(Connection(target.host, target.port))
        return Lanes(target, order.workload, kept[: order.concurrency], order.seed)

    def _connect(self, lanes: Lanes) -> None:
        try:
            for lane in lanes.all:
                lane.connection.has_unread()  # notices what the server closed since the last order
                lane.connection.open_if_closed()
        except ExchangeError as error:
            lanes.dropped = str(error)
        lanes.clear()

    def _everyone(self, order: Order, lanes: list[Lanes], turn: int, began: float) -> None:
        shuffled = random.Random(f"{order.seed} {order.workload.id} {turn}").sample(lanes, len(lanes))
        for each in shuffled:
            if order.settle_s and not each.dropped:
                self._stage.play(ClosedTurn(each, order.settle_s), each, order.settle_s + order.answer_within_s)
            if not each.dropped:
                self._slice(order, each, turn, began)

    def _slice(self, order: Order, lanes: Lanes, turn: int, began: float) -> None:
        start = time.perf_counter()
        cpu, own = processes.cpu_ns(lanes.target.pids), time.process_time_ns()
        played = _turn(order, lanes, turn)
        self._stage.play(played, lanes, order.slice_s + order.answer_within_s)
        end = time.perf_counter()
        cpu, own = processes.cpu_ns(lanes.target.pids) - cpu, time.process_time_ns() - own
        lanes.slices.append(Slice(start - began, end - start, played.requests, cpu, own))
        lanes.check_quiet()


def _turn(order: Order, lanes: Lanes, turn: int) -> Turn:
    if order.arrival_rate_rps is None:
        return ClosedTurn(lanes, order.slice_s)
    rng = random.Random(f"{order.seed} {order.workload.id} arrivals {turn}")
    return OpenTurn(lanes, order.slice_s, order.arrival_rate_rps, rng)


def _save_times(path: Path, lanes: list[Lanes]) -> None:
    arrays: dict[str, np.ndarray[tuple[int], np.dtype[np.float32]]] = {}
    for each in lanes:
        for suffix, times in (("", each.times), (".service", each.service), (".lag", each.lag)):
            if times or not suffix:
                arrays[each.target.sut + suffix] = np.array(times, dtype=np.float32)
    np.savez_compressed(path, **arrays)  # type: ignore[arg-type]
