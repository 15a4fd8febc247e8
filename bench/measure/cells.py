"""Cells, from the generator's tallies and the raw times, and the check that these agree with each other and with the
order.
"""

from collections.abc import Collection, Mapping
from pathlib import Path

from bench.load.protocol import Order, Tally, Times, series
from bench.statistics import latency
from bench.store import raw
from bench.store.results import Cell


def from_tally(
    workload: str,
    tally: Tally,
    folder: Path,
    number: int,
    *,
    memory_bytes: int,
    memory_pss_bytes: int,
    steal: float | None,
    cpus: int,
    database: bool = False,
) -> Cell:
    """The sums of the slices, and percentiles of the times that round `number` left in the run's `folder`.

    `database` says that the CPU time of the database's processes is known.
    """

    def share(q: float, of: Times = "response") -> float | None:
        times = raw.times(folder, number, workload, series(tally.sut, of))
        return latency.percentile(times, q) if times is not None and times.size else None

    times = raw.times(folder, number, workload, series(tally.sut))
    return Cell(
        sut=tally.sut,
        workload=workload,
        requests=sum(slice_.requests for slice_ in tally.slices),
        busy_s=sum(slice_.busy_s for slice_ in tally.slices),
        cpu_ns=sum(slice_.cpu_ns for slice_ in tally.slices),
        generator_cpu_ns=sum(slice_.generator_cpu_ns for slice_ in tally.slices),
        slices=len(tally.slices),
        response_mean_s=float(times.mean()) if times is not None and times.size else 0.0,
        response_p50_s=share(0.5) or 0.0,
        response_p90_s=share(0.9) or 0.0,
        response_p99_s=share(0.99) or 0.0,
        memory_peak_bytes=memory_bytes,
        memory_pss_bytes=memory_pss_bytes,
        errors=tally.errors,
        reconnects=tally.reconnects,
        sampled=tally.sampled,
        backlog=tally.backlog,
        service_p50_s=share(0.5, "service"),
        service_p90_s=share(0.9, "service"),
        service_p99_s=share(0.99, "service"),
        lag_p99_s=share(0.99, "lag"),
        held_s=sum(slice_.held_s for slice_ in tally.slices),
        waited_s=sum(slice_.waited_s for slice_ in tally.slices),
        sent_bytes=sum(slice_.sent_bytes for slice_ in tally.slices),
        received_bytes=sum(slice_.received_bytes for slice_ in tally.slices),
        steal_share=steal,
        cpus=cpus,
        generators=tally.generators,
        generator_cpus=tally.generator_cpus,
        database_cpu_ns=sum(slice_.database_cpu_ns for slice_ in tally.slices) if database else None,
    )


def databases_counted(order: Order, pids: Mapping[str, Collection[int]]) -> frozenset[str]:
    """The SUTs whose database has processes, and still those whose CPU time was counted; `pids` is by SUT."""
    return frozenset(
        target.sut
        for target in order.targets
        if target.database.pids and set(target.database.pids) == set(pids[target.sut])
    )


def contradiction(cell: Cell, order: Order, timed: int, stride: int = 1) -> str | None:
    """Why a cell cannot be right although no error was seen: a wrong number of slices, of seconds under load or of
    times. The SUT took part in one turn of every `stride`.
    """
    closed = order.targets[0].arrival_rate_rps is None
    # In a closed loop the first request of each user in a slice counts as a request and not as a time; there alone does
    # a slice last as long as was asked, for in an open loop it is over with the answer to the last arrival.
    asked_s = order.turns * order.slice_s if closed else 0.0
    untimed = cell.requests - timed
    if cell.slices * stride != order.turns:
        return f"{cell.slices} slices instead of {order.turns // stride}"
    if cell.busy_s < asked_s * 0.999:
        return f"{cell.busy_s:.3g} s under load instead of {asked_s:.3g} s"
    if not 0 <= untimed <= (cell.slices * order.concurrency if closed else 0):
        return f"{cell.requests} requests, but {timed} times"
    return None
