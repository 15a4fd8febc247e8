"""Whoever plays the slices of a rotation: the users of one process, or of several."""

from typing import Protocol

from bench.load.parts import Cue, Kept, Played
from bench.load.protocol import Order


class Crew(Protocol):
    """Plays slices, one after the other. Each method raises LoadError where the crew fails as a whole."""

    @property
    def generators(self) -> int:
        """How many generators play in this rotation."""

    @property
    def cpus(self) -> int:
        """On how many CPUs together."""

    def gather(self) -> None:
        """Wait until all have come."""

    def engage(self, order: Order) -> None:
        """Begin a rotation."""

    def ready(self, cue: Cue) -> str | None:
        """Prepare a slice, up to its first request; returns the reason where its target is to be dropped."""

    def play(self, cue: Cue) -> Played:
        """Play the slice that was prepared."""

    def dismiss(self) -> tuple[Kept, ...]:
        """End the rotation; returns what was kept of each target of the order."""

    def forget(self) -> None:
        """Close all connections: the servers are about to end."""
