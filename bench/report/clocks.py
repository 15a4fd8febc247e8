"""Wall clock per call in process, beside the CPU time that is compared: figures alone, for they are noisier. Pure."""

from dataclasses import dataclass

from bench.metrics import CALL_CPU, CALL_WALL
from bench.report.view import View
from bench.store.described import SutInfo
from bench.store.results import Measurement
from bench.words import si

TITLE = "In process: wall clock per call"
LEGEND = (
    "Microseconds from the call to its answer, less what an empty application takes, with the 95 % "
    "interval. Noisier than CPU time, because it also counts whatever else the machine did meanwhile; so nothing is "
    "ranked by it. Where it is well above the CPU time, a call waits, as for the disk."
)


@dataclass(frozen=True, slots=True)
class Clocks:
    """A table: `heads` are operations; each SUT has a figure and its interval for each of them, empty if unknown."""

    heads: tuple[str, ...]
    rows: tuple[tuple[SutInfo, tuple[tuple[str, str], ...]], ...]


def wall(view: View) -> Clocks | None:
    """The table, in the order of that of CPU time; None where nothing was called in process."""
    table = next((table for table in view.tables if table.metric == CALL_CPU), None)
    known = {
        (measurement.sut, measurement.workload): measurement
        for measurement in view.run.measurements
        if measurement.metric == CALL_WALL.id
    }
    if table is None or not known:
        return None
    rows = tuple(
        (row.sut, tuple(_in_words(known.get((row.sut.id, workload.id))) for workload in table.workloads))
        for row in table.rows
    )
    return Clocks(tuple(workload.name for workload in table.workloads), rows)


def _in_words(measured: Measurement | None) -> tuple[str, str]:
    if measured is None:
        return "", ""
    seen = measured.estimate
    return f"{si(seen.value)} µs", f"[{si(seen.low)}-{si(seen.high)}]" if seen.bounded else ""
