"""The outcome of a comparison, as a sentence. Pure."""

from collections.abc import Sequence

from bench.analysis import ratios
from bench.analysis.changes import Changes
from bench.estimate import Verdict
from bench.metrics import BY_ID
from bench.store.results import Comparison
from bench.words import counted, listing

_NAMED = 3


def sentence(changes: Changes) -> str:
    """What got slower, or that nothing did; figures that cannot decide are named as such."""
    if not changes.ratios:
        return "There is nothing to compare."
    limit = f"{changes.threshold * 100:g} %"
    by = {
        verdict: [ratio for ratio in changes.having(verdict) if ratio.metric in changes.decisive] for verdict in Verdict
    }
    slower, faster = by[Verdict.SLOWER], by[Verdict.FASTER]
    sentence = f"Nothing got slower by more than {limit}."
    if slower:
        sentence = f"{counted(len(slower), 'figure')} got slower by more than {limit}: {_few(changes, slower)}."
    if changes.lost:
        names = dict.fromkeys(f"{loss.sut}, {loss.workload}" for loss in changes.lost)
        sentence += f" {counted(len(changes.lost), 'measurement')} failed that had not: {listing(list(names))}."
    if faster:
        sentence += f" Faster: {_few(changes, faster)}."
    if still := len(by[Verdict.INCONCLUSIVE]):
        every = sum(map(len, by.values()))
        sentence += f" Of {counted(every, 'figure')}, {still} {'remains' if still == 1 else 'remain'} open."
    return sentence


def place(changes: Changes, workload: str | None) -> str:
    """The heading of a column of a comparison; None stands for all closed-loop workloads together."""
    return "overall" if workload is None else changes.names[workload]


def _few(changes: Changes, slower: Sequence[Comparison]) -> str:
    """The largest changes, the overall ones before all others, and how many more there are."""
    order = sorted(slower, key=_importance)
    phrases = [f"{ratio.sut} {_where(changes, ratio)} {ratios.words(ratio)}" for ratio in order[:_NAMED]]
    rest = len(order) - _NAMED
    return listing([*phrases, f"{rest} more"] if rest > 0 else phrases)


def _where(changes: Changes, ratio: Comparison) -> str:
    where = place(changes, ratio.workload)
    return f"{where if ratio.workload is None else f'in {where}'} by {BY_ID[ratio.metric].name}"


def _importance(ratio: Comparison) -> tuple[bool, float]:
    return ratio.workload is not None, -max(ratio.here.value, 1 / ratio.here.value)
