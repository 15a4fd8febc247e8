"""What each request sends to the database, seen on the database's side: once an operation, and never while anything is
timed.
"""

import random
from collections.abc import Iterator, Sequence

from bench import databases
from bench.analysis import sent
from bench.analysis.sent import Sent
from bench.contract.client import Client
from bench.contract.message import Request
from bench.contract.operations import OPERATIONS
from bench.contract.operations.operation import Ask, Operation
from bench.contract.violation import Violation
from bench.databases.protocol import Database
from bench.host import local
from bench.host.scratch import scratch
from bench.model import Sut
from bench.suts import servers
from bench.words import counted
from bench.workspace import Workspace

CLAUSE = "statements"

_WARM_UP = 6
"""So often is an operation asked before: connections are opened, and drivers have prepared what they prepare."""


def seen(suts: Sequence[Sut], workspace: Workspace) -> dict[str, Sent]:
    """What each SUT sends, by its id; those whose database does not show it are left out.

    Raises ServerError where one does not come up.
    """
    chosen = [sut for sut in suts if sut.key.database != databases.DEFAULT]
    if not chosen:
        return {}
    with (
        scratch(workspace.work / "statements") as folder,
        databases.seeded((sut.key.database for sut in chosen), folder) as templates,
        local.host() as host,
    ):
        known: dict[str, Sent] = {}
        for sut in chosen:
            database = templates[sut.key.database].copy(sut.id)
            log = folder / f"{sut.id}.log"
            with (
                servers.serve(sut, database.url, log, host, workspace.state) as server,
                Client(server.url) as client,
            ):
                shown = {operation.id: of_operation(operation, client, database) for operation in _offered(sut)}
            known[sut.id] = {name: statements for name, statements in shown.items() if statements is not None}
    return {sut: statements for sut, statements in known.items() if statements}


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
            f"at least {counted(operation.allowed_statements, 'statement')}, as the database's server counts",
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


def _offered(sut: Sut) -> Sequence[Operation]:
    return [operation for operation in OPERATIONS if operation.id not in sut.app.unsupported]


def _asks(operation: Operation, database: Database) -> Iterator[Ask]:
    """Requests without end: of a seeded stream, or about rows that are laid in to be used up."""
    if operation.draw is not None:
        yield from operation.pool(1)
        return
    assert operation.of_row is not None
    database.restore(_WARM_UP + 1)
    rows, rng = database.rows(), random.Random(1)
    for number in sorted(rows, reverse=True):
        yield operation.of_row(rng, rows[number])


def _request(ask: Ask) -> Request:
    return Request(ask.method, ask.path, ask.body, headers=tuple(f"{name}: {value}" for name, value in ask.headers))
