"""What calls in process cost, from the sessions: series of values by round. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass

from bench.results import MicroRound

NULL = "null"
"""The application that does nothing: what the instrument itself costs."""
_METRICS = {"cpu": "call_cpu_us", "wall": "call_wall_us"}


@dataclass(frozen=True, slots=True)
class Key:
    """Which series of per-round values."""

    sut: str
    workload: str
    metric: str


def workload_id(operation: str) -> str:
    """How an operation is called when it is called in process."""
    return f"{operation}-in-process"


def series(rounds: Iterable[MicroRound]) -> dict[Key, dict[int, float]]:
    """Microseconds a call by either clock, less what the null application took in the same round."""
    found: dict[Key, dict[int, float]] = {}
    for each in rounds:
        null = each.medians_us.get(NULL, {})
        for sut, operations in each.medians_us.items():
            for operation, clocks in operations.items() if sut != NULL else ():
                for clock, median_us in clocks.items():
                    net_us = median_us - null.get(operation, {}).get(clock, 0.0)
                    if net_us > 0:
                        key = Key(sut, workload_id(operation), _METRICS[clock])
                        found.setdefault(key, {})[each.number] = net_us
    return found
