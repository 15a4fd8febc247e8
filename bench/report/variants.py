"""What each variant's difference costs: its throughput over that of its app, by workload. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass

from bench.analysis import ratios
from bench.metrics import THROUGHPUT
from bench.report import beside
from bench.store.described import SutInfo
from bench.store.results import Run

TITLE = "Variants"
LEGEND = (
    "Throughput of each variant over that of its app in this run, with its interval: below 1 is what the difference "
    "costs, above 1 what it gains."
)


@dataclass(frozen=True, slots=True)
class VariantRow:
    """One variant beside its app; `figures` stand under the heads of `beside`."""

    sut: SutInfo
    app: SutInfo
    figures: tuple[str, ...]


def rows(run: Run) -> Iterator[VariantRow]:
    """The variants whose app is in the run too, on the same server."""
    suts = {sut.id: sut for sut in run.suts}
    held = ratios.limited(run, THROUGHPUT.id)
    for sut in run.suts:
        if app := suts.get(sut.variant_of):
            yield VariantRow(sut, app, beside.figures(run, sut.id, app.id, held))


def sentence(run: Run, row: VariantRow) -> str:
    """A variant in a line: its overall ratio, where there is one, and what is different."""
    pair = f"{row.sut.named} beside {row.app.named}"
    if not row.figures or row.figures[0] == beside.NONE:
        return f"{pair}: {row.sut.difference}"
    return f"{pair} {beside.overall(run)}: {row.figures[0]}. {row.sut.difference}"
