"""What every face of the report shows: built once from a stored run, so that the faces cannot disagree. Pure."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial

from bench.analysis import ratios
from bench.errors import UsageError
from bench.metrics import MEMORY_PEAK, START, Metric, Quantity
from bench.model import is_floor
from bench.report import absence, footprints, headline, provenance, tables
from bench.report.loops import by_arrivals
from bench.store.described import SutInfo, WorkloadInfo
from bench.store.results import Check, Measurement, Noise, Run
from bench.words import counted, seconds, si


@dataclass(frozen=True, slots=True)
class TableCell:
    """One SUT in one workload: the ratio to the baseline with its interval, over the absolute figure.

    `ratio` is empty where nothing can be compared; `figure` is None where it failed or is not offered, and `note` says
    why. `added` is
    what the framework adds to the floor's figure, where that is known.
    """

    sut: str
    workload: str
    figure: str | None
    ratio: str
    interval: str
    verdict: str
    value: float | None
    low: float | None
    high: float | None
    note: str = ""
    added: str = ""


@dataclass(frozen=True, slots=True)
class TableRow:
    """A SUT's line in a table; `overall` is over all workloads, and None where no such ratio exists."""

    sut: SutInfo
    cells: tuple[TableCell, ...]
    overall: TableCell | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """SUTs of one group by workloads of one kind for one metric, best first; ratios are to `baseline`."""

    metric: Metric
    title: str
    legend: str
    workloads: tuple[WorkloadInfo, ...]
    rows: tuple[TableRow, ...]
    kind: str = "closed"
    group: str = "common"
    baseline: str = ""


@dataclass(frozen=True, slots=True)
class Facts:
    """A SUT's cost apart from any workload."""

    sut: SutInfo
    memory: str
    start: str


@dataclass(frozen=True, slots=True)
class View:
    """The whole report."""

    title: str
    headline: str
    advisory: str | None
    checks: tuple[Check, ...]
    tables: tuple[Table, ...]
    facts: tuple[Facts, ...]
    failures: tuple[str, ...]
    noise: tuple[Noise, ...]
    environment: tuple[tuple[str, str], ...]
    notes: tuple[tuple[str, tuple[str, ...]], ...]
    baseline: str
    run: Run
    withheld: bool = False
    sizes: tuple[footprints.FootprintRow, ...] = ()


def build(run: Run, baseline: str | None = None) -> View:
    """The view of `run` against `baseline` (its own for None); raises UsageError for a SUT that is not in the run."""
    baseline = baseline or run.baseline
    if baseline not in (known := [sut.id for sut in run.suts]):
        raise UsageError(f"The baseline {baseline!r} is not among what was measured: {', '.join(known)}.")
    frameworks = {sut.key.app for sut in run.suts if not is_floor(sut.key.app)}
    return View(
        title=f"Fairground: {counted(len(frameworks), 'web framework')}, one application",
        headline=headline.sentence(run),
        advisory=headline.advisory(run),
        checks=run.checks,
        tables=tuple(table for kind in tables.TABLES if (table := _table(run, baseline, *kind)) is not None),
        facts=tuple(_facts(run, sut) for sut in run.suts),
        failures=tuple(map(str, run.failures)),
        noise=run.noise,
        environment=tuple(provenance.facts(run)),
        notes=tuple((sut.label, sut.notes) for sut in run.suts if sut.notes and sut.group == "common"),
        baseline=baseline,
        run=run,
        withheld=headline.withheld(run),
        sizes=tuple(footprints.rows(run)),
    )


def _table(run: Run, baseline: str, metric: Metric, group: str) -> Table | None:
    workloads = tuple(sorted((workload for workload in run.workloads if workload.kind == metric.kind), key=by_arrivals))
    suts = [sut for sut in run.suts if sut.group == group]
    known = {
        (measurement.sut, measurement.workload) for measurement in run.measurements if measurement.metric == metric.id
    }
    if not known & {(sut.id, workload.id) for sut in suts for workload in workloads}:
        return None
    anchor = _anchor(run, suts, baseline)
    held = ratios.limited(run, metric.id)
    near = ratios.near(run, metric.id, anchor)
    rows = [_row(near, sut, workloads, metric, anchor, held) for sut in suts]
    legend = metric.legend + "".join(tables.remarks(workloads, any(sut.id in held[None] for sut in suts)))
    apart = {cell.workload for row in rows for cell in row.cells if cell.verdict == absence.NOT_OFFERED}
    legend += absence.LEGEND if apart else ""
    suffix = ", native servers" if group == "native" else ""
    best_first = tuple(sorted(rows, key=lambda row: _rank(row, metric, apart)))
    return Table(metric, metric.title + suffix, legend, workloads, best_first, metric.kind or "", group, anchor)


