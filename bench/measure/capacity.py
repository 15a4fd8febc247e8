"""The capacity search: the highest arrival rate that a server carries within the latency objective. Pure."""

import math
from dataclasses import dataclass, replace

from bench.store.results import Cell

STEPS = 6
_LOWEST, _HIGHEST = 0.2, 1.1
"""The first bracket, as shares of the closed loop's throughput: a rate that is surely carried, and one that is not."""


@dataclass(frozen=True, slots=True)
class Search:
    """A bisection on the logarithm of the rate: after `STEPS` trials the bracket is 3 % wide.

    `carried_rps` was carried (None before any was), `failed_rps` was not, or is more than the server can do.
    """

    lowest_rps: float
    failed_rps: float
    carried_rps: float | None = None

    @property
    def rate_rps(self) -> float:
        """The rate to try next."""
        return math.sqrt((self.carried_rps or self.lowest_rps) * self.failed_rps)

    def after(self, *, carried: bool) -> "Search":
        """The search after a trial at `rate_rps`."""
        rate = self.rate_rps
        return replace(self, carried_rps=rate) if carried else replace(self, failed_rps=rate)


def begin(closed_rps: float) -> Search:
    """A search around the throughput of the closed loop, in requests a second."""
    return Search(lowest_rps=_LOWEST * closed_rps, failed_rps=_HIGHEST * closed_rps)


def carried(cell: Cell, rate_rps: float, objective_s: float) -> bool:
    """Whether a rate was carried: no error, the 99th percentile within the objective, and no growing backlog.

    By Little's law a server that answers within the objective has at most rate x objective requests under way. Where a
    slice of arrivals ends with more, they were piling up, whatever the percentile says so far.
    """
    within = cell.requests > 0 and cell.response_p99_s <= objective_s
    return within and not cell.errors and cell.backlog <= max(rate_rps * objective_s, 2)
