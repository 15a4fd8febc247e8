"""What a request sends to its database, beside what its answer takes. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from bench.contract.operations import OPERATIONS
from bench.contract.operations.operation import Operation
from bench.words import counted


@dataclass(frozen=True, slots=True)
class Sent:
    """What one SUT sends, by operation: the statements of one request, and in how many round trips to the database's
    server. The latter is empty where there is no such server, or nobody counted.
    """

    statements: Mapping[str, Sequence[str]] = field(default_factory=dict)
    round_trips: Mapping[str, int] = field(default_factory=dict)

    def watched(self) -> Iterator[tuple[Operation, Sequence[str]]]:
        """Each operation whose statements were seen, with those of one request, in the order of the contract."""
        for operation in OPERATIONS:
            if operation.id in self.statements:
                yield operation, self.statements[operation.id]

    def more(self) -> Iterator[tuple[Operation, Sequence[str]]]:
        """The operations that send more than their answer takes, or in more round trips."""
        for operation, statements in self.watched():
            trips = self.round_trips.get(operation.id, 0)
            if max(len(statements), trips) > operation.allowed_statements:
                yield operation, statements

    def fewer(self) -> Iterator[tuple[Operation, Sequence[str]]]:
        """The operations that send less than their answer takes."""
        return (pair for pair in self.watched() if len(pair[1]) < pair[0].allowed_statements)

    def words(self, operation: Operation) -> str:
        """How much one request of a watched operation sends: `2 statements in 3 round trips`."""
        number = counted(len(self.statements[operation.id]), "statement")
        if operation.id not in self.round_trips:
            return number
        return f"{number} in {counted(self.round_trips[operation.id], 'round trip')}"

    def brief(self, operation: Operation) -> str:
        """The same for a table, with the statements that it takes at least: `read-item 2 in 3 (1)`."""
        trips = self.round_trips.get(operation.id)
        within = "" if trips is None else f" in {trips}"
        return f"{operation.id} {len(self.statements[operation.id])}{within} ({operation.allowed_statements})"
