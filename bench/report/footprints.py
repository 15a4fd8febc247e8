"""The footprint of each app before it does any work, as a table. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass

from bench.store.described import SutInfo
from bench.store.footprints import Footprint
from bench.store.results import Run
from bench.words import counted, seconds

TITLE = "Footprint"
HEADS = ("import", "first answer", "memory after import", "installed", "distributions", "lines of code")


_APART = (
    "Lines of code are those of the core + those in files that serve optional groups of operations alone. The handlers "
    "of a group and their paths stand among those of the core in most apps, and count there."
)
_TOGETHER = (
    "Lines of code include those for the optional groups of operations that an app offers, which this run did not tell "
    "apart: an app that offers more is longer."
)
_FAMILY = " The lines of an app count for every SUT of its folder."


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
            figures = (*times, *sizes, str(footprint.distributions), _lines(footprint))
            yield FootprintRow(suts[footprint.sut], figures)


def legend(run: Run) -> str:
    """What the lines of code include, as far as the run tells."""
    told_apart = any(footprint.group_lines is not None for footprint in run.footprints)
    measured = {footprint.sut for footprint in run.footprints}
    family = any(sut.variant_of for sut in run.suts if sut.id in measured)
    return (_APART if told_apart else _TOGETHER) + (_FAMILY if family else "")


def _lines(footprint: Footprint) -> str:
    """The core's lines, and those of the groups: 389 + 99 in 5 groups."""
    groups = footprint.group_lines
    if not groups:
        return str(footprint.lines)
    return f"{footprint.core_lines} + {sum(groups.values())} in {counted(len(groups), 'group')}"
