"""Comparisons looked up from whichever side the reader stands, and as every face writes them. Pure."""

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
    """The comparison of two SUTs, turned round where it is stored the other way."""
    for each in comparisons:
        if (each.workload, each.metric) != (workload, metric):
            continue
        if (each.sut, each.baseline) == (sut, baseline):
            return each
        if (each.sut, each.baseline) == (baseline, sut):
            return turned(each)
    return None


def near(run: Run, metric: str, anchor: str) -> Run:
    """The run with nothing but what a table looks up: among sixty SUTs every search would be long."""
    kept = (each for each in run.comparisons if each.metric == metric)
    return replace(
        run,
        comparisons=tuple(each for each in kept if each.workload is None or anchor in (each.sut, each.baseline)),
        measurements=tuple(each for each in run.measurements if each.metric in (metric, BY_ID[metric].overhead)),
    )


def turned(ratio: Comparison) -> Comparison:
    """The same with SUT and baseline in each other's place."""
    here = ratio.here
    inverse = Estimate(1 / here.value, 1 / here.high, 1 / here.low) if here.bounded else unbounded(1 / here.value)
    verdict = _OPPOSITE.get(ratio.verdict, ratio.verdict)
    return replace(ratio, sut=ratio.baseline, baseline=ratio.sut, here=inverse, verdict=verdict)


def limited(run: Run, metric: str) -> Limited:
    """Which SUTs the generator may have held down, by workload, and under None those in any of them."""
    found: Limited = {None: set()}
    for each in run.measurements:
        if each.at_least and each.metric == metric:
            found.setdefault(each.workload, set()).add(each.sut)
            found[None].add(each.sut)
    return found


def bounded(found: Comparison, held: set[str]) -> tuple[str, Comparison] | None:
    """What may be said of a throughput's ratio where the generator held down some SUTs: `≥ ` where it held this one,
    `≤ ` where it held the baseline, None where it held both and the ratio may be anything.

    Of the verdicts only the one that a truer figure would confirm is left.
    """
    mine, theirs = found.sut in held, found.baseline in held
    if mine and theirs:
        return None
    if mine == theirs:
        return "", found
    bound = AT_LEAST if mine else AT_MOST
    holds = found.verdict == _HOLDS[bound]
    return bound, found if holds else replace(found, verdict=Verdict.INCONCLUSIVE)


def decimals(value: float) -> int:
    """How many give a ratio three significant digits, so that small ones say as much as large: 0.0412, 4.12, 41.2."""
    return max(0, 2 - int(f"{value:.2e}".partition("e")[2]))


def told(value: float) -> str:
    """A ratio in three significant digits."""
    return f"{value:.{decimals(value)}f}"


def interval(ratio: Comparison) -> str:
    """An interval as it stands behind its ratio, in the same decimals: [1.27-1.35]; empty where there is none."""
    here = ratio.here
    if not here.bounded:
        return ""
    places = decimals(here.value)
    return f"[{here.low:.{places}f}-{here.high:.{places}f}]"


def words(ratio: Comparison) -> str:
    """A ratio with its interval: 1.31x [1.27-1.35]."""
    return f"{told(ratio.here.value)}x {interval(ratio)}".rstrip()
