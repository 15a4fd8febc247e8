"""What more worker processes give: throughput over that of fewest, and the memory of one. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from bench.analysis import ratios
from bench.estimate import Estimate
from bench.identity import SutKey
from bench.metrics import MEMORY_PSS, THROUGHPUT
from bench.report import beside
from bench.store.described import SutInfo
from bench.store.results import Run
from bench.words import SHAPES

TITLE = "Workers side by side"
LEGEND = (
    "Throughput over that of the same app with the fewest workers, with its interval in this run. PSS is the memory of "
    "all processes of a server, that which starts the workers included, with pages that several share divided among "
    "them; here over the number of workers. Workers beyond the number of CPUs add only what one does while another "
    "waits."
)
HEADS = ("workers", "CPUs", "PSS a worker")
_BASE = f"{SHAPES['baseline']} 1.00x"
_UNKNOWN = "-"
_MIB = 2**20


@dataclass(frozen=True, slots=True)
class WorkersRow:
    """One SUT; its `cells` stand under `HEADS`, and then under the heads of `beside`."""

    sut: SutInfo
    cells: tuple[str, ...]


def rows(run: Run) -> Iterator[WorkersRow]:
    """The apps that were served by several numbers of workers, each with all of these, fewest first."""
    held = ratios.limited(run, THROUGHPUT.id)
    memory = {one.sut: one.estimate for one in run.measurements if one.metric == MEMORY_PSS.id}
    cpus: dict[str, int] = {}
    for (id_, _), cells in run.sound_cells().items():
        cpus[id_] = max(cpus.get(id_, 0), *(cell.cpus for cell in cells))
    for suts in _families(run):
        few, *_ = suts
        for sut in suts:
            count = sut.key.workers
            figures = beside.figures(run, sut.id, few.id, held)
            facts = (str(count), str(cpus.get(sut.id, _UNKNOWN)), _share(memory.get(sut.id), count))
            yield WorkersRow(sut, facts + ((_BASE,) * len(figures) if sut is few else figures))


def _families(run: Run) -> Iterator[list[SutInfo]]:
    """The SUTs that differ in the number of their workers alone, fewest first, where there are several."""
    families: dict[SutKey, list[SutInfo]] = {}
    for sut in run.suts:
        families.setdefault(replace(sut.key, workers=1), []).append(sut)
    yield from (sorted(suts, key=lambda sut: sut.key.workers) for suts in families.values() if len(suts) > 1)


def _share(memory: Estimate | None, workers: int) -> str:
    """The memory of one worker with its interval, where the system says it: 61 MiB [60-62]."""
    if memory is None:
        return _UNKNOWN
    share, low, high = (size / workers / _MIB for size in (memory.value, memory.low, memory.high))
    return f"{share:.0f} MiB [{low:.0f}-{high:.0f}]" if memory.bounded else f"{share:.0f} MiB"
