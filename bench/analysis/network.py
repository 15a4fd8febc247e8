"""What the network between two machines did to a run whose servers are not on the generator's. Pure."""

from bench.analysis import limits
from bench.analysis.limits import NetworkLimit
from bench.store.results import Check, Run

RESENT_LIMIT = 0.005
"""A segment that was lost is late by a fifth of a second or more, and one in a hundred answers is the 99th percentile.
TCP sends some again that were not lost: 0.1 % was seen on loopback, on a busy machine.
"""


def between(run: Run) -> Check | None:
    """Whether the network was the limit of anything; not asked where everything is on one machine.

    The value is the share of its users that were on the way, or of its bandwidth that was filled: the one that is
    larger for its limit.
    """
    network = run.environment.network
    if network is None:
        return None
    infos = {workload.id: workload for workload in run.workloads if workload.kind == "closed"}
    shares = [(0.0, limits.ON_THE_WAY)]
    held: dict[NetworkLimit, list[str]] = {}
    for (sut, name), cells in run.sound_cells().items():
        if workload := infos.get(name):
            shares.append((limits.on_the_way(workload, cells, network), limits.ON_THE_WAY))
            shares.append((limits.filled(cells, network), limits.FILLED))
            if limit := limits.held_by_network(workload, cells, network):
                held.setdefault(limit, []).append(f"{sut} in {name}")
    value, most = max(shares, key=lambda share: share[0] / share[1])
    detail = "; ".join([network.spoken, *(_accused(limit, cells) for limit, cells in held.items())])
    lossy = (network.resent_share or 0.0) > RESENT_LIMIT
    return Check("network", "Network", "warn" if held or lossy else "pass", value, most, detail)


def _accused(limit: NetworkLimit, cells: list[str]) -> str:
    others = f" and {len(cells) - 1} more" if cells[1:] else ""
    return f'the {limit} may have held down {cells[0]}{others}, printed as "at least"'
