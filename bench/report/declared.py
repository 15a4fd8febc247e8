"""What every app was written with, as its manifest declares it. Pure."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from bench.identity import SutKey
from bench.report import groups
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
    """The apps in the run's order, each once however many workers its servers have, and a SUT on another server than
    those of the first group where it lacks a clause of `hardening`, or has a note that it has not there.
    """
    first: dict[SutKey, SutInfo] = {}
    for sut in run.suts:
        first.setdefault(replace(sut.key, workers=1), sut)
    shown = groups.first(run.suts)
    for sut in first.values():
        lacking = (f"Lacks {clause} of the group hardening: {reason}" for clause, reason in sut.not_hardened.items())
        notes = (*_own_notes(sut, run.suts, shown), *lacking)
        if sut.group == shown or notes:
            parts = (sut.data_layer, sut.serialiser, sut.validation)
            yield Declared(sut, tuple(part or "not recorded" for part in parts), notes)


def _own_notes(sut: SutInfo, others: Iterable[SutInfo], shown: groups.Group) -> tuple[str, ...]:
    """The notes of a SUT, without those of the same app in the group `shown` where it stands beside that."""
    if sut.group == shown:
        return sut.notes
    beside = [other for other in others if other.group == shown and other.key.app_id == sut.key.app_id]
    known = {note for other in beside for note in other.notes}
    return tuple(note for note in sut.notes if beside and note not in known)
