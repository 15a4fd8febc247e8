"""Where something that takes long stands, for whoever waits."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Progress:
    """What is being done, in which round, and the seconds done and still to come.

    Rounds of sessions in process, `in_process`, are counted by themselves.
    """

    doing: str
    round: int
    rounds: int
    done_s: float
    left_s: float
    in_process: bool = False


Watch = Callable[[Progress], None]
"""Hears of each step."""
