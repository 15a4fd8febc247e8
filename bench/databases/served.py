"""Databases on a server: the part that every SQL server shares."""

import re
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import Any, Protocol

from bench.databases.address import Address
from bench.errors import DatabaseError
from bench.model import Item

PREFIX = "fairground_"
"""The names of all databases that the suite creates on a server begin with this."""
SEED = f"{PREFIX}seed"
"""The seeded database, from which the others are copied."""
LOCK_WAIT_S = 5
"""How long an app waits for a lock: the five seconds of SQLite's `busy_timeout`."""
PATIENCE_S = 10
"""How long the suite itself waits for one."""

_COLUMNS = "name, description, price_cents, in_stock"
SELECT = f"SELECT id, {_COLUMNS} FROM item"
_INSERT = f"INSERT INTO item (id, {_COLUMNS}) VALUES (%s, %s, %s, %s, %s)"
_UPDATE = "UPDATE item SET name = %s, description = %s, price_cents = %s, in_stock = %s WHERE id = %s"
_DELETE = "DELETE FROM item WHERE id = %s"

_SCHEMA = Path(__file__).with_name("schema.sql")
_KEY = "INTEGER PRIMARY KEY"
_LONGEST = 40


@dataclass(frozen=True, slots=True)
class OpenCursor:
    """An open connection on which every statement commits by itself."""

    cursor: Any

    def run(self, statement: str, *values: object) -> Sequence[tuple[Any, ...]]:
        """Execute a statement; returns its rows."""
        self.cursor.execute(statement, values or None)
        return tuple(self.cursor.fetchall()) if self.cursor.description else ()

    def run_many(self, statement: str, rows: Sequence[Sequence[object]]) -> None:
        """Execute a statement once for each row."""
        if rows:
            self.cursor.executemany(statement, rows)


class Dialect(Protocol):
    """What differs from one kind of server to the next."""

    def opened(self, address: Address) -> AbstractContextManager[OpenCursor]:
        """A connection; errors of the driver become DatabaseLocked or DatabaseError."""

    def version(self, session: OpenCursor) -> str:
        """The server's: the digits alone."""

    def setting(self, session: OpenCursor, name: str) -> str:
        """One of the server's settings."""

    def claim(self, session: OpenCursor) -> bool:
        """Reserve the server until the session ends; False where another command has reserved it."""

    def plant(self, session: OpenCursor, server: Address) -> None:
        """Create the seeded database."""

    def databases(self, session: OpenCursor) -> Mapping[str, bool]:
        """The databases of a server whose names begin with our prefix, each with whether the suite made it."""

    def drop(self, session: OpenCursor, name: str) -> None:
        """Remove a database, whoever has it open."""

    def copy(self, session: OpenCursor, name: str) -> None:
        """Copy the seeded database, and mark the copy as ours."""

    def put_back(self, session: OpenCursor, stock: int) -> None:
        """Fill the table from the pristine rows, with `stock` more; the next id is the one after all of them."""

    def insert(self, session: OpenCursor, like: Item) -> int:
        """Insert a copy of a row; returns the id that the table gave it."""

    def hold(self, session: OpenCursor) -> AbstractContextManager[None]:
        """Keep others from writing to the table."""

    def statements(self, session: OpenCursor, name: str, log: Path, ask: Callable[[], object]) -> Sequence[str]:
        """The statements that others send to a database while `ask` runs, from the server's `log`."""

    def processes(self, session: OpenCursor, server: int, name: str) -> tuple[int, ...]:
        """Those of the `server` process that serve one database, as they are now."""


