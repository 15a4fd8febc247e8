"""What every app was written with, as its manifest declares it. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass

from bench.store.described import SutInfo
from bench.store.results import Run

TITLE = "What the apps declare"
LEGEND = (
    "What an app was written with, and what it switches off or sets otherwise than by default, in the words of its "
    "manifest. Part of what is measured is how these differ."
)
HEADS = ("data layer", "serialiser", "validation")


@dataclass(frozen=True, slots=True)
class Declared:
    """One app; `parts` stand under `HEADS`, and `notes` are what is switched off or set to something else."""

    sut: SutInfo
    parts: tuple[str, ...]
    notes: tuple[str, ...]


def rows(run: Run) -> Iterator[Declared]:
    """The apps in the run's order, each once, and a SUT on a native server where it lacks a clause of `hardening`."""
    for sut in run.suts:
        lacking = (f"Lacks {clause} of the group hardening: {reason}" for clause, reason in sut.not_hardened.items())
        notes = (*(sut.notes if sut.group == "common" else ()), *lacking)
        if sut.group == "common" or notes:
            parts = (sut.data_layer, sut.serialiser, sut.validation)
            yield Declared(sut, tuple(part or "not recorded" for part in parts), notes)
