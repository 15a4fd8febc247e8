"""Altair specifications of the history's charts, on the sheets of the report's. Pure; slow to import."""

from collections.abc import Iterable
from typing import Any

import altair as alt

from bench.report.charts import PAGE, WIDTH, Palette, Sheet, Values
from bench.site.feeds import day
from bench.site.panels import Dot, Panel

_LINE, _NAME, _MIDDLE, _HALF, _AXIS = 72, 10, 44, 20, 24
_CHAR = 6.7
_SHAPES = {"up": "triangle-up", "down": "triangle-down", "other": "diamond", "": "circle"}
_SIZES = {"up": 95, "down": 95, "other": 60, "": 20}

Placed = Iterable[tuple[int, Dot]]


def panel(drawn: Panel, palette: Palette = PAGE) -> dict[str, Any]:
    """Runs from left to right, a line below a line: dots with intervals, and the level that they lie on."""
    across = alt.Scale(domain=[0.5, len(drawn.runs) + 0.5], range=[0, WIDTH], nice=False)
    sheet = Sheet(WIDTH, len(drawn.lines) * _LINE + _AXIS, palette, across)
    placed = [(row, dot) for row, line in enumerate(drawn.lines) for each in line.stretches for dot in each]
    return sheet.finished(
        [
            *_names(sheet, drawn),
            _changes(sheet, placed),
            _levels(sheet, drawn),
            _intervals(sheet, drawn, placed),
            *_dots(sheet, drawn, placed),
            *_days(sheet, drawn),
        ]
    )


def _names(sheet: Sheet, drawn: Panel) -> list[alt.Chart]:
    heights = [row * _LINE + _NAME for row in range(len(drawn.lines))]
    labels: Values = [{"y": y, "words": line.label} for y, line in zip(heights, drawn.lines, strict=True)]
    figures: Values = [{"y": y, "words": line.figure} for y, line in zip(heights, drawn.lines, strict=True)]
    room = max(len(line.figure) for line in drawn.lines) * _CHAR + 12
    return [
        sheet.words(labels, "left", sheet.palette.ink, limit=sheet.width - room),
        sheet.words(figures, "right", sheet.palette.muted),
    ]


def _days(sheet: Sheet, drawn: Panel) -> list[alt.Chart]:
    foot = sheet.height - _AXIS / 2 + 2
    first, last = (day(run)[:10] for run in (drawn.runs[0], drawn.runs[-1]))
    return [
        sheet.words([{"y": foot, "words": first}], "left", sheet.palette.muted),
        sheet.words([{"y": foot, "words": last}], "right", sheet.palette.muted),
    ]


def _changes(sheet: Sheet, placed: Placed) -> alt.Chart:
    """A rule just before the run from which a level holds, from top to bottom of its line."""
    values: Values = [
        {"x": dot.place - 0.5, "y": row * _LINE + _MIDDLE - _HALF, "end": row * _LINE + _MIDDLE + _HALF}
        for row, dot in placed
        if dot.mark in ("up", "down")
    ]
    mark = sheet.chart(values).mark_rule(stroke=sheet.palette.grey, strokeDash=[2, 3])
    made: alt.Chart = mark.encode(x=sheet.x("x"), y=sheet.y(), y2="end:Q")
    return made


def _levels(sheet: Sheet, drawn: Panel) -> alt.Chart:
    values: Values = [
        {"x": stretch[0].place - 0.5, "end": stretch[-1].place + 0.5, "y": _y(row, stretch[0].level, drawn.spread)}
        for row, line in enumerate(drawn.lines)
        for stretch in line.stretches
    ]
    mark = sheet.chart(values).mark_rule(stroke=sheet.palette.grey, strokeWidth=1.5)
    made: alt.Chart = mark.encode(x=sheet.x("x"), x2="end:Q", y=sheet.y())
    return made


def _intervals(sheet: Sheet, drawn: Panel, placed: Placed) -> alt.Chart:
    values: Values = [
        {"x": dot.place, "y": _y(row, dot.low, drawn.spread), "end": _y(row, dot.high, drawn.spread)}
        for row, dot in placed
    ]
    mark = sheet.chart(values).mark_rule(stroke=sheet.palette.blue, strokeWidth=3, opacity=0.3)
    made: alt.Chart = mark.encode(x=sheet.x("x"), y=sheet.y(), y2="end:Q")
    return made


def _dots(sheet: Sheet, drawn: Panel, placed: Placed) -> list[alt.Chart]:
    """The marked ones on top; blue is cheaper, orange dearer, and the shape says the same."""
    colours = {"up": sheet.palette.orange, "down": sheet.palette.blue, "other": sheet.palette.blue}
    layers = []
    for mark in ("", "other", "down", "up"):
        values: Values = [
            {"x": dot.place, "y": _y(row, dot.value, drawn.spread)} for row, dot in placed if dot.mark == mark
        ]
        colour, hollow = colours.get(mark, sheet.palette.blue), mark == "other"
        looks = {"fill": sheet.palette.paper, "stroke": colour} if hollow else {"fill": colour, "filled": True}
        points = sheet.chart(values).mark_point(shape=_SHAPES[mark], size=_SIZES[mark], opacity=1, **looks)
        layers.append(points.encode(x=sheet.x("x"), y=sheet.y()))
    return layers


def _y(row: int, deviation: float, spread: float) -> float:
    share = max(-1.0, min(1.0, deviation / spread))
    return row * _LINE + _MIDDLE - share * _HALF
