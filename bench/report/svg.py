"""Vega's drawings made small, themed by the page they stand in, and inert.

Only paths and text come out, built anew from numbers and escaped text, so nothing that a label says can be anything
else. Neighbours that look alike become one path: a dot then takes 12 bytes instead of 200. Colours may be CSS
variables, so that one drawing suits both themes.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from itertools import groupby
from typing import Any
from xml.etree import ElementTree

import vl_convert

_VEGA_LITE = "6.4"
_STYLE = (
    *("fill", "stroke", "stroke-width", "stroke-linecap", "stroke-dasharray", "opacity", "fill-opacity"),
    *("stroke-opacity", "font-size", "font-weight", "text-anchor"),
)
_HARMLESS = re.compile(r"[\w#.,%() -]+")
_MOVE = re.compile(r"translate\(([^,]+),([^)]+)\)")
_PAIR = re.compile(r"(-?[\d.]+(?:e-?\d+)?),(-?[\d.]+(?:e-?\d+)?)")
_DISC = re.compile(r"M([\d.]+),0A\1,\1,0,1,1,-\1,0A\1,\1,0,1,1,\1,0Z?$")

Style = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Leaf:
    """A shape in its place: a piece of a path, or a text with where it stands."""

    style: Style
    path: str = ""
    text: str = ""
    x: float = 0.0
    y: float = 0.0


def draw(spec: dict[str, Any], label: str) -> str:
    """A Vega-Lite specification as an SVG element that a screen reader calls `label`."""
    return clean(vl_convert.vegalite_to_svg(spec, vl_version=_VEGA_LITE), label)


def png(spec: dict[str, Any]) -> bytes:
    """A Vega-Lite specification as a picture for screens of two pixels a point."""
    return vl_convert.vegalite_to_png(spec, vl_version=_VEGA_LITE, scale=2.0)


def clean(svg: str, label: str) -> str:
    """What Vega drew, as an SVG element of paths and text."""
    root = ElementTree.fromstring(svg)
    width, height = _number(float(root.get("width", "0"))), _number(float(root.get("height", "0")))
    body = "".join(_element(style, list(group)) for (style, _), group in groupby(_leaves(root, 0.0, 0.0), _likeness))
    size = f'width="{width}" height="{height}" viewBox="0 0 {width} {height}"'
    return f'<svg {size} role="img" aria-label="{escape(label)}">{body}</svg>'


def _likeness(leaf: Leaf) -> tuple[Style, bool]:
    return leaf.style, bool(leaf.text)


def _leaves(element: ElementTree.Element, x: float, y: float) -> Iterator[Leaf]:
    for child in element:
        moved = _MOVE.match(child.get("transform", ""))
        there = (x + float(moved[1]), y + float(moved[2])) if moved else (x, y)
        kind = child.tag.rpartition("}")[2]
        if kind == "g":
            yield from _leaves(child, *there)
        elif kind in _KINDS and (leaf := _KINDS[kind](child, *there)) is not None:
            yield leaf


def _line(element: ElementTree.Element, x: float, y: float) -> Leaf:
    dx, dy = float(element.get("x2", "0")), float(element.get("y2", "0"))
    step = f"h{_number(dx)}" if dy == 0 else f"v{_number(dy)}" if dx == 0 else f"l{_number(dx)},{_number(dy)}"
    return Leaf(_style(element), f"M{_point(x, y)}{step}")


def _path(element: ElementTree.Element, x: float, y: float) -> Leaf | None:
    drawn, style = element.get("d", ""), dict(_style(element))
    if not drawn or not style.keys() & {"fill", "stroke"}:
        return None
    disc = _DISC.match(drawn)
    if disc and "stroke" not in style:  # a dot is a stroke of no length with a round end
        style["stroke"] = style.pop("fill")
        style |= {"stroke-width": _number(2 * float(disc[1])), "stroke-linecap": "round"}
        return Leaf(tuple(sorted(style.items())), f"M{_point(x, y)}h0")
    if "A" in drawn:
        radius = _number(abs(float(_PAIR.findall(drawn)[0][0])))
        ring = f"a{radius},{radius},0,1,1,{{0}}{_number(2 * float(radius))},0"
        return Leaf(_style(element), f"M{_point(x + float(radius), y)}{ring.format('-')}{ring.format('')}")
    return Leaf(_style(element), _PAIR.sub(lambda pair: _point(x + float(pair[1]), y + float(pair[2])), drawn))


def _text(element: ElementTree.Element, x: float, y: float) -> Leaf | None:
    said = "".join(element.itertext())
    return Leaf(_style(element), text=said, x=x, y=y) if said else None


_KINDS = {"line": _line, "path": _path, "text": _text}


def _style(element: ElementTree.Element) -> Style:
    found = ((name, element.get(name, "")) for name in _STYLE)
    worth = ((name, value) for name, value in found if value and (name, value) not in _NEEDLESS)
    return tuple(sorted((name, value) for name, value in worth if _HARMLESS.fullmatch(value)))


_NEEDLESS = {("opacity", "1"), ("text-anchor", "start"), ("font-weight", "normal")} | {
    (paint, "none") for paint in ("fill", "stroke")
}


def _element(style: Style, leaves: list[Leaf]) -> str:
    told = "".join(f' {name}="{value}"' for name, value in style)
    if not leaves[0].text:
        filled = "" if any(name == "fill" for name, _ in style) else ' fill="none"'
        return f'<path{filled}{told} d="{"".join(leaf.path for leaf in leaves)}"/>'
    texts = "".join(
        f'<text x="{_number(leaf.x)}" y="{_number(leaf.y)}">{escape(leaf.text, quote=False)}</text>' for leaf in leaves
    )
    return f"<g{told}>{texts}</g>"


def _point(x: float, y: float) -> str:
    return f"{_number(x)},{_number(y)}"


def _number(value: float) -> str:
    """To a tenth of a pixel, which nobody sees."""
    told = f"{value:.1f}".removesuffix(".0")
    return "0" if told == "-0" else told
