"""What the network between two machines did to a run whose servers are not on the generator's. Pure."""

from bench.analysis import limits
from bench.store.results import Check, Run

RESENT_LIMIT = 0.005
"""A segment that was lost is late by a fifth of a second or more, and one in a hundred answers is the 99th percentile.
TCP sends some again that were not lost: 0.1 % was seen on loopback, on a busy machine.
"""


def between(run: Run) -> Check | None:
    """Whether the network was the limit of anything; not asked where everything is on one machine."""
    network = run.environment.network
    if network is None:
        return None
    infos = {workload.id: workload for workload in run.workloads if workload.kind == "closed"}
    closed = [(sut, infos[name], cells) for (sut, name), cells in run.sound_cells().items() if name in infos]
    shares = [limits.on_the_way(workload, cells, network) for _, workload, cells in closed]
    held = [
        f"{sut} in {workload.id}" for sut, workload, cells in closed if limits.held_by_network(workload, cells, network)
    ]
    detail = network.spoken
    if held:
        others = f" and {len(held) - 1} more" if held[1:] else ""
        detail += f'; it may have held down {held[0]}{others}, printed as "at least"'
    lossy = (network.resent_share or 0.0) > RESENT_LIMIT
    return Check(
        "network",
        "Network",
        "warn" if held or lossy else "pass",
        max(shares, default=None),
        limits.ON_THE_WAY,
        detail,
    )
