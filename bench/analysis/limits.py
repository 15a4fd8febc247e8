"""The headroom of generator and server, and so whether a figure is a limit, at least or at most so much. Pure."""

import statistics
from collections.abc import Sequence
from typing import Literal

from bench.contract.operations import WAITING
from bench.environment import Network
from bench.identity import USUAL_DATABASE
from bench.model import TWIN
from bench.store.described import WorkloadInfo
from bench.store.results import Cell, Round, Run

GENERATOR = 0.8
"""Above this share of a CPU the generator itself may limit a throughput."""

CEILING = 1.5
"""A generator that could have sent this many times as much was not the limit."""

SATURATION = 0.95
"""The share of its CPUs that a server uses at its own limit."""

IDLE = 0.9
"""A server that uses less of its CPUs in a closed loop waited for something else for more than a tenth of the time.
Writes wait for the disk: in the stored runs the floor waits for 6 to 7 % of its time where it creates items.
"""

SLOWED = 1.15
"""A fixed loop that takes so many times as long as its quickest tenth was disturbed: seen were 1.0 or 1.6, and little
between.
"""

DISTURBED = 0.9
"""A cost in process comes from the quickest tenth of the calls. Above this share of disturbed time, those are disturbed
too.
"""

ON_THE_WAY = 0.5
"""A network for which more than this share of the users of a closed loop wait at any time may be what limits them."""

FILLED = 0.8
"""A closed loop that takes more than this share of a network's bandwidth may be limited by that: the measured bandwidth
is one of a moment, and a slice fills the way only once its users have begun. It is the bandwidth of one connection, and
several may carry more: then "at least" stands before a figure that is the server's own, where it is true as well.
"""

_FRAME_BYTES = 66
"""The heads of Ethernet, IPv4 and TCP before what a packet carries. Those of full packets are part of any measured
bandwidth; around small answers they are a good part of what travels.
"""

LAG = 0.1
"""Up to this share of a response time, the generator's lateness does not matter."""

NetworkLimit = Literal["bandwidth", "round trip"]


def disturbed_share(rounds: Sequence[Round]) -> float | None:
    """The share of its time for which neighbours slowed down the CPU of the servers, by the deciles of a fixed loop in
    each round; None where no round has them.
    """
    deciles = [round_.loop_us for round_ in rounds if round_.loop_us]
    if not deciles:
        return None
    undisturbed_us = min(map(min, deciles))
    times_us = [time_us for one in deciles for time_us in one]
    return sum(time_us > SLOWED * undisturbed_us for time_us in times_us) / len(times_us)


def held_down(cells: Sequence[Cell]) -> bool:
    """Whether the generator may have limited a throughput, so that the server does at least so much: it had hardly any
    CPU time left; or with a whole CPU it could not have sent half as much again, and the server was not at its own
    limit either.
    """
    share = generator_share(cells)
    return share > GENERATOR or (share * CEILING > 1 and server_share(cells) < SATURATION)


def on_the_way(workload: WorkloadInfo, cells: Sequence[Cell], network: Network) -> float:
    """The share of the users of a closed loop whose request or answer is on its way, in the mean: by Little's law the
    throughput times the round trip, over the number of users.
    """
    return _rps(cells) * network.round_trip_p50_s / (workload.concurrency or 1)


def filled(cells: Sequence[Cell], network: Network) -> float:
    """The share of one connection's bandwidth that a closed loop took, in the direction in which it is larger: of HTTP,
    and of a packet's heads for each request and each answer. 0 where older cells do not say their bytes.
    """
    known = [cell for cell in cells if cell.sent_bytes is not None and cell.received_bytes is not None]
    if not known:
        return 0.0
    busy_s, frames_bytes = sum(cell.busy_s for cell in known), _FRAME_BYTES * sum(cell.requests for cell in known)
    sent_bytes = sum(cell.sent_bytes or 0 for cell in known) + frames_bytes
    received_bytes = sum(cell.received_bytes or 0 for cell in known) + frames_bytes
    return max(sent_bytes / network.to_servers_bytes_s, received_bytes / network.from_servers_bytes_s) / busy_s


