"""What every face of the report shows: built once from a stored run, so that the faces cannot disagree. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass

from bench.report.words import listing, percent, seconds, si
from bench.results import Check, Comparison, Measurement, Noise, Run, SutInfo, WorkloadInfo
from bench.stats import ranking_withheld


@dataclass(frozen=True, slots=True)
class Cell:
    """One SUT in one workload: the ratio to the baseline with its interval, over the absolute figure.

    `ratio` is None for the baseline itself and where nothing can be compared; `figure` is None where it failed, and
    `note` says why.
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


@dataclass(frozen=True, slots=True)
class Row:
    """A SUT's line in a table."""

    sut: SutInfo
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """SUTs by workloads for one metric, best first."""

    metric: str
    title: str
    legend: str
    workloads: tuple[WorkloadInfo, ...]
    rows: tuple[Row, ...]


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


METRICS = {
    "throughput_rps": ("Throughput, closed loop", "Requests a second; more is better."),
    "cpu_us_per_request": (
        "CPU per request",
        "Microseconds of CPU time of all server processes for one request; less is better.",
    ),
    "response_p50_s": (
        "Response time, median",
        "Half of the requests were answered in this time or less; less is better.",
    ),
    "response_p99_s": (
        "Response time, 99th percentile",
        "One request in a hundred took longer than this; less is better.",
    ),
}
_TABLES = (
    ("throughput_rps", "closed", "common"),
    ("cpu_us_per_request", "closed", "common"),
    ("response_p50_s", "open", "common"),
    ("response_p99_s", "open", "common"),
    ("throughput_rps", "closed", "native"),
    ("cpu_us_per_request", "closed", "native"),
)
_HIGHER = {"throughput_rps"}


def build(run: Run, baseline: str | None = None) -> View:
    """The view of `run` against `baseline` (its own for None)."""
    baseline = baseline or run.baseline
    return View(
        title=f"Fairground: {len({sut.app for sut in run.suts})} web frameworks, one application",
        headline=_headline(run),
        advisory=_advisory(run),
        checks=run.checks,
        tables=tuple(table for each in _TABLES if (table := _table(run, baseline, *each)) is not None),
        facts=tuple(_facts(run, sut) for sut in run.suts),
        failures=tuple(f"{each.sut}, {each.workload}: {each.reason}" for each in run.failures),
        noise=run.noise,
        environment=tuple(_environment(run)),
        notes=tuple((sut.label, sut.notes) for sut in run.suts if sut.notes and sut.group == "common"),
        baseline=baseline,
        run=run,
    )


def _advisory(run: Run) -> str | None:
    failed = [check.title for check in run.checks if check.status == "fail"]
    if failed:
        return f"Advisory only: {listing(failed)} failed. Do not choose by these figures."
    if run.run.status == "partial":
        return f"Advisory only: the run is partial ({len(run.rounds)} rounds)."
    return None


def _headline(run: Run) -> str:
    """The verdict as a sentence: the fastest framework against the next, with ratio and interval."""
    floor = max((each.value for each in run.noise if each.metric == "throughput_rps"), default=0.0)
    if not run.comparisons:
        return "There are too few rounds to compare anything."
    if ranking_withheld(floor):
        return (
            f"No ranking: two copies of the same app came out {percent(floor)} apart, "
            "so differences of that size mean nothing here."
        )
    order = _overall_order(run)
    if len(order) < 2:
        return "There is nothing to compare overall: see the table, workload by workload."
    (first, second), label = order[:2], {sut.id: sut.label for sut in run.suts}
    overall = _find(run.comparisons, first, second, None, "throughput_rps")
    slowest = _find(run.comparisons, first, order[-1], None, "throughput_rps")
    sentence = _lead(label[first], label[second], overall)
    if len(order) > 2 and slowest:
        sentence += f" It does {_times(slowest)} the throughput of {label[order[-1]]}, the slowest of {len(order)}."
    return sentence


def _lead(first: str, second: str, ratio: Comparison | None) -> str:
    if ratio is None:
        return f"{first} comes first."
    match ratio.verdict:
        case "faster":
            return (
                f"{first} is the fastest framework over all workloads: "
                f"{_times(ratio)} the throughput of {second}, the next."
            )
        case "tie":
            return f"{first} and {second} tie at the top: the ratio is {_times(ratio)}."
        case _:
            return f"{first} comes first, but whether it is faster than {second} is open: the ratio is {_times(ratio)}."


def _times(ratio: Comparison) -> str:
    return f"{ratio.ratio:.2f}x{_interval(ratio.low, ratio.high)}"


def _overall_order(run: Run) -> list[str]:
    """The frameworks on the common server, most throughput first; the floor is no framework."""
    ids = [sut.id for sut in run.suts if sut.group == "common" and sut.id != "wsgi"]
    anchor = ids[0] if ids else ""
    ratios = {anchor: 1.0}
    for sut in ids[1:]:
        found = _find(run.comparisons, sut, anchor, None, "throughput_rps")
        if found:
            ratios[sut] = found.ratio
    return sorted(ratios, key=lambda sut: -ratios[sut]) if ids else []


