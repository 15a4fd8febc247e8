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


def ticks(low: float, high: float) -> list[float]:
    """A few round numbers from `low` to `high`: by 1, 2 and 5 where they span much, else in equal steps."""
    if low > 0 and high / low > 5:
        powers = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
        steps = (1, 2, 5) if high / low < 300 else (1,)
        return [value for power in powers for step in steps if low <= (value := float(f"{step}e{power}")) <= high]
    rough = (high - low) / 4
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(factor * power for factor in (1, 2, 5, 10) if factor * power >= rough)
    return [float(f"{count * step:.6g}") for count in range(math.ceil(low / step), math.floor(high / step) + 1)]
