"""The content of every face of the report, built once from a stored run, so that the faces cannot disagree. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import partial

from bench.analysis import ratios, series
from bench.analysis.elsewhere import Outlook, Outlooks
from bench.errors import UsageError
from bench.estimate import Verdict
from bench.metrics import Metric
from bench.model import is_floor
from bench.report import (
    absence,
    apart,
    databases,
    declared,
    figures,
    footprints,
    groups,
    headline,
    places,
    provenance,
    tables,
    variants,
    workers,
)
from bench.report.loops import by_arrivals
from bench.store.described import SutInfo, WorkloadInfo
from bench.store.results import Check, Comparison, Measurement, Noise, Run
from bench.words import counted


@dataclass(frozen=True, slots=True)
class TableCell:
    """One SUT in one workload: the ratio to the baseline with its interval, over the absolute figure.

    `ratio` is empty where nothing can be compared; `figure` is None where it failed or is not offered, and `note` says
    why. `added` is what the framework adds to the floor's figure, where that is known. `interval` is that of this run,
    `beyond` the range to expect in another.
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
    beyond: str = ""


@dataclass(frozen=True, slots=True)
class TableRow:
    """A SUT's line in a table; `overall` is the mean over workloads, None where no such ratio exists. Its verdict
    and its ends are about another run, those of the cells about this one.
    """

    sut: SutInfo
    cells: tuple[TableCell, ...]
    overall: TableCell | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """The table of one metric: SUTs of one group, best first, by workloads of one kind; ratios are to `baseline`."""

    metric: Metric
    title: str
    legend: str
    workloads: tuple[WorkloadInfo, ...]
    rows: tuple[TableRow, ...]
    kind: str = "closed"
    group: str = "common"
    baseline: str = ""


@dataclass(frozen=True, slots=True)
class View:
    """The whole report."""

    title: str
    headline: str
    advisory: str | None
    checks: tuple[Check, ...]
    tables: tuple[Table, ...]
    facts: tuple[apart.Facts, ...]
    failures: tuple[str, ...]
    noise: tuple[Noise, ...]
    environment: tuple[tuple[str, str], ...]
    declared: tuple[declared.Declared, ...]
    baseline: str
    run: Run
    withheld: bool = False
    sizes: tuple[footprints.FootprintRow, ...] = ()
    others: tuple[Run, ...] = ()
    absent: tuple[str, ...] = ()
    variant_rows: tuple[variants.VariantRow, ...] = ()
    worker_rows: tuple[workers.WorkersRow, ...] = ()
    sides: tuple[databases.Sides, ...] = ()
    database_remarks: tuple[str, ...] = ()
    statements: tuple[tuple[SutInfo, tuple[str, ...], tuple[str, ...]], ...] = ()


def build(run: Run, baseline: str | None = None, others: tuple[Run, ...] = ()) -> View:
    """The view of `run` against `baseline` (its own for None); raises UsageError for a SUT that is not in the run.

    `others` are runs from which to estimate how its ratios come out elsewhere.
    """
    baseline = baseline or run.baseline
    if baseline not in (known := [sut.id for sut in run.suts]):
        raise UsageError(f"The baseline {baseline!r} is not among what was measured: {', '.join(known)}.")
    frameworks = {sut.key.app for sut in run.suts if not is_floor(sut.key.app)}
    return View(
        title=f"Fairground: {counted(len(frameworks), 'web framework')}, one application",
        headline=headline.sentence(run, others),
        advisory=headline.advisory(run),
        checks=run.checks,
        tables=tuple(
            table
            for kind in tables.of_tail(run.tail, groups.first(run.suts))
            if (table := _table(run, others, baseline, *kind)) is not None
        ),
        facts=tuple(apart.rows(run)),
        failures=tuple(map(str, run.failures)),
        noise=run.noise,
        environment=tuple(provenance.facts(run)),
        declared=tuple(declared.rows(run)),
        baseline=baseline,
        run=run,
        withheld=headline.withheld(run),
        sizes=tuple(footprints.rows(run)),
        others=others,
        absent=tuple(f"Not measured: {why}" for why in run.plan.absent.values()),
        variant_rows=tuple(variants.rows(run)),
        worker_rows=tuple(workers.rows(run)),
        sides=tuple(databases.rows(run)),
        database_remarks=tuple(databases.remarks(run)),
        statements=tuple(databases.statements(run)),
    )


