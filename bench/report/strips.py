"""The report's strip charts as plain data: SUTs below one another on one axis. Pure; `charts` draws them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from bench.analysis.ratios import AT_LEAST, AT_MOST
from bench.estimate import Estimate
from bench.metrics import MEDIAN, MEMORY_PEAK, P90, P99, START, Metric, shown
from bench.report import groups, scales
from bench.report.loops import arrivals, by_arrivals
from bench.report.view import Table, TableCell, View
from bench.store.described import SutInfo, WorkloadInfo
from bench.store.results import Measurement, Run
from bench.words import one_line, seconds, si

Words = Callable[[float], str]
Known = Mapping[tuple[str, str | None, str], Measurement]

_MIB = 2.0**20
_ROOM = 1.04
_SIGNS = {"disc": "●", "diamond": "◆", "up": "▲"}
_VERDICTS = {
    "faster": ("up", "blue"),
    "slower": ("down", "orange"),
    "tie": ("square", "muted"),
    "inconclusive": ("diamond", "muted"),
    "baseline": ("disc", "ink"),
}


@dataclass(frozen=True, slots=True)
class Mark:
    """How a percentile is drawn, and what it is called beside `sign`, which is its shape as a character."""

    metric: Metric
    words: str
    shape: str
    colour: str

    @property
    def sign(self) -> str:
        """Its shape in a legend."""
        return _SIGNS[self.shape]


_MARKS = (
    Mark(MEDIAN, "median", "disc", "blue"),
    Mark(P90, "90th percentile", "diamond", "blue"),
    Mark(P99, "99th percentile", "up", "orange"),
)


@dataclass(frozen=True, slots=True)
class Point:
    """A value with its interval; hollow where it is not reliable. `colour` names one of the palette's."""

    value: float
    low: float | None
    high: float | None
    shape: str
    colour: str
    hollow: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """A SUT's line: its name and its figure in words, above its points."""

    label: str
    figure: str
    points: tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class Strip:
    """Lines on one axis over `domain`, logarithmic, or linear where that starts at 0; `mark` is what 1.00x would be."""

    title: str
    lines: tuple[Line, ...]
    domain: tuple[float, float]
    ticks: tuple[tuple[float, str], ...]
    mark: float | None = None

    @property
    def description(self) -> str:
        """The text for screen readers."""
        return f"{self.title}. " + "; ".join(f"{line.label}: {line.figure}" for line in self.lines)


def overall(view: View, metric: Metric, most: int | None = None) -> Strip | None:
    """Ratios over all workloads, of the best `most` and the baseline; None where there are none, or the run's noise
    forbids a ranking.
    """
    table = first_table(view, metric)
    if table is None or view.withheld:
        return None
    known = [(row.sut, row.overall) for row in table.rows if row.overall]
    chosen = [
        choice for place, choice in enumerate(known) if most is None or place < most or choice[0].id == table.baseline
    ]
    lines = tuple(_ratio(*choice) for choice in chosen)
    if len(lines) < 2:
        return None
    return of_ratios(table.title, lines)


def first_table(view: View, metric: Metric) -> Table | None:
    """The table of a metric for the servers that the report is about first."""
    group = groups.first(view.run.suts)
    return next((table for table in view.tables if (table.metric, table.group) == (metric, group)), None)


def of_ratios(title: str, lines: tuple[Line, ...]) -> Strip:
    """Ratios on one axis, with the place of 1.00x."""
    return _strip(title, lines, _reach(lines, also=(1.0,)), lambda value: f"{value:g}x", mark=1.0)


def latency(view: View, most: int | None = None) -> list[Strip]:
    """One strip for each open-loop workload, all on one axis, with the best `most` and the baseline."""
    known = _known(view.run)
    suts = [
        sut
        for place, sut in enumerate(best_first(view, "open"))
        if most is None or place < most or sut.id == view.baseline
    ]
    rows = [
        (workload, tuple(line for sut in suts if (line := _percentiles(sut, workload, known))))
        for workload in _opened(view.run)
    ]
    drawn = [(workload, lines) for workload, lines in rows if lines]
    domain = _reach([line for _, lines in drawn for line in lines])
    return [_strip(_at_rate(workload), lines, domain, seconds) for workload, lines in drawn]


def marks(run: Run) -> tuple[Mark, ...]:
    """Those of the percentiles that a run shows, the nearest first."""
    return tuple(mark for mark in _MARKS if mark.metric.id in shown(run.tail))


def percentiles(view: View) -> list[tuple[str, SutInfo, tuple[str, ...]]]:
    """The strips of response times in words: workload, SUT, and a time with its interval for each percentile."""
    known, suts = _known(view.run), best_first(view, "open")
    rows = [
        (_at_rate(workload), sut, [known.get((sut.id, workload.id, mark.metric.id)) for mark in marks(view.run)])
        for workload in _opened(view.run)
        for sut in suts
    ]
    return [(title, sut, tuple(map(_in_words, figures))) for title, sut, figures in rows if any(figures)]


