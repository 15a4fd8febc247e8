"""One way in which a server was seen not to keep the contract, and the list of them."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from bench.contract import hardening, operations
from bench.words import counted

_EQUAL = 3
"""So many violations of a clause with the same expectation and answer say everything."""
_PER_CLAUSE = 8


@dataclass(frozen=True, slots=True)
class Violation:
    """A clause of `apps/SPEC.md`, the request that showed it broken, what it asks for and what came.

    `curl` is a command line that asks the same, `log` what the server said meanwhile, where it failed, and `seen` how
    many violations of this clause there were, of which not all are kept.
    """

    clause: str
    request: str
    expected: str
    got: str
    curl: str = ""
    log: str = ""
    seen: int = 1

    @property
    def group(self) -> str:
        """The id of the clause's group: `core`, which every app keeps, `hardening`, or an optional group."""
        return hardening.GROUP if hardening.covers(self.clause) else operations.group_of(self.clause).id

    def as_json(self) -> dict[str, Any]:
        """The violation for machines, with the group of its clause."""
        return asdict(self) | {"group": self.group}

    def __str__(self) -> str:
        return f"{self.clause}\n{self.details()}"

    def details(self) -> str:
        """All but the clause: a line or more for each thing that is known."""
        rows = {"request": self.request, "curl": self.curl, "expected": self.expected, "got": self.got, "log": self.log}
        return "\n".join(f"  {name:8}  {_hanging(text)}" for name, text in rows.items() if text)


def blocks(violations: Sequence[Violation]) -> Iterator[str]:
    """A headline for each clause, with the number of its violations, and below it those that were kept.

    What a server said is shown once, and not again below the next violation that it said the same of.
    """
    logs: set[str] = set()
    for clause, kept in _by_clause(violations).items():
        seen = _seen(kept)
        less = f", of which {len(kept)} {'is' if len(kept) == 1 else 'are'} shown" if seen > len(kept) else ""
        yield f"{clause}: {counted(seen, 'violation')}{less}"
        for violation in kept:
            known = violation.log in logs
            yield f"{(replace(violation, log='as above') if known else violation).details()}\n"
            logs |= {violation.log} - {""}


def count(violations: Sequence[Violation]) -> int:
    """How many violations there were, those that were not kept too."""
    return sum(_seen(kept) for kept in _by_clause(violations).values())


def _by_clause(violations: Sequence[Violation]) -> dict[str, list[Violation]]:
    clauses: dict[str, list[Violation]] = {}
    for violation in violations:
        clauses.setdefault(violation.clause, []).append(violation)
    return clauses


def _seen(kept: Sequence[Violation]) -> int:
    return max(len(kept), *(violation.seen for violation in kept))


def _hanging(text: str) -> str:
    return text.replace("\n", "\n" + " " * 12)


class Findings:
    """The violations of one verification, without the flood that one cause can make."""

    def __init__(self) -> None:
        self._kept: list[Violation] = []
        self._equal: Counter[tuple[str, str, str]] = Counter()
        self._clauses: Counter[str] = Counter()
        self._seen: Counter[str] = Counter()

    def add(self, violation: Violation) -> None:
        """Keep the violation, unless its like was kept often enough."""
        self._seen[violation.clause] += 1
        alike = (violation.clause, violation.expected, violation.got)
        if violation in self._kept or self._equal[alike] >= _EQUAL or self._clauses[violation.clause] >= _PER_CLAUSE:
            return
        self._equal[alike] += 1
        self._clauses[violation.clause] += 1
        self._kept.append(violation)

    def violations(self) -> list[Violation]:
        """What was kept, in the order of the finding."""
        return [replace(violation, seen=self._seen[violation.clause]) for violation in self._kept]
