"""Cells side by side: those of the runs' own reports, and beside them what to expect elsewhere."""

from dataclasses import replace

import pytest

from bench.analysis import combination
from bench.errors import UsageError
from bench.report import view as report
from bench.report.combined import view
from bench.report.combined.tables import OVERALL
from tests.report.combined import machines
from tests.report.combined.machines import AGREEING, agreeing


def test_a_table_has_a_block_for_all_workloads_and_for_each() -> None:
    throughput, cpu = agreeing().tables
    assert [block.title for block in throughput.blocks] == [OVERALL, "read-item", "crud-mix"]
    assert [block.overall for block in cpu.blocks] == [True, False, False]
    assert throughput.baseline == "wsgi"


def test_every_cell_is_that_of_the_runs_own_report() -> None:
    shown = agreeing()
    own = [report.build(place.run) for place in shown.combination.places]
    for number, table in enumerate(shown.tables):
        for block in table.blocks[1:]:
            for row in block.rows:
                for cell, built in zip(row.cells, own, strict=True):
                    assert cell
                    (theirs,) = [
                        one
                        for line in built.tables[number].rows
                        for one in line.cells
                        if (one.sut, one.workload) == (cell.sut, cell.workload)
                    ]
                    assert (cell.figure, cell.ratio, cell.interval) == (theirs.figure, theirs.ratio, theirs.interval)
                    assert (cell.verdict, cell.beyond) == (theirs.verdict, "")


def test_the_range_on_another_machine_is_wider_than_any_interval() -> None:
    (row,) = [row for row in agreeing().tables[0].blocks[0].rows if row.sut.id == "flask"]
    assert row.beyond
    assert row.beyond.low
    assert row.beyond.high
    for cell in row.cells:
        assert cell
        assert cell.low
        assert cell.high
        assert row.beyond.low < cell.low < cell.high < row.beyond.high


def test_who_was_not_in_a_run_has_no_cell_there() -> None:
    runs = [machines.run(AGREEING, "aa"), machines.run(AGREEING | {"bottle": 2000.0}, "bb", 23)]
    rows = view.build(combination.of(runs)).tables[0].blocks[0].rows
    (bottle,) = [row for row in rows if row.sut.id == "bottle"]
    assert bottle.cells[0] is None
    assert bottle.cells[1]
    assert bottle.beyond, "one machine says something of another"


def test_the_baseline_is_chosen_and_must_be_in_every_run() -> None:
    runs = [machines.run(AGREEING, "aa"), machines.run(AGREEING, "bb")]
    rows = view.build(combination.of(runs), "flask").tables[0].blocks[0].rows
    assert {row.sut.id: row.beyond is None for row in rows} == {"wsgi": False, "flask": True, "django": False}
    with pytest.raises(UsageError, match="'nobody' is not among what was measured"):
        view.build(combination.of(runs), "nobody")


def test_a_bound_is_shown_as_such_with_a_note_and_nothing_is_expected_of_it() -> None:
    one, other = machines.run(AGREEING, "aa"), machines.run(AGREEING, "bb")
    held = replace(
        other,
        measurements=tuple(
            replace(seen, at_least=(seen.sut, seen.metric) == ("flask", "throughput_rps"))
            for seen in other.measurements
        ),
    )
    table = view.build(combination.of([one, held])).tables[0]
    (row,) = [row for row in table.blocks[1].rows if row.sut.id == "flask"]
    assert row.cells[1]
    assert row.cells[1].ratio.startswith("≥ ")
    assert row.beyond is None
    assert "its ratio is a bound" in table.legend
    assert table.notes == ["the generator may have been the limit"]


def test_the_chart_has_a_point_for_each_machine_and_one_for_another() -> None:
    strip = agreeing().strip
    assert strip
    assert [line.label for line in strip.lines] == ["Flask 1.0", "Django 1.0"]
    assert [point.shape for point in strip.lines[0].points] == ["disc", "square", "diamond"]
    assert agreeing().signs == [("●", "machine 1"), ("■", "machine 2")]
