"""The ratios to expect elsewhere: in another run, on another host of this kind, on another day. Pure.

A run's own interval describes that run alone. It is joined here by the same ratio from other runs, where both SUTs were
the same in them, and by the known spread of ratios from run to run.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from bench.analysis import history, ratios
from bench.estimate import Estimate, Verdict
from bench.metrics import BY_ID
from bench.statistics import elsewhere, stats
from bench.store.described import SutInfo, WorkloadInfo
from bench.store.results import Comparison, Run
from bench.store.spreads import OVERALL, USUAL, Spreads, shipped

NEAR = 4 / 3
"""The largest ratio of two arrival rates that count as the same.

The slowest SUT of a run decides its rate, and response times at a third of a rate are other figures.
"""


@dataclass(frozen=True, slots=True)
class Outlook:
    """The ratio to expect in another run, from so many `runs`; or on another machine, from the pooled runs of so many
    machines.
    """

    ratio: Estimate
    verdict: Verdict
    runs: int


@dataclass(frozen=True, slots=True)
class Outlooks:
    """The outlook of each comparison of `run`, from that run and those of `others` that have the same comparison."""

    run: Run
    others: tuple[Run, ...] = ()
    spreads: Spreads = field(default_factory=shipped)

    def of(self, comparison: Comparison) -> Outlook | None:
        """The outlook of one of the run's comparisons, turned round or not; None where it has no interval here."""
        if not comparison.here.bounded:
            return None
        known = [comparison.here, *self._elsewhere(comparison)]
        return expected(known, comparison, [self.run], self.spreads)

    def _elsewhere(self, comparison: Comparison) -> Iterable[Estimate]:
        for other in self.others:
            if same_ground(self.run, other, comparison):
                theirs = ratios.find(
                    other.comparisons, comparison.sut, comparison.baseline, comparison.workload, comparison.metric
                )
                if theirs and theirs.here.bounded:
                    yield theirs.here


def expected(known: Sequence[Estimate], comparison: Comparison, runs: Sequence[Run], spreads: Spreads) -> Outlook:
    """What the `known` ratios of a comparison say of another; the verdict is by the largest noise floor of the `runs`
    that they come from.
    """
    metric = comparison.metric
    ratio = predicted(known, kind(runs[0], comparison.workload), metric, spreads)
    floor = max(_floor(run, comparison) for run in runs)
    return Outlook(ratio, stats.verdict(ratio, floor, BY_ID[metric].higher_is_better), len(known))


def predicted(known: Sequence[Estimate], workload_kind: str, metric: str, spreads: Spreads) -> Estimate:
    """Where another ratio will lie, from the `known` ones and the spread of such ratios."""
    return elsewhere.next_run(known, spreads.get((workload_kind, metric), USUAL) ** 2)


def _floor(run: Run, comparison: Comparison) -> float:
    loop = "closed" if comparison.workload is None else kind(run, comparison.workload)
    floors = [floor.estimate.value for floor in run.noise if (floor.kind, floor.metric) == (loop, comparison.metric)]
    return floors[0] if floors else float("inf")


def kind(run: Run, workload: str | None) -> str:
    """The kind of a workload, by which spreads are stored."""
    return OVERALL if workload is None else next(seen.kind for seen in run.workloads if seen.id == workload)


def same_ground(run: Run, other: Run, comparison: Comparison) -> bool:
    """Whether another run has the same comparison: both SUTs unchanged, in a workload that was driven alike."""
    if history.identity(other) == history.identity(run) or not alike(run, other, comparison.workload):
        return False
    return all(unchanged(run, other, sut) for sut in (comparison.sut, comparison.baseline))


def alike(run: Run, other: Run, workload: str | None) -> bool:
    """Whether two runs drove a workload alike, or for None all those that are in the mean."""
    mine, theirs = (
        [seen for seen in one.workloads if (seen.kind == "closed" if workload is None else seen.id == workload)]
        for one in (run, other)
    )
    return bool(mine) and len(mine) == len(theirs) and all(map(_alike, mine, theirs))


def unchanged(run: Run, other: Run, sut: str) -> bool:
    """Whether a SUT of one run is also in the other, with the same code, versions, server and database."""
    mine, theirs = (_find(one.suts, sut) for one in (run, other))
    if mine is None or theirs is None:
        return False
    if _another_database(run, other, mine.key.database):
        return False
    if (mine.versions, mine.server, mine.data_layer) != (theirs.versions, theirs.server, theirs.data_layer):
        return False
    if mine.code and theirs.code:
        return mine.code == theirs.code
    # Older runs do not say what the code was: then that of the whole suite decides.
    editions = {one.environment.edition for one in (run, other)}
    return len(editions) == 1 and run.environment.commit is not None and not run.environment.dirty


def _another_database(run: Run, other: Run, name: str) -> bool:
    """Whether both runs know the version of a database, and it is not the same."""
    versions = {one.environment.databases.get(name) for one in (run, other)} - {None}
    return len(versions) > 1


def _alike(one: WorkloadInfo, other: WorkloadInfo) -> bool:
    if _driven(one) != _driven(other):
        return False
    mine, theirs = one.arrival_rate_rps, other.arrival_rate_rps
    return mine is None or theirs is None or max(mine, theirs) <= NEAR * min(mine, theirs)


def _driven(workload: WorkloadInfo) -> tuple[object, ...]:
    return workload.id, workload.operation_mix, workload.concurrency, workload.arrival_share


def _find(suts: Sequence[SutInfo], sut: str) -> SutInfo | None:
    return next((known for known in suts if known.id == sut), None)
