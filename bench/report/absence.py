"""Why a cell of the report has no figure: something failed there, or the app does not offer it. Pure."""

from collections.abc import Iterable

from bench.metrics import DATABASE_CPU, Metric
from bench.model import EVERYTHING
from bench.store.described import SutInfo, WorkloadInfo
from bench.store.results import Run

FAILED, NOT_OFFERED = "failed", "not offered"
LEGEND = " Order and overall ratios leave out the workloads that not every app offers."


def why(run: Run, sut: SutInfo, workload: WorkloadInfo, metric: Metric | None = None) -> tuple[str, str]:
    """`FAILED` or `NOT_OFFERED`, and the reason, where a `metric` has no figure. A failure in this very workload comes
    first, then what is not offered, then what took the SUT out before.
    """
    failures = [failure for failure in run.failures if failure.sut == sut.id]
    here = [failure for failure in failures if failure.workload in (workload.id, EVERYTHING)]
    if not here and (reason := sut.lacks(workload)):
        return NOT_OFFERED, reason
    missing = "the processes of the database changed under load" if metric == DATABASE_CPU else "not measured"
    return FAILED, next((failure.reason for failure in here or failures), missing)


def key(suts: Iterable[SutInfo]) -> str:
    """What the key to the signs adds where an app of the run does not offer everything."""
    return ", – not offered" if any(sut.not_offered for sut in suts) else ""
