"""The colours of the charts: Okabe and Ito's blue and orange, and greys."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Palette:
    """What `paper` is behind, and the others are drawn with."""

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
"""For where no page stands around a chart."""