def cost(view: View) -> list[Strip]:
    """Strips of memory and start-up time, which belong to a SUT and not to a workload."""
    strips = (
        _apart(view.run, MEMORY_PEAK, 1 / _MIB, lambda value: f"{si(value)} MiB"),
        _apart(view.run, START, 1.0, lambda value: seconds(value) if value else "0"),
    )
    return [strip for strip in strips if strip is not None]


def best_first(view: View, kind: str) -> list[SutInfo]:
    """The SUTs that the report is about first, in the order of the first table of a kind."""
    group = groups.first(view.run.suts)
    table = next((table for table in view.tables if (table.kind, table.group) == (kind, group)), None)
    return [row.sut for row in table.rows] if table else list(groups.of_first(view.run.suts))


def _ratio(sut: SutInfo, cell: TableCell) -> Line:
    shape, colour = _VERDICTS[cell.verdict]
    bounded = cell.ratio.startswith((AT_LEAST, AT_MOST))
    dot = Point(cell.value or 1.0, cell.low, cell.high, shape, colour, hollow=bounded)
    return Line(one_line(sut.named), f"{cell.ratio} {cell.interval}".rstrip(), (dot,))


def _opened(run: Run) -> list[WorkloadInfo]:
    return sorted((workload for workload in run.workloads if workload.kind == "open"), key=by_arrivals)


def _known(run: Run) -> Known:
    return {
        (measurement.sut, measurement.workload, measurement.metric): measurement for measurement in run.measurements
    }


def _in_words(measured: Measurement | None) -> str:
    if measured is None:
        return "–"
    seen = measured.estimate
    interval = f" [{seconds(seen.low)} - {seconds(seen.high)}]" if seen.bounded else ""
    return seconds(seen.value) + interval


def _percentiles(sut: SutInfo, workload: WorkloadInfo, known: Known) -> Line | None:
    shares = [(known.get((sut.id, workload.id, mark.metric.id)), mark) for mark in _MARKS]
    points = tuple(
        point(share.estimate, mark.shape, mark.colour, hollow=share.note is not None)
        for share, mark in shares
        if share is not None and share.estimate.value > 0
    )
    if not points:
        return None
    return Line(one_line(sut.named), f"{seconds(points[0].value)} … {seconds(points[-1].value)}", points)


def _at_rate(workload: WorkloadInfo) -> str:
    rate = f"{workload.arrival_rate_rps:,.0f} requests/s" if workload.arrival_rate_rps else arrivals(workload)
    return f"{workload.name} at {rate}"


def _apart(run: Run, metric: Metric, scale: float, words: Words) -> Strip | None:
    """A strip of one metric from zero, the smallest value first."""
    labels = {sut.id: one_line(sut.named) for sut in groups.of_first(run.suts)}
    measurements = sorted(
        (measurement for measurement in run.measurements if measurement.metric == metric.id),
        key=lambda measurement: measurement.estimate.value,
    )
    lines = tuple(
        Line(
            labels[measurement.sut],
            words(measurement.estimate.value * scale),
            (point(measurement.estimate, "disc", "blue", scale=scale),),
        )
        for measurement in measurements
        if measurement.sut in labels
    )
    return from_zero(metric.title, lines, words) if lines else None


def from_zero(title: str, lines: tuple[Line, ...], words: Words) -> Strip:
    """Lines on an axis that begins at zero."""
    return _strip(title, lines, (0.0, _reach(lines)[1]), words)


def point(seen: Estimate, shape: str, colour: str, *, hollow: bool = False, scale: float = 1.0) -> Point:
    """An estimate with its interval, if it has one."""
    low, high = (max(seen.low, 0.0) * scale, seen.high * scale) if seen.bounded else (None, None)
    return Point(seen.value * scale, low, high, shape, colour, hollow)


def _strip(
    title: str, lines: tuple[Line, ...], domain: tuple[float, float], words: Words, mark: float | None = None
) -> Strip:
    return Strip(title, lines, domain, tuple((value, words(value)) for value in scales.ticks(*domain)), mark)


def _reach(lines: Sequence[Line], also: tuple[float, ...] = ()) -> tuple[float, float]:
    """The domain: from the smallest to the largest drawn value, and a little beyond."""
    points = [point for line in lines for point in line.points]
    ends = [end for point in points for end in (point.low, point.value, point.high) if end is not None and end > 0]
    every = [*ends, *also] or [1.0]
    return min(every) / _ROOM, max(every) * _ROOM
