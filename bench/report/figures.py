"""Absolute figures in words: a rate, a time, a cost, and what a framework adds to its floor's. Pure."""

from bench.metrics import Metric, Quantity
from bench.store.results import Measurement
from bench.words import seconds, si


def added(metric: Metric, overhead: Measurement, figure: float) -> str:
    """Framework overhead in the unit of the `figure` that it stands beside, with its interval: +96.2 [94.1-98.3]."""
    seen, (unit, _) = overhead.estimate, _unit(metric, figure)
    more = f"{'+' if seen.value >= 0 else ''}{si(seen.value / unit)}"
    between = "-" if seen.low >= 0 else " to "
    return f"{more} [{si(seen.low / unit)}{between}{si(seen.high / unit)}]" if seen.bounded else more


def figure(metric: Metric, value: float) -> str:
    """A value of a metric with its unit."""
    match metric.quantity:
        case Quantity.RATE:
            return f"{si(value)}/s"
        case Quantity.SECONDS:
            return seconds(value)
        case _:
            unit, name = _unit(metric, value)
            return f"{si(value / unit)} {name}"


def _unit(metric: Metric, value: float) -> tuple[float, str]:
    """The unit of a figure and its overhead: microseconds, or thousands or millions of instructions."""
    if metric.quantity is Quantity.INSTRUCTIONS:
        return (1e6, "M") if value >= 1e6 else (1e3, "k")
    return 1.0, "µs"