def _row(
    run: Run, sut: SutInfo, workloads: Iterable[WorkloadInfo], metric: Metric, anchor: str, held: ratios.Limited
) -> TableRow:
    cells = tuple(_cell(run, sut, workload, metric, anchor, held) for workload in workloads)
    ratio = ratios.find(run.comparisons, sut.id, anchor, None, metric.id)
    if ratio and (known := ratios.bounded(ratio, held[None])):
        bound, ratio = known
        interval, shown = ratios.interval(ratio), f"{bound}{ratios.rounded(ratio.here.value)}x"
        overall = TableCell(sut.id, "", "", shown, interval, ratio.verdict, ratio.here.value, *ratio.here.ends)
    elif sut.id == anchor and any(
        comparison.workload is None and comparison.metric == metric.id for comparison in run.comparisons
    ):
        overall = TableCell(sut.id, "", "", "1.00x", "", "baseline", 1.0, None, None)
    else:
        overall = None
    return TableRow(sut, cells, overall)


def _anchor(run: Run, suts: list[SutInfo], baseline: str) -> str:
    """The baseline, or where it is of the other group, the same app in this one."""
    app = next(sut.key.app for sut in run.suts if sut.id == baseline)
    beside = [sut.id for sut in suts if sut.key.app == app] or [sut.id for sut in suts]
    return baseline if baseline in beside else beside[0]


def _rank(row: TableRow, metric: Metric, apart: set[str]) -> tuple[int, float]:
    """Best first by the geometric mean of what all offer, so without the workloads that stand `apart`; whoever failed
    somewhere comes after, whatever the rest says.
    """
    asked = [cell for cell in row.cells if cell.workload not in apart]
    known = [cell.value for cell in asked if cell.value]
    mean = math.exp(math.fsum(map(math.log, known)) / len(known)) if known else math.inf
    return len(asked) - len(known), -mean if metric.higher_is_better else mean


def _cell(
    run: Run, info: SutInfo, driven: WorkloadInfo, metric: Metric, baseline: str, held: ratios.Limited
) -> TableCell:
    sut, workload = info.id, driven.id
    measured = _measurement(run.measurements, sut, workload, metric.id)
    if measured is None:
        verdict, reason = absence.why(run, info, driven)
        return TableCell(sut, workload, None, "", "", verdict, None, None, None, reason)
    figure = ("at least " if measured.at_least else "") + _figure(metric, measured.estimate.value)
    overhead = _measurement(run.measurements, sut, workload, metric.overhead) if metric.overhead else None
    note = "the generator may have been the limit" if measured.at_least else measured.note or ""
    added = _added(overhead, _unit(metric, measured.estimate.value)[0]) if overhead else ""
    low, high = measured.estimate.ends
    cell = partial(TableCell, sut, workload, figure, value=measured.estimate.value, note=note, added=added)
    if sut == baseline:
        return cell("1.00x", "", "baseline", low=low, high=high)
    comparison = ratios.find(run.comparisons, sut, baseline, workload, metric.id)
    known = ratios.bounded(comparison, held.get(workload, set())) if comparison else None
    if known is None:
        return cell("", "", "inconclusive", low=low, high=high)
    bound, ratio = known
    interval = ratios.interval(ratio)
    low, high = ratio.here.ends
    return cell(f"{bound}{ratios.rounded(ratio.here.value)}x", interval, ratio.verdict, low=low, high=high)


def _added(overhead: Measurement, unit: float) -> str:
    """Framework overhead in the unit of its figure, with its interval: +96.2 [94.1-98.3]."""
    seen = overhead.estimate
    added = f"{'+' if seen.value >= 0 else ''}{si(seen.value / unit)}"
    return f"{added} [{si(seen.low / unit)}-{si(seen.high / unit)}]" if seen.bounded else added


def _measurement(
    measurements: Iterable[Measurement], sut: str, workload: str | None, metric: str
) -> Measurement | None:
    return next((m for m in measurements if (m.sut, m.workload, m.metric) == (sut, workload, metric)), None)


def _facts(run: Run, sut: SutInfo) -> Facts:
    memory = _measurement(run.measurements, sut.id, None, MEMORY_PEAK.id)
    start = _measurement(run.measurements, sut.id, None, START.id)
    return Facts(
        sut,
        f"{memory.estimate.value / 2**20:.0f} MiB" if memory else "-",
        seconds(start.estimate.value) if start else "-",
    )


def _figure(metric: Metric, value: float) -> str:
    match metric.quantity:
        case Quantity.RATE:
            return f"{si(value)}/s"
        case Quantity.SECONDS:
            return seconds(value)
        case _:
            unit, name = _unit(metric, value)
            return f"{si(value / unit)} {name}"


def _unit(metric: Metric, value: float) -> tuple[float, str]:
    """What a figure and its overhead are told in: microseconds, or thousands or millions of instructions."""
    if metric.quantity is Quantity.INSTRUCTIONS:
        return (1e6, "M") if value >= 1e6 else (1e3, "k")
    return 1.0, "µs"