def _table(run: Run, others: tuple[Run, ...], baseline: str, metric: Metric, group: str) -> Table | None:
    workloads = tuple(sorted((workload for workload in run.workloads if workload.kind == metric.kind), key=by_arrivals))
    suts = [sut for sut in tables.asked(run, metric) if sut.group == group]
    known = {
        (measurement.sut, measurement.workload) for measurement in run.measurements if measurement.metric == metric.id
    }
    if not known & {(sut.id, workload.id) for sut in suts for workload in workloads}:
        return None
    anchor = _anchor(run, suts, baseline)
    held = ratios.limited(run, metric.id)
    outlooks = Outlooks(
        ratios.near(run, metric.id, anchor), tuple(ratios.near(other, metric.id, anchor) for other in others)
    )
    rows = [_row(outlooks, sut, workloads, metric, anchor, held) for sut in suts]
    legend = metric.legend + "".join(tables.remarks(run, metric, workloads, any(sut.id in held[None] for sut in suts)))
    apart = {cell.workload for row in rows for cell in row.cells if cell.verdict == absence.NOT_OFFERED}
    legend += absence.LEGEND if apart else ""
    suffix = ", native servers" if group == "native" else ""
    counting = {workload.id for workload in series.ranked(workloads) or workloads}
    best_first = sorted(rows, key=lambda row: places.place(_figures(row, apart), counting, metric))
    return Table(metric, metric.title + suffix, legend, workloads, tuple(best_first), metric.kind or "", group, anchor)


def _row(
    outlooks: Outlooks,
    sut: SutInfo,
    workloads: Iterable[WorkloadInfo],
    metric: Metric,
    anchor: str,
    held: ratios.Limited,
) -> TableRow:
    run = outlooks.run
    cells = tuple(_cell(outlooks, sut, workload, metric, anchor, held) for workload in workloads)
    ratio = ratios.find(run.comparisons, sut.id, anchor, None, metric.id)
    if ratio and (known := ratios.bounded(ratio, held[None])):
        bound, ratio = known
        shown, outlook = f"{bound}{ratios.rounded(ratio.here.value)}x", outlooks.of(ratio)
        verdict, ends = (outlook.verdict, outlook.ratio.ends) if outlook else (ratio.verdict, ratio.here.ends)
        verdict = ratio.verdict if bound and ratio.verdict == Verdict.INCONCLUSIVE else verdict
        (low, high), value = ends, ratio.here.value
        overall = TableCell(sut.id, "", "", shown, ratios.interval(ratio), verdict, value, low, high)
        overall = replace(overall, beyond=_beyond(outlook, ratio))
    elif sut.id == anchor and any(
        comparison.workload is None and comparison.metric == metric.id for comparison in run.comparisons
    ):
        overall = TableCell(sut.id, "", "", "1.00x", "", "baseline", 1.0, None, None)
    else:
        overall = None
    return TableRow(sut, cells, overall)


def _anchor(run: Run, suts: list[SutInfo], baseline: str) -> str:
    """The baseline; where that belongs to the other group, the same app in this one."""
    app = next(sut.key.app_id for sut in run.suts if sut.id == baseline)
    beside = [sut.id for sut in suts if sut.key.app_id == app] or [sut.id for sut in suts]
    return baseline if baseline in beside else beside[0]


def _figures(row: TableRow, apart: set[str]) -> dict[str, float | None]:
    """The figures of a row by workload, without the workloads that stand `apart` because not all offer them."""
    return {cell.workload: cell.value for cell in row.cells if cell.workload not in apart}


def _cell(
    outlooks: Outlooks, info: SutInfo, driven: WorkloadInfo, metric: Metric, baseline: str, held: ratios.Limited
) -> TableCell:
    run, sut, workload = outlooks.run, info.id, driven.id
    measured = _measurement(run.measurements, sut, workload, metric.id)
    if measured is None:
        verdict, reason = absence.why(run, info, driven, metric)
        return TableCell(sut, workload, None, "", "", verdict, None, None, None, reason)
    figure = ("at least " if measured.at_least else "") + figures.figure(metric, measured.estimate.value)
    overhead = _measurement(run.measurements, sut, workload, metric.overhead) if metric.overhead else None
    asker = f"{tables.asker(metric.kind)} may have been the limit" if measured.at_least else ""
    note = measured.note or asker
    added = figures.added(metric, overhead, measured.estimate.value) if overhead else ""
    low, high = measured.estimate.ends
    cell = partial(TableCell, sut, workload, figure, value=measured.estimate.value, note=note, added=added)
    if sut == baseline:
        return cell("1.00x", "", "baseline", low=low, high=high)
    comparison = ratios.find(run.comparisons, sut, baseline, workload, metric.id)
    known = ratios.bounded(comparison, held.get(workload, set())) if comparison else None
    if known is None:
        return cell("", "", "inconclusive", low=low, high=high)
    bound, ratio = known
    interval, beyond = ratios.interval(ratio), _beyond(outlooks.of(ratio), ratio)
    low, high = ratio.here.ends
    shown = f"{bound}{ratios.rounded(ratio.here.value)}x"
    return cell(shown, interval, ratio.verdict, low=low, high=high, beyond=beyond)


def _beyond(outlook: Outlook | None, ratio: Comparison) -> str:
    """The range to expect in another run, with the decimals of the ratio: 1.12-1.48."""
    if outlook is None or not outlook.ratio.bounded:
        return ""
    places = ratios.decimals(ratio.here.value)
    return f"{outlook.ratio.low:.{places}f}-{outlook.ratio.high:.{places}f}"


def _measurement(
    measurements: Iterable[Measurement], sut: str, workload: str | None, metric: str
) -> Measurement | None:
    return next((m for m in measurements if (m.sut, m.workload, m.metric) == (sut, workload, metric)), None)
