"""Comparisons looked up from whichever side the reader stands. Pure."""

from collections.abc import Iterable
from dataclasses import replace

from bench.results import Comparison

_OPPOSITE = {"faster": "slower", "slower": "faster"}


def find(
    comparisons: Iterable[Comparison], sut: str, baseline: str, workload: str | None, metric: str
) -> Comparison | None:
    """The comparison of two SUTs, turned round where it is stored the other way."""
    for each in comparisons:
        if (each.workload, each.metric) != (workload, metric):
            continue
        if (each.sut, each.baseline) == (sut, baseline):
            return each
        if (each.sut, each.baseline) == (baseline, sut):
            return turned(each)
    return None


def turned(ratio: Comparison) -> Comparison:
    """The same with SUT and baseline in each other's place."""
    low, high = (1 / ratio.high if ratio.high else None), (1 / ratio.low if ratio.low else None)
    verdict = _OPPOSITE.get(ratio.verdict, ratio.verdict)
    return replace(
        ratio, sut=ratio.baseline, baseline=ratio.sut, ratio=1 / ratio.ratio, low=low, high=high, verdict=verdict
    )


def interval(low: float | None, high: float | None) -> str:
    """An interval as it stands behind a ratio: [1.27-1.35]; empty where there is none."""
    return "" if low is None or high is None else f"[{low:.2f}-{high:.2f}]"


def words(ratio: Comparison) -> str:
    """A ratio with its interval: 1.31x [1.27-1.35]."""
    return f"{ratio.ratio:.2f}x {interval(ratio.low, ratio.high)}".rstrip()
