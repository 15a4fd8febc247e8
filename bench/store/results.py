"""The stored run: the content of `run.json`.

`rounds` holds the observations; `measurements`, `comparisons`, `checks` and `noise` are derived from them and can be
derived again.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

from bench.environment import Environment, Throttling
from bench.estimate import Estimate, Verdict
from bench.metrics import TAILS, Kind, Metric
from bench.model import Failure
from bench.store.described import SutInfo, WorkloadInfo
from bench.store.footprints import Footprint
from bench.store.planned import Planned

SCHEMA_VERSION = 3
Status = Literal["complete", "partial"]
Finding = Literal["pass", "warn", "fail"]


@dataclass(frozen=True, slots=True)
class RunInfo:
    """The run as a whole; times are UTC, ISO 8601."""

    id: str
    started_at: str
    finished_at: str | None
    profile: str
    seed: int
    command: str
    status: Status


@dataclass(frozen=True, slots=True)
class CrawlCounts:
    """Further counts of a crawl: items and bytes in its counted turns, and over all turns two that should be 0."""

    items: int
    bytes: int
    duplicates: int = 0
    retries: int = 0


@dataclass(frozen=True, slots=True)
class Cell:
    """What one SUT did in one workload of one round.

    `busy_s` is the time it was under load, `cpu_ns` the CPU time of its processes meanwhile, on at most `cpus` CPUs,
    and `database_cpu_ns` that of its database's processes: None where it has none, or where they changed meanwhile.
    Percentiles are of response times, in seconds. In the open loop, `lag_p99_s` is the generator's own lateness over
    all slices, and the `service` percentiles are of the time since the actual send: the lateness can have added at most
    the difference between the percentile of the response time and that of the service time. `steal_share` is the share
    of CPU time that a hypervisor gave to others, from 0 to 1. `memory_pss_bytes` is what the processes had in memory at
    the end, with pages that several share divided among them; 0 where the system does not say, and in older runs.
    Summed over the users of a closed loop, `held_s` is how long they took part and `waited_s` how long they waited for
    answers, the first in each slice included. Requests had `sent_bytes`, their answers `received_bytes`, with heads.

    `threads_left` and `logged_bytes` say how many threads more the server had afterwards, and how much longer its log
    was, `files_changed` which files first changed in the app's folder or beside its database. Older runs have none.

    In a crawl, requests are pages, slices are turns, the generator is Scrapy, and there are no response times; `crawl`
    has the further counts. So many `generators` loaded a cell, on `generator_cpus` CPUs together.
    """

    sut: str
    workload: str
    requests: int
    busy_s: float
    cpu_ns: int
    generator_cpu_ns: int
    slices: int
    response_mean_s: float
    response_p50_s: float
    response_p90_s: float
    response_p99_s: float
    memory_peak_bytes: int
    errors: dict[str, int] = field(default_factory=dict)
    reconnects: int = 0
    sampled: int = 0
    backlog: int = 0
    service_p50_s: float | None = None
    lag_p99_s: float | None = None
    steal_share: float | None = None
    cpus: int = 1
    crawl: CrawlCounts | None = None
    service_p90_s: float | None = None
    service_p99_s: float | None = None
    threads_left: int | None = None
    logged_bytes: int | None = None
    database_cpu_ns: int | None = None
    held_s: float | None = None
    waited_s: float | None = None
    memory_pss_bytes: int = 0
    files_changed: tuple[str, ...] | None = None
    generators: int = 1
    generator_cpus: int = 1
    sent_bytes: int | None = None
    received_bytes: int | None = None


@dataclass(frozen=True, slots=True)
class Round:
    """One round: fresh servers, every workload once. `twin_of` is the SUT whose second copy ran beside the others as
    `TWIN`. `capacities` are in requests a second, by workload and SUT; times are in seconds. `throttling` is what a
    quota of CPU time did, and `loop_us` are the deciles of the time that a fixed loop took on the servers' CPU.
    """

    number: int
    started_at: str
    wall_s: float
    load_s: float
    twin_of: str | None
    start_s: dict[str, float]
    cells: tuple[Cell, ...]
    failures: tuple[Failure, ...] = ()
    capacities: dict[str, dict[str, float]] = field(default_factory=dict)
    throttling: Throttling | None = None
    loop_us: tuple[float, ...] = ()

    def sound_cells(self) -> list[Cell]:
        """The cells that are measurements."""
        return sound(self.cells, self.failures)


def sound(cells: Iterable[Cell], failures: Iterable[Failure]) -> list[Cell]:
    """The cells without a failure."""
    failed = {(failure.sut, failure.workload) for failure in failures}
    return [cell for cell in cells if (cell.sut, cell.workload) not in failed]


@dataclass(frozen=True, slots=True)
class MicroRound:
    """A round in process: one pytest-benchmark session for each app, and for `TWIN`, a second copy of `twin_of`.

    `medians_us` is by SUT, operation and clock (`wall` or `cpu`): microseconds a call. Those of `null` and `null-asgi`,
    applications that do nothing, are what the instrument itself costs for either interface. `instructions`, where they
    were counted, is by SUT and operation: instructions a call. `throttling` is what a quota of CPU time did in it.
    """

    number: int
    twin_of: str
    medians_us: dict[str, dict[str, dict[str, float]]]
    failures: tuple[Failure, ...] = ()
    instructions: dict[str, dict[str, float]] = field(default_factory=dict)
    throttling: Throttling | None = None


@dataclass(frozen=True, slots=True)
class Measurement:
    """An estimate of one metric, and the value of each round. `at_least`: the limit may not have been the server."""

    sut: str
    workload: str | None
    metric: str
    estimate: Estimate
    rounds: tuple[float, ...]
    at_least: bool = False
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Comparison:
    """A SUT over the baseline, `here`: in this run; above 1 means more of the metric.

    `workload` is None for the mean `over` several closed ones; where an older run does not name them, it is over all.
    """

    sut: str
    baseline: str
    workload: str | None
    metric: str
    here: Estimate
    verdict: Verdict
    over: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Check:
    """A check of the run's own soundness, with the value that was seen and the limit that it is held to."""

    id: str
    title: str
    status: Finding
    value: float | None
    limit: float | None
    detail: str


