"""What fuzzing brings to light, in values that can be printed."""

from collections.abc import Callable
from dataclasses import dataclass

Step = Callable[[float, str], None]
"""Hears how much of a way is done, from 0 to 1, and with what it is busy."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that no server may do: what, and in lines how to see it again."""

    title: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Fuzzed:
    """What came of one way of asking: so many requests to each of the SUTs, what was found, and what else to say."""

    requests: int
    findings: tuple[Finding, ...] = ()
    notes: tuple[str, ...] = ()