def held_by_network(workload: WorkloadInfo, cells: Sequence[Cell], network: Network | None) -> NetworkLimit | None:
    """What of the network may have limited a throughput, so that the server does at least so much: its bandwidth, which
    was nearly filled, or its round trip, for which most users waited. None where nothing did, or where the server was
    at its own limit.
    """
    if network is None or server_share(cells) >= SATURATION:
        return None
    if filled(cells, network) > FILLED:
        return "bandwidth"
    return "round trip" if on_the_way(workload, cells, network) > ON_THE_WAY else None


def near_ceiling(cells: Sequence[Cell], static: Sequence[Cell]) -> bool:
    """Whether the crawler may have limited a crawl: it could not have crawled a static copy of the site half as fast
    again. Without a copy this is unknown, and so it may have.
    """
    return not static or _rps(cells) * CEILING > _rps(static)


def piled_up(workload: WorkloadInfo, cells: Sequence[Cell]) -> bool:
    """Whether in most rounds more requests arrived in an open loop than a SUT answered: its response times then grow
    with the time that it is measured for, and say only that the rate is too high for it. A pile in a round or two is
    the stall that percentiles are there to show.
    """
    return workload.kind == "open" and backlog(cells) > in_flight(workload)


def sent_late(workload: WorkloadInfo, cells: Sequence[Cell], percentile: float) -> bool:
    """Whether the generator's lateness shows in a percentile of an open loop's response times."""
    return workload.kind == "open" and (delay_share(cells, percentile) or 0.0) > LAG


def generator_share(cells: Sequence[Cell]) -> float:
    """The generators' own CPU time over the time of all their CPUs while they loaded a SUT."""
    return sum(cell.generator_cpu_ns for cell in cells) / 1e9 / sum(cell.busy_s * cell.generator_cpus for cell in cells)


def server_share(cells: Sequence[Cell]) -> float:
    """The CPU time of a server's processes and of its database's, as far as that is known, over the time of all the
    server's CPUs under load: both run on the same ones.
    """
    spent_ns = sum(cell.cpu_ns + (cell.database_cpu_ns or 0) for cell in cells)
    return spent_ns / 1e9 / sum(cell.busy_s * cell.cpus for cell in cells)


def uncounted(run: Run) -> frozenset[tuple[str, str]]:
    """The SUTs, the twin among them, and workloads where the CPU time of a database's processes is not known."""
    served = {sut.id for sut in run.suts if sut.key.database != USUAL_DATABASE}
    return frozenset(
        (cell.sut, cell.workload)
        for round_ in run.rounds
        for cell in round_.cells
        if cell.database_cpu_ns is None and (round_.twin_of if cell.sut == TWIN else cell.sut) in served
    )


def waiting(run: Run) -> frozenset[str]:
    """The workloads whose answers wait for a service, so that a server need not be busy."""
    return frozenset(workload.id for workload in run.workloads if WAITING.intersection(workload.operations))


def _rps(cells: Sequence[Cell]) -> float:
    return sum(cell.requests for cell in cells) / sum(cell.busy_s for cell in cells)


def delay_share(cells: Sequence[Cell], percentile: float = 0.5) -> float | None:
    """What late sending can have added to a percentile of the response time, as a share of it, over all rounds; None
    where no round says its service times.
    """
    times_s = (_times_s(cell, percentile) for cell in cells)
    measured = [(response_s, service_s) for response_s, service_s in times_s if service_s is not None]
    response_s = sum(response_s for response_s, _ in measured)
    return sum(response_s - service_s for response_s, service_s in measured) / response_s if response_s else None


def _times_s(cell: Cell, percentile: float) -> tuple[float, float | None]:
    return {
        0.5: (cell.response_p50_s, cell.service_p50_s),
        0.9: (cell.response_p90_s, cell.service_p90_s),
        0.99: (cell.response_p99_s, cell.service_p99_s),
    }[percentile]


def backlog(cells: Sequence[Cell]) -> float:
    """The number of requests under way when arrivals ended, in the median slice of the median round."""
    return statistics.median(cell.backlog for cell in cells)


def in_flight(workload: WorkloadInfo) -> int:
    """The most requests that may be under way at the end of a slice of arrivals that a server keeps up with."""
    return (workload.concurrency or 0) // 2
