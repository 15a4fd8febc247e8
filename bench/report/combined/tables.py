"""The tables of a combined report: the cells of the runs' own tables beside one another. Pure."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from bench.analysis import ratios
from bench.analysis.combination import Abreast, Combination
from bench.metrics import Metric
from bench.report.loops import arrivals
from bench.report.view import Table, TableCell, View
from bench.store.described import SutInfo
from bench.store.results import Comparison

OVERALL = "overall, geometric mean"
_LIMITED = (
    " Where a figure says at least, its sender may have been the limit: its ratio is a bound, and nothing is said of "
    "another machine."
)
Cells = Mapping[tuple[str, str | None], TableCell]
"""The cells of a table by SUT and workload; None stands for all workloads together."""


@dataclass(frozen=True, slots=True)
class Across:
    """A SUT in one workload: its cell in each run, None where there is none, and its ratio on another machine."""

    sut: SutInfo
    ratio: Abreast
    cells: tuple[TableCell | None, ...]
    beyond: TableCell | None


@dataclass(frozen=True, slots=True)
class Block:
    """The rows of one workload; or of all workloads together, where `overall` is true."""

    title: str
    overall: bool
    rows: tuple[Across, ...]


@dataclass(frozen=True, slots=True)
class CombinedTable:
    """All ratios of one metric over one group of servers; they are taken against the SUT with the id `baseline`."""

    id: str
    metric: Metric
    title: str
    legend: str
    baseline: str
    blocks: tuple[Block, ...]

    @property
    def notes(self) -> list[str]:
        """The notes of its cells, each once."""
        cells = (cell for block in self.blocks for row in block.rows for cell in row.cells)
        return list(dict.fromkeys(cell.note for cell in cells if cell and cell.note))


def of(combination: Combination, views: Sequence[View]) -> Iterator[CombinedTable]:
    """Each table that a run has, in the order of the first run that has it; `views` are those of the runs."""
    alike: dict[tuple[str, str, str, str], dict[int, Table]] = {}
    for place, built in enumerate(views):
        for table in built.tables:
            alike.setdefault((table.metric.id, table.kind, table.group, table.baseline), {})[place] = table
    for number, tables in enumerate(alike.values(), 1):
        yield _table(combination, f"table-{number}", tables)


def _table(combination: Combination, name: str, tables: Mapping[int, Table]) -> CombinedTable:
    first = next(iter(tables.values()))
    cells = [_cells(tables[place]) if place in tables else {} for place in range(len(combination.places))]
    suts = {row.sut.id: row.sut for table in tables.values() for row in table.rows}
    blocks = tuple(
        Block(
            title,
            workload is None,
            tuple(_across(combination, first, sut, workload, cells) for sut in suts.values()),
        )
        for workload, title in _heads(tables.values()).items()
    )
    held = any(ratios.limited(place.run, first.metric.id)[None] for place in combination.places)
    legend = first.metric.legend + (_LIMITED if held else "")
    return CombinedTable(name, first.metric, first.title, legend, first.baseline, blocks)


def _heads(tables: Collection[Table]) -> dict[str | None, str]:
    """The title of each block by its workload, with the rates at which requests arrived in the runs."""
    together = any(row.overall for table in tables for row in table.rows)
    heads: dict[str | None, list[str]] = {None: [OVERALL]} if together else {}
    for workload in (workload for table in tables for workload in table.workloads):
        parts = heads.setdefault(workload.id, [workload.name])
        if (rate := arrivals(workload)) and rate not in parts:
            parts.append(rate)
    return {workload: ", ".join(parts) for workload, parts in heads.items()}


def _cells(table: Table) -> Cells:
    cells: dict[tuple[str, str | None], TableCell] = {
        (row.sut.id, cell.workload): cell for row in table.rows for cell in row.cells
    }
    return cells | {(row.sut.id, None): row.overall for row in table.rows if row.overall}


def _across(
    combination: Combination, table: Table, sut: SutInfo, workload: str | None, cells: Sequence[Cells]
) -> Across:
    ratio = combination.ratio((sut.id, table.baseline, workload, table.metric.id))
    here = tuple(
        _of_one_run(known.get((sut.id, workload)), shown[1] if shown else None)
        for known, shown in zip(cells, ratio.here, strict=True)
    )
    return Across(sut, ratio, here, _beyond(combination, ratio))


def _of_one_run(cell: TableCell | None, seen: Comparison | None) -> TableCell | None:
    """A cell without what its own report says of another run, for that comes from one machine alone."""
    if cell is None or seen is None:
        return cell
    low, high = seen.here.ends
    return replace(cell, verdict=seen.verdict, low=low, high=high, beyond="")


def _beyond(combination: Combination, ratio: Abreast) -> TableCell | None:
    outlook = combination.outlook(ratio)
    if outlook is None or not outlook.ratio.bounded:
        return None
    sut, baseline, workload, metric = ratio.key
    expected = Comparison(sut, baseline, workload, metric, outlook.ratio, outlook.verdict)
    value, (low, high) = outlook.ratio.value, outlook.ratio.ends
    shown = f"{ratios.rounded(value)}x"
    return TableCell(sut, workload or "", "", shown, ratios.interval(expected), outlook.verdict, value, low, high)
