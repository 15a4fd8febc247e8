"""Changes: between two runs, or inside one run between a SUT and another edition of it. Pure.

Inside one rotation both editions met the same machine, and their ratio is taken in each round. Two runs share no
round, and a machine's speed drifts by tens of per cent from one to the other; so each figure is first divided by what
the machine's drift came to in the same round, as the SUTs show it that are the same in both runs. Where every SUT
changed, nothing tells a drift from a change, and the two runs do not compare.

Even so, throughput depends on what else the machine did, in ways that differ between SUTs. So it decides only inside
one run whether something got worse. Between two runs CPU time decides, and so do instructions where they were counted:
these do not drift, and are compared as they are.
"""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from bench.analysis import differences, drift
from bench.analysis.drift import Column, Figures
from bench.analysis.elsewhere import unchanged
from bench.analysis.series import of_run
from bench.errors import Incomparable
from bench.estimate import Estimate, Verdict, unbounded
from bench.metrics import AVERAGED, BY_ID, FOLLOWED, THROUGHPUT, Kind
from bench.model import Failure
from bench.statistics import stats
from bench.store.described import SutInfo, WorkloadInfo
from bench.store.results import Comparison, Run

THRESHOLD = 0.05
"""By default, a smaller change is not reported."""


@dataclass(frozen=True, slots=True)
class Changes:
    """The changes from base to head: `ratios` of head over base, by SUT and column.

    `labels` are those of SUTs, `names` those of workloads, both by id. `threshold` is relative: 0.05 is 5 %.
    `differences` say why the two should not be compared at all, `contract` what changed in it and leaves the figures
    alone. `lost` is what head fails at and base did not, `unmatched` what only one of them has. `drift` is how
    many times what it was in base the throughput of the SUTs in `steady` came to, which did not change; it has been
    taken out, and is None inside one run. `decisive` are the metrics that make head worse.
    """

    base: str
    head: str
    threshold: float
    labels: dict[str, str]
    names: dict[str, str]
    ratios: tuple[Comparison, ...]
    lost: tuple[Failure, ...] = ()
    unmatched: tuple[str, ...] = ()
    differences: tuple[str, ...] = ()
    contract: str = ""
    drift: Estimate | None = None
    steady: tuple[str, ...] = ()
    decisive: tuple[str, ...] = tuple(metric.id for metric in FOLLOWED)

    def having(self, verdict: Verdict) -> tuple[Comparison, ...]:
        """The ratios of one verdict."""
        return tuple(ratio for ratio in self.ratios if ratio.verdict == verdict)

    @property
    def worse(self) -> bool:
        """Whether something got slower by more than the threshold, or fails now and did not before."""
        return bool(self.lost or any(ratio.metric in self.decisive for ratio in self.having(Verdict.SLOWER)))


def within(run: Run, threshold: float = THRESHOLD) -> Changes:
    """Compare each SUT with its other edition in the same run; raises Incomparable where the run has none."""
    bases = {sut.base_of: sut for sut in run.suts if sut.base_of}
    pairs = [(sut, bases[sut.id]) for sut in run.suts if sut.id in bases]
    if not pairs:
        raise Incomparable(f"Run {run.run.id} has one edition of each SUT: name two runs, or measure with --against.")
    known, floors = _figures(run), _floors(run)
    estimates = {
        (sut.id, base.id): _ratios(known.get(base.id, {}), known.get(sut.id, {}), stats.ratio) for sut, base in pairs
    }
    alone = [sut.id for sut in run.suts if not sut.base_of and sut.id not in bases]
    return Changes(
        base=", ".join(dict.fromkeys(base.key.edition for _, base in pairs)),
        head=f"the working tree on {str(run.environment.commit)[:7]}",
        threshold=threshold,
        labels={sut.id: _label(base.label, sut.label) for sut, base in pairs},
        names={workload.id: workload.name for workload in run.workloads},
        ratios=tuple(_judged(estimates, floors, threshold)),
        lost=tuple(loss for sut, base in pairs for loss in _lost(run, base.id, run, sut.id)),
        unmatched=tuple(f"{name} has no other edition" for name in alone),
    )


