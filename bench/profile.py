"""Profiles: how much is measured."""

from dataclasses import dataclass
from typing import Literal

from bench.metrics import Tail

Servers = Literal["common", "native", "both"]


@dataclass(frozen=True, slots=True)
class Profile:
    """A named set of defaults.

    A round gives every SUT `turns` slices of `slice_s` in each closed-loop workload, after `warm_up_turns` that are not
    counted, and `first_turns` more in the first, for a fresh process does some things once; a SUT that answers fewer
    than `slice_requests` in a slice gets fewer and longer ones. In each open-loop workload it has `open_turns` slices
    of `open_slice_s`. `rounds` are always done; more are added, up to `most_rounds`, while the median half-width of the
    closed loop's ratios is above `half_width` (throughput, CPU per request) and `budget_s` of measuring is not used up.
    Open-loop arrivals come at `open_share` of what the slowest SUT managed in the closed loop, then at `own_shares` of
    what each SUT itself did, in one slice of `queue_slice_s`, for there a queue takes its time to grow. The capacity
    search, in such slices too, looks for the highest rate with a 99th percentile within `objective_s`. Of the response
    times no percentile beyond the `tail` is shown: farther ones need more requests than the rounds hold. Last come
    rounds in process: `micro_rounds` with sessions that time each operation for `micro_s` by the CPU clock and a
    quarter of that by the other, `instruction_rounds` in which instructions are counted. The first `crawl_rounds`
    rounds end with a crawl, of `crawl_pages` pages of each SUT that count. Where no app is named, the group `apps` is
    measured.
    """

    name: str
    summary: str
    workloads: tuple[str, ...]
    open_workloads: tuple[str, ...] = ()
    servers: Servers = "common"
    apps: str = "default"
    rounds: int = 10
    most_rounds: int = 12
    budget_s: float = 300.0
    half_width: tuple[float, float] = (0.015, 0.015)
    concurrency: int = 16
    turns: int = 16
    slice_s: float = 0.025
    slice_requests: int = 0
    warm_up_turns: int = 2
    first_turns: int = 0
    open_turns: int = 40
    open_slice_s: float = 0.025
    queue_slice_s: float = 0.5
    open_share: float = 0.4
    open_connections: int = 64
    own_shares: tuple[float, ...] = ()
    capacity_workloads: tuple[str, ...] = ()
    objective_s: float = 0.05
    tail: Tail = "p99"
    micro_rounds: int = 0
    micro_s: float = 0.08
    instruction_rounds: int = 0
    crawl_pages: int = 0
    crawl_rounds: int = 0

    @property
    def in_process_rounds(self) -> int:
        """The number of rounds in process, timed or counted."""
        return max(self.micro_rounds, self.instruction_rounds)
