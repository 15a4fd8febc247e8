"""The progress of something that takes long."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Progress:
    """What is being done, in which round, the seconds spent so far and those left.

    Rounds of sessions in process, `in_process`, are counted on their own.
    """

    doing: str
    round: int
    rounds: int
    done_s: float
    left_s: float
    in_process: bool = False


Watch = Callable[[Progress], None]
"""Receives each step."""
