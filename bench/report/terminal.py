"""The report in a terminal: headline, checks and the tables."""

from rich import box
from rich.console import Console
from rich.table import Table as Grid
from rich.text import Text

from bench.report.view import Cell, Table, View

_SHAPES = {"faster": "▲", "slower": "▼", "tie": "=", "inconclusive": "?", "baseline": "●", "failed": "✗"}
_STYLES = {"faster": "cyan", "slower": "yellow", "failed": "bold magenta", "tie": "dim", "inconclusive": "dim"}
_CHIPS = {"pass": "✓", "warn": "!", "fail": "✗"}


def show(view: View, console: Console) -> None:
    """Print the report; foreign text is stripped of control characters."""
    console.print()
    console.print(Text(clean(view.headline), style="bold"))
    if view.advisory:
        console.print(Text(clean(view.advisory), style="bold magenta"))
    console.print()
    for table in view.tables:
        console.print(_grid(table))
        console.print()
    for check in view.checks:
        style = "" if check.status == "pass" else "bold magenta"
        console.print(Text(f" {_CHIPS[check.status]} {check.title}: {clean(check.detail)}", style=style))
    for failure in view.failures:
        console.print(Text(f" ✗ {clean(failure)}", style="bold magenta"))
    console.print()


def clean(text: str) -> str:
    """One line without control characters: what a server wrote may not drive the terminal."""
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())


def _grid(table: Table) -> Grid:
    grid = Grid(
        title=table.title, caption=table.legend, box=box.SIMPLE_HEAD, title_justify="left", caption_justify="left"
    )
    grid.add_column("")
    for workload in table.workloads:
        rate = f"\n{workload.arrival_rate_rps:g}/s" if workload.arrival_rate_rps else ""
        grid.add_column(workload.id.removesuffix("-open") + rate, justify="right")
    for row in table.rows:
        grid.add_row(Text(clean(row.sut.label), style="bold"), *(_cell(cell) for cell in row.cells))
    return grid


def _cell(cell: Cell) -> Text:
    if cell.figure is None:
        return Text(f"{_SHAPES[cell.verdict]} failed", style=_STYLES["failed"])
    first = f"{_SHAPES[cell.verdict]} {cell.ratio} {cell.interval}"
    return Text(first + "\n", style=_STYLES.get(cell.verdict, "")) + Text(cell.figure, style="dim")