def between(base: Run, head: Run, threshold: float = THRESHOLD) -> Changes:
    """Compare each SUT of head with the same of base, without the drift that the unchanged SUTs show."""
    labels_then, labels_now = ({sut.id: sut.label for sut in run.suts} for run in (base, head))
    shared = [name for name in labels_now if name in labels_then]
    steady = tuple(name for name in shared if unchanged(base, head, name))
    before, after = _figures(base), _figures(head)
    levels = {name: drift.levels(before.get(name, {}), after.get(name, {})) for name in steady}
    (then, drift_then), (now, drift_now) = (drift.taken_out(side, shared, levels) for side in (before, after))
    noise = [_floors(run) for run in (base, head)]
    floors = {
        metric: math.hypot(*(one.get(metric, math.inf) for one in noise))
        for metric in (metric.id for metric in FOLLOWED)
    }
    return Changes(
        base=base.run.id,
        head=head.run.id,
        threshold=threshold,
        labels={name: _label(labels_then[name], labels_now[name]) for name in shared},
        names={workload.id: workload.name for workload in head.workloads},
        ratios=tuple(
            _judged({(name, name): _ratios(then[name], now[name], _change) for name in shared}, floors, threshold)
        ),
        lost=tuple(loss for name in shared for loss in _lost(base, name, head, name)),
        unmatched=tuple(_unmatched(base, head)),
        differences=tuple(differences.of(base, head)),
        contract=differences.of_the_contract(base, head),
        drift=_ratios(drift_then, drift_now, _change).get((None, THROUGHPUT.id)),
        steady=steady,
        decisive=tuple(metric.id for metric in FOLLOWED if metric.decisive),
    )


def _figures(run: Run) -> dict[str, Figures]:
    """What is compared, by SUT."""
    kinds = {workload.id: workload.kind for workload in run.workloads}
    place = {name: number for number, name in enumerate(kinds)}
    figures: dict[str, dict[Column, Mapping[int, float]]] = {}
    for key, by_round in sorted(of_run(run).items(), key=lambda entry: place[entry[0].workload]):
        if _followed(key.metric, kinds[key.workload]):
            figures.setdefault(key.sut, {})[key.workload, key.metric] = by_round
    return dict(figures)


def _ratios(
    before: Figures, after: Figures, estimate: Callable[[Mapping[int, float], Mapping[int, float]], Estimate]
) -> dict[Column, Estimate]:
    """The ratios of after to before in each column that both have, the mean of all closed-loop workloads first."""
    shared = [column for column in after if column in before]
    mine, theirs = (_with_means(side, shared) for side in (after, before))
    either_round = estimate is _change
    return {
        column: estimate(by_round, theirs[column])
        for column, by_round in mine.items()
        if by_round and theirs[column] and (either_round or by_round.keys() & theirs[column].keys())
    }


def _with_means(side: Figures, columns: Sequence[Column]) -> dict[Column, Mapping[int, float]]:
    over_all: dict[Column, Mapping[int, float]] = {
        (None, metric): _geometric_mean([side[column] for column in columns if column[1] == metric])
        for metric in (metric.id for metric in AVERAGED)
    }
    return over_all | {column: side[column] for column in columns}


def _change(after: Mapping[int, float], before: Mapping[int, float]) -> Estimate:
    """As `stats.ratio`, for the independent rounds of two runs."""
    return stats.change(list(before.values()), list(after.values()))


def _geometric_mean(every: Sequence[Mapping[int, float]]) -> dict[int, float]:
    """The geometric mean by round, for the rounds that have all series."""
    rounds = set.intersection(*map(set, every)) if every else set()
    return {
        number: math.exp(math.fsum(math.log(one[number]) for one in every) / len(every)) for number in sorted(rounds)
    }


def _judged(
    estimates: Mapping[tuple[str, str], Mapping[Column, Estimate]], floors: Mapping[str, float], threshold: float
) -> Iterator[Comparison]:
    for (sut, base), ratios in estimates.items():
        for (workload, metric), ratio in ratios.items():
            floor = floors.get(metric, math.inf)
            verdict = stats.verdict(ratio, floor, BY_ID[metric].higher_is_better, threshold)
            here = ratio if ratio.bounded else unbounded(ratio.value)
            yield Comparison(sut, base, workload, metric, here, verdict)


def _followed(metric: str, kind: Kind) -> bool:
    return BY_ID[metric].followed and BY_ID[metric].kind == kind


def _floors(run: Run) -> dict[str, float]:
    return {floor.metric: floor.estimate.value for floor in run.noise if _followed(floor.metric, floor.kind)}


def _lost(base: Run, before: str, head: Run, after: str) -> Iterator[Failure]:
    """The failures of head that base did not have."""
    failed = {failure.workload for failure in base.failures if failure.sut == before}
    yield from (failure for failure in head.failures if failure.sut == after and failure.workload not in failed)


def _unmatched(base: Run, head: Run) -> Iterator[str]:
    """The SUTs and workloads that only one of the runs has."""
    for run, other in ((base, head), (head, base)):
        for mine, theirs in ((run.suts, other.suts), (run.workloads, other.workloads)):
            known = {sut.id for sut in theirs}
            only = [thing for thing in mine if thing.id not in known]
            yield from (f"{thing.id} is in {run.run.id} only" for thing in only if _compared(thing))


def _compared(described: SutInfo | WorkloadInfo) -> bool:
    return isinstance(described, SutInfo) or described.kind in {metric.kind for metric in FOLLOWED}


def _label(before: str, after: str) -> str:
    return after if before == after else f"{before} → {after}"
