"""What a request sends to the database: less than its answer takes is a violation, more is said with the statements."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import pytest

from bench.analysis.sent import Sent
from bench.contract.client import NoAnswer
from bench.contract.message import Request
from bench.contract.operations import OPERATIONS
from bench.contract.operations.operation import Operation
from bench.errors import ServerError
from bench.measure import statements
from bench.model import Sut
from tests import builders
from tests.databases.memory import MemoryDatabase

ENOUGH = {operation.id: ("SELECT",) * operation.allowed_statements for operation in OPERATIONS}
TRIPS = {operation.id: operation.allowed_statements for operation in OPERATIONS}


def test_what_an_answer_takes_is_enough() -> None:
    assert statements.violations(Sent(ENOUGH, TRIPS)) == []
    assert list(statements.warnings("flask", Sent(ENOUGH, TRIPS))) == []
    assert ENOUGH["json"] == ()
    assert len(ENOUGH["browse"]) == 2


def test_an_answer_that_came_from_elsewhere_is_a_violation() -> None:
    (violation,) = statements.violations(Sent(ENOUGH | {"list-items": ("SELECT",)}))
    assert (violation.clause, violation.group, violation.got) == ("statements", "core", "1 statement")
    assert violation.expected.startswith("at least 2 statements")


def test_one_statement_too_many_is_named() -> None:
    sent = Sent(ENOUGH | {"read-item": ("SELECT 1", "SELECT * FROM item WHERE id = 5")})
    (warning,) = statements.warnings("flask-mysql", sent)
    assert warning == (
        "flask-mysql, read-item: 2 statements a request where 1 would do: SELECT 1; SELECT * FROM item WHERE id = 5"
    )


def test_one_round_trip_too_many_is_named_too() -> None:
    (warning,) = statements.warnings("flask-mysql", Sent(ENOUGH, TRIPS | {"browse": 3}))
    assert warning == "flask-mysql, browse: 2 statements in 3 round trips a request where 2 would do: SELECT; SELECT"


def test_statements_that_share_a_round_trip_are_enough() -> None:
    assert list(statements.warnings("flask-mysql", Sent(ENOUGH, TRIPS | {"browse": 1}))) == []
    assert statements.violations(Sent(ENOUGH, TRIPS | {"browse": 1})) == []


def test_what_is_not_seen_is_not_judged() -> None:
    assert statements.violations(Sent()) == []
    assert list(statements.warnings("flask", Sent())) == []


@dataclass
class Client:
    """Keeps what it is asked to send; nothing answers at the path `silent`."""

    silent: str = ""
    sent: list[Request] = field(default_factory=list)

    def __enter__(self) -> "Client":
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def send(self, request: Request) -> None:
        if request.path == self.silent:
            raise NoAnswer(request, "nothing within 5 s")
        self.sent.append(request)


@dataclass(slots=True)
class Watched(MemoryDatabase):
    """Shows as many statements as were asked for while it was watched."""

    asked: list[Any] = field(default_factory=list)
    relay: Any = field(default_factory=lambda: SimpleNamespace(round_trips=4))

    def statements(self, ask: Callable[[], object]) -> Sequence[str]:  # type: ignore[override]
        self.asked.append(ask())
        self.relay.round_trips += 3
        return ["SELECT"]


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: str(operation.id))
def test_each_operation_is_asked_often_enough_and_then_watched_once(operation: Operation) -> None:
    client, database = Client(), Watched("one", lambda *_: None)
    sent = statements.of_operation(operation, client, database, database.relay)  # type: ignore[arg-type]
    assert sent == Sent({operation.id: ["SELECT"]}, {operation.id: 3})
    assert len(database.asked) == 1
    assert len(client.sent) == 7
    assert {request.method for request in client.sent} == {operation.method}
    if operation.draw is None:
        assert len({request.path for request in client.sent}) == 7, "a row is deleted once"


@pytest.fixture
def client(monkeypatch: pytest.MonkeyPatch) -> Client:
    """Who asks a server that is up."""
    asking = Client()
    monkeypatch.setattr(statements, "Client", lambda url: asking)
    return asking


def test_of_a_sut_each_operation_that_it_offers_is_counted_where_the_database_shows_it(client: Client) -> None:
    sut = Sut.of(builders.app(unsupported={"browse": "no pages"}))
    offered = {operation.id for operation in OPERATIONS} - {"browse"}
    database = Watched("one", lambda *_: None)
    counted = statements.of_sut(sut, "http://flask", database, database.relay)
    assert (counted.statements.keys(), counted.round_trips) == (offered, dict.fromkeys(offered, 3))
    assert statements.of_sut(sut, "http://flask", database, None) == Sent(counted.statements)
    assert statements.of_sut(sut, "http://flask", MemoryDatabase("one", lambda *_: None), database.relay) == Sent()


def test_a_request_that_is_not_answered_ends_it_with_a_sentence(client: Client) -> None:
    client.silent = "/plaintext"
    with pytest.raises(ServerError, match=r"^flask did not answer while its statements were counted: nothing within 5"):
        statements.of_sut(Sut.of(builders.app()), "http://flask", Watched("one", lambda *_: None), None)
