"""What a SUT costs apart from any workload: its memory, and how long it takes to start. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass

from bench.metrics import MEMORY_PEAK, MEMORY_PSS, START
from bench.store.described import SutInfo
from bench.store.results import Run
from bench.words import seconds

_MIB = 2**20


@dataclass(frozen=True, slots=True)
class Facts:
    """The cost of a SUT apart from any workload."""

    sut: SutInfo
    memory: str
    start: str


def rows(run: Run) -> Iterator[Facts]:
    """Each SUT of the run, in its order; where servers have several workers, with the memory of one."""
    wanted = (MEMORY_PEAK.id, MEMORY_PSS.id, START.id)
    values = {(one.sut, one.metric): one.estimate.value for one in run.measurements if one.metric in wanted}
    several = any(sut.key.workers > 1 for sut in run.suts)
    for sut in run.suts:
        memory, start = values.get((sut.id, MEMORY_PEAK.id)), values.get((sut.id, START.id))
        words = f"{memory / _MIB:.0f} MiB" if memory else "-"
        if several and (share := values.get((sut.id, MEMORY_PSS.id))):
            words += f"; PSS {share / sut.key.workers / _MIB:.0f} MiB a worker"
        yield Facts(sut, words, seconds(start) if start else "-")
