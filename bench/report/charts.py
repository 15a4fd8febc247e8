"""Altair specifications of the report's charts. Pure; slow to import, so only whoever draws does.

Places down the page are counted in pixels here, values run across on Vega's scales. A panel is as wide as a phone, so
that panels flow instead of shrinking, and names stand above their lines, where there is room for them.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import altair as alt

from bench.report.strips import Line, Point, Strip
from bench.report.tracks import Track, Tracks

WIDTH = 340
_INSET = 8
_LINE, _LINE_MIDDLE, _LANE = 40, 26, 8
_TRACK, _TRACK_MIDDLE, _TRACK_HALF = 48, 32, 12
_NAME, _AXIS = 10, 22
_SHAPES = {"disc": "circle", "up": "triangle-up", "down": "triangle-down", "square": "square", "diamond": "diamond"}
_MOST_TICKS = 6
_CHAR, _LETTER, _APART = 6.7, 6.0, 12  # widths at the size of figures and names, so that names end before figures

_FONT = "Liberation Sans, Arial, sans-serif"

Values = list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Palette:
    """Okabe and Ito's blue and orange, and greys."""

    ink: str
    muted: str
    line: str
    grey: str
    blue: str
    orange: str
    paper: str


PAGE = Palette(*(f"var(--{name})" for name in ("ink", "muted", "line", "grey", "blue", "orange", "card")))
"""Whatever the theme of the page says."""
PRINT = Palette("#1c2024", "#59636e", "#d8d6d0", "#98a0a8", "#0072b2", "#d55e00", "#ffffff")


@dataclass(frozen=True, slots=True)
class Sheet:
    """What is drawn on: its size in pixels and its colours, with a scale for values across it.

    Altair checks and copies inline data value by value; given a name instead, it takes a third of the time.
    """

    width: int
    height: int
    palette: Palette
    scale: alt.Scale
    data: dict[str, Values] = field(default_factory=dict)

    def chart(self, values: Values) -> alt.Chart:
        """Marks to be made of `values`."""
        name = f"d{len(self.data)}"
        self.data[name] = values
        return alt.Chart(alt.NamedData(name=name))

    def x(self, field: str) -> alt.X:
        """A field on the sheet's scale."""
        return alt.X(f"{field}:Q", axis=None, scale=self.scale)

    def y(self) -> alt.Y:
        """The field `y`, in pixels from the top."""
        return alt.Y("y:Q", axis=None, scale=alt.Scale(domain=[0, self.height], range=[0, self.height], nice=False))

    def words(self, values: Values, align: Literal["left", "right"], colour: str, limit: float = 0) -> alt.Chart:
        """The field `words` along one side; cut off at `limit` pixels, unless that is 0."""
        mark = self.chart(values).mark_text(align=align, fontSize=12, fill=colour, limit=limit)
        placed: alt.Chart = mark.encode(x=alt.value(0 if align == "left" else self.width), y=self.y(), text="words:N")
        return placed

    def finished(self, layers: Sequence[alt.Chart]) -> dict[str, Any]:
        """The specification."""
        chart = alt.layer(*layers).properties(width=self.width, height=self.height)
        bare = chart.configure(aria=False, background=self.palette.paper, padding=1, font=_FONT)
        made: dict[str, Any] = bare.configure_view(stroke=None).to_dict()
        return made | {"datasets": self.data}


def strip(drawn: Strip, palette: Palette, width: int = WIDTH) -> dict[str, Any]:
    """Names and figures in words, and below each its points with their intervals."""
    across = alt.Scale(
        type="linear" if drawn.domain[0] == 0 else "log",
        domain=list(drawn.domain),
        range=[_INSET, width - _INSET],
        nice=False,
    )
    sheet = Sheet(width, len(drawn.lines) * _LINE + _AXIS, palette, across)
    layers = [*_grid(sheet, drawn), *_names(sheet, drawn.lines, _LINE), _stems(sheet, drawn), _intervals(sheet, drawn)]
    return sheet.finished([*layers, *_points(sheet, drawn)])


def titled(spec: dict[str, Any], title: str, palette: Palette) -> dict[str, Any]:
    """The same with a heading and a margin, for where no page stands around it."""
    heading = {"text": title, "anchor": "start", "fontSize": 15, "color": palette.ink, "offset": 14}
    return spec | {"title": heading, "padding": 18}


def tracks(drawn: Tracks, palette: Palette, width: int = WIDTH) -> dict[str, Any]:
    """Rounds from left to right: grey the figure alone, blue its ratio to the baseline."""
    across = alt.Scale(domain=[0.5, drawn.rounds + 0.5], range=[0, width], nice=False)
    sheet = Sheet(width, len(drawn.tracks) * _TRACK + _AXIS, palette, across)
    middles: Values = [{"y": index * _TRACK + _TRACK_MIDDLE} for index in range(len(drawn.tracks))]
    usual = sheet.chart(middles).mark_rule(stroke=palette.line)
    foot = sheet.height - _AXIS / 2 + 1
    return sheet.finished(
        [
            usual.encode(x=alt.value(0), x2=alt.value(width), y=sheet.y()),
            *_names(sheet, drawn.tracks, _TRACK),
            *_dots(sheet, drawn, beside=False),
            *_dots(sheet, drawn, beside=True),
            sheet.words([{"y": foot, "words": "first round"}], "left", palette.muted),
            sheet.words([{"y": foot, "words": f"round {drawn.rounds}"}], "right", palette.muted),
        ]
    )


