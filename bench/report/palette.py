"""The colours of the charts: Okabe and Ito's blue and orange, and greys."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Palette:
    """The colours of a chart: `paper` is the background, the others are drawn on it."""

    ink: str
    muted: str
    line: str
    grey: str
    blue: str
    orange: str
    paper: str


PAGE = Palette(*(f"var(--{name})" for name in ("ink", "muted", "line", "grey", "blue", "orange", "card")))
"""The colours of the page's theme."""
PRINT = Palette("#1c2024", "#59636e", "#d8d6d0", "#98a0a8", "#0072b2", "#d55e00", "#ffffff")
"""Colours for a chart that stands in no page."""
