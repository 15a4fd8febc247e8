"""Charts: what they are made of, what is specified, and what is drawn."""

import math
import re
from collections.abc import Callable
from xml.etree import ElementTree

import pytest

from bench.report import charts, drawings, strips, svg, tracks, view
from bench.report.view import View
from bench.store import storage
from bench.store.results import Run
from tests.report import runs, story
from tests.report.test_faces import HOSTILE, poisoned

_NAMESPACE = "http://www.w3.org/2000/svg"


@pytest.fixture(scope="module")
def built() -> View:
    return view.build(runs.make())


@pytest.fixture(scope="module")
def stored() -> Run:
    return storage.load(story.FOLDER)


def parsed(drawn: str) -> ElementTree.Element:
    return ElementTree.fromstring(drawn)


def test_ratios_over_all_workloads_are_the_views(built: View) -> None:
    drawn = strips.overall(built, "throughput_rps")
    assert drawn
    assert [line.label for line in drawn.lines] == [row.sut.label for row in built.tables[0].rows]
    assert drawn.lines[0].figure == "1.00x"
    assert re.fullmatch(r"0\.\d{3}x \[0\.\d{3}-0\.\d{3}\]", drawn.lines[1].figure)
    assert drawn.mark == 1.0
    assert drawn.domain[0] < min(line.points[0].low or 1 for line in drawn.lines)


def test_the_best_and_the_baseline_are_drawn_where_there_are_many() -> None:
    drawn = strips.overall(view.build(runs.make(suts=12), "bottle"), "throughput_rps", most=3)
    assert drawn
    assert [line.label.split()[0] for line in drawn.lines] == ["Bare", "Flask", "Django", "Bottle"]


def test_what_the_generator_held_down_is_drawn_hollow() -> None:
    drawn = strips.overall(view.build(runs.make(limited="wsgi")), "throughput_rps")
    assert drawn
    assert [line.points[0].hollow for line in drawn.lines] == [False, True, True, True, True]
    assert drawn.lines[1].figure.startswith("≤ 0.")


def test_figures_lose_their_intervals_before_a_name_is_cut_off(built: View) -> None:
    drawn = strips.overall(built, "throughput_rps")
    assert drawn
    crowded, roomy = (
        [
            each["words"]
            for values in charts.strip(drawn, charts.PAGE, width)["datasets"].values()
            for each in values
            if "words" in each
        ]
        for width in (340, 640)
    )
    assert any(line.figure in roomy and "[" in line.figure for line in drawn.lines)
    assert not any("[" in words for words in crowded)


def test_panels_of_many_draw_the_best_and_the_baseline() -> None:
    (drawn,) = strips.latency(view.build(runs.make(suts=30), "hug"), most=12)
    assert len(drawn.lines) == 13
    assert drawn.lines[-1].label.startswith("Hug")


def test_every_open_workload_is_drawn_on_the_same_axis() -> None:
    opened = (("read-item", 900.0), ("crud-mix", 400.0))
    drawn = strips.latency(view.build(runs.make(opened=opened)))
    assert [each.title for each in drawn] == ["crud-mix at 400 requests/s", "read-item at 900 requests/s"]
    assert drawn[0].domain == drawn[1].domain
    for line in drawn[0].lines:
        values = [point.value for point in line.points]
        assert len(values) == 3
        assert values == sorted(values)
        assert not any(point.hollow for point in line.points)


def test_a_percentile_of_too_few_requests_is_hollow() -> None:
    (drawn,) = strips.latency(view.build(runs.make(rounds=2, opened=(("crud-mix", 400.0),))))
    assert [point.hollow for point in drawn.lines[0].points] == [False, False, True]


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


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (0.09, 1.1, [0.1, 0.2, 0.5, 1.0]),
        (0.00019, 0.0063, [0.0002, 0.0005, 0.001, 0.002, 0.005]),
        (0.001, 1000.0, [0.001, 0.01, 0.1, 1.0, 10.0, 100.0, 1000.0]),
        (0.24, 1.04, [0.4, 0.6, 0.8, 1.0]),
        (0.97, 1.03, [0.98, 1.0, 1.02]),
        (0.0, 87.0, [0.0, 50.0]),
    ],
)
def test_ticks_are_round_numbers(low: float, high: float, expected: list[float]) -> None:
    assert strips.ticks(low, high) == expected


