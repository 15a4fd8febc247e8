"""What the metrics are called, and which tables a report has, in their order. Pure."""

from collections.abc import Iterator, Sequence

from bench.store.results import WorkloadInfo

METRICS = {
    "throughput_rps": ("Throughput, closed loop", "Requests a second; more is better."),
    "cpu_us_per_request": (
        "CPU per request",
        "Microseconds of CPU time of all server processes for one request; less is better.",
    ),
    "response_p50_s": (
        "Response time, median",
        "Half of the requests were answered in this time or less; less is better.",
    ),
    "response_p99_s": (
        "Response time, 99th percentile",
        "One request in a hundred took longer than this; less is better.",
    ),
    "call_cpu_us": (
        "In process: CPU per call",
        "Microseconds of CPU time to call the application and join its answer, without server or socket, less what an "
        "empty application takes; less is better. Behind the plus: the framework's overhead, which is what it adds to "
        "the bare floor, with its 95 % interval. Not to be compared with the figures over sockets.",
    ),
    "call_instructions": (
        "In process: instructions per call",
        "Instructions (k: thousands, M: millions) that the processor carries out, outside the kernel, to call the "
        "application and join its answer, less what an empty application takes; counted by valgrind, and almost the "
        "same from run to run, however busy the machine. Less is better. They are not time: one takes longer than "
        "another, and waiting takes none. Behind the plus: what the framework adds to the bare floor, with its 95 % "
        "interval.",
    ),
    "capacity_rps": (
        "Capacity",
        "The highest rate of arrivals that was carried within the latency objective, without error or growing backlog; "
        "more is better.",
    ),
}
TABLES = (
    ("throughput_rps", "closed", "common"),
    ("cpu_us_per_request", "closed", "common"),
    ("response_p50_s", "open", "common"),
    ("response_p99_s", "open", "common"),
    ("capacity_rps", "capacity", "common"),
    ("throughput_rps", "closed", "native"),
    ("cpu_us_per_request", "closed", "native"),
    ("call_cpu_us", "micro", "common"),
    ("call_instructions", "micro", "common"),
)
HIGHER = {"throughput_rps", "capacity_rps"}


def remarks(workloads: Sequence[WorkloadInfo], limited: bool) -> Iterator[str]:
    """What else must be said of a table: how its requests arrived, and that the generator may have been the limit."""
    if any(each.kind == "open" for each in workloads):
        yield " Requests arrived at random at the stated rate, and the time counts from when each was due."
    if any(each.arrival_share for each in workloads):
        yield " The limit of a SUT is what it managed in the closed loop."
    if limited:
        yield (
            ' Where a figure says "at least", the generator may have been the limit: its ratio is then at least what '
            "is printed (≥), a ratio to it at most that (≤), and between two such figures there is none."
        )
