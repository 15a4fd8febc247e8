"""SQLite's files: whole, apart from what a killed server left, and a lock told from whatever else can go wrong."""

import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from bench.contract import seed
from bench.databases import sqlite
from bench.databases.sqlite import Sqlite, SqliteDatabase, SqliteTemplate
from bench.errors import DatabaseError, DatabaseLocked

FIRST = seed.items()[0]


@pytest.fixture
def template(tmp_path: Path) -> Iterator[SqliteTemplate]:
    with Sqlite().seeded(tmp_path) as seeded_template:
        yield seeded_template


def test_the_url_names_the_file(template: SqliteTemplate, tmp_path: Path) -> None:
    assert template.copy("flask@3.1").url == f"sqlite:///{tmp_path}/flask@3.1.db"


def test_a_folder_may_have_any_name(tmp_path: Path) -> None:
    folder = tmp_path / "100 % of #1?"
    folder.mkdir()
    with Sqlite().seeded(folder) as template:
        assert template.copy("one").read(1) == FIRST


def test_a_database_is_written_ahead(template: SqliteTemplate) -> None:
    with closing(sqlite3.connect(template.copy("one").path)) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_a_database_that_cannot_be_written_ahead_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite, "_opened", lambda *_: closing(sqlite3.connect(":memory:", isolation_level=None)))
    with pytest.raises(DatabaseError, match="cannot keep a write-ahead log"), Sqlite().seeded(tmp_path):
        pass


def test_what_a_killed_server_left_is_not_replayed(template: SqliteTemplate) -> None:
    database = template.copy("one")
    with closing(sqlite3.connect(database.path)) as connection:
        connection.execute("DELETE FROM item")
        connection.commit()
        left = {path: path.read_bytes() for path in database.path.parent.glob("one.db-*")}
    for path, content in left.items():
        path.write_bytes(content)
    assert any(left.values())
    assert template.copy("one").read(1) == FIRST


@pytest.mark.parametrize("action", ["restore", "write", "insert"])
def test_who_does_not_commit_locks_it(template: SqliteTemplate, monkeypatch: pytest.MonkeyPatch, action: str) -> None:
    monkeypatch.setattr(sqlite, "_WAIT_S", 0.05)
    database = template.copy("one")
    with closing(sqlite3.connect(database.path, isolation_level=None)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        with pytest.raises(DatabaseLocked, match=r"^The database one\.db is locked: .* within 0\.05 s\.$"):
            act(database, action)
        assert database.read(1) == FIRST, "what was committed can be read"
    act(database, action)


def act(database: SqliteDatabase, action: str) -> None:
    if action == "restore":
        database.restore()
    elif action == "write":
        database.write(FIRST)
    else:
        with database.inserted(FIRST):
            pass


def test_a_database_that_is_not_there_is_not_made(template: SqliteTemplate, tmp_path: Path) -> None:
    with pytest.raises(DatabaseError, match=r"none\.db cannot be used: unable to open"):
        SqliteDatabase(tmp_path / "none.db", template.pristine).rows()
    assert not (tmp_path / "none.db").exists()


def test_a_file_that_is_no_database_is_told(template: SqliteTemplate, tmp_path: Path) -> None:
    (tmp_path / "text.db").write_text("no database" * 100)
    with pytest.raises(DatabaseError, match=r"text\.db cannot be used: file is not a database\."):
        SqliteDatabase(tmp_path / "text.db", template.pristine).rows()


def test_a_full_disk_is_no_lock(template: SqliteTemplate, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nor is whatever else fails."""
    database = template.copy("one")
    template.pristine.write_bytes(b"")
    with pytest.raises(DatabaseError, match=r"no such table: pristine\.item") as caught:
        database.restore()
    assert not isinstance(caught.value, DatabaseLocked)
    assert database.read(1) == FIRST


OPENS = """
import sqlite3, sys, threading
from sqlite3 import dbapi2

def work(connect):
    connection = connect(sys.argv[1])
    connection.execute("PRAGMA busy_timeout=5000")
    connection.execute("UPDATE item SET  name = ?\\nWHERE id = 1;", ("It's",))
    connection.commit()
    connection.close()

work(sqlite3.connect)
work(dbapi2.Connection)
thread = threading.Thread(target=work, args=(dbapi2.connect,))
thread.start()
thread.join()
"""


def test_what_an_app_has_it_execute_is_seen_however_it_connects(template: SqliteTemplate) -> None:
    database = template.copy("one")
    command = [sys.executable, "-c", OPENS, str(database.path)]
    surroundings = os.environ | database.surroundings()

    def ask() -> None:
        subprocess.run(command, env=surroundings, check=True)

    assert database.statements(ask) is None, "nothing has opened it yet"
    ask()
    one = ["PRAGMA busy_timeout=5000", "BEGIN", "UPDATE item SET name = 'It''s' WHERE id = 1", "COMMIT"]
    assert database.statements(ask) == one * 3
    assert database.statements(lambda: None) == []


def test_a_program_without_those_surroundings_is_not_seen(template: SqliteTemplate) -> None:
    database = template.copy("one")
    subprocess.run([sys.executable, "-c", OPENS, str(database.path)], check=True)
    assert database.statements(lambda: None) is None
