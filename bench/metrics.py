"""The metrics: one row each.

A new metric is a row here, and its values in `bench/analysis/series.py`.
"""

from dataclasses import dataclass
from enum import Enum
from typing import Literal

Kind = Literal["closed", "open", "capacity", "micro", "crawl", "start"]
"""How a workload is driven: users who wait, a schedule of arrivals, a search for the highest rate, in process, by a
crawler, by starting a server.
"""

Tail = Literal["p90", "p99"]
"""The farthest percentile of the response times that a run shows."""


class Quantity(Enum):
    """The unit of a value, which decides how it is written."""

    RATE = "requests a second"
    SECONDS = "seconds"
    MICROSECONDS = "microseconds of CPU time"
    INSTRUCTIONS = "instructions"
    BYTES = "bytes"


@dataclass(frozen=True, slots=True)
class Metric:
    """One metric: `name` is for sentences, `title` and `legend` stand above its tables.

    `kind` is that of the workloads for which it has a table; None for a metric of a SUT as a whole. `compared` metrics
    have ratios, verdicts and a noise floor; `averaged` ones also have a mean over all closed loops. `followed` ones are
    compared between editions and runs; there only a `decisive` one may say that something got worse, and a `drifting`
    one is first divided by the common change of all SUTs. `share` is that of a percentile. `overhead` is the id of the
    metric for the difference between an app's figure and the floor's.
    """

    id: str
    name: str
    quantity: Quantity
    title: str = ""
    legend: str = ""
    kind: Kind | None = None
    higher_is_better: bool = False
    compared: bool = False
    averaged: bool = False
    followed: bool = False
    decisive: bool = True
    drifting: bool = True
    share: float | None = None
    overhead: str | None = None

    @property
    def tabled(self) -> bool:
        """Whether the report has a table of it."""
        return self.compared and bool(self.title)


