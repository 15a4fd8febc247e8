"""One way in which a server was seen not to keep the contract, and the list of them."""

from collections import Counter
from dataclasses import asdict, dataclass

from bench.contract import hardening
from bench.contract.operations.operation import CORE

_EQUAL = 3
"""So many violations of a clause with the same expectation and answer say everything."""
_PER_CLAUSE = 8


@dataclass(frozen=True, slots=True)
class Violation:
    """A clause of `apps/SPEC.md`, the request that showed it broken, what it asks for and what came."""

    clause: str
    request: str
    expected: str
    got: str

    @property
    def group(self) -> str:
        """The id of the clause's group: `core`, which every app keeps, or `hardening`."""
        return hardening.GROUP if hardening.covers(self.clause) else CORE.id

    def as_json(self) -> dict[str, str]:
        """The violation for machines, with the group of its clause."""
        return asdict(self) | {"group": self.group}

    def __str__(self) -> str:
        request = self.request.replace("\n", "\n            ")
        return f"{self.clause}\n  request   {request}\n  expected  {self.expected}\n  got       {self.got}"


class Findings:
    """The violations of one verification, without the flood that one cause can make."""

    def __init__(self) -> None:
        self._kept: list[Violation] = []
        self._equal: Counter[tuple[str, str, str]] = Counter()
        self._clauses: Counter[str] = Counter()

    def add(self, violation: Violation) -> None:
        """Keep the violation, unless its like was kept often enough."""
        alike = (violation.clause, violation.expected, violation.got)
        if violation in self._kept or self._equal[alike] >= _EQUAL or self._clauses[violation.clause] >= _PER_CLAUSE:
            return
        self._equal[alike] += 1
        self._clauses[violation.clause] += 1
        self._kept.append(violation)

    def violations(self) -> list[Violation]:
        """What was kept, in the order of the finding."""
        return list(self._kept)
