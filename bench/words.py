"""Numbers and foreign text as people read them."""

from collections.abc import Sequence

SHAPES = {
    **{"faster": "▲", "slower": "▼", "tie": "=", "inconclusive": "?", "baseline": "●"},
    **{"failed": "✗", "not offered": "–"},
}
"""The signs before a figure, for readers who see no colours."""


def si(value: float) -> str:
    """Three significant digits, with thousands separated: 12,300, 845, 9.31."""
    value = _rounded(value)
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def seconds(value: float) -> str:
    """A time in the unit that suits it."""
    value = _rounded(value)
    if value < 1e-3:
        return f"{si(value * 1e6)} µs"
    return f"{si(value * 1e3)} ms" if value < 1 else f"{si(value)} s"


def percent(value: float) -> str:
    """A share as a percentage with one decimal."""
    return f"{value:.1%}"


def duration(value_s: float) -> str:
    """Minutes and seconds, 3:07, or with hours, 1:03:07."""
    minutes, rest = divmod(round(value_s), 60)
    return f"{minutes}:{rest:02d}" if minutes < 60 else f"{minutes // 60}:{minutes % 60:02d}:{rest:02d}"


def listing(words: Sequence[str]) -> str:
    """Words as a phrase: a, b and c."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def counted(number: int, noun: str) -> str:
    """A number with its noun: 1 round, 2 rounds."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def printable(text: str) -> str:
    """Foreign text that is safe to print: control characters, which could drive a terminal, become spaces."""
    if text.isprintable():  # as nearly all is, and a site has hundreds of thousands of texts
        return text
    return "".join(char if char.isprintable() or char == "\n" else " " for char in text)


def one_line(text: str) -> str:
    """Foreign text on a single line, without control characters."""
    return " ".join(printable(text).split())


def _rounded(value: float) -> float:
    """To three significant digits, before a unit is chosen: 999.6 is 1,000."""
    return float(f"{value:.3g}")
