"""Short orders for the generator, and what came back."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from bench.contract.workloads import find
from bench.host.clock import Clock
from bench.load.client import Generator
from bench.load.protocol import Order, Reply, Tally, Target
from tests.load.scripted import Server


def target(
    server: Server | int, sut: str = "sut", pids: tuple[int, ...] = (), database: tuple[int, ...] = ()
) -> Target:
    port = server if isinstance(server, int) else server.port
    return Target(sut, "127.0.0.1", port, Clock(pids), database=Clock(database))


@dataclass
class Seen:
    """A reply and the raw times."""

    reply: Reply
    arrays: dict[str, "np.ndarray[Any, np.dtype[np.float32]]"]

    def tally(self, sut: str = "sut") -> Tally:
        return next(tally for tally in self.reply.tallies if tally.sut == sut)

    def requests(self, sut: str = "sut") -> int:
        return sum(slice_.requests for slice_ in self.tally(sut).slices)

    def rps(self, sut: str = "sut") -> float:
        return self.requests(sut) / sum(slice_.busy_s for slice_ in self.tally(sut).slices)

    def ms(self, q: float, series: str = "sut") -> float:
        return float(np.percentile(self.arrays[series], q)) * 1000


def rotate(load: Generator, folder: Path, *targets: Target, workload: str = "plaintext", **changes: Any) -> Seen:
    """One rotation: two slices of 0.1 s for each target, four users, half a second for late answers."""
    wanted: dict[str, Any] = {"turns": 2, "slice_s": 0.1, "concurrency": 4, "seed": 1, "answer_within_s": 0.5}
    file = folder / "times.npz"
    if rate := changes.pop("arrival_rate_rps", None):
        targets = tuple(replace(target, arrival_rate_rps=rate) for target in targets)
    reply = load.rotate(Order(find(workload), targets, times=str(file), **(wanted | changes)))
    with np.load(file) as arrays:
        return Seen(reply, {name: arrays[name] for name in arrays.files})
