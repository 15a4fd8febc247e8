"""Charts as pictures: where their marks stand, and what they look like."""

import pytest

from bench.report import charts
from bench.report.palette import PAGE, PRINT
from bench.report.strips import Line, Point, Strip
from bench.report.svg import Path, Picture, Words
from bench.report.tracks import Track, Tracks

BAND, STEM, DOT = "6", "2", "7.6"


def strip(
    *points: Point, domain: tuple[float, float] = (0.1, 10.0), mark: float | None = None, ticks: int = 2
) -> Strip:
    lines = tuple(Line(f"SUT {number}", "1.00x", (point,)) for number, point in enumerate(points))
    return Strip("A chart", lines, domain, tuple((float(value), f"{value}x") for value in range(1, ticks + 1)), mark)


def point(value: float, low: float | None = None, high: float | None = None, **looks: object) -> Point:
    return Point(value, low, high, **({"shape": "disc", "colour": "blue"} | looks))  # type: ignore[arg-type]


def paths(picture: Picture, width: str | None = None) -> list[Path]:
    """All of them, or those with a stroke as wide as that."""
    every = [mark for mark in picture.marks if isinstance(mark, Path)]
    return [path for path in every if width is None or str(path.look.get("stroke-width")) == width]


def words(picture: Picture) -> list[str]:
    return [text for mark in picture.marks if isinstance(mark, Words) for *_, text in mark.texts]


def test_values_stand_on_a_logarithmic_axis() -> None:
    (dots,) = paths(charts.strip(strip(point(0.1), point(1), point(10)), PRINT), DOT)
    assert dots.data == "M8,26h0M170,66h0M332,106h0"


def test_an_axis_that_starts_at_zero_is_linear() -> None:
    drawn = charts.strip(strip(point(0), point(25), point(100), domain=(0, 100)), PRINT, width=216)
    (dots,) = paths(drawn, DOT)
    assert dots.data == "M8,26h0M58,66h0M208,106h0"
    (stems,) = paths(drawn, STEM)
    assert stems.data == "M8,26H8M8,66H58M8,106H208", "from zero"


def test_stems_begin_at_the_mark_or_join_the_points_of_a_line() -> None:
    (marked,) = paths(charts.strip(strip(point(10), point(0.1), mark=1.0), PRINT), STEM)
    assert marked.data == "M170,26H332M8,66H170"
    line = Line("SUT", "1 … 10", (point(1), point(10), point(0.1)))
    (joined,) = paths(charts.strip(Strip("A chart", (line,), (0.1, 10.0), ()), PRINT), STEM)
    assert joined.data == "M8,26H332"


def test_an_interval_ends_where_the_axis_does() -> None:
    points = (point(1, 0.1, 10), point(1, -5, 99), point(1), point(1, 0.0, 1))
    (bands,) = paths(charts.strip(strip(*points), PRINT), BAND)
    assert bands.data == "M8,26H332M8,66H332M8,146H170"
    assert bands.look == {"stroke": PRINT.blue, "stroke-width": 6, "opacity": 0.35}


def test_a_point_beyond_the_axis_stands_at_its_end() -> None:
    (dots,) = paths(charts.strip(strip(point(-3), point(1e9)), PRINT), DOT)
    assert dots.data == "M8,26h0M332,66h0"


@pytest.mark.parametrize("colour", ["blue", "orange", "muted", "ink"])
@pytest.mark.parametrize(("shape", "start"), [("up", "M170,22.7L"), ("down", "M170,29.3L"), ("square", "M166.2,22.2L")])
def test_a_point_has_its_shape_and_its_colour(shape: str, start: str, colour: str) -> None:
    *_, drawn = paths(charts.strip(strip(point(1, shape=shape, colour=colour)), PRINT))
    assert drawn.look == {"fill": getattr(PRINT, colour)}
    assert drawn.data.startswith(start)


def test_hollow_points_stand_on_top() -> None:
    points = (point(1, shape="up", hollow=True), point(1, shape="up"), point(1, shape="disc"))
    *_, disc, full, hollow = paths(charts.strip(strip(*points), PRINT))
    assert disc.look["stroke-linecap"] == "round"
    assert full.look == {"fill": PRINT.blue}
    assert hollow.look == {"fill": PRINT.paper, "stroke": PRINT.blue, "stroke-width": 2}


def test_what_looks_alike_is_one_path_though_it_stands_apart() -> None:
    points = [point(1, 0.5, 2, colour=colour, shape=shape) for colour in ("blue", "orange") for shape in ("up", "disc")]
    drawn = charts.strip(strip(*points, *points), PRINT)
    assert len(paths(drawn, BAND)) == 2
    assert len(paths(drawn)) == 1 + 1 + 2 + 4, "grid, stems, bands, and points of four looks"


def test_grid_lines_stand_where_points_are_and_names_are_not() -> None:
    grid, *_ = paths(charts.strip(strip(point(1), point(1), mark=1.0, ticks=1), PRINT))
    assert grid == Path({"stroke": PRINT.line}, "M170,18V34M170,58V74")
    _, mark, *_ = paths(charts.strip(strip(point(1), mark=1.0, ticks=1), PRINT))
    assert mark == Path({"stroke": PRINT.muted}, "M170,18V34")


@pytest.mark.parametrize(("ticks", "words_"), [(0, []), (6, ["1x", "2x", "3x", "4x", "5x", "6x"]), (9, [*"13579"])])
def test_an_axis_has_six_ticks_at_most(ticks: int, words_: list[str]) -> None:
    drawn = charts.strip(strip(point(1), ticks=ticks), PRINT)
    assert words(drawn) == [*(f"{tick.rstrip('x')}x" for tick in words_), "SUT 0", "1.00x"]


def test_a_picture_is_as_high_as_it_has_lines() -> None:
    assert [charts.strip(strip(*[point(1)] * count), PRINT).height for count in (1, 10)] == [62, 422]


def rounds(*tracks: Track) -> Tracks:
    return Tracks("json", tracks, rounds=4, spread=0.1)


def test_a_round_stands_as_high_as_it_lay_above_the_mean() -> None:
    drawn = charts.tracks(rounds(Track("Flask", "1 %", {2: 0.0, 1: 0.05, 4: -0.1}, {})))
    usual, line, dots = paths(drawn)
    assert usual == Path({"stroke": PAGE.line}, "M0,32H340")
    assert line == Path({"stroke": PAGE.grey, "opacity": 0.45}, "M42.5,26L127.5,32L297.5,44")
    assert dots.data == "M42.5,26h0M127.5,32h0M297.5,44h0"
    assert words(drawn) == ["Flask", "1 %", "first round", "round 4"]


def test_a_round_far_off_stays_in_its_track() -> None:
    far = {1: 9.0, 2: -9.0}
    *_, dots = paths(charts.tracks(rounds(Track("Flask", "", far, {}), Track("Django", "", far, {}))))
    assert dots.data == "M42.5,20h0M127.5,44h0M42.5,68h0M127.5,92h0"


def test_ratios_are_blue_and_on_top_of_the_grey_figures() -> None:
    _, _, alone, line, beside = paths(charts.tracks(rounds(Track("Flask", "", {1: 0, 2: 0}, {1: 0, 2: 0}))))
    assert [path.look["stroke"] for path in (alone, line, beside)] == [PAGE.grey, PAGE.blue, PAGE.blue]
    assert alone.data == beside.data


def test_a_single_round_is_a_dot_without_a_line() -> None:
    _, dots = paths(charts.tracks(rounds(Track("Flask", "", {3: 0.0}, {}))))
    assert dots.data == "M212.5,32h0"
