"""From values to pixels. What lies beyond the domain stands at its edge."""

import math
from collections.abc import Callable

Ends = tuple[float, float]
Scale = Callable[[float], float]


def linear(domain: Ends, pixels: Ends) -> Scale:
    """Equal steps take equal room."""
    (low, high), (start, end) = domain, pixels
    return lambda value: start + (end - start) * (min(max(value, low), high) - low) / (high - low)


def logarithmic(domain: Ends, pixels: Ends) -> Scale:
    """Equal factors take equal room; the domain is above zero, and values need not be."""
    low, high = domain
    straight = linear((math.log(low), math.log(high)), pixels)
    return lambda value: straight(math.log(max(value, low)))
