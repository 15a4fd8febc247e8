"""Numbers as people read them."""

from collections.abc import Sequence


def si(value: float) -> str:
    """Three significant digits, with thousands separated: 12,300, 845, 9.31."""
    if value >= 1000:
        digits = len(str(int(value))) - 3
        return f"{round(value, -digits):,.0f}"
    return f"{value:.0f}" if value >= 100 else f"{value:.3g}"


def seconds(value: float) -> str:
    """A time in the unit that suits it."""
    if value < 1e-3:
        return f"{si(value * 1e6)} µs"
    return f"{si(value * 1e3)} ms" if value < 1 else f"{si(value)} s"


def percent(value: float) -> str:
    """A share as a percentage with one decimal."""
    return f"{value:.1%}"


def duration(value_s: float) -> str:
    """Minutes and seconds: 3:07."""
    minutes, rest = divmod(round(value_s), 60)
    return f"{minutes}:{rest:02d}"


def listing(words: Sequence[str]) -> str:
    """Words as a phrase: a, b and c."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
