"""Requests that arrive whatever the servers do: at which rates, and what that is called. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

from bench.model import Workload


@dataclass(frozen=True, slots=True)
class Arrivals:
    """What an open loop is called, and the rate of each SUT in requests a second."""

    name: str
    rates: Mapping[str, float]


def open_id(workload: Workload, share: float | None = None) -> str:
    """How a workload is called when its requests arrive at a rate: one for all, or a share of what each SUT manages."""
    return f"{workload.id}-open" if share is None else f"{workload.id}-open-{share:.0%}".rstrip("%")


def capacity_id(workload: Workload) -> str:
    """How a workload is called when its highest rate is searched."""
    return f"{workload.id}-capacity"


def two_digits(value: float) -> float:
    """Rounded to two significant digits, so that a rate is a number that people can say."""
    return float(f"{value:.2g}")
