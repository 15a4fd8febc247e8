"""What the charts of the history are made of."""

import math
import re
from collections.abc import Sequence

import pytest

from bench.analysis.history import CPU, RATIO, Trend
from bench.estimate import Estimate
from bench.site import panels
from bench.site.panels import Dot, Panel, PanelLine
from bench.store.results import Run
from tests.site import past


@pytest.fixture(scope="module")
def trends() -> tuple[Trend, ...]:
    return past.trends(past.stepping())


def of(trends: Sequence[Trend]) -> dict[str, list[Panel]]:
    return panels.of_kind(trends, trends[0].key.kind)


def drawn(runs: Sequence[Run]) -> dict[str, list[Panel]]:
    return of(past.trends(runs))


def dots(line: PanelLine) -> list[Dot]:
    return [dot for stretch in line.stretches for dot in stretch]


def test_all_workloads_together_come_first_and_then_each(trends: tuple[Trend, ...]) -> None:
    drawn = of(trends)
    assert [panel.title for panel in drawn[CPU]] == [
        "CPU per request, all workloads",
        "CPU per request, read-item",
        "CPU per request, crud-mix",
    ]
    assert drawn[RATIO][0].title == "Ratio to the floor, all workloads"
    assert drawn[CPU][0].note == "Geometric mean of read-item and crud-mix."
    assert drawn[CPU][2].note == "list-items, read-item, 16 users"
    assert [len(panel.lines) for panel in (drawn[CPU][0], drawn[RATIO][0])] == [3, 2], (
        "the floor has no ratio to itself"
    )
    assert len({panel.spread for group in drawn.values() for panel in group}) == 1


def test_a_line_has_its_name_its_newest_figure_and_a_level_for_each_stretch(trends: tuple[Trend, ...]) -> None:
    flask = of(trends)[RATIO][0].lines[0]
    assert flask.label == "Flask 1.1"
    assert re.fullmatch(r"4\.\d\dx \[4\.\d\d-4\.\d\d\]", flask.figure)
    assert [len(stretch) for stretch in flask.stretches] == [6, 4]
    assert [dot.place for dot in dots(flask)] == list(range(1, 11))
    assert [dot.mark for dot in dots(flask)] == [""] * 6 + ["up"] + [""] * 3
    before, after = (stretch[0].level for stretch in flask.stretches)
    assert after - before == pytest.approx(math.log(1.15), abs=0.03)
    assert before == pytest.approx(-after)


def test_cheaper_goes_down_and_other_versions_alone_are_marked_too() -> None:
    down = drawn(past.stepping(by=0.9))[CPU][0].lines[1]
    assert [dot.mark for dot in dots(down)].index("down") == 6
    same = drawn(past.stepping(by=1.0))[CPU][0].lines[1]
    assert [dot.mark for dot in dots(same)] == [""] * 6 + ["other"] + [""] * 3


def test_a_run_that_lacks_a_sut_leaves_its_place_empty() -> None:
    runs = [past.run(day) for day in (1, 2, 3)]
    lacking = past.trends([runs[0], runs[2]])
    whole = past.trends(runs)
    mixed = tuple(
        next(one for one in lacking if one.key == trend.key) if trend.key.sut == "flask" else trend for trend in whole
    )
    assert [dot.place for dot in dots(of(mixed)[CPU][0].lines[1])] == [1, 3]


def test_one_run_is_no_line() -> None:
    assert drawn([past.run(1)]) == {CPU: [], RATIO: []}


def test_the_newest_runs_are_drawn_where_there_are_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(panels, "MOST_RUNS", 3)
    panel = drawn(past.stepping())[CPU][0]
    assert [run[6:8] for run in panel.runs] == ["08", "09", "10"]
    assert [dot.place for dot in dots(panel.lines[1])] == [1, 2, 3]
    assert [len(stretch) for stretch in panel.lines[1].stretches] == [3]


def test_figures_in_words() -> None:
    assert panels.figure(CPU, Estimate(1234.5, 1200.1, 1270.9)) == "1,230 µs [1,200-1,270]"
    assert panels.figure(RATIO, Estimate(1.104, 1.069, 1.134)) == "1.10x [1.07-1.13]"


def test_who_does_not_see_a_panel_hears_its_figures(trends: tuple[Trend, ...]) -> None:
    said = "Ratio to the floor, all workloads, 10 runs, newest figures. Flask 1.1: 4."
    assert of(trends)[RATIO][0].description.startswith(said)
