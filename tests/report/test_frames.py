"""What stands around the lines of a chart."""

import pytest

from bench.report import frames, letters
from bench.report.palette import PRINT
from bench.report.svg import Path, Picture, Words

LONG = "web2py (py4web engine) 1.20260805.0"
LINES = [(LONG, "0.246x [0.241-0.251]"), ("Flask 3.1.3", "1.00x")]


def words(lines: list[tuple[str, str]], width: float = 340) -> tuple[list[str], list[str]]:
    labels, figures = frames.names(lines, 40, width, PRINT)
    return [text for *_, text in labels.texts], [text for *_, text in figures.texts]


def test_labels_stand_on_the_left_and_figures_on_the_right() -> None:
    labels, figures = frames.names(LINES, 40, 340, PRINT)
    assert labels == Words({"fill": PRINT.ink}, ((0, 14, LONG), (0, 54, "Flask 3.1.3")))
    assert figures.look == {"fill": PRINT.muted, "text-anchor": "end"}
    assert figures.texts == ((340, 14, "0.246x [0.241-0.251]"), (340, 54, "1.00x"))


def test_figures_lose_their_intervals_before_a_name_is_cut_off() -> None:
    assert words(LINES, 300) == ([LONG, "Flask 3.1.3"], ["0.246x", "1.00x"])


@pytest.mark.parametrize("width", [120, 200, 340])
def test_a_name_is_cut_off_where_it_would_meet_a_figure(width: int) -> None:
    labels, figures = words([(4 * LONG, "0.246x [0.241-0.251]"), ("Flask", "1.00x")], width)
    assert labels[0].endswith("…")
    assert labels[1] == "Flask"
    for label, figure in zip(labels, figures, strict=True):
        assert letters.width(label, 12) + letters.width(figure, 12) < width - 10


def test_the_ends_of_the_axis_stand_at_its_ends() -> None:
    first, last = frames.feet("first round", "round 6", 340, 262, PRINT)
    assert first == Words({"fill": PRINT.muted}, ((0, 256, "first round"),))
    assert last == Words({"fill": PRINT.muted, "text-anchor": "end"}, ((340, 256, "round 6"),))


def test_a_file_of_its_own_has_a_heading_a_margin_and_a_ground() -> None:
    inside = Path({"stroke": "red"}, "M0,0h640")
    ground, heading, mark = (whole := frames.alone(Picture(640, 200, (inside,)), "What it is", PRINT)).marks
    assert (whole.left, whole.top, whole.width, whole.height) == (-18, -46, 676, 264)
    assert ground == Path({"fill": "#ffffff"}, "M-18,-46h676v264h-676Z")
    assert isinstance(heading, Words)
    assert heading.texts == ((0, -12, "What it is"),)
    assert mark is inside
    assert whole.font == letters.FONT


def test_a_long_heading_makes_no_picture_wider() -> None:
    _, heading = frames.alone(Picture(640, 200, ()), 9 * LONG, PRINT).marks
    assert isinstance(heading, Words)
    ((_, _, text),) = heading.texts
    assert text.endswith("…")
    assert letters.width(text, 15) < 640
