"""Mistakes that one database hides and another shows, each made on purpose, and the clause that names it."""

import shutil
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from bench.contract.client import Client
from bench.contract.operations.list_items import LIST_ITEMS
from bench.contract.operations.read_item import READ_ITEM
from bench.contract.verify import verify
from bench.contract.violation import Violation
from bench.databases.protocol import Database, Template
from bench.databases.relay import relayed
from bench.host.protocol import Host
from bench.measure import statements
from bench.model import App, Sut
from bench.suts import servers
from tests.here import HERE

pytestmark = pytest.mark.servers
Spoilt = Callable[[str, Sequence[tuple[str, str]]], App]
"""The floor app with other text in one of its modules."""


@pytest.fixture
def spoilt(installed: dict[str, App], tmp_path: Path) -> Spoilt:
    def copy(module: str, changes: Sequence[tuple[str, str]]) -> App:
        folder = tmp_path / "wsgi_app"
        shutil.copytree(installed["wsgi"].folder, folder, ignore=shutil.ignore_patterns("__pycache__"))
        text = (folder / module).read_text("utf-8")
        for before, after in changes:
            assert text.count(before) == 1
            text = text.replace(before, after)
        (folder / module).write_text(text, "utf-8")
        return replace(installed["wsgi"], folder=folder)

    return copy


def violations(app: App, database: Database, clause: str, host: Host, folder: Path) -> list[Violation]:
    sut = Sut.of(app, database=database.url.partition(":")[0])
    with servers.serve(sut, database.url, folder / "app.log", host, HERE.state) as server:
        return verify(server.url, database=database, seeded=True, only={clause})


def test_a_sequence_that_gives_away_seeded_ids(
    postgresql: Template, installed: dict[str, App], host: Host, tmp_path: Path
) -> None:
    database = postgresql.copy("sequence")
    assert violations(installed["wsgi"], database, "create-item", host, tmp_path) == []
    database.restore()
    with database._opened() as session:  # type: ignore[attr-defined]
        session.run("SELECT setval(pg_get_serial_sequence('item', 'id'), 1)")
    broken = violations(installed["wsgi"], database, "create-item", host, tmp_path)
    assert {violation.clause for violation in broken} == {"create-item"}


def test_the_same_put_twice_meets_a_row_that_does_not_change(
    mysql: Template, spoilt: Spoilt, host: Host, tmp_path: Path
) -> None:
    app = spoilt("items_mysql.py", [("client_flag=CLIENT.FOUND_ROWS,", "")])
    broken = violations(app, mysql.copy("twice"), "update-item", host, tmp_path)
    assert {(violation.clause, violation.got[:3]) for violation in broken} == {("update-item", "404")}


def test_a_connection_that_never_ends_its_transaction_reads_old_rows(
    mysql: Template, spoilt: Spoilt, host: Host, tmp_path: Path
) -> None:
    execute = "    cursor.execute(statement, values)"
    commit = 'statement.startswith("SELECT") or self.connection.commit()'
    changes = [("autocommit=True", "autocommit=False"), (execute, f"{execute}\n        {commit}")]
    app = spoilt("items_mysql.py", changes)
    broken = violations(app, mysql.copy("stale"), "no-cache", host, tmp_path)
    assert {violation.clause for violation in broken} == {"no-cache"}


@pytest.mark.parametrize("name", [pytest.param("sqlite", marks=pytest.mark.slow), "postgresql", "mysql"])
def test_one_statement_too_many_is_shown_with_its_text(
    request: pytest.FixtureRequest, spoilt: Spoilt, name: str, host: Host, tmp_path: Path
) -> None:
    before = "def read(item_id):\n"
    app = spoilt(f"items_{name}.py", [(before, f'{before}    _this_thread.execute("SELECT 1 + 1 AS needless")\n')])
    database = request.getfixturevalue("template" if name == "sqlite" else name).copy("needless")
    sut = Sut.of(app, database=name)
    with (
        relayed(database.url, host.address) as relay,
        servers.serve(
            *(sut, relay.url if relay else database.url, tmp_path / "app.log", host, HERE.state),
            surroundings=database.surroundings(),
        ) as server,
        Client(server.url) as client,
    ):
        warnings = [
            warning
            for operation in (LIST_ITEMS, READ_ITEM)
            for warning in statements.warnings(sut.id, statements.of_operation(operation, client, database, relay))
        ]
    trips = " in 2 round trips" if relay else ""
    (warning,) = warnings
    assert warning.startswith(
        f"{sut.id}, read-item: 2 statements{trips} a request where 1 would do: SELECT 1 + 1 AS needless; SELECT id,"
    )