def _table(run: Run, baseline: str, metric: str, kind: str, group: str) -> Table | None:
    workloads = tuple(each for each in run.workloads if each.kind == kind)
    suts = [sut for sut in run.suts if sut.group == group]
    if not any(each.metric == metric and each.workload in {w.id for w in workloads} for each in run.measurements):
        return None
    if not suts:
        return None
    anchor = baseline if any(sut.id == baseline for sut in suts) else suts[-1].id
    rows = [Row(sut, tuple(_cell(run, sut.id, each.id, metric, anchor) for each in workloads)) for sut in suts]
    title, legend = METRICS[metric]
    if kind == "open":
        legend += " Requests arrived at random at the stated rate, and the time counts from when each was due."
    suffix = ", native servers" if group == "native" else ""
    return Table(metric, title + suffix, legend, workloads, tuple(sorted(rows, key=lambda row: _rank(row, metric))))


def _rank(row: Row, metric: str) -> float:
    known = [cell.value for cell in row.cells if cell.value]
    if not known:
        return float("inf")
    product = 1.0
    for value in known:
        product *= value ** (1 / len(known))
    return -product if metric in _HIGHER else product


def _cell(run: Run, sut: str, workload: str, metric: str, baseline: str) -> Cell:
    measurement = _measurement(run.measurements, sut, workload, metric)
    if measurement is None:
        reason = next(
            (each.reason for each in run.failures if each.sut == sut and each.workload in (workload, "*")),
            "not measured",
        )
        return Cell(sut, workload, None, "", "", "failed", None, None, None, reason)
    figure = ("at least " if measurement.at_least else "") + _figure(metric, measurement.value)
    note = "the generator may have been the limit" if measurement.at_least else measurement.note or ""
    if sut == baseline:
        return Cell(
            sut, workload, figure, "1.00x", "", "baseline", measurement.value, measurement.low, measurement.high, note
        )
    ratio = _find(run.comparisons, sut, baseline, workload, metric)
    if ratio is None:
        return Cell(
            sut, workload, figure, "", "", "inconclusive", measurement.value, measurement.low, measurement.high, note
        )
    interval = _interval(ratio.low, ratio.high).strip()
    return Cell(
        sut,
        workload,
        figure,
        f"{ratio.ratio:.2f}x",
        interval,
        ratio.verdict,
        measurement.value,
        ratio.low,
        ratio.high,
        note,
    )


def _interval(low: float | None, high: float | None) -> str:
    return "" if low is None or high is None else f" [{low:.2f}-{high:.2f}]"


def _find(
    comparisons: Iterable[Comparison], sut: str, baseline: str, workload: str | None, metric: str
) -> Comparison | None:
    """The comparison of two SUTs, turned round where it is stored the other way."""
    for each in comparisons:
        if (each.workload, each.metric) != (workload, metric):
            continue
        if (each.sut, each.baseline) == (sut, baseline):
            return each
        if (each.sut, each.baseline) == (baseline, sut):
            return _turned(each)
    return None


def _turned(ratio: Comparison) -> Comparison:
    opposite = {"faster": "slower", "slower": "faster"}.get(ratio.verdict, ratio.verdict)
    low, high = (1 / ratio.high if ratio.high else None), (1 / ratio.low if ratio.low else None)
    return Comparison(ratio.baseline, ratio.sut, ratio.workload, ratio.metric, 1 / ratio.ratio, low, high, opposite)


def _measurement(
    measurements: Iterable[Measurement], sut: str, workload: str | None, metric: str
) -> Measurement | None:
    return next((m for m in measurements if (m.sut, m.workload, m.metric) == (sut, workload, metric)), None)


def _facts(run: Run, sut: SutInfo) -> Facts:
    memory = _measurement(run.measurements, sut.id, None, "memory_peak_bytes")
    start = _measurement(run.measurements, sut.id, None, "start_s")
    return Facts(
        sut,
        f"{memory.value / 2**20:.0f} MiB" if memory else "-",
        seconds(start.value) if start else "-",
    )


def _figure(metric: str, value: float) -> str:
    if metric == "throughput_rps":
        return f"{si(value)}/s"
    return f"{si(value)} µs" if metric.startswith("cpu_us") else seconds(value)


def _environment(run: Run) -> Iterable[tuple[str, str]]:
    """Facts of the machine and the run, as measured."""
    told = run.environment
    yield "Processor", f"{told.get('cpu')}, {told.get('cores')} cores, {told.get('memory_bytes', 0) / 2**30:.0f} GiB"
    yield "System", f"{told.get('system')} {told.get('kernel')}, {told.get('python')}, SQLite {told.get('sqlite')}"
    yield "Generator", f"Locust {told.get('locust')}, gevent {told.get('gevent')}"
    yield "Placement", str(told.get("pinning"))
    dirty = " with uncommitted changes" if told.get("dirty") else ""
    yield "Fairground", f"commit {told.get('commit') or 'unknown'}{dirty}"
    yield "Rounds", f"{len(run.rounds)}, {sum(each.wall_s for each in run.rounds):.0f} s, seed {run.run.seed}"
    yield "Started", run.run.started_at
    yield "Command", run.run.command
    yield "Servers", ", ".join(dict.fromkeys(sut.server for sut in run.suts))
