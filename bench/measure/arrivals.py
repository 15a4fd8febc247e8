"""The rates of requests that arrive whatever the servers do. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Arrivals:
    """The id of an open loop, and the rate of each SUT in requests a second.

    Where rates are `near_capacity`, slices are long, because a queue takes time to grow.
    """

    id: str
    rates: Mapping[str, float]
    near_capacity: bool = False


def two_digits(value: float) -> float:
    """A rate rounded to two significant digits, so that it is easy to read and to repeat."""
    return float(f"{value:.2g}")
