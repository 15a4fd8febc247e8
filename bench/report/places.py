"""The places of the rows of a table. Pure."""

import math
from collections.abc import Collection, Mapping

from bench.metrics import Metric


def place(figures: Mapping[str, float | None], counting: Collection[str], metric: Metric) -> tuple[int, float]:
    """What sorts a row: best first by the geometric mean of its figures in the workloads that are `counting` for an
    overall ratio, so that the order is that of these ratios.

    Whoever failed in a workload, and so has no figure there, comes after all others, whatever its other figures.
    """
    failed = sum(not value for value in figures.values())
    known = [value for workload, value in figures.items() if value and workload in counting]
    mean = math.exp(math.fsum(map(math.log, known)) / len(known)) if known else math.inf
    return failed, -mean if metric.higher_is_better and known else mean
