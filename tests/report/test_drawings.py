"""The charts of a report, drawn: held by golden files, small, and inert."""

import re
from collections.abc import Callable
from xml.etree import ElementTree

import pytest

from bench.metrics import THROUGHPUT
from bench.report import drawings, strips, tracks, view
from bench.report.html import Drawing, Drawings
from bench.report.palette import PAGE, PRINT, Palette
from bench.report.view import View
from bench.store import storage
from bench.store.results import Run
from tests.report import runs, story
from tests.report.test_faces import HOSTILE, poisoned

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def built() -> View:
    return view.build(runs.make())


@pytest.fixture(scope="module")
def stored() -> Run:
    return storage.load(story.FOLDER)


def every(page: Drawings) -> list[Drawing]:
    return [*filter(None, [page.overall]), *page.latency, *page.rounds, *page.cost]


def colours(drawn: str) -> set[str]:
    return set(re.findall(r'(?:fill|stroke)="([^"]+)"', drawn)) - {"none"}


def of(palette: Palette) -> set[str]:
    return {getattr(palette, name) for name in Palette.__slots__}


def in_lines(drawn: str) -> str:
    return drawn.replace("><", ">\n<")


def test_the_first_chart_is_as_it_was(stored: Run, golden: Callable[..., None]) -> None:
    drawn = drawings.draw(view.build(stored)).overall
    assert drawn
    golden(story.FOLDER / "overall.svg", in_lines(drawn.svg) + "\n")


def test_the_rounds_are_as_they_were(stored: Run, golden: Callable[..., None]) -> None:
    golden(story.FOLDER / "rounds.svg", in_lines(drawings.draw(view.build(stored)).rounds[0].svg) + "\n")


def test_the_file_beside_the_report_is_as_it_was(stored: Run, golden: Callable[..., None]) -> None:
    golden(story.FOLDER / "chart.svg", in_lines(drawings.picture(view.build(stored)) or ""))


def test_there_is_a_chart_for_everything_that_was_measured() -> None:
    page = drawings.draw(view.build(runs.make(opened=(("crud-mix", 400.0), ("read-item", 900.0)))))
    assert page.overall
    assert [len(drawing) for drawing in (page.latency, page.rounds, page.cost)] == [2, 6, 3]
    assert page.spread > 0


def test_what_is_left_out_is_said() -> None:
    page = drawings.draw(view.build(runs.make(suts=30, rounds=2)))
    assert page.overall
    assert page.overall.note == "9 of 30 are drawn"
    assert page.latency[0].note == "12 of 30 are drawn"
    assert not any(drawing.note for drawing in page.cost)


def test_a_drawing_takes_its_colours_from_the_page(built: View) -> None:
    for drawing in every(drawings.draw(built)):
        assert colours(drawing.svg) <= of(PAGE)


def test_who_does_not_see_a_drawing_hears_it(built: View) -> None:
    page = drawings.draw(built)
    overall = strips.overall(built, THROUGHPUT)
    assert page.overall
    assert overall
    assert ElementTree.fromstring(page.overall.svg).get("aria-label") == overall.description
    heard = [ElementTree.fromstring(drawing.svg).get("aria-label") for drawing in page.rounds]
    assert heard == [drawing.description for drawing in tracks.rounds(built)]


def test_dots_of_thirty_suts_stay_small() -> None:
    for drawing in drawings.draw(view.build(runs.make(suts=30, closed=("json",)))).rounds:
        assert len(drawing.svg) < 25_000


def test_every_dot_is_drawn(built: View) -> None:
    drawn = ElementTree.fromstring(drawings.draw(built).rounds[0].svg)
    dots = [path for path in drawn.iter("path") if path.get("stroke-linecap") == "round"]
    assert [path.get("d", "").count("h0") for path in dots] == [30, 24]


@pytest.mark.parametrize("text", HOSTILE)
def test_a_drawing_is_paths_and_words_whatever_a_label_says(stored: Run, text: str) -> None:
    hostile = view.build(poisoned(stored, text))
    picture = drawings.picture(hostile)
    assert picture
    for drawn in (
        picture.replace(' xmlns="http://www.w3.org/2000/svg"', ""),
        *(one.svg for one in every(drawings.draw(hostile))),
    ):
        root = ElementTree.fromstring(drawn)
        names = {name for element in root.iter() for name in element.attrib}
        assert {element.tag for element in root.iter()} == {"svg", "g", "path", "text"}
        assert not [name for name in names if name.startswith(("on", "href", "style"))]
        assert drawn.rstrip("\n").isprintable()


def test_the_file_beside_the_report_needs_no_page(built: View) -> None:
    picture = drawings.picture(built)
    assert picture
    root = ElementTree.fromstring(picture)
    assert root.tag == f"{SVG}svg"
    assert (root.get("role"), root.get("width")) == ("img", "676")
    assert PRINT.paper in colours(picture) <= of(PRINT)
    (title,) = [drawing.text for group in root.iter(f"{SVG}g") if group.get("font-weight") for drawing in group]
    assert title == "Overall throughput, with 95 % intervals; no framework (WSGI) = 1"
