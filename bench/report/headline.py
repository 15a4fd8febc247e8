"""The verdict of a run as a sentence: the fastest framework against the next, with ratio and interval. Pure."""

from collections.abc import Sequence

from bench.analysis import changes, ratios
from bench.estimate import Verdict
from bench.metrics import THROUGHPUT
from bench.model import is_floor
from bench.report import outcome
from bench.statistics.stats import ranking_withheld
from bench.store.results import Comparison, Run
from bench.words import counted, listing, percent

_METRIC = THROUGHPUT.id


def sentence(run: Run) -> str:
    """What the reader came for, or why it cannot be said."""
    if any(sut.base_of for sut in run.suts):
        return outcome.sentence(changes.within(run))
    return _no_ranking(run) or _ranking(run)


def _no_ranking(run: Run) -> str | None:
    """Why nothing is ranked, if so."""
    if run.workloads and all(workload.kind == "micro" for workload in run.workloads):
        return "Measured in process only: the table shows what a call costs, operation by operation."
    if len(run.suts) == 1:
        return f"Only {run.suts[0].label} was measured: there is nothing to compare it with."
    if not run.comparisons:
        return "There is nothing to compare: no two of what was measured finished a round together."
    if withheld(run):
        return (
            f"No ranking: two copies of the same app came out {percent(_floor(run))} apart, "
            "so differences of that size mean nothing here."
        )
    return None


def _ranking(run: Run) -> str:
    overall = _overall(run)
    order = _order(run, overall)
    if len(order) < 2:
        return "There is nothing to compare overall: see the tables, workload by workload."
    (first, second), label = order[:2], {sut.id: sut.label for sut in run.suts}
    sentence = _lead(label[first], label[second], _find(overall, first, second))
    last = order[-1]
    slowest = _find(overall, first, last)
    if len(order) > 2 and slowest:
        sentence += f" It does {ratios.words(slowest)} the throughput of {label[last]}, the slowest of {len(order)}."
    return sentence


def withheld(run: Run) -> bool:
    """Whether the run's noise is too large for any order to mean something."""
    return ranking_withheld(_floor(run))


def _floor(run: Run) -> float:
    return max((floor.estimate.value for floor in run.noise if floor.metric == _METRIC), default=0.0)


def lead(run: Run) -> Comparison | None:
    """The first framework over the next, by throughput over all workloads; None where nothing may be ranked."""
    overall = _overall(run)
    order = [] if withheld(run) else _order(run, overall)
    return _find(overall, *order[:2]) if len(order) > 1 else None


def advisory(run: Run) -> str | None:
    """Why nobody should choose by this run, if so."""
    failed = [f'"{check.title}"' for check in run.checks if check.status == "fail"]
    reasons = [f"the run is partial, with {counted(len(run.rounds), 'round')}"] if run.run.status == "partial" else []
    reasons += [f"of the checks below, {listing(failed)} failed"] if failed else []
    return f"Advisory only: {', and '.join(reasons)}. Do not choose by these figures." if reasons else None


def _lead(first: str, second: str, ratio: Comparison | None) -> str:
    if ratio is None:
        return f"{first} comes first."
    words = ratios.words(ratio)
    match ratio.verdict:
        case Verdict.FASTER:
            return f"{first} is the fastest framework over all workloads: {words} the throughput of {second}, the next."
        case Verdict.TIE:
            return f"{first} and {second} tie at the top: the ratio is {words}."
        case _:
            return f"{first} comes first, but whether it is faster than {second} is open: the ratio is {words}."


def _order(run: Run, overall: Sequence[Comparison]) -> list[str]:
    """The frameworks on the common server that did every workload, most throughput first; a floor is none."""
    ids = [sut.id for sut in run.suts if sut.group == "common" and not is_floor(sut.key.app)]
    beside = ({sut: ratio.here.value for sut in ids if (ratio := _find(overall, sut, anchor))} for anchor in ids)
    known = [{anchor: 1.0} | ratio for anchor, ratio in zip(ids, beside, strict=True)]
    # One that failed somewhere has no overall ratio to any other: it cannot be what the rest are measured by.
    values = max(known, key=len, default={})
    return sorted(values, key=lambda sut: -values[sut])


def _overall(run: Run) -> list[Comparison]:
    return [comparison for comparison in run.comparisons if (comparison.workload, comparison.metric) == (None, _METRIC)]


def _find(overall: Sequence[Comparison], sut: str, baseline: str) -> Comparison | None:
    return ratios.find(overall, sut, baseline, None, _METRIC)
