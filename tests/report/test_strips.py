"""What the strip charts are made of."""

import re
from dataclasses import replace

import pytest

from bench.measure.profiles import PROFILES
from bench.metrics import THROUGHPUT
from bench.report import strips, view
from bench.report.view import View
from bench.store.planned import Planned
from tests.report import runs


@pytest.fixture(scope="module")
def built() -> View:
    return view.build(runs.make())


def test_ratios_over_all_workloads_are_the_views(built: View) -> None:
    drawn = strips.overall(built, THROUGHPUT)
    assert drawn
    assert [line.label for line in drawn.lines] == [row.sut.label for row in built.tables[0].rows]
    assert drawn.lines[0].figure == "1.00x"
    assert re.fullmatch(r"0\.\d{3}x \[0\.\d{3}-0\.\d{3}\]", drawn.lines[1].figure)
    assert drawn.mark == 1.0
    assert drawn.domain[0] < min(line.points[0].low or 1 for line in drawn.lines)


def test_the_best_and_the_baseline_are_drawn_where_there_are_many() -> None:
    drawn = strips.overall(view.build(runs.make(suts=12), "bottle"), THROUGHPUT, most=3)
    assert drawn
    assert [line.label.split()[0] for line in drawn.lines] == ["no", "Flask", "Django", "Bottle"]


def test_what_the_generator_held_down_is_drawn_hollow() -> None:
    drawn = strips.overall(view.build(runs.make(limited="wsgi")), THROUGHPUT)
    assert drawn
    assert [line.points[0].hollow for line in drawn.lines] == [False, True, True, True, True]
    assert drawn.lines[1].figure.startswith("≤ 0.")


def test_panels_of_many_draw_the_best_and_the_baseline() -> None:
    (drawn,) = strips.latency(view.build(runs.make(suts=30), "hug"), most=12)
    assert len(drawn.lines) == 13
    assert drawn.lines[-1].label.startswith("Hug")


def test_every_open_workload_is_drawn_on_the_same_axis() -> None:
    opened = (("read-item", 900.0), ("crud-mix", 400.0))
    drawn = strips.latency(view.build(runs.make(opened=opened)))
    assert [panel.title for panel in drawn] == ["crud-mix at 400 requests/s", "read-item at 900 requests/s"]
    assert drawn[0].domain == drawn[1].domain
    for line in drawn[0].lines:
        values = [point.value for point in line.points]
        assert len(values) == 3
        assert values == sorted(values)
        assert not any(point.hollow for point in line.points)


def test_a_percentile_of_too_few_requests_is_hollow() -> None:
    (drawn,) = strips.latency(view.build(runs.make(rounds=2, opened=(("crud-mix", 400.0),))))
    assert [point.hollow for point in drawn.lines[0].points] == [False, False, True]


def test_marks_are_those_of_the_percentiles_that_are_shown(built: View) -> None:
    assert [(mark.sign, mark.words) for mark in strips.marks(built.run)] == [
        ("●", "median"),
        ("◆", "90th percentile"),
        ("▲", "99th percentile"),
    ]
    quick = replace(built.run, plan=Planned(PROFILES["quick"]))
    assert [mark.words for mark in strips.marks(quick)] == ["median", "90th percentile"]


def test_percentiles_in_words_have_the_one_between(built: View) -> None:
    title, sut, times = strips.percentiles(built)[0]
    assert title == "crud-mix at 400 requests/s"
    assert sut.id == "wsgi"
    assert [bool(re.fullmatch(r"[\d.]+ .?s \[[\d.]+ .?s - [\d.]+ .?s\]", time)) for time in times] == [True] * 3


def test_memory_and_start_begin_at_zero(built: View) -> None:
    memory, start = strips.cost(built)
    assert memory.domain[0] == start.domain[0] == 0
    assert memory.lines[0].figure == "72 MiB"
    assert [line.points[0].value for line in memory.lines] == sorted(line.points[0].value for line in memory.lines)


def test_who_does_not_see_a_strip_hears_its_figures(built: View) -> None:
    drawn = strips.overall(built, THROUGHPUT)
    assert drawn
    assert drawn.description.startswith("Throughput, closed loop. no framework (WSGI): 1.00x; Flask 5.1.3: 0.")