THROUGHPUT = Metric(
    "throughput_rps",
    "throughput",
    Quantity.RATE,
    "Throughput, closed loop",
    "Requests a second; more is better.",
    kind="closed",
    higher_is_better=True,
    compared=True,
    averaged=True,
    followed=True,
    decisive=False,
)
CPU_PER_REQUEST = Metric(
    "cpu_us_per_request",
    "CPU per request",
    Quantity.MICROSECONDS,
    "CPU per request",
    "Microseconds of CPU time of all server processes for one request; less is better.",
    kind="closed",
    compared=True,
    averaged=True,
    followed=True,
)
DATABASE_CPU = Metric(
    "database_cpu_us_per_request",
    "the database's CPU per request",
    Quantity.MICROSECONDS,
    "The database's CPU per request",
    "Microseconds of CPU time of the processes that serve the database, for one request; less is better. It comes on "
    "top of the CPU time of the app's server. SQLite works within the app and has none.",
    kind="closed",
    compared=True,
)
MEDIAN = Metric(
    "response_p50_s",
    "median response time",
    Quantity.SECONDS,
    "Response time, median",
    "Half of the requests were answered in this time or less; less is better.",
    kind="open",
    compared=True,
    share=0.5,
)
P90 = Metric(
    "response_p90_s",
    "90th percentile of the response time",
    Quantity.SECONDS,
    "Response time, 90th percentile",
    "One request in ten took longer than this; less is better.",
    kind="open",
    compared=True,
    share=0.9,
)
P99 = Metric(
    "response_p99_s",
    "99th percentile of the response time",
    Quantity.SECONDS,
    "Response time, 99th percentile",
    "One request in a hundred took longer than this; less is better.",
    kind="open",
    compared=True,
    share=0.99,
)
CAPACITY = Metric(
    "capacity_rps",
    "capacity",
    Quantity.RATE,
    "Capacity",
    "The highest rate of arrivals that was carried within the latency objective, without error or growing backlog; "
    "more is better.",
    kind="capacity",
    higher_is_better=True,
    compared=True,
)
OVERHEAD_CPU = Metric("overhead_cpu_us", "CPU per call beyond the floor's", Quantity.MICROSECONDS, kind="micro")
OVERHEAD_INSTRUCTIONS = Metric(
    "overhead_instructions", "instructions per call beyond the floor's", Quantity.INSTRUCTIONS, kind="micro"
)
CALL_CPU = Metric(
    "call_cpu_us",
    "CPU per call",
    Quantity.MICROSECONDS,
    "In process: CPU per call",
    "Microseconds of CPU time to call the application and join its answer, without server or socket, less what an "
    "empty application takes; less is better. Behind the plus: the framework's overhead, which is what it adds to "
    "the floor of its interface, with its 95 % interval. Not to be compared with the figures over sockets.",
    kind="micro",
    compared=True,
    followed=True,
    overhead=OVERHEAD_CPU.id,
)
CALL_WALL = Metric("call_wall_us", "wall clock per call", Quantity.MICROSECONDS, kind="micro")
CALL_INSTRUCTIONS = Metric(
    "call_instructions",
    "instructions per call",
    Quantity.INSTRUCTIONS,
    "In process: instructions per call",
    "Instructions (k: thousands, M: millions) that the processor carries out, outside the kernel, to call the "
    "application and join its answer, less what an empty application takes; counted by valgrind, and almost the "
    "same from run to run, however busy the machine. Less is better. They are not time: one takes longer than "
    "another, and waiting takes none. Behind the plus: what the framework adds to the floor of its interface, "
    "with its 95 % interval.",
    kind="micro",
    compared=True,
    followed=True,
    drifting=False,
    overhead=OVERHEAD_INSTRUCTIONS.id,
)
CRAWL_PAGES = Metric(
    "crawl_pages_rps",
    "pages crawled a second",
    Quantity.RATE,
    "Crawl: pages a second",
    "Pages of HTML that Scrapy fetched, read and exported in a second; more is better.",
    kind="crawl",
    higher_is_better=True,
    compared=True,
)
CRAWL_SERVER_CPU = Metric(
    "crawl_server_cpu_us",
    "the server's CPU per page crawled",
    Quantity.MICROSECONDS,
    "Crawl: the server's CPU per page",
    "Microseconds of CPU time of all server processes for one page of the crawl; less is better.",
    kind="crawl",
    compared=True,
    followed=True,
)
CRAWL_OWN_CPU = Metric(
    "crawl_own_cpu_us",
    "Scrapy's own CPU per page crawled",
    Quantity.MICROSECONDS,
    "Crawl: Scrapy's own CPU per page",
    "Microseconds of CPU time of the crawler for one page. It does the same work for every server, so what differs is "
    "how the pages are written and how they arrive.",
    kind="crawl",
    compared=True,
)
CRAWL_ITEMS = Metric("crawl_items_rps", "items crawled a second", Quantity.RATE, kind="crawl", higher_is_better=True)
CRAWL_TIME = Metric("crawl_s", "time for all pages of the crawl", Quantity.SECONDS, kind="crawl")
CRAWL_BYTES = Metric("crawl_page_bytes", "bytes of a page crawled", Quantity.BYTES, kind="crawl")
MEMORY_PEAK = Metric("memory_peak_bytes", "memory at its peak", Quantity.BYTES, "Memory at its peak")
MEMORY_PSS = Metric("memory_pss_bytes", "memory, shared pages divided (PSS)", Quantity.BYTES)
START = Metric(
    "start_s",
    "start to first answer",
    Quantity.SECONDS,
    "Start to first answer",
    "From the start of a fresh server process to its first answer with 200, to GET /plaintext; less is better. Each "
    "server is started once a round, one after the other. It was started before, when its app was verified, so its "
    "files had been read: the first start after a reboot takes longer.",
    kind="start",
    compared=True,
)

METRICS = (
    *(THROUGHPUT, CPU_PER_REQUEST, DATABASE_CPU, MEDIAN, P90, P99, CAPACITY),
    *(CALL_CPU, CALL_INSTRUCTIONS, CALL_WALL, OVERHEAD_CPU, OVERHEAD_INSTRUCTIONS),
    *(CRAWL_PAGES, CRAWL_SERVER_CPU, CRAWL_OWN_CPU, CRAWL_ITEMS, CRAWL_TIME, CRAWL_BYTES),
    *(MEMORY_PEAK, MEMORY_PSS, START),
)
"""All of them, in the order of the report's tables."""

BY_ID = {metric.id: metric for metric in METRICS}
COMPARED = tuple(metric for metric in METRICS if metric.compared)
AVERAGED = tuple(metric for metric in METRICS if metric.averaged)
FOLLOWED = tuple(metric for metric in METRICS if metric.followed)
TAILS: dict[Tail, Metric] = {"p90": P90, "p99": P99}
"""The percentiles that can be the tail of a run."""


def shown(tail: Metric) -> frozenset[str]:
    """The ids of what a run with this tail shows: all but the percentiles that lie beyond it."""
    return frozenset(metric.id for metric in METRICS if (metric.share or 0.0) <= (tail.share or 1.0))


def compared(tail: Metric) -> tuple[Metric, ...]:
    """What such a run compares: of the percentiles the median and the tail."""
    return tuple(metric for metric in COMPARED if metric not in TAILS.values() or metric == tail)
