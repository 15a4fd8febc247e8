"""The history's charts as pictures: runs from left to right, a line below a line. Pure."""

from collections.abc import Iterable, Iterator

from bench.report import frames, scales, svg
from bench.report.frames import WIDTH
from bench.report.palette import PAGE
from bench.report.scales import Scale
from bench.report.svg import Look, Mark, Picture, Piece
from bench.site.card import day
from bench.site.panels import Dot, Panel

_LINE, _MIDDLE, _HALF, _AXIS = 72, 44, 20, 24
_SYMBOLS = {"": ("disc", 2.2), "other": ("diamond", 3.9), "down": ("down", 4.9), "up": ("up", 4.9)}
"""Shape and radius by mark; the last is drawn on top, so that nothing hides a change."""
Placed = Iterable[tuple[float, Dot]]
"""Dots, each after the height in pixels of the middle of its line."""


def panel(drawn: Panel) -> Picture:
    """Dots with intervals, the levels that they lie on, and the places where those change."""
    x = scales.linear((0.5, len(drawn.runs) + 0.5), (0, WIDTH))
    rise = scales.linear((-drawn.spread, drawn.spread), (_HALF, -_HALF))
    height = len(drawn.lines) * _LINE + _AXIS
    placed = [(middle, dot) for middle, stretch in _stretches(drawn) for dot in stretch]
    first, last = (day(run)[:10] for run in (drawn.runs[0], drawn.runs[-1]))
    marks: tuple[Mark, ...] = (
        *frames.names([(line.label, line.figure) for line in drawn.lines], _LINE, WIDTH, PAGE),
        *svg.paths(_changes(placed, x)),
        *svg.paths(_levels(drawn, x, rise)),
        *svg.paths(_intervals(placed, x, rise)),
        *svg.paths(_points(placed, x, rise)),
        *frames.feet(first, last, WIDTH, height, PAGE),
    )
    return Picture(WIDTH, height, marks)


def _stretches(drawn: Panel) -> Iterator[tuple[float, tuple[Dot, ...]]]:
    for row, line in enumerate(drawn.lines):
        for stretch in line.stretches:
            yield row * _LINE + _MIDDLE, stretch


def _changes(placed: Placed, x: Scale) -> Iterator[Piece]:
    """A rule just before the run from which a level holds, from top to bottom of its line."""
    for middle, dot in placed:
        if dot.mark in ("up", "down"):
            look: Look = {"stroke": PAGE.grey, "stroke-dasharray": "2,3"}
            yield look, svg.down(x(dot.place - 0.5), middle - _HALF, middle + _HALF)


def _levels(drawn: Panel, x: Scale, rise: Scale) -> Iterator[Piece]:
    for middle, stretch in _stretches(drawn):
        start, end = x(stretch[0].place - 0.5), x(stretch[-1].place + 0.5)
        yield {"stroke": PAGE.grey, "stroke-width": 1.5}, svg.across(start, middle + rise(stretch[0].level), end)


def _intervals(placed: Placed, x: Scale, rise: Scale) -> Iterator[Piece]:
    for middle, dot in placed:
        look: Look = {"stroke": PAGE.blue, "stroke-width": 3, "opacity": 0.3}
        yield look, svg.down(x(dot.place), middle + rise(dot.low), middle + rise(dot.high))


def _points(placed: Placed, x: Scale, rise: Scale) -> Iterator[Piece]:
    """Blue is cheaper, orange dearer, and the shape says the same."""
    order = list(_SYMBOLS)
    for middle, dot in sorted(placed, key=lambda one: order.index(one[1].mark)):
        shape, radius = _SYMBOLS[dot.mark]
        colour = PAGE.orange if dot.mark == "up" else PAGE.blue
        ground = PAGE.paper if dot.mark == "other" else None
        yield svg.symbol(shape, x(dot.place), middle + rise(dot.value), radius, colour, ground)
