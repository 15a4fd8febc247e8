"""How far apart the A/A twin and its original came out, of a whole run and database by database. Pure."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from bench import metrics
from bench.analysis.series import Series, SeriesKey, of_run
from bench.estimate import Estimate
from bench.metrics import Kind
from bench.model import TWIN
from bench.statistics import stats
from bench.store.results import MicroRound, Noise, Round, Run


@dataclass(frozen=True, slots=True)
class DatabaseNoise:
    """The noise floor of the closed loop in the `rounds` whose twin was on one `database`: 0.01 is 1 %."""

    database: str
    rounds: int
    floor: Estimate


def floors(run: Run, series: Series, kinds: Mapping[str, Kind]) -> Iterable[Noise]:
    """The noise floor of each metric and kind of workload: the twin over its original in every round."""
    for kind in dict.fromkeys(kinds.values()):
        # Rounds and sessions in process count from 1 alike, and each have a twin of their own.
        own = run.micro if kind == "micro" else run.rounds
        for metric in (metric.id for metric in metrics.compared(run.tail)):
            workloads = [name for name in kinds if kinds[name] == kind]
            if twins := _twins(own, series, workloads, metric):
                yield Noise(metric, stats.noise_floor(twins), kind)


def by_database(run: Run, metric: str) -> Iterable[DatabaseNoise]:
    """The same for one metric of the closed loop and each database of a run. These rest on few rounds each."""
    series, on = of_run(run), {sut.id: sut.key.database for sut in run.suts}
    closed = [workload.id for workload in run.workloads if workload.kind == "closed"]
    for name in dict.fromkeys(on.values()):
        rounds = [round_ for round_ in run.rounds if on.get(str(round_.twin_of)) == name]
        if twins := _twins(rounds, series, closed, metric):
            numbers = {number for by_round in twins.values() for number in by_round}
            yield DatabaseNoise(name, len(numbers), stats.noise_floor(twins))


def _twins(
    rounds: Iterable[Round | MicroRound],
    series: Series,
    workloads: Collection[str],
    metric: str,
) -> dict[str, dict[int, float]]:
    """Twin over original, by workload and round."""
    ratios: dict[str, dict[int, float]] = {}
    for workload in workloads:
        twins = series.get(SeriesKey(TWIN, workload, metric), {})
        for round_ in rounds:
            original = series.get(SeriesKey(str(round_.twin_of), workload, metric), {}).get(round_.number)
            if original and round_.number in twins:
                ratios.setdefault(workload, {})[round_.number] = twins[round_.number] / original
    return ratios
