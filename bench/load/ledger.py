"""What is written down of one target while a rotation goes on: when it takes part, and its slices."""

from statistics import median_low

from bench.load.parts import Kept
from bench.load.protocol import Slice, Tally, Target


class Ledger:
    """One target's account; `place` is its number in the order, and the raw times stay with whoever plays."""

    def __init__(self, target: Target, place: int = 0) -> None:
        self.target, self.place = target, place
        self.slices: list[Slice] = []
        self.warmed_up: list[int] = []
        self.stride = 1
        self.backlogs: list[int] = []
        self.dropped: str | None = None

    def settle_stride(self, least_requests: int, turns: int) -> None:
        """Choose how often to take part in `turns`, from the requests in the last slice of the warm-up.

        The stride is a power of two that divides `turns`, so that all targets have the same time under load.
        """
        held = self.warmed_up[-1] if self.warmed_up else least_requests
        while held * self.stride < least_requests and turns % (2 * self.stride) == 0:
            self.stride *= 2

    def takes_part(self, turn: int) -> bool:
        """Whether this target takes part in a turn, counted from 0; those with long slices do not all come at once."""
        return (turn + self.place) % self.stride == 0

    def keep(self, stretch: Slice, backlog: int) -> None:
        """Add a slice that counts."""
        self.slices.append(stretch)
        self.backlogs.append(backlog)

    def drop(self, reason: str | None) -> None:
        """Give this target no more slices in this rotation, where there is a reason; only the first is kept."""
        self.dropped = self.dropped or reason

    def tally(self, kept: Kept, generators: int = 1, cpus: int = 1) -> Tally:
        """Sum up; so many generators loaded it, on so many CPUs."""
        return Tally(
            sut=self.target.sut,
            slices=tuple(self.slices),
            errors=kept.errors,
            reconnects=kept.reconnects,
            sampled=kept.sampled,
            wrong=kept.wrong,
            dropped=self.dropped or kept.dropped,
            backlog=median_low(self.backlogs) if self.backlogs else 0,
            stride=self.stride,
            generators=generators,
            generator_cpus=cpus,
        )
