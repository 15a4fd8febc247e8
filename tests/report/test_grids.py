"""Tables on terminals of any width: nothing is cut or broken that somebody has to read as one."""

import io

import pytest
from rich.console import Console

from bench.report import grids, terminal, view
from bench.store import storage
from bench.workspace import ROOT


def shown(width: int, *, terminal: bool = True) -> tuple[Console, io.StringIO]:
    out = io.StringIO()
    return Console(file=out, width=width, force_terminal=terminal, color_system=None, highlight=False), out


@pytest.fixture(scope="module")
def reference() -> view.View:
    return view.build(storage.load(ROOT / "results" / "reference"))


@pytest.mark.parametrize("width", [40, 80, 120])
def test_every_figure_is_whole_on_any_terminal(reference: view.View, width: int) -> None:
    console, out = shown(width)
    terminal.show(reference, console)
    text = out.getvalue()
    assert max(map(len, text.splitlines())) <= width
    assert "…" not in text
    for table in reference.tables:
        for cell in (cell for row in table.rows for cell in row.cells):
            for part in (cell.ratio, cell.interval, cell.beyond, cell.figure):
                assert not part or part in text


def test_each_part_names_its_rows_and_the_last_has_the_legend() -> None:
    console, out = shown(40)
    rows = [[name, "1,234,567 requests", "1,234,568 requests"] for name in ("one", "other")]
    grids.show(grids.grid("Title", ["", "first", "second"], rows, "What it means."), console)
    first, second = out.getvalue().split("Title")[1:]
    assert "one" in first
    assert "one" in second
    assert "What it means." in second
    assert "What it means." not in first


def test_a_log_has_no_edge() -> None:
    console, out = shown(40, terminal=False)
    grids.show(grids.grid("Title", ["", *("x" * 9 for _ in range(4))], [["one", *"1234"]]), console)
    assert out.getvalue().count("Title") == 1
