"""The footprint of each app before it does any work, as a table. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass

from bench.store.described import SutInfo
from bench.store.results import Run
from bench.words import seconds

HEADS = ("import", "first answer", "memory after import", "installed", "distributions", "lines of code")


@dataclass(frozen=True, slots=True)
class FootprintRow:
    """One app; `figures` stand under `HEADS`."""

    sut: SutInfo
    figures: tuple[str, ...]


def rows(run: Run) -> Iterable[FootprintRow]:
    """The apps whose footprint was taken, in the run's order."""
    suts = {sut.id: sut for sut in run.suts}
    for footprint in run.footprints:
        if footprint.sut in suts:
            sizes = (f"{footprint.memory_bytes / 2**20:.0f} MiB", f"{footprint.installed_bytes / 2**20:.0f} MiB")
            times = (seconds(footprint.import_s), seconds(footprint.first_answer_s))
            yield FootprintRow(
                suts[footprint.sut], (*times, *sizes, str(footprint.distributions), str(footprint.lines))
            )
