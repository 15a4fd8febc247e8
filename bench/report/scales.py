"""Scales from values to pixels. A value beyond the domain is put at its edge."""

import math
from collections.abc import Callable

Ends = tuple[float, float]
Scale = Callable[[float], float]


def linear(domain: Ends, pixels: Ends) -> Scale:
    """A linear scale: equal differences take equal room."""
    (low, high), (start, end) = domain, pixels
    return lambda value: start + (end - start) * (min(max(value, low), high) - low) / (high - low)


def logarithmic(domain: Ends, pixels: Ends) -> Scale:
    """A logarithmic scale: equal factors take equal room. The domain is above zero; values need not be."""
    low, high = domain
    straight = linear((math.log(low), math.log(high)), pixels)
    return lambda value: straight(math.log(max(value, low)))
