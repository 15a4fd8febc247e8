"""What each request sends to the database, seen on the database's side: once an operation, and never while anything is
timed.
"""

import random
from collections.abc import Iterator, Sequence

from bench.analysis.sent import Sent
from bench.contract.client import Client, NoAnswer
from bench.contract.message import Request
from bench.contract.operations import OPERATIONS
from bench.contract.operations.operation import Ask, Operation
from bench.contract.violation import Violation
from bench.databases.protocol import Database
from bench.databases.relay import Relay
from bench.errors import ServerError
from bench.model import Sut
from bench.words import counted

CLAUSE = "statements"

_WARM_UP = 6
"""So often is an operation asked before: connections are opened, and drivers have prepared what they prepare."""


def of_sut(sut: Sut, url: str, database: Database, relay: Relay | None) -> Sent:
    """What each operation of a SUT that is served at `url` sends, where the database shows it; rows are changed. Where
    its database is a server, the SUT reaches it by the relay.

    Raises ServerError where a request is not answered.
    """
    statements: dict[str, Sequence[str]] = {}
    round_trips: dict[str, int] = {}
    with Client(url) as client:
        for operation in (operation for operation in OPERATIONS if operation.id not in sut.app.unsupported):
            try:
                own = of_operation(operation, client, database, relay)
            except NoAnswer as fault:
                raise ServerError(f"{sut.id} did not answer while its statements were counted: {fault}.") from fault
            statements |= own.statements
            round_trips |= own.round_trips
    return Sent(statements, round_trips)


def of_operation(operation: Operation, client: Client, database: Database, relay: Relay | None) -> Sent:
    """What one request sends, after others like it; nothing where the database does not show it."""
    asks = _asks(operation, database)
    for _ in range(_WARM_UP):
        client.send(_request(next(asks)))
    ask = next(asks)
    before = relay.round_trips if relay else 0
    statements = database.statements(lambda: client.send(_request(ask)))
    if statements is None:
        return Sent()
    return Sent({operation.id: statements}, {operation.id: relay.round_trips - before} if relay else {})


def violations(sent: Sent) -> list[Violation]:
    """The operations that sent less than an answer from the database takes."""
    return [
        Violation(
            CLAUSE,
            f"{operation.method} {operation.path}",
            f"at least {counted(operation.allowed_statements, 'statement')}, as the database counts",
            counted(len(statements), "statement"),
        )
        for operation, statements in sent.fewer()
    ]


def warnings(sut: str, sent: Sent) -> Iterator[str]:
    """A sentence for each operation that sent more than it takes, with everything that it sent."""
    for operation, statements in sent.more():
        yield (
            f"{sut}, {operation.id}: {sent.words(operation)} a request where {operation.allowed_statements} would do: "
            f"{'; '.join(statements)}"
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
