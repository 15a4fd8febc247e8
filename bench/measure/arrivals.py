"""Requests that arrive whatever the servers do: at which rates. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Arrivals:
    """The id of an open loop, and the rate of each SUT in requests a second."""

    id: str
    rates: Mapping[str, float]


def two_digits(value: float) -> float:
    """Rounded to two significant digits, so that a rate is a number that people can say."""
    return float(f"{value:.2g}")
