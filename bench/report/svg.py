"""A picture of paths and texts, and its SVG. Pure.

A path is made of numbers to a tenth of a pixel, and pieces that look alike share one: a dot then takes 12 bytes instead
of 200. Texts are foreign, and the template escapes them. Colours may be CSS variables, so that one drawing suits both
themes.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from operator import itemgetter
from pathlib import Path as File

from jinja2 import Template

from bench.report import pages

Look = Mapping[str, str | float]
"""SVG attributes for painting something. Nothing is filled unless they say so."""
Piece = tuple[Look, str]
"""A look, and the path data to paint with it."""

_HALF_HEIGHT = 3**0.5 / 2
_OUTLINES = {
    "up": ((0, -_HALF_HEIGHT), (1, _HALF_HEIGHT), (-1, _HALF_HEIGHT)),
    "down": ((0, _HALF_HEIGHT), (-1, -_HALF_HEIGHT), (1, -_HALF_HEIGHT)),
    "square": ((-1, -1), (1, -1), (1, 1), (-1, 1)),
    "diamond": ((0, -1), (1, 0), (0, 1), (-1, 0)),
}


@dataclass(frozen=True, slots=True)
class Path:
    """Path data, all painted alike."""

    look: Look
    data: str


@dataclass(frozen=True, slots=True)
class Words:
    """Texts that look alike, each after the point where its baseline begins, or ends if the look says so."""

    look: Look
    texts: tuple[tuple[float, float, str], ...]


Mark = Path | Words


@dataclass(frozen=True, slots=True)
class Picture:
    """Layers of marks; the picture begins at pixel `left`, `top`. With a `font` it is a file of its own."""

    width: float
    height: float
    marks: tuple[Mark, ...]
    left: float = 0
    top: float = 0
    font: str = ""


def render(picture: Picture, label: str) -> str:
    """An SVG element; screen readers read `label`."""
    return _template().render(picture=picture, label=label)


def paths(pieces: Iterable[Piece]) -> list[Path]:
    """Joins neighbours that look alike into one path."""
    return [Path(look, "".join(data for _, data in alike)) for look, alike in groupby(pieces, itemgetter(0))]


def number(value: float) -> str:
    """A number to a tenth of a pixel, an error too small to be seen."""
    words = f"{value:.1f}".removesuffix(".0")
    return "0" if words == "-0" else words


def across(x: float, y: float, end: float) -> str:
    """A line from `x` to `end`."""
    return f"M{_point(x, y)}H{number(end)}"


def down(x: float, y: float, end: float) -> str:
    """A line from `y` to `end`."""
    return f"M{_point(x, y)}V{number(end)}"


def through(points: Sequence[tuple[float, float]]) -> str:
    """A line from point to point."""
    return "M" + "L".join(_point(x, y) for x, y in points)


def rectangle(left: float, top: float, width: float, height: float) -> str:
    """A surface."""
    return f"M{_point(left, top)}h{number(width)}v{number(height)}h{number(-width)}Z"


def symbol(shape: str, x: float, y: float, radius: float, colour: str, ground: str | None = None) -> Piece:
    """A `disc`, `square`, `diamond`, or a triangle `up` or `down`; hollow where a background colour is given."""
    data = _ring(x, y, radius) if shape == "disc" else _outline(shape, x, y, radius)
    if ground is not None:
        return {"fill": ground, "stroke": colour, "stroke-width": 2}, data
    if shape == "disc":  # a stroke of zero length with round ends
        look: Look = {"stroke": colour, "stroke-width": number(2 * radius), "stroke-linecap": "round"}
        return look, f"M{_point(x, y)}h0"
    return {"fill": colour}, data


def _outline(shape: str, x: float, y: float, radius: float) -> str:
    return through([(x + radius * right, y + radius * below) for right, below in _OUTLINES[shape]]) + "Z"


def _ring(x: float, y: float, radius: float) -> str:
    half = f"a{number(radius)},{number(radius)},0,1,1,"
    return f"M{_point(x + radius, y)}{half}{number(-2 * radius)},0{half}{number(2 * radius)},0"


def _point(x: float, y: float) -> str:
    return f"{number(x)},{number(y)}"


@cache
def _template() -> Template:
    environment = pages.environment(File(__file__).parent)
    environment.filters["number"] = number
    return environment.get_template("picture.svg")
