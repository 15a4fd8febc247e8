"""Checks and the clauses of `apps/SPEC.md` that they are about."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bench.contract.shop import Shop

Run = Callable[[Shop], None]

_FEW = 12
"""The size of a sample of a long series."""


@dataclass(frozen=True, slots=True)
class ClauseCheck:
    """A function that asks a server, and the clauses that it checks; by default, a violation is of the first."""

    clauses: tuple[str, ...]
    run: Run


def sample(shop: Shop, series: Sequence[int], few: int = _FEW) -> list[int]:
    """A sample of a long series: its ends, and a seeded choice of the others that is the same each time."""
    if len(series) <= few:
        return list(series)
    chosen = random.Random(f"{shop.clause} {len(series)}").sample(series[2:-2], few - 4)
    return [*series[:2], *sorted(chosen), *series[-2:]]


def walk(shop: Shop, series: Sequence[int], few: int = _FEW) -> list[int]:
    """All of a long series where the checks are to be thorough, and a sample of it elsewhere."""
    return list(series) if shop.thorough else sample(shop, series, few)


class Checks(list[ClauseCheck]):
    """The checks of one module, in the order in which they are written: used there as a decorator."""

    def __call__(self, *clauses: str) -> Callable[[Run], Run]:
        def enter(run: Run) -> Run:
            self.append(ClauseCheck(clauses, run))
            return run

        return enter
