"""Which framework leads in which workload, and which workloads an overall ratio covers, in words. Pure."""

from collections import Counter
from collections.abc import Mapping, Sequence

from bench.analysis import ratios, series
from bench.analysis.elsewhere import Outlook
from bench.estimate import Verdict
from bench.metrics import THROUGHPUT
from bench.report import groups
from bench.store.described import WorkloadInfo
from bench.store.results import Comparison, Run
from bench.words import counted, listing


def sentence(run: Run, overall: Comparison, order: Sequence[str], label: Mapping[str, str]) -> str:
    """In how many of the workloads of an overall ratio each framework is faster than all others by the intervals of
    this run; empty where there is one workload.
    """
    workloads = _averaged(run, overall)
    if len(workloads) < 2:
        return ""
    clear: dict[str, list[str]] = {}
    for workload in workloads:
        if ahead := leader(run, order, workload):
            clear.setdefault(ahead, []).append(workload.name)
    open_ = len(workloads) - sum(map(len, clear.values()))
    if not clear:
        return f"In none of the {counted(len(workloads), 'workload')} is one faster than all others."
    (first, names), *rest = sorted(clear.items(), key=lambda one: -len(one[1]))
    if len(names) == len(workloads):
        return f"It is faster than all others in each of the {counted(len(workloads), 'workload')}."
    said = [f"{label[first]} is faster than all others in {len(names)} of {counted(len(workloads), 'workload')}"]
    said += [f"{label[sut]} in {len(names)} ({listing(names)})" for sut, names in rest]
    left = f"; in {'the other' if open_ == 1 else f'the other {open_}'} nobody is" if open_ else ""
    return f"{listing(said)}{left}."


def leader(run: Run, suts: Sequence[str], workload: WorkloadInfo) -> str | None:
    """The SUT that is faster than all others of `suts` in a workload, by this run's intervals; None if none is."""
    beaten: Counter[str] = Counter()
    for ratio in run.comparisons:
        if (ratio.workload, ratio.metric) == (workload.id, THROUGHPUT.id) and {ratio.sut, ratio.baseline} <= set(suts):
            if ratio.verdict == Verdict.FASTER:
                beaten[ratio.sut] += 1
            elif ratio.verdict == Verdict.SLOWER:
                beaten[ratio.baseline] += 1
    return next((sut for sut, count in beaten.items() if count == len(suts) - 1), None)


def _averaged(run: Run, overall: Comparison) -> list[WorkloadInfo]:
    closed = [workload for workload in run.workloads if workload.kind == "closed"]
    return [workload for workload in closed if workload.id in overall.over] if overall.over else closed


def over(run: Run, ratio: Comparison) -> str:
    """The workloads that a ratio averages, in words: those with a database, or all in a run that had none or is old;
    and of these, those that every app offers.
    """
    closed, averaged = [workload for workload in run.workloads if workload.kind == "closed"], _averaged(run, ratio)
    if len(averaged) == len(closed):
        return f"over all {len(closed)} workloads" if len(closed) > 1 else "in the one workload"
    ranked = series.ranked(closed)
    which = " with a database" if len(ranked) < len(closed) else ""
    which += " that all offer" if len(averaged) < len(ranked) else ""
    return f"over the {len(averaged)} workloads{which}" if len(averaged) > 1 else f"in the one workload{which}"


def over_all(run: Run) -> str:
    """The workloads that the run's overall ratio of throughput averages, in words; empty without such a ratio."""
    overall = (one for one in run.comparisons if (one.workload, one.metric) == (None, THROUGHPUT.id))
    return next((over(run, one) for one in overall), "")


def beyond(outlook: Outlook | None) -> str:
    """The range to expect in another run, as a sentence of its own."""
    if outlook is None:
        return ""
    low, high = outlook.ratio.low, outlook.ratio.high
    return f"Expect {ratios.rounded(low)}x to {ratios.rounded(high)}x in another run."


def data_layers(run: Run, overall: Comparison, label: Mapping[str, str]) -> str:
    """What the two of an overall ratio reach the database with, as a sentence; empty where that is the same, or where
    a workload needs no data.
    """
    if not all(map(series.needs_data, _averaged(run, overall))):
        return ""
    layers = {sut.id: sut.data_layer for sut in run.suts}
    common = groups.first(run.suts) == "common"
    first, second = overall.sut, overall.baseline
    if layers[first] == layers[second]:
        return ""
    return (
        f"That is {'framework and data layer' if common else 'framework, server and data layer'} together: "
        f"{label[first]} uses {layers[first]}, {label[second]} {layers[second]}."
    )
