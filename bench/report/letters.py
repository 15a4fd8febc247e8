"""The width of text in the font of the charts, so that it can be cut off where there is no room left.

The widths are those of Arial; Liberation Sans and most other substitutes have the same.
"""

from unicodedata import east_asian_width

FONT = "Liberation Sans, Arial, Helvetica, sans-serif"
_USUAL, _WIDE = 0.56, 1.0
_GROUPS = {
    0.23: "'ijl|",
    0.28: " !,./:;I[\\]ft·",
    0.36: '"()*-`r{}',
    0.5: "Jcksvxyz^",
    0.6: "+<=>FTZ~",
    0.67: "&ABEKPSVXY",
    0.73: "CDHNRUw",
    0.79: "GOQ",
    0.84: "Mm",
    0.9: "%",
    0.95: "W",
    1.02: "@",
}
_WIDTHS = {letter: width for width, letters in _GROUPS.items() for letter in letters}


def width(text: str, size: float) -> float:
    """The width of a text in pixels, at a font size in pixels."""
    return size * sum(_WIDTHS.get(letter) or _other(letter) for letter in text)


def cut(text: str, size: float, room: float) -> str:
    """As much of a text as fits into `room` pixels, with an ellipsis where it was cut off."""
    if width(text, size) <= room:
        return text
    kept = next(end for end in range(len(text), -1, -1) if not end or width(text[:end] + "…", size) <= room)
    return f"{text[:kept].rstrip()}…"


def _other(letter: str) -> float:
    return _WIDE if letter == "…" or east_asian_width(letter) in "WF" else _USUAL
