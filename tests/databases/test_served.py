"""What a server keeps: whose it is, what it refuses, and in which sentence."""

from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from bench.databases import mysql as mariadb
from bench.databases import postgresql as postgres
from bench.databases.engine import ServedEngine
from bench.databases.served import ServedTemplate
from bench.errors import Busy, DatabaseError, DatabaseLocked

pytestmark = pytest.mark.servers
MAKES = {"postgresql": postgres.engine, "mysql": mariadb.engine}


@pytest.fixture(params=list(MAKES))
def template(request: pytest.FixtureRequest) -> ServedTemplate:
    shared: ServedTemplate = request.getfixturevalue(request.param)
    return shared


def engine(template: ServedTemplate, password: str = "") -> ServedEngine:
    """The engine, given the server of a template by its URL."""
    address = replace(template.address, password=password or template.address.password)
    return MAKES[address.scheme]({"DATABASE_URL": address.url})


def test_a_server_that_is_there_is_used_and_says_its_version_and_settings(template: ServedTemplate) -> None:
    given, private = engine(template), MAKES[template.address.scheme]({})
    given.require()
    assert given.version() == private.version()
    assert given.settings() == {**private.settings(), "server": "DATABASE_URL"} | different(given.settings())


def different(settings: object) -> dict[str, str]:
    """The server spells some of its settings in its own way."""
    assert isinstance(settings, dict)
    return {name: settings[name] for name in ("full_page_writes", "lc_messages", "timezone") if name in settings}


def test_two_commands_do_not_share_a_server(template: ServedTemplate, tmp_path: Path) -> None:
    with pytest.raises(Busy, match="Another command uses the server that DATABASE_URL names"):
        engine(template).seeded(tmp_path).__enter__()


def test_a_database_of_somebody_else_is_not_touched(template: ServedTemplate) -> None:
    name = template.copy("theirs").address.database
    with template.dialect.opened(template.address) as session:
        template.dialect.drop(session, name)
        session.run(f"CREATE DATABASE {name}")
        try:
            with pytest.raises(DatabaseError, match=rf"a database called {name} that Fairground did not create"):
                template.copy("theirs")
            assert name in template.dialect.databases(session)
        finally:
            session.run(f"DROP DATABASE {name}")


def test_a_wrong_password_is_one_sentence(template: ServedTemplate) -> None:
    with pytest.raises(DatabaseError, match=r"^The \w+ database \w+ cannot be used: .*\.$") as caught:
        engine(template, password="wrong").version()
    assert "\n" not in str(caught.value)


def test_a_server_that_is_gone_is_one_sentence(template: ServedTemplate) -> None:
    gone = replace(template.address, port=1)
    with pytest.raises(DatabaseError, match="cannot be used"):
        MAKES[gone.scheme]({"DATABASE_URL": gone.url}).version()


def test_who_does_not_commit_locks_it(template: ServedTemplate, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (postgres, mariadb):
        monkeypatch.setattr(module, "PATIENCE_S", 1)
    database = template.copy("one")
    with database.locked():
        assert database.read(1)
        with pytest.raises(DatabaseLocked, match="is locked"):
            database.restore()
    database.restore()


def test_its_processes_are_those_that_serve_it(template: ServedTemplate) -> None:
    one, other = template.copy("one"), template.copy("other")
    with one.locked():
        mine, others = set(one.processes()), set(other.processes())
        assert all(psutil.pid_exists(pid) for pid in mine)
    assert template.server in mine & others
    assert others <= mine
