"""What each request sends to the database, seen on the database's side: once an operation, and never while anything is
timed.
"""

import random
from collections.abc import Iterator, Sequence

from bench.analysis import sent
from bench.analysis.sent import Sent
from bench.contract.client import Client, NoAnswer
from bench.contract.message import Request
from bench.contract.operations import OPERATIONS
from bench.contract.operations.operation import Ask, Operation
from bench.contract.violation import Violation
from bench.databases.protocol import Database
from bench.errors import ServerError
from bench.model import Sut
from bench.words import counted

CLAUSE = "statements"

_WARM_UP = 6
"""So often is an operation asked before: connections are opened, and drivers have prepared what they prepare."""


def of_sut(sut: Sut, url: str, database: Database) -> Sent:
    """What each operation of a SUT that is served at `url` sends, where the database shows it; rows are changed.

    Raises ServerError where a request is not answered.
    """
    shown: dict[str, Sequence[str]] = {}
    with Client(url) as client:
        for operation in (operation for operation in OPERATIONS if operation.id not in sut.app.unsupported):
            try:
                statements = of_operation(operation, client, database)
            except NoAnswer as fault:
                raise ServerError(f"{sut.id} did not answer while its statements were counted: {fault}.") from fault
            if statements is not None:
                shown[operation.id] = statements
    return shown


def of_operation(operation: Operation, client: Client, database: Database) -> Sequence[str] | None:
    """The statements of one request, after others like it; None where the database does not show them."""
    asks = _asks(operation, database)
    for _ in range(_WARM_UP):
        client.send(_request(next(asks)))
    ask = next(asks)
    return database.statements(lambda: client.send(_request(ask)))


def violations(by_operation: Sent) -> list[Violation]:
    """The operations that sent less than an answer from the database takes."""
    return [
        Violation(
            CLAUSE,
            f"{operation.method} {operation.path}",
            f"at least {counted(operation.allowed_statements, 'statement')}, as the database counts",
            counted(len(statements), "statement"),
        )
        for operation, statements in sent.fewer(by_operation)
    ]


def warnings(sut: str, by_operation: Sent) -> Iterator[str]:
    """A sentence for each operation that sent more than it takes, with everything that it sent."""
    for operation, statements in sent.more(by_operation):
        yield (
            f"{sut}, {operation.id}: {counted(len(statements), 'statement')} a request where "
            f"{operation.allowed_statements} would do: {'; '.join(statements)}"
        )


def _asks(operation: Operation, database: Database) -> Iterator[Ask]:
    """Requests without end: of a seeded stream, or about rows that are laid in to be used up."""
    draw, rng = operation.draw, random.Random(operation.id)
    if draw is not None:
        while True:
            yield draw(rng)
    assert operation.of_row is not None
    database.restore(_WARM_UP + 1)
    rows = database.rows()
    for number in sorted(rows, reverse=True):
        yield operation.of_row(rng, rows[number])


def _request(ask: Ask) -> Request:
    return Request(ask.method, ask.path, ask.body, headers=tuple(f"{name}: {value}" for name, value in ask.headers))