@dataclass(frozen=True, slots=True)
class Noise:
    """How far apart the A/A twin and its original came out, for one metric over one kind of workload: 0.01 is 1 %."""

    metric: str
    estimate: Estimate
    kind: Kind = "closed"


@dataclass(frozen=True, slots=True)
class Run:
    """A whole run, as stored."""

    run: RunInfo
    environment: Environment
    suts: tuple[SutInfo, ...]
    workloads: tuple[WorkloadInfo, ...]
    baseline: str
    rounds: tuple[Round, ...] = ()
    micro: tuple[MicroRound, ...] = ()
    footprints: tuple[Footprint, ...] = ()
    measurements: tuple[Measurement, ...] = ()
    comparisons: tuple[Comparison, ...] = ()
    noise: tuple[Noise, ...] = ()
    checks: tuple[Check, ...] = ()
    failures: tuple[Failure, ...] = ()
    plan: Planned = field(default_factory=Planned)
    schema_version: int = SCHEMA_VERSION

    @property
    def tail(self) -> Metric:
        """The farthest percentile of the response times that it shows: its profile's, which older ones do not name."""
        return TAILS[self.plan.profile.tail if self.plan.profile else "p99"]

    def sound_cells(self) -> dict[tuple[str, str], list[Cell]]:
        """The cells of all rounds that are measurements, by SUT and workload."""
        cells: dict[tuple[str, str], list[Cell]] = {}
        for round_ in self.rounds:
            for cell in round_.sound_cells():
                cells.setdefault((cell.sut, cell.workload), []).append(cell)
        return cells
