"""Comparisons looked up from either side, and written as in every face. Pure."""

from collections.abc import Iterable
from dataclasses import replace

from bench.estimate import Estimate, Verdict, unbounded
from bench.metrics import BY_ID
from bench.store.results import Comparison, Run

AT_LEAST, AT_MOST = "≥ ", "≤ "
_OPPOSITE = {Verdict.FASTER: Verdict.SLOWER, Verdict.SLOWER: Verdict.FASTER}
_HOLDS = {AT_LEAST: Verdict.FASTER, AT_MOST: Verdict.SLOWER}

Limited = dict[str | None, set[str]]


def find(
    comparisons: Iterable[Comparison], sut: str, baseline: str, workload: str | None, metric: str
) -> Comparison | None:
    """The comparison of two SUTs, inverted where it is stored the other way round; None where there is none."""
    for comparison in comparisons:
        if (comparison.workload, comparison.metric) != (workload, metric):
            continue
        if (comparison.sut, comparison.baseline) == (sut, baseline):
            return comparison
        if (comparison.sut, comparison.baseline) == (baseline, sut):
            return turned(comparison)
    return None


def near(run: Run, metric: str, anchor: str) -> Run:
    """The run reduced to the comparisons of one table: with sixty SUTs, searching all of them takes long."""
    kept = (comparison for comparison in run.comparisons if comparison.metric == metric)
    return replace(
        run,
        comparisons=tuple(
            comparison
            for comparison in kept
            if comparison.workload is None or anchor in (comparison.sut, comparison.baseline)
        ),
        measurements=tuple(
            measurement for measurement in run.measurements if measurement.metric in (metric, BY_ID[metric].overhead)
        ),
    )


def turned(ratio: Comparison) -> Comparison:
    """The same comparison with SUT and baseline exchanged."""
    here = ratio.here
    inverse = Estimate(1 / here.value, 1 / here.high, 1 / here.low) if here.bounded else unbounded(1 / here.value)
    verdict = _OPPOSITE.get(ratio.verdict, ratio.verdict)
    return replace(ratio, sut=ratio.baseline, baseline=ratio.sut, here=inverse, verdict=verdict)


def limited(run: Run, metric: str) -> Limited:
    """The SUTs that something else may have limited, by workload; under None, those in any workload."""
    limited: Limited = {None: set()}
    for measurement in run.measurements:
        if measurement.at_least and measurement.metric == metric:
            limited.setdefault(measurement.workload, set()).add(measurement.sut)
            limited[None].add(measurement.sut)
    return limited


def bounded(comparison: Comparison, held: set[str]) -> tuple[str, Comparison] | None:
    """The sign and the ratio of a throughput where the generator limited some SUTs: `≥ ` where it limited this one, `≤
    ` where it limited the baseline; None where it limited both, for then the ratio may be anything.

    Only a verdict that the true figure would confirm is kept.
    """
    mine, theirs = comparison.sut in held, comparison.baseline in held
    if mine and theirs:
        return None
    if mine == theirs:
        return "", comparison
    bound = AT_LEAST if mine else AT_MOST
    holds = comparison.verdict == _HOLDS[bound]
    return bound, comparison if holds else replace(comparison, verdict=Verdict.INCONCLUSIVE)


def decimals(value: float) -> int:
    """The decimals that give a ratio three significant digits: 0.0412, 4.12, 41.2."""
    return max(0, 2 - int(f"{value:.2e}".partition("e")[2]))


def rounded(value: float) -> str:
    """A ratio in three significant digits."""
    return f"{value:.{decimals(value)}f}"


def interval(ratio: Comparison) -> str:
    """The interval behind a ratio, with the same decimals: [1.27-1.35]; empty where there is none."""
    here = ratio.here
    if not here.bounded:
        return ""
    places = decimals(here.value)
    return f"[{here.low:.{places}f}-{here.high:.{places}f}]"


def words(ratio: Comparison) -> str:
    """A ratio with its interval: 1.31x [1.27-1.35]."""
    return f"{rounded(ratio.here.value)}x {interval(ratio)}".rstrip()
