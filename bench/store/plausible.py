"""Whether the figures of a stored run can have been measured at all: a file may have been edited, or broken."""

import contextlib
import itertools
import math
from collections.abc import Iterator
from typing import Any

from bench.errors import StorageError
from bench.words import one_line

CONTRADICTIONS = (LookupError, TypeError, ValueError, ArithmeticError, AttributeError)
"""How what uses a run fails where it says one thing here and another there, in ways that no schema forbids."""
_SEEN = ("rounds", "micro", "footprints")
"""What was seen, as against what was derived from it: here nothing is below zero."""
_LARGEST = 1e18
"""More than thirty years in nanoseconds, and more than any machine has bytes."""


def complaint(stored: Any) -> str:
    """What no measurement gives in a run as JSON, and where; empty if nothing."""
    for name, part in stored.items():
        least = 0.0 if name in _SEEN else -_LARGEST
        if not _measurable(part, least):
            place, number = next(one for one in _numbers(part, name) if not _measurable(one[1], least))
            return f"{place} is {number:g}, which no measurement gives"
    return next(itertools.chain(_idle(stored), _strange(stored)), "")


def _measurable(part: Any, least: float) -> bool:
    """Whether every number in it can have been measured. A run has tens of thousands, so this notes no places."""
    left = [part]
    while left:
        value = left.pop()
        kind = type(value)
        if kind is dict:
            left.extend(value.values())
        elif kind is list:
            left.extend(value)
        elif kind in (float, int) and not least <= value <= _LARGEST:  # which no nan is
            return False
    return True


def _numbers(part: Any, place: str) -> Iterator[tuple[str, float]]:
    """Each number in it, with the keys that lead there."""
    if isinstance(part, dict):
        for key, value in part.items():
            yield from _numbers(value, f"{place}.{key}")
    elif isinstance(part, list):
        for index, value in enumerate(part):
            yield from _numbers(value, f"{place}.{index}")
    elif isinstance(part, float):
        yield place, part
    elif isinstance(part, int):
        yield place, float(part) if abs(part) <= _LARGEST else math.copysign(math.inf, part)


def _idle(stored: Any) -> Iterator[str]:
    """Cells in which something was done in no time."""
    for number, round_ in enumerate(stored.get("rounds", ())):
        for place, cell in enumerate(round_["cells"]):
            if cell["requests"] and not cell["busy_s"]:
                yield f"rounds.{number}.cells.{place}.busy_s is 0, which no measurement gives"


def _strange(stored: Any) -> Iterator[str]:
    """Cells of a workload that the run knows nothing of."""
    known = {workload["id"] for workload in stored.get("workloads", ())}
    for number, round_ in enumerate(stored.get("rounds", ())):
        for place, cell in enumerate(round_["cells"]):
            if cell["workload"] not in known:
                yield f"rounds.{number}.cells.{place} is of a workload that the run does not have: {cell['workload']}"


@contextlib.contextmanager
def consistent(run: str) -> Iterator[None]:
    """Raise StorageError, in one sentence, where what a stored run says in one place does not go with another."""
    try:
        yield
    except CONTRADICTIONS as error:
        why = one_line(f"{type(error).__name__}: {error}")[:100]
        raise StorageError(
            f"The run {run} contradicts itself ({why}). If nobody has edited it, please report this as a fault."
        ) from error
