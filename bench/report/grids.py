"""Tables on a terminal: in parts, with as many columns as there is room for, where one is too narrow for the whole."""

from collections.abc import Sequence
from dataclasses import dataclass

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

_EDGES, _BETWEEN = 5, 2
"""What a table has around its columns, and between two of them."""

Column = tuple[Text, ...]
"""A head, and a cell for each row."""


@dataclass(frozen=True, slots=True)
class Grid:
    """A table before it is known how wide it may be; the first column names the rows, and stands in every part."""

    title: str
    legend: str
    names: Column
    columns: tuple[Column, ...]


def grid(title: str, heads: Sequence[str | Text], rows: Sequence[Sequence[str | Text]], legend: str = "") -> Grid:
    """A table of rows, each with its name first."""
    names, *columns = (
        tuple(cell if isinstance(cell, Text) else Text(cell) for cell in column)
        for column in zip(heads, *rows, strict=True)
    )
    return Grid(title, legend, names, tuple(columns))


def show(drawn: Grid, console: Console) -> None:
    """Print a table, and a blank line after each part."""
    columns = list(drawn.columns)
    while columns:
        count = _fitting(drawn.names, columns, console.width) if console.is_terminal else len(columns)
        console.print(_part(drawn, columns[:count], last=count == len(columns)))
        console.print()
        columns = columns[count:]


def _fitting(names: Column, columns: Sequence[Column], room: int) -> int:
    """How many columns fit beside the names: one at least."""
    left, count = room - min(_width(names), room // 2) - _EDGES, 0
    for column in columns:
        left -= _width(column) + _BETWEEN
        if left < 0:
            break
        count += 1
    return max(count, 1)


def _width(column: Column) -> int:
    return max(len(line) for text in column for line in text.plain.split("\n"))


def _part(drawn: Grid, columns: Sequence[Column], *, last: bool) -> Table:
    """Some columns of a table, with its legend below the last of them."""
    caption = drawn.legend if last else None
    table = Table(title=drawn.title, caption=caption, box=box.SIMPLE_HEAD, title_justify="left", caption_justify="left")
    head, *names = drawn.names
    table.add_column(head, overflow="fold")
    for first, *_ in columns:
        table.add_column(first, justify="right", overflow="fold")
    for place, name in enumerate(names, 1):
        table.add_row(name, *(column[place] for column in columns))
    return table
