"""What came of a comparison, as a sentence. Pure."""

from collections.abc import Sequence

from bench.analysis import ratios
from bench.analysis.changes import Changes
from bench.estimate import Verdict
from bench.metrics import BY_ID
from bench.store.results import Comparison
from bench.words import counted, listing

_TOLD = 3


def sentence(changes: Changes) -> str:
    """What got slower, or that nothing did; what cannot decide is told as such."""
    if not changes.ratios:
        return "There is nothing to compare."
    limit = f"{changes.threshold * 100:g} %"
    by = {verdict: [each for each in changes.having(verdict) if each.metric in changes.decisive] for verdict in Verdict}
    slower, faster = by[Verdict.SLOWER], by[Verdict.FASTER]
    told = f"Nothing got slower by more than {limit}."
    if slower:
        told = f"{counted(len(slower), 'figure')} got slower by more than {limit}: {_few(changes, slower)}."
    if changes.lost:
        names = dict.fromkeys(f"{each.sut}, {each.workload}" for each in changes.lost)
        told += f" {counted(len(changes.lost), 'measurement')} failed that had not: {listing(list(names))}."
    if faster:
        told += f" Faster: {_few(changes, faster)}."
    if still := len(by[Verdict.INCONCLUSIVE]):
        every = sum(map(len, by.values()))
        told += f" Of {counted(every, 'figure')}, {still} {'remains' if still == 1 else 'remain'} open."
    return told


def place(changes: Changes, workload: str | None) -> str:
    """What a column of a comparison is called; None stands for all closed-loop workloads together."""
    return "overall" if workload is None else changes.names[workload]


def _few(changes: Changes, found: Sequence[Comparison]) -> str:
    """The largest changes first, the overall ones before all, and how many more there are."""
    order = sorted(found, key=lambda each: (each.workload is not None, -max(each.here.value, 1 / each.here.value)))
    told = [f"{each.sut} {_where(changes, each)} {ratios.words(each)}" for each in order[:_TOLD]]
    rest = len(order) - _TOLD
    return listing([*told, f"{rest} more"] if rest > 0 else told)


def _where(changes: Changes, ratio: Comparison) -> str:
    where = place(changes, ratio.workload)
    return f"{where if ratio.workload is None else f'in {where}'} by {BY_ID[ratio.metric].name}"
