"""Results of statistics: an estimate with its interval, and a verdict on a ratio. Values, no arithmetic."""

import math
from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Estimate:
    """A value with its confidence interval. One round alone gives (0, inf), for it has no spread."""

    value: float
    low: float
    high: float

    def __post_init__(self) -> None:
        if not self.low <= self.value <= self.high:
            raise ValueError(f"no interval around {self.value}: {self.low} to {self.high}")

    @property
    def bounded(self) -> bool:
        """Whether there is an interval: one round alone gives none."""
        return math.isfinite(self.low) and math.isfinite(self.high)

    @property
    def ends(self) -> tuple[float, float] | tuple[None, None]:
        """Both ends of the interval, or (None, None) where there is none."""
        return (self.low, self.high) if self.bounded else (None, None)

    @property
    def half_width(self) -> float:
        """Half the interval, relative: 0.04 when it reaches from value / 1.04 to value * 1.04."""
        if self.low == self.high:
            return 0.0
        return math.sqrt(self.high / self.low) - 1 if self.low > 0 else math.inf


def unbounded(value: float) -> Estimate:
    """A value without an interval."""
    return Estimate(value, -math.inf, math.inf)


class Verdict(StrEnum):
    """What the interval of a ratio shows of a SUT and its baseline."""

    FASTER = "faster"
    SLOWER = "slower"
    TIE = "tie"
    INCONCLUSIVE = "inconclusive"
