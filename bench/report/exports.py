"""A run as other tools read it: what a request costs in CPU, to be followed from run to run. Pure.

Only CPU time is exported, and instructions where they were counted. Wall-clock figures change with whatever else a
shared machine does, and a tool that sees one number a run would take that for a change of the code.
"""

import json
import math
from collections.abc import Callable, Iterable, Iterator, Sized
from dataclasses import dataclass

from bench.analysis import ratios
from bench.errors import UsageError
from bench.estimate import Estimate
from bench.metrics import CALL_INSTRUCTIONS, CPU_PER_REQUEST
from bench.model import FLOORS
from bench.store.results import Measurement, Run
from bench.words import counted, one_line, si

_METRIC = CPU_PER_REQUEST.id
_COST = ("cpu-us-per-request", "CPU per request", "µs")
_INSTRUCTIONS = ("instructions-per-call", "instructions per call", "instructions")
_RATIO = ("cpu-ratio-to-floor", "CPU over the floor", "x")
"""A measure, its title and its unit."""
_OVERALL = "closed-workloads"
"""What stands for the workload where a ratio is the mean of all closed ones."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One estimate of a SUT in a workload, of which less is better."""

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
    """The run as JSON in one of FORMATS; raises UsageError where no CPU per request was measured."""
    told = FORMATS[form](run)
    if not told:
        raise UsageError(
            f"Run {run.run.id} has no CPU per request to export: it measured no workload over sockets, and counted no "
            "instructions."
        )
    text = json.dumps(told, indent=1, allow_nan=False)
    # Whoever puts this into a page may do so without escaping.
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026") + "\n"


def _figures(run: Run) -> list[Figure]:
    costs = [each for each in run.measurements if each.metric == _METRIC and each.workload]
    figures = [Figure(each.sut, each.workload or "", *_COST, each.estimate) for each in costs]
    figures += _over_the_floor(run, costs)
    figures += [
        Figure(each.sut, each.workload or "", *_INSTRUCTIONS, each.estimate)
        for each in run.measurements
        if each.metric == CALL_INSTRUCTIONS.id
    ]
    return sorted(
        (each for each in figures if math.isfinite(each.estimate.value)),
        key=lambda each: (each.benchmark, each.measure),
    )


def _over_the_floor(run: Run, costs: Iterable[Measurement]) -> Iterator[Figure]:
    """Each cost as a multiple of what its interface's floor costs, both as the same rounds met the machine."""
    floors = {sut.id: FLOORS[sut.interface] for sut in run.suts}
    known = [each for each in costs if each.sut in floors]
    for sut, workload in {key for each in known for key in ((each.sut, each.workload), (each.sut, None))}:
        found = ratios.find(run.comparisons, sut, floors[sut], workload, _METRIC)
        if found:
            yield Figure(sut, workload or _OVERALL, *_RATIO, found.here)


def _github_action_benchmark(run: Run) -> list[dict[str, object]]:
    """For its tool `customSmallerIsBetter`."""
    about = _about(run)
    return [
        {
            "name": f"{each.benchmark}: {each.title}",
            "unit": each.unit,
            "value": each.estimate.value,
            **({"range": " to ".join(map(si, each.interval))} if each.interval else {}),
            "extra": about,
        }
        for each in _figures(run)
    ]


def _about(run: Run) -> str:
    """What a reader of a single point should know: how much was measured, and whether the run doubts itself."""
    failed = ", ".join(check.id for check in run.checks if check.status == "fail")
    told = f"run {run.run.id}, {counted(len(run.rounds), 'round')}; ranges are 95 % intervals"
    return one_line(f"{told}; checks that failed: {failed}" if failed else told)


def _bencher(run: Run) -> dict[str, dict[str, dict[str, float]]]:
    """Bencher Metric Format."""
    told: dict[str, dict[str, dict[str, float]]] = {}
    for each in _figures(run):
        metric = {"value": each.estimate.value}
        if each.interval:
            metric |= dict(zip(("lower_value", "upper_value"), each.interval, strict=True))
        told.setdefault(each.benchmark, {})[each.measure] = metric
    return told


FORMATS: dict[str, Callable[[Run], Sized]] = {
    "github-action-benchmark": _github_action_benchmark,
    "bencher": _bencher,
}
