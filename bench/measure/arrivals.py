"""Requests that arrive whatever the servers do: at which rates. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Arrivals:
    """The id of an open loop, and the rate of each SUT in requests a second.

    Where rates are `near_capacity`, a queue takes its time to grow, and the slices are long.
    """

    id: str
    rates: Mapping[str, float]
    near_capacity: bool = False


def two_digits(value: float) -> float:
    """Rounded to two significant digits, so that a rate is a number that people can say."""
    return float(f"{value:.2g}")