def test_a_round_is_how_far_it_lay_from_the_mean(built: View) -> None:
    panels = tracks.rounds(built)
    assert [panel.title for panel in panels] == list(runs.CLOSED)
    for panel in panels:
        for track in panel.tracks:
            assert len(track.alone) == 6
            assert math.isclose(sum(track.alone.values()), 0, abs_tol=1e-9)
            assert max(map(abs, track.alone.values())) <= panel.spread
    assert panels[0].tracks[0].beside == {}  # the baseline beside itself is level by definition
    assert len(panels[0].tracks[1].beside) == 6


def test_drift_that_meets_all_leaves_the_ratios_level(built: View) -> None:
    for track in tracks.rounds(built)[0].tracks[1:]:
        alone, beside = (max(map(abs, each.values())) for each in (track.alone, track.beside))
        assert beside < alone


def test_lost_rounds_leave_gaps() -> None:
    panels = tracks.rounds(view.build(runs.make(failed="django", lost="flask")))
    assert "Flask 5.1.3" not in {track.label for panel in panels for track in panel.tracks}
    assert all(panel.tracks for panel in panels)


def test_a_specification_is_vega_lite_with_its_data_in_it(built: View) -> None:
    drawn = strips.overall(built, "throughput_rps")
    assert drawn
    spec = charts.strip(drawn, charts.PRINT)
    assert spec["$schema"].startswith("https://vega.github.io/schema/vega-lite/v6")
    assert "url" not in str(spec["layer"])
    assert spec == charts.strip(drawn, charts.PRINT)


def test_the_first_chart_is_as_it_was(stored: Run, golden: Callable[..., None]) -> None:
    drawn = drawings.draw(view.build(stored)).overall
    assert drawn
    golden(story.FOLDER / "overall.svg", drawn.svg.replace("><", ">\n<") + "\n")


def test_the_rounds_are_as_they_were(stored: Run, golden: Callable[..., None]) -> None:
    golden(story.FOLDER / "rounds.svg", drawings.draw(view.build(stored)).rounds[0].svg.replace("><", ">\n<") + "\n")


def test_a_drawing_takes_its_colours_from_the_page(built: View) -> None:
    for each in drawings.draw(built).cost:
        colours = re.findall(r'(?:fill|stroke)="([^"]+)"', each.svg)
        assert {colour for colour in colours if colour != "none"} <= {
            getattr(charts.PAGE, name) for name in charts.Palette.__slots__
        }


def test_dots_of_thirty_suts_stay_small() -> None:
    for each in drawings.draw(view.build(runs.make(suts=30, closed=("json",)))).rounds:
        assert len(each.svg) < 25_000


def test_every_dot_is_drawn(built: View) -> None:
    drawn = parsed(drawings.draw(built).rounds[0].svg)
    dots = [path for path in drawn.iter("path") if path.get("stroke-linecap") == "round"]
    assert [path.get("d", "").count("h0") for path in dots] == [30, 24]


def test_a_drawing_is_paths_and_words_whatever_a_label_says(stored: Run) -> None:
    """All hostile texts in one label, since a page of charts takes a second."""
    made = drawings.draw(view.build(poisoned(stored, " ".join(HOSTILE))))
    for each in filter(None, (made.overall, *made.latency, *made.rounds, *made.cost)):
        drawn = parsed(each.svg)
        names = {name for element in drawn.iter() for name in element.attrib}
        assert {element.tag for element in drawn.iter()} <= {"svg", "g", "path", "text"}
        assert not [name for name in names if name.startswith(("on", "href", "style"))]


def test_many_rounds_of_many_are_drawn_together() -> None:
    drawn = tracks.rounds(view.build(runs.make(suts=30, rounds=9)))
    numbers = ("1 to 10", "11 to 20", "21 to 30")
    assert [each.title for each in drawn] == [f"all workloads together, {told}" for told in numbers]
    assert [len(each.tracks) for each in drawn] == [10, 10, 10]


def test_only_harmless_colours_pass() -> None:
    path = '<path d="M0,0L1,1" stroke="url(&quot;x&quot;)" fill="red"/>'
    drawn = f'<svg xmlns="{_NAMESPACE}" width="9" height="9">{path}</svg>'
    assert "url" not in svg.clean(drawn, "x")
    assert 'aria-label="&quot;&gt;"' in svg.clean(drawn, '">')


def test_the_picture_is_a_png_with_room_around_it(built: View) -> None:
    picture = drawings.picture(built)
    assert picture
    assert picture.startswith(b"\x89PNG")
    assert int.from_bytes(picture[16:20]) > 1280
