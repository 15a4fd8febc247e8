"""A run in the formats of other tools: the CPU cost of a request, to be followed from run to run. Pure.

Only CPU time is exported, and instructions where they were counted. Wall-clock figures change with whatever else a
shared machine does, and a tool that sees one number a run would take that for a change in the code.
"""

import json
import math
from collections.abc import Callable, Iterable, Iterator, Sized
from dataclasses import dataclass

from bench.analysis import ratios
from bench.errors import UsageError
from bench.estimate import Estimate
from bench.metrics import CALL_INSTRUCTIONS, CPU_PER_REQUEST, CRAWL_SERVER_CPU
from bench.store.results import Measurement, Run
from bench.words import counted, one_line, si

_METRIC = CPU_PER_REQUEST.id
_COST = ("cpu-us-per-request", "CPU per request", "µs")
_CRAWLED = ("server-cpu-us-per-page", "the server's CPU per page crawled", "µs")
_INSTRUCTIONS = ("instructions-per-call", "instructions per call", "instructions")
_RATIO = ("cpu-ratio-to-floor", "CPU over the floor", "x")
"""A measure, its title and its unit."""
_OVERALL = "closed-workloads"
"""The name in place of a workload's, where a ratio is the mean over all closed loops."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One estimate for a SUT in a workload; less is better."""

    sut: str
    workload: str
    measure: str
    title: str
    unit: str
    estimate: Estimate

    @property
    def benchmark(self) -> str:
        """Where it was measured, by ids: labels carry versions, and a series must outlive an upgrade."""
        return one_line(f"{self.sut}/{self.workload}")

    @property
    def interval(self) -> tuple[float, float] | None:
        """Both ends, where they are known."""
        return (self.estimate.low, self.estimate.high) if self.estimate.bounded else None


def render(run: Run, form: str) -> str:
    """The run as JSON in one of FORMATS.

    Raises UsageError where no CPU per request was measured, or editions
    were compared: each commit would begin a series of its own, and its rounds are no part of the usual ones.
    """
    if any(sut.base_of for sut in run.suts):
        raise UsageError(
            f"Run {run.run.id} compares editions of the same apps, and belongs to no series: export a run without "
            "--against, by its id."
        )
    exported = FORMATS[form](run)
    if not exported:
        raise UsageError(
            f"Run {run.run.id} has no CPU per request to export: it measured no workload over sockets, and counted no "
            "instructions."
        )
    text = json.dumps(exported, indent=1, allow_nan=False)
    # So that it can be put into a page without escaping.
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026") + "\n"


def _figures(run: Run) -> list[Figure]:
    costs = [measurement for measurement in run.measurements if measurement.metric == _METRIC and measurement.workload]
    figures = [Figure(cost.sut, cost.workload or "", *_COST, cost.estimate) for cost in costs]
    figures += _over_the_floor(run, costs)
    figures += [
        Figure(measurement.sut, measurement.workload or "", *measure, measurement.estimate)
        for metric, measure in ((CRAWL_SERVER_CPU.id, _CRAWLED), (CALL_INSTRUCTIONS.id, _INSTRUCTIONS))
        for measurement in run.measurements
        if measurement.metric == metric
    ]
    return sorted(
        (figure for figure in figures if math.isfinite(figure.estimate.value)),
        key=lambda figure: (figure.benchmark, figure.measure),
    )


def _over_the_floor(run: Run, costs: Iterable[Measurement]) -> Iterator[Figure]:
    """Each cost as a multiple of the cost of its interface's floor, both taken from the same rounds."""
    floors = {sut.id: sut.floor for sut in run.suts}
    known = [cost for cost in costs if cost.sut in floors]
    for sut, workload in {key for cost in known for key in ((cost.sut, cost.workload), (cost.sut, None))}:
        ratio = ratios.find(run.comparisons, sut, floors[sut], workload, _METRIC)
        if ratio:
            yield Figure(sut, workload or _OVERALL, *_RATIO, ratio.here)


def _github_action_benchmark(run: Run) -> list[dict[str, object]]:
    """For its tool `customSmallerIsBetter`."""
    about = _about(run)
    return [
        {
            "name": f"{figure.benchmark}: {figure.title}",
            "unit": figure.unit,
            "value": figure.estimate.value,
            **({"range": " to ".join(map(si, figure.interval))} if figure.interval else {}),
            "extra": about,
        }
        for figure in _figures(run)
    ]


def _about(run: Run) -> str:
    """What a reader of a single point should know: how much was measured, and which checks failed."""
    failed = ", ".join(check.id for check in run.checks if check.status == "fail")
    provenance = f"run {run.run.id}, {counted(len(run.rounds), 'round')}; ranges are 95 % intervals"
    return one_line(f"{provenance}; checks that failed: {failed}" if failed else provenance)


def _bencher(run: Run) -> dict[str, dict[str, dict[str, float]]]:
    """Bencher Metric Format."""
    benchmarks: dict[str, dict[str, dict[str, float]]] = {}
    for figure in _figures(run):
        metric = {"value": figure.estimate.value}
        if figure.interval:
            metric |= dict(zip(("lower_value", "upper_value"), figure.interval, strict=True))
        benchmarks.setdefault(figure.benchmark, {})[figure.measure] = metric
    return benchmarks


FORMATS: dict[str, Callable[[Run], Sized]] = {
    "github-action-benchmark": _github_action_benchmark,
    "bencher": _bencher,
}
