"""What each variant's difference costs: its throughput over that of its app, by workload. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bench.analysis import ratios
from bench.metrics import THROUGHPUT
from bench.store.described import SutInfo, WorkloadInfo
from bench.store.results import Run
from bench.words import SHAPES

TITLE = "Variants"
LEGEND = (
    "Throughput of each variant over that of its app in this run, with its interval: below 1 is what the difference "
    "costs, above 1 what it gains."
)
OVERALL = "all workloads"
_NONE = "-"


@dataclass(frozen=True, slots=True)
class VariantRow:
    """One variant beside its app; `figures` stand under the heads of the table."""

    sut: SutInfo
    app: SutInfo
    figures: tuple[str, ...]


def heads(run: Run) -> tuple[str, ...]:
    """The workloads in a closed loop, after all of them together; none where none was driven so."""
    closed = [workload.name for workload in _closed(run)]
    return (OVERALL, *closed) if closed else ()


def rows(run: Run) -> Iterator[VariantRow]:
    """The variants whose app is in the run too, on the same server."""
    suts = {sut.id: sut for sut in run.suts}
    held = ratios.limited(run, THROUGHPUT.id)
    columns = (None, *(workload.id for workload in _closed(run)))[: len(heads(run))]
    for sut in run.suts:
        if app := suts.get(sut.variant_of):
            figures = (_figure(run, sut.id, app.id, workload, held.get(workload, set())) for workload in columns)
            yield VariantRow(sut, app, tuple(figures))


def sentence(row: VariantRow) -> str:
    """A variant in a line: its ratio over all workloads, where there is one, and what is different."""
    if not row.figures or row.figures[0] == _NONE:
        return f"{row.sut.named} beside {row.app.named}: {row.sut.difference}"
    return f"{row.sut.named} over {row.app.named}, {OVERALL}: {row.figures[0]}. {row.sut.difference}"


def _closed(run: Run) -> Sequence[WorkloadInfo]:
    return [workload for workload in run.workloads if workload.kind == "closed"]


def _figure(run: Run, sut: str, app: str, workload: str | None, held: set[str]) -> str:
    comparison = ratios.find(run.comparisons, sut, app, workload, THROUGHPUT.id)
    if comparison is None or (known := ratios.bounded(comparison, held)) is None:
        return _NONE
    bound, ratio = known
    return f"{SHAPES[ratio.verdict]} {bound}{ratios.words(ratio)}"
