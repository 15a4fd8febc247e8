"""The rotation: the load moves from one server to the next in short slices.

Measuring two servers one after the other amounts to measuring them on two machines: the speed of a shared host drifts
by tens of per cent within seconds. Short slices in shuffled order give every server the same share of each drift.
"""

import random
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from bench.host.clock import REPLACED, spent_ns
from bench.load.crew import Crew
from bench.load.ledger import Ledger
from bench.load.parts import Cue, Kept
from bench.load.protocol import Order, Reply, Slice, series


class Rotator:
    """Carries out orders, one after the other, with a crew; the servers' CPU clocks are read here alone."""

    def __init__(self, crew: Crew) -> None:
        self._crew = crew

    def rotate(self, order: Order) -> Reply:
        """Do one rotation. The tally of a server says where it failed; the others go on."""
        crew = self._crew
        crew.engage(order)
        ledgers = [Ledger(target, place) for place, target in enumerate(order.targets)]
        try:
            self._turns(order, ledgers, 0, order.warm_up_turns, None)
            for ledger in ledgers:
                ledger.settle_stride(order.least_requests, order.turns)
            began = time.perf_counter()
            self._turns(order, ledgers, order.warm_up_turns, order.turns, began)
            wall_s = time.perf_counter() - began
        finally:
            kept = crew.dismiss()
        if order.times:
            _save_times(Path(order.times), order, kept)
        both = zip(ledgers, kept, strict=True)
        return Reply(tuple(ledger.tally(part, crew.generators, crew.cpus) for ledger, part in both), wall_s)

    def _turns(self, order: Order, ledgers: list[Ledger], first: int, count: int, began: float | None) -> None:
        """Do `count` turns from number `first` on; they count if `began` is a time."""
        for turn in range(first, first + count):
            shuffled = random.Random(f"{order.seed} {order.workload.id} {turn}").sample(ledgers, len(ledgers))
            for ledger in shuffled:
                if not ledger.dropped and ledger.takes_part(turn - first):
                    self._slice(order, ledger, turn, began)

    def _slice(self, order: Order, ledger: Ledger, turn: int, began: float | None) -> None:
        cue = Cue(ledger.place, turn, order.slice_s * ledger.stride, counts=began is not None)
        ledger.drop(self._crew.ready(cue))
        if ledger.dropped:
            return
        before, now = _spent(order, ledger), time.perf_counter()
        seen = self._crew.play(cue)
        cpu, database, called = map(spent_ns, before, _spent(order, ledger))
        ledger.drop(seen.dropped)
        if cpu is None:
            ledger.drop(REPLACED)
        if began is None:
            ledger.warmed_up.append(seen.requests)
        else:
            spent = (cpu or 0, seen.generator_cpu_ns + (called or 0), database or 0)
            stretch = Slice(
                now - began,
                seen.busy_s,
                seen.requests,
                *spent,
                held_s=seen.held_s,
                waited_s=seen.waited_s,
                sent_bytes=seen.sent_bytes,
                received_bytes=seen.received_bytes,
            )
            ledger.keep(stretch, seen.backlog)


def _spent(order: Order, ledger: Ledger) -> tuple[int | None, int | None, int | None]:
    """CPU time so far of the server, of its database and of the service that it calls, in nanoseconds."""
    return ledger.target.clock.cpu_ns(), ledger.target.database.cpu_ns(), order.upstream.cpu_ns()


def _save_times(path: Path, order: Order, kept: Sequence[Kept]) -> None:
    arrays: dict[str, np.ndarray[tuple[int], np.dtype[np.float32]]] = {}
    for target, part in zip(order.targets, kept, strict=True):
        arrays[series(target.sut)] = np.array(part.times, dtype=np.float32)
        if part.service:
            arrays[series(target.sut, "service")] = np.array(part.service, dtype=np.float32)
            arrays[series(target.sut, "lag")] = np.array(part.lag, dtype=np.float32)
    path.parent.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(path, **arrays)  # type: ignore[arg-type]