@dataclass(frozen=True, slots=True)
class ServedDatabase:
    """One database of a server, and how to read and change it behind the app's back.

    `server` is the process that serves it and `log` its log file; both are None where the server is not ours.
    """

    dialect: Dialect
    address: Address
    server: int | None
    log: Path | None

    @property
    def url(self) -> str:
        """With the account that may do everything in it."""
        return self.address.url

    def restore(self, stock: int = 0) -> None:
        """Copy the pristine rows, within the server."""
        with self._opened() as session:
            self.dialect.put_back(session, stock)

    def surroundings(self) -> Mapping[str, str]:
        """Nothing is needed: the server sees what it is sent."""
        return {}

    def statements(self, ask: Callable[[], object]) -> Sequence[str] | None:
        """From the log of our own server; what is written to another's is not ours to decide."""
        if self.log is None:
            return None
        with self.dialect.opened(self.address) as session:
            return self.dialect.statements(session, self.address.database, self.log, ask)

    def processes(self) -> tuple[int, ...]:
        """Those of our own server that work for this database; empty where the server is not ours."""
        if self.server is None:
            return ()
        with self._opened() as session:
            return self.dialect.processes(session, self.server, self.address.database)

    def read(self, item_id: int) -> Item | None:
        """The committed row."""
        with self._opened() as session:
            rows = session.run(f"{SELECT} WHERE id = %s", item_id)
        return _item(*rows[0]) if rows else None

    def rows(self) -> dict[int, Item]:
        """All committed rows by id."""
        with self._opened() as session:
            return {row[0]: _item(*row) for row in session.run(SELECT)}

    def write(self, item: Item) -> None:
        """Change a row."""
        with self._opened() as session:
            session.run(_UPDATE, *astuple(item)[1:], item.id)

    @contextmanager
    def inserted(self, like: Item) -> Iterator[int]:
        """Add a row until the context ends."""
        with self._opened() as session:
            added = self.dialect.insert(session, like)
            try:
                yield added
            finally:
                session.run(_DELETE, added)

    @contextmanager
    def locked(self) -> Iterator[None]:
        """A lock that readers pass and writers wait for."""
        with self._opened() as session, self.dialect.hold(session):
            yield

    def repair(self, before: Mapping[int, Item], after: Mapping[int, Item]) -> None:
        """Restore the rows in which `after` differs from `before`."""
        with self._opened() as session:
            session.run("BEGIN")
            session.run_many(_DELETE, [(key,) for key, item in after.items() if before.get(key) != item])
            session.run_many(_INSERT, [astuple(item) for key, item in before.items() if after.get(key) != item])
            session.run("COMMIT")

    def _opened(self) -> AbstractContextManager[OpenCursor]:
        return self.dialect.opened(self.address)


@dataclass(frozen=True, slots=True)
class ServedTemplate:
    """A server that holds the seed; `address` names a database of it from which others are made and removed."""

    dialect: Dialect
    address: Address
    server: int | None
    log: Path | None

    def copy(self, name: str) -> ServedDatabase:
        """A database for the SUT `name`; raises DatabaseError where somebody else's database has its name."""
        own = _named(name)
        with self.dialect.opened(self.address) as session:
            _remove(self.dialect, session, own)
            self.dialect.copy(session, own)
        return ServedDatabase(self.dialect, self.address.of(own), self.server, self.log)


def schema(key: str) -> str:
    """The statement that creates the table, with the server's own type for the key."""
    text = _SCHEMA.read_text("utf-8")
    assert _KEY in text
    return text.replace(_KEY, key).strip().removesuffix(";")


def one_line(statement: str) -> str:
    """A statement as reports show it: on one line, without a closing semicolon."""
    return " ".join(statement.split()).rstrip("; ")


def clear(dialect: Dialect, session: OpenCursor) -> None:
    """Remove every database of a server that the suite created, and no other."""
    for name, made_by_us in dialect.databases(session).items():
        if made_by_us:
            dialect.drop(session, name)


def _remove(dialect: Dialect, session: OpenCursor, name: str) -> None:
    present = dialect.databases(session)
    if not present.get(name, True):
        raise DatabaseError(
            f"The server has a database called {name} that Fairground did not create and will not touch: rename it, "
            "or let DATABASE_URL name another server."
        )
    if name in present:
        dialect.drop(session, name)


def _named(name: str) -> str:
    """The name of a SUT's database: letters that need no quotes, and a checksum that tells similar names apart."""
    plain = re.sub("[^a-z0-9]+", "_", name.lower())[:_LONGEST]
    return f"{PREFIX}{plain}_{zlib.crc32(name.encode()):08x}"


def _item(item_id: int, name: str, description: str, price_cents: int, in_stock: int) -> Item:
    return Item(item_id, name, description, price_cents, bool(in_stock))
