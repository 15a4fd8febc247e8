"""The report's charts as pictures: one SUT a line, its name above the line, where there is room. Pure."""

import math
from collections.abc import Iterator, Sequence

from bench.report import frames, scales, svg
from bench.report.frames import WIDTH
from bench.report.palette import PAGE, Palette
from bench.report.scales import Scale
from bench.report.strips import Point, Strip
from bench.report.svg import Look, Mark, Path, Picture, Piece, Words
from bench.report.tracks import ByRound, Tracks

_INSET = 8
_LINE, _LINE_MIDDLE, _LANE = 40, 26, 8
_TRACK, _TRACK_MIDDLE, _TRACK_HALF = 48, 32, 12
_AXIS, _TICK, _MOST_TICKS = 22, 7, 6
_POINT, _DOT = 3.8, 2.3


def strip(drawn: Strip, palette: Palette, width: int = WIDTH) -> Picture:
    """For each SUT its name and figure in words, and below them its points with their intervals."""
    scale = scales.linear if drawn.domain[0] == 0 else scales.logarithmic
    x = scale(drawn.domain, (_INSET, width - _INSET))
    height = len(drawn.lines) * _LINE + _AXIS
    marks: tuple[Mark, ...] = (
        *_axis(drawn, x, height, palette),
        *frames.names([(line.label, line.figure) for line in drawn.lines], _LINE, width, palette),
        *svg.paths(_stems(drawn, x, palette)),
        *svg.paths(_intervals(drawn, x, palette)),
        *svg.paths(_points(drawn, x, palette)),
    )
    return Picture(width, height, marks)


def tracks(drawn: Tracks) -> Picture:
    """Rounds from left to right: the figure alone in grey, its ratio to the baseline in blue."""
    x = scales.linear((0.5, drawn.rounds + 0.5), (0, WIDTH))
    height = len(drawn.tracks) * _TRACK + _AXIS
    usual = "".join(svg.across(0, y, WIDTH) for y in _middles(drawn.tracks, _TRACK, _TRACK_MIDDLE))
    marks: tuple[Mark, ...] = (
        Path({"stroke": PAGE.line}, usual),
        *frames.names([(track.label, track.figure) for track in drawn.tracks], _TRACK, WIDTH, PAGE),
        *_dots([track.alone for track in drawn.tracks], x, drawn.spread, PAGE.grey),
        *_dots([track.beside for track in drawn.tracks], x, drawn.spread, PAGE.blue),
        *frames.feet("first round", f"round {drawn.rounds}", WIDTH, height, PAGE),
    )
    return Picture(WIDTH, height, marks)


def _middles(lines: Sequence[object], pitch: float, middle: float) -> list[float]:
    return [index * pitch + middle for index in range(len(lines))]


def _axis(drawn: Strip, x: Scale, height: float, palette: Palette) -> Iterator[Mark]:
    """A few of the ticks and the mark, with grid lines where there are points and no names."""
    ticks = drawn.ticks[:: max(math.ceil(len(drawn.ticks) / _MOST_TICKS), 1)]
    look: Look = {"fill": palette.muted, "font-size": 11, "text-anchor": "middle"}
    yield Path({"stroke": palette.line}, _lanes(drawn, [x(value) for value, _ in ticks]))
    yield Words(look, tuple((x(value), height - _TICK, words) for value, words in ticks))
    if drawn.mark is not None:
        yield Path({"stroke": palette.muted}, _lanes(drawn, [x(drawn.mark)]))


def _lanes(drawn: Strip, places: Sequence[float]) -> str:
    middles = _middles(drawn.lines, _LINE, _LINE_MIDDLE)
    return "".join(svg.down(x, y - _LANE, y + _LANE) for x in places for y in middles)


def _stems(drawn: Strip, x: Scale, palette: Palette) -> Iterator[Piece]:
    """The rule that leads the eye: from zero or the mark to the point, or from the first point to the last."""
    origin = 0.0 if drawn.domain[0] == 0 else drawn.mark
    for y, line in zip(_middles(drawn.lines, _LINE, _LINE_MIDDLE), drawn.lines, strict=True):
        ends = [point.value for point in line.points] + ([] if origin is None else [origin])
        yield {"stroke": palette.line, "stroke-width": 2}, svg.across(x(min(ends)), y, x(max(ends)))


def _placed(drawn: Strip) -> list[tuple[float, Point]]:
    """The points with their heights, arranged so that those that look alike follow one another."""
    middles = _middles(drawn.lines, _LINE, _LINE_MIDDLE)
    placed = [(y, point) for y, line in zip(middles, drawn.lines, strict=True) for point in line.points]
    return sorted(placed, key=lambda dot: (dot[1].colour, dot[1].shape))


def _intervals(drawn: Strip, x: Scale, palette: Palette) -> Iterator[Piece]:
    for y, point in _placed(drawn):
        if point.low is not None and point.high is not None:
            look: Look = {"stroke": getattr(palette, point.colour), "stroke-width": 6, "opacity": 0.35}
            yield look, svg.across(x(point.low), y, x(point.high))


def _points(drawn: Strip, x: Scale, palette: Palette) -> Iterator[Piece]:
    """The points of all lines, hollow ones last, so that they lie on top."""
    for y, point in sorted(_placed(drawn), key=lambda dot: dot[1].hollow):
        ground = palette.paper if point.hollow else None
        yield svg.symbol(point.shape, x(point.value), y, _POINT, getattr(palette, point.colour), ground)


def _dots(deviations: Sequence[ByRound], x: Scale, spread: float, colour: str) -> list[Path]:
    """A line of dots for each track: the distance of a dot from the middle is that of its round from the mean."""
    rise = scales.linear((-spread, spread), (_TRACK_HALF, -_TRACK_HALF))
    runs = [
        [(x(number), middle + rise(deviation)) for number, deviation in sorted(by_round.items())]
        for middle, by_round in zip(_middles(deviations, _TRACK, _TRACK_MIDDLE), deviations, strict=True)
    ]
    line: Look = {"stroke": colour, "opacity": 0.45}
    return [
        *svg.paths((line, svg.through(places)) for places in runs if len(places) > 1),
        *svg.paths(svg.symbol("disc", *place, _DOT, colour) for places in runs for place in places),
    ]
