"""What calls in process cost, from sessions and counts: series of values by round. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from bench.identity import WorkloadKey
from bench.metrics import CALL_CPU, CALL_INSTRUCTIONS, CALL_WALL
from bench.model import NULLS, TWIN, Interface, is_null
from bench.store.results import MicroRound

_CLOCKS = {"cpu": CALL_CPU, "wall": CALL_WALL}


@dataclass(frozen=True, slots=True)
class SeriesKey:
    """Which series of per-round values."""

    sut: str
    workload: str
    metric: str


def series(rounds: Iterable[MicroRound], interfaces: Mapping[str, Interface]) -> dict[SeriesKey, dict[int, float]]:
    """Microseconds a call by either clock, and instructions, less what the null application took in the same round.

    `interfaces` is by SUT id, and decides which null application that is.
    """
    series: dict[SeriesKey, dict[int, float]] = {}
    for round_ in rounds:
        seen = dict(_seen(round_))
        for key, value in seen.items():
            if is_null(key.sut):
                continue
            interface = interfaces[round_.twin_of if key.sut == TWIN else key.sut]
            net = value - seen.get(replace(key, sut=NULLS[interface]), 0.0)
            if net > 0:
                series.setdefault(key, {})[round_.number] = net
    return series


def _seen(one: MicroRound) -> Iterator[tuple[SeriesKey, float]]:
    for sut, timed in one.medians_us.items():
        for operation, clocks in timed.items():
            for clock, median_us in clocks.items():
                yield SeriesKey(sut, WorkloadKey(operation, "micro").id, _CLOCKS[clock].id), median_us
    for sut, counted in one.instructions.items():
        for operation, instructions in counted.items():
            yield SeriesKey(sut, WorkloadKey(operation, "micro").id, CALL_INSTRUCTIONS.id), instructions
