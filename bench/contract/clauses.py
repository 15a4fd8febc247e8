"""How a check says which clauses of `apps/SPEC.md` it is about."""

from collections.abc import Callable
from dataclasses import dataclass

from bench.contract.shop import Shop

Run = Callable[[Shop], None]


@dataclass(frozen=True, slots=True)
class ClauseCheck:
    """A function that asks a server, and the clauses that it settles, of which the first is blamed by default."""

    clauses: tuple[str, ...]
    run: Run


class Checks(list[ClauseCheck]):
    """The checks of one module, in the order in which they are written: used there as a decorator."""

    def __call__(self, *clauses: str) -> Callable[[Run], Run]:
        def enter(run: Run) -> Run:
            self.append(ClauseCheck(clauses, run))
            return run

        return enter
