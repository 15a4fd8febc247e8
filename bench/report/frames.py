"""The frame around the lines of a chart: names and figures, the ends of the axis, a heading and a margin. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from bench.report import letters, svg
from bench.report.palette import Palette
from bench.report.svg import Look, Path, Picture, Words

WIDTH = 340
"""The width of a panel in pixels: that of a phone, so that panels flow instead of shrinking."""
_SIZE, _APART = 12, 16  # a substitute for Arial may be wider
_BASELINE, _FOOT = 14, 6
_MARGIN, _HEADING, _HEADING_SIZE, _BOLD, _BELOW = 18, 28, 15, 1.1, 12


def names(lines: Sequence[tuple[str, str]], pitch: float, width: float, palette: Palette) -> tuple[Words, Words]:
    """A label on the left and a figure on the right above each line. Where they meet, figures go without their
    intervals, which the bands still show; then labels are cut off.
    """
    figures = [figure for _, figure in lines]
    if any(letters.width(label + figure, _SIZE) + _APART > width for label, figure in lines):
        figures = [figure.partition(" [")[0] for figure in figures]
    room = width - _APART - max(letters.width(figure, _SIZE) for figure in figures)
    heights = [index * pitch + _BASELINE for index in range(len(lines))]
    labels = [(0.0, y, letters.cut(label, _SIZE, room)) for y, (label, _) in zip(heights, lines, strict=True)]
    return Words({"fill": palette.ink}, tuple(labels)), _right(zip(heights, figures, strict=True), width, palette)


def feet(first: str, last: str, width: float, height: float, palette: Palette) -> tuple[Words, Words]:
    """The labels at both ends of the axis."""
    y = height - _FOOT
    return Words({"fill": palette.muted}, ((0, y, first),)), _right([(y, last)], width, palette)


def alone(picture: Picture, title: str, palette: Palette) -> Picture:
    """The chart as a file of its own: with a heading, a margin and a background."""
    width, height = picture.width + 2 * _MARGIN, picture.height + 2 * _MARGIN + _HEADING
    left, top = -_MARGIN, -_MARGIN - _HEADING
    look: Look = {"fill": palette.ink, "font-size": _HEADING_SIZE, "font-weight": "bold"}
    heading = letters.cut(title, _HEADING_SIZE * _BOLD, picture.width)
    ground = svg.rectangle(left, top, width, height)
    marks = (Path({"fill": palette.paper}, ground), Words(look, ((0, -_BELOW, heading),)), *picture.marks)
    return replace(picture, width=width, height=height, marks=marks, left=left, top=top, font=letters.FONT)


def _right(texts: Iterable[tuple[float, str]], width: float, palette: Palette) -> Words:
    look: Look = {"fill": palette.muted, "text-anchor": "end"}
    return Words(look, tuple((width, y, text) for y, text in texts))
