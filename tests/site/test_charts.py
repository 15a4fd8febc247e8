"""The charts of the history as pictures: where their marks stand, and what they look like."""

from xml.etree import ElementTree

import pytest

from bench.analysis.history import CPU
from bench.report import svg
from bench.report.palette import PAGE
from bench.report.svg import Path, Picture
from bench.site import charts, panels
from bench.site.panels import Dot, Panel, PanelLine
from bench.store.results import Run
from tests.report.test_faces import HOSTILE
from tests.site import past

RUNS = tuple(f"202611{day:02d}T040000Z-quick" for day in (1, 2, 3, 4))


def first(runs: list[Run]) -> Panel:
    """The panel of the CPU time over all workloads."""
    trends = past.trends(runs)
    return panels.of_kind(trends, trends[0].key.kind)[CPU][0]


def panel(*stretches: tuple[Dot, ...]) -> Panel:
    """One line, over four runs of 85 pixels, half of whose height is 10 %."""
    return Panel("A panel", "", (PanelLine("Flask", "1.00x", stretches),), RUNS, 0.1)


def dot(place: int, value: float = 0.0, mark: str = "", **others: float) -> Dot:
    return Dot(place, value, **({"low": value, "high": value, "level": 0.0} | others), mark=mark)


def paths(picture: Picture) -> list[Path]:
    return [mark for mark in picture.marks if isinstance(mark, Path)]


def test_a_run_stands_as_high_as_it_lay_above_the_middle() -> None:
    level, interval, dots = paths(charts.panel(panel((dot(1, 0.05), dot(2, low=-0.05, high=0.05), dot(4, -0.1)))))
    assert level == Path({"stroke": PAGE.grey, "stroke-width": 1.5}, "M0,44H340")
    assert interval.data == "M42.5,34V34M127.5,54V34M297.5,64V64"
    assert dots.data == "M42.5,34h0M127.5,44h0M297.5,64h0"


def test_a_line_below_a_line() -> None:
    lines = tuple(PanelLine(name, "", ((dot(1),),)) for name in ("Flask", "Django"))
    drawn = charts.panel(Panel("A panel", "", lines, RUNS, 0.1))
    assert drawn.height == 2 * 72 + 24
    *_, dots = paths(drawn)
    assert dots.data == "M42.5,44h0M42.5,116h0"


def test_a_stretch_has_its_level_from_just_before_its_first_run_to_just_after_its_last() -> None:
    level, *_ = paths(charts.panel(panel((dot(1, level=-0.05), dot(2, level=-0.05)), (dot(3, level=0.05),))))
    assert level.data == "M0,54H170M170,34H255"


def test_what_lies_beyond_stands_at_the_edge() -> None:
    _, interval, dots = paths(charts.panel(panel((dot(1, 5.0, low=-9.0, high=9.0), dot(2, -5.0)))))
    assert dots.data == "M42.5,24h0M127.5,64h0"
    assert interval.data.startswith("M42.5,64V24")


@pytest.mark.parametrize(
    ("mark", "look", "data"),
    [
        ("up", {"fill": PAGE.orange}, "M127.5,39.8L132.4,48.2L122.6,48.2Z"),
        ("down", {"fill": PAGE.blue}, "M127.5,48.2L122.6,39.8L132.4,39.8Z"),
        (
            "other",
            {"fill": PAGE.paper, "stroke": PAGE.blue, "stroke-width": 2},
            "M127.5,40.1L131.4,44L127.5,47.9L123.6,44Z",
        ),
    ],
)
def test_shape_says_what_colour_says(mark: str, look: svg.Look, data: str) -> None:
    assert paths(charts.panel(panel((dot(1), dot(2, mark=mark), dot(3)))))[-1] == Path(look, data)


@pytest.mark.parametrize(("mark", "rules"), [("up", 1), ("down", 1), ("other", 0), ("", 0)])
def test_a_rule_stands_before_the_run_from_which_a_level_holds(mark: str, rules: int) -> None:
    drawn = paths(charts.panel(panel((dot(1),), (dot(2, mark=mark),))))
    dashed = [path.data for path in drawn if "stroke-dasharray" in path.look]
    assert dashed == ["M85,24V64"] * rules


def test_what_is_drawn_is_small_and_has_every_name_and_figure() -> None:
    newest = first(past.stepping())
    picture = svg.render(charts.panel(newest), newest.description)
    texts = [element.text for element in ElementTree.fromstring(picture).iter() if element.text]
    assert {"Flask 1.1", "Django 1.0", "2026-11-01", "2026-11-10", *(line.figure for line in newest.lines)} <= set(
        texts
    )
    assert len(picture) < 5000
    assert "var(--orange)" in picture
    assert "stroke-dasharray" in picture


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_name_is_only_text(text: str) -> None:
    newest = first([past.poisoned(run, text) for run in past.stepping(2, at=9)])
    picture = svg.render(charts.panel(newest), newest.description)
    tags = {element.tag.rpartition("}")[2] for element in ElementTree.fromstring(picture).iter()}
    assert tags == {"svg", "g", "path", "text"}
    assert picture.isprintable()
