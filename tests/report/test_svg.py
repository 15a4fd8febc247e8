"""Pictures as SVG: numbers, shapes, few bytes, and foreign text that is only text."""

from xml.etree import ElementTree

import pytest

from bench.report import svg
from bench.report.svg import Path, Picture, Words
from tests.report.test_faces import HOSTILE


def rendered(*marks: svg.Mark, label: str = "", font: str = "") -> str:
    return svg.render(Picture(340, 100.04, marks, font=font), label)


@pytest.mark.parametrize(
    ("value", "words"),
    [(3, "3"), (3.04, "3"), (3.05001, "3.1"), (-0.04, "0"), (-1.26, "-1.3"), (1e6, "1000000"), (1e-9, "0")],
)
def test_a_number_has_a_tenth_of_a_pixel(value: float, words: str) -> None:
    assert svg.number(value) == words


def test_lines_go_to_where_they_are_told() -> None:
    assert svg.across(1, 2, 30.25) == "M1,2H30.2"
    assert svg.down(1, 2, 30) == "M1,2V30"
    assert svg.through([(1, 2), (3.33, 4)]) == "M1,2L3.3,4"
    assert svg.rectangle(-1, -2, 30, 40) == "M-1,-2h30v40h-30Z"


@pytest.mark.parametrize(
    ("shape", "data"),
    [
        ("up", "M50,41.3L60,58.7L40,58.7Z"),
        ("down", "M50,58.7L40,41.3L60,41.3Z"),
        ("square", "M40,40L60,40L60,60L40,60Z"),
        ("diamond", "M50,40L60,50L50,60L40,50Z"),
    ],
)
def test_a_shape_stands_about_its_place(shape: str, data: str) -> None:
    assert svg.symbol(shape, 50, 50, 10, "#000") == ({"fill": "#000"}, data)


def test_a_disc_is_a_stroke_of_no_length_with_a_round_end() -> None:
    look, data = svg.symbol("disc", 50, 50, 3.8, "#000")
    assert (look, data) == ({"stroke": "#000", "stroke-width": "7.6", "stroke-linecap": "round"}, "M50,50h0")


@pytest.mark.parametrize("shape", ["disc", "up"])
def test_a_hollow_shape_hides_what_is_below_it(shape: str) -> None:
    look, data = svg.symbol(shape, 50, 50, 10, "#000", "#fff")
    assert look == {"fill": "#fff", "stroke": "#000", "stroke-width": 2}
    assert "h0" not in data
    assert data.startswith("M60,50a10,10," if shape == "disc" else "M50,41.3L")


def test_neighbours_that_look_alike_are_one_path() -> None:
    blue, red = ({"fill": colour} for colour in ("blue", "red"))
    pieces = [(blue, "a"), (dict(blue), "b"), (red, "c"), (blue, "d")]
    assert svg.paths(pieces) == [Path(blue, "ab"), Path(red, "c"), Path(blue, "d")]


def test_nothing_is_written_that_is_the_default() -> None:
    marks = (Path({"stroke": "red", "opacity": 0.5}, "M0,0h9"), Words({"fill": "blue"}, ((0, 1.26, "a"), (9, 2, "b"))))
    assert rendered(*marks, label="what it says") == (
        '<svg width="340" height="100" viewBox="0 0 340 100" font-size="12" fill="none" role="img" '
        'aria-label="what it says"><path stroke="red" opacity="0.5" d="M0,0h9"/>'
        '<g fill="blue"><text y="1.3">a</text><text x="9" y="2">b</text></g></svg>'
    )


def test_a_file_of_its_own_names_its_font() -> None:
    start = '<svg xmlns="http://www.w3.org/2000/svg" font-family="Arial" width='
    assert rendered(font="Arial").startswith(start)
    assert "xmlns" not in rendered()


@pytest.mark.parametrize("text", HOSTILE)
def test_foreign_text_is_only_text(text: str) -> None:
    drawn = rendered(Words({"fill": "red"}, ((0, 0, text),)), label=text)
    assert not [letter for letter in drawn if not letter.isprintable() and letter != "\n"]
    (root, group, word) = ElementTree.fromstring(drawn).iter()
    assert (root.tag, group.tag, word.tag) == ("svg", "g", "text")
    assert (set(group.attrib), set(word.attrib)) == ({"fill"}, {"y"})
    assert set(root.attrib) == {"width", "height", "viewBox", "font-size", "fill", "role", "aria-label"}
    seen = "".join(letter if letter.isprintable() or letter == "\n" else " " for letter in text)
    assert word.text == seen