def _grid(sheet: Sheet, drawn: Strip) -> list[alt.Chart]:
    every = math.ceil(len(drawn.ticks) / _MOST_TICKS)
    bottom = sheet.height - _AXIS + 2
    marked: Values = [{"x": value, "words": words, "y": bottom + 10} for value, words in drawn.ticks[::every]]
    words = sheet.chart(marked).mark_text(fontSize=11, fill=sheet.palette.muted)
    layers = [
        _lanes(sheet, drawn, [each["x"] for each in marked], sheet.palette.line),
        words.encode(x=sheet.x("x"), y=sheet.y(), text="words:N"),
    ]
    if drawn.mark is not None:
        layers.append(_lanes(sheet, drawn, [drawn.mark], sheet.palette.muted))
    return layers


def _lanes(sheet: Sheet, drawn: Strip, places: list[float], colour: str) -> alt.Chart:
    """Grid lines, where points are and names are not."""
    middles = [index * _LINE + _LINE_MIDDLE for index in range(len(drawn.lines))]
    pieces: Values = [{"x": x, "y": y - _LANE, "end": y + _LANE} for x in places for y in middles]
    made: alt.Chart = sheet.chart(pieces).mark_rule(stroke=colour).encode(x=sheet.x("x"), y=sheet.y(), y2="end:Q")
    return made


def _names(sheet: Sheet, lines: Sequence[Line | Track], height: int) -> list[alt.Chart]:
    heights = [index * height + _NAME for index in range(len(lines))]
    told = [line.figure for line in lines]
    if any(len(line.label) * _LETTER + len(line.figure) * _CHAR + _APART > sheet.width for line in lines):
        told = [figure.partition(" [")[0] for figure in told]  # the bands still show the intervals
    labels: Values = [{"y": y, "words": line.label} for y, line in zip(heights, lines, strict=True)]
    figures: Values = [{"y": y, "words": figure} for y, figure in zip(heights, told, strict=True)]
    room = max(map(len, told)) * _CHAR + _APART
    return [
        sheet.words(labels, "left", sheet.palette.ink, limit=sheet.width - room),
        sheet.words(figures, "right", sheet.palette.muted),
    ]


def _placed(drawn: Strip) -> list[tuple[int, Point]]:
    placed = [(index * _LINE + _LINE_MIDDLE, point) for index, line in enumerate(drawn.lines) for point in line.points]
    return sorted(placed, key=lambda each: (each[1].colour, each[1].shape))  # what looks alike is drawn as one


def _stems(sheet: Sheet, drawn: Strip) -> alt.Chart:
    """What leads the eye along a line: from zero or the mark to its point, or from its first point to its last."""
    origin = 0.0 if drawn.domain[0] == 0 else drawn.mark
    stems: Values = []
    for index, line in enumerate(drawn.lines):
        ends = [point.value for point in line.points] + ([] if origin is None else [origin])
        stems.append({"y": index * _LINE + _LINE_MIDDLE, "low": min(ends), "high": max(ends)})
    mark = sheet.chart(stems).mark_rule(strokeWidth=2, stroke=sheet.palette.line)
    made: alt.Chart = mark.encode(x=sheet.x("low"), x2="high:Q", y=sheet.y())
    return made


def _intervals(sheet: Sheet, drawn: Strip) -> alt.Chart:
    low, high = drawn.domain
    ends: Values = [
        {
            "y": y,
            "low": max(point.low, low),
            "high": min(point.high, high),
            "colour": getattr(sheet.palette, point.colour),
        }
        for y, point in _placed(drawn)
        if point.low is not None and point.high is not None
    ]
    mark = sheet.chart(ends).mark_rule(strokeWidth=6, opacity=0.35)
    made: alt.Chart = mark.encode(alt.Stroke("colour:N", scale=None), x=sheet.x("low"), x2="high:Q", y=sheet.y())
    return made


def _points(sheet: Sheet, drawn: Strip) -> list[alt.Chart]:
    """Hollow points on top."""
    layers = []
    for hollow in (False, True):
        points: Values = [
            {"x": point.value, "y": y, "shape": _SHAPES[point.shape], "colour": getattr(sheet.palette, point.colour)}
            for y, point in _placed(drawn)
            if point.hollow is hollow
        ]
        mark = sheet.chart(points).mark_point(filled=not hollow, size=58, opacity=1, fill=sheet.palette.paper)
        paint = alt.Stroke("colour:N", scale=None) if hollow else alt.Fill("colour:N", scale=None)
        shape = alt.Shape("shape:N", scale=None)
        layers.append(mark.encode(paint, shape, x=sheet.x("x"), y=sheet.y()))
    return layers


def _dots(sheet: Sheet, drawn: Tracks, beside: bool) -> list[alt.Chart]:
    dots: Values = []
    for index, track in enumerate(drawn.tracks):
        for number, value in sorted((track.beside if beside else track.alone).items()):
            share = max(-1.0, min(1.0, value / drawn.spread))
            dots.append({"x": number, "y": index * _TRACK + _TRACK_MIDDLE - share * _TRACK_HALF, "track": index})
    colour = sheet.palette.blue if beside else sheet.palette.grey
    line = sheet.chart(dots).mark_line(stroke=colour, strokeWidth=1, opacity=0.45)
    mark = sheet.chart(dots).mark_point(filled=True, size=22, fill=colour, opacity=1)
    return [line.encode(x=sheet.x("x"), y=sheet.y(), detail="track:N"), mark.encode(x=sheet.x("x"), y=sheet.y())]
