"""The report in a terminal: headline, checks and the tables."""

from collections.abc import Iterable, Iterator

from rich.console import Console
from rich.text import Text

from bench.report import absence, beside, clocks, databases, grids, variants, workers
from bench.report.grids import Grid
from bench.report.loops import arrivals
from bench.report.view import Table, TableCell, View
from bench.store.described import SutInfo
from bench.words import SHAPES, listing, one_line

STYLES = {"faster": "cyan", "slower": "yellow", "failed": "bold magenta", "tie": "dim", "inconclusive": "dim"}
_KEY = (
    "▲ faster and ▼ slower than the baseline ●, = a tie, ? inconclusive, ✗ failed. Below a ratio: its interval in this "
    "run, and what another run will show"
)
_WIDE = 160
_CHIPS = {"pass": "✓", "warn": "!", "fail": "✗"}


def show(view: View, console: Console) -> None:
    """Print the report; foreign text is stripped of control characters."""
    widen(console)
    _say(console, "")
    _say(console, view.headline, "bold")
    if view.advisory:
        _say(console, view.advisory, "bold magenta")
    _say(console, "")
    for grid in _grids(view):
        grids.show(grid, console)
    _say(console, _KEY + absence.key(view.run.suts), "dim")
    _say(console, "")
    for check in view.checks:
        style = "" if check.status == "pass" else "bold magenta"
        _say(console, f"{_CHIPS[check.status]} {check.title}: {check.detail}", style)
    for failure in view.failures:
        _say(console, f"✗ {failure}", "bold magenta")
    for line in _remarks(view):
        _say(console, line, "dim")
    _say(console, "")


def _grids(view: View) -> Iterator[Grid]:
    yield from map(_grid, view.tables)
    if measured := clocks.wall(view):
        yield _wall(measured)
    if view.worker_rows:
        yield _workers(view)
    if view.sides:
        yield _sides(view)


def _remarks(view: View) -> Iterator[str]:
    yield from (variants.sentence(view.run, row) for row in view.variant_rows)
    yield from (f"– {sentence}" for sentence in view.absent)
    yield from _not_offered(view.run.suts)
    for sut in view.run.suts:
        for clause, reason in sut.not_hardened.items():
            yield f"– {sut.named} lacks {clause} of the group hardening: {reason}"


def _not_offered(suts: Iterable[SutInfo]) -> Iterator[str]:
    """What is not offered: a line for all that leave out the same for the same reason."""
    lacking: dict[tuple[str, str], list[str]] = {}
    for sut in suts:
        for left_out in sut.not_offered.items():
            lacking.setdefault(left_out, []).append(sut.named)
    for (operation, reason), names in lacking.items():
        yield f"– {listing(names)} {'does' if len(names) == 1 else 'do'} not offer {operation}: {reason}"


def widen(console: Console) -> None:
    """Print wide where there is no terminal: a log or a pipe has no edge at which a table must break."""
    if not console.is_terminal:
        console.width = max(console.width, _WIDE)


def _say(console: Console, text: str, style: str = "") -> None:
    console.print(Text(one_line(text), style=style), soft_wrap=not console.is_terminal)


def _named(sut: SutInfo) -> Text:
    return Text(one_line(sut.label), style="bold")


def _workers(view: View) -> Grid:
    heads = ["", *workers.HEADS, *map(one_line, beside.heads(view.run))]
    rows = [[Text(one_line(row.sut.named), style="bold"), *map(Text, row.cells)] for row in view.worker_rows]
    return grids.grid(workers.TITLE, heads, rows, workers.LEGEND)


def _sides(view: View) -> Grid:
    heads = ["", *databases.heads(view.run)]
    rows = [[Text(f"{row.label}, {row.workload}", style="bold"), *map(Text, row.cells)] for row in view.sides]
    return grids.grid(databases.TITLE, heads, rows, " ".join((databases.LEGEND, *view.database_remarks)))


def _wall(measured: clocks.Clocks) -> Grid:
    heads = ["", *map(one_line, measured.heads)]
    rows = [
        [_named(sut), *(Text(figure) + Text(f"\n{interval}", style="dim") for figure, interval in figures)]
        for sut, figures in measured.rows
    ]
    return grids.grid(clocks.TITLE, heads, rows, clocks.LEGEND)


def _grid(table: Table) -> Grid:
    heads = [
        one_line(workload.name) + (f"\n{rate}" if (rate := arrivals(workload)) else "") for workload in table.workloads
    ]
    rows = [[_named(row.sut), *map(written, row.cells)] for row in table.rows]
    return grids.grid(table.title, ["", *heads], rows, table.legend)


def written(cell: TableCell) -> Text:
    """A cell: the ratio, and below it the interval, the range elsewhere and the absolute figure."""
    if cell.figure is None:
        return Text(f"{SHAPES[cell.verdict]} {cell.verdict}", style=STYLES.get(cell.verdict, "dim"))
    first = " ".join(filter(None, (SHAPES[cell.verdict], cell.ratio)))
    rest = "\n".join(filter(None, (cell.interval, cell.beyond, cell.figure, cell.added)))
    return Text(first + "\n", style=STYLES.get(cell.verdict, "")) + Text(rest, style="dim")
